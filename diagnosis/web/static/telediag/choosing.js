/* The ways in which files come to a form: chosen, photographed, dropped or pasted. */

export function listenForFiles(root, take) {
  for (const input of root.querySelectorAll("input[type=file]")) {
    input.disabled = false;
    input.addEventListener("change", () => {
      take(input.files);
      input.value = "";
    });
    // On a bad line files are chosen before this script is there.
    if (input.files.length) queueMicrotask(() => input.dispatchEvent(new Event("change")));
  }
  root.querySelector(".camera").hidden = !matchMedia("(pointer: coarse)").matches;
  const zone = root.querySelector(".dropzone");
  const over = (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  };
  zone.addEventListener("dragenter", over);
  zone.addEventListener("dragover", over);
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  // A file that misses the zone must not replace the page and what was typed.
  window.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    take(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) {
      event.preventDefault();
      take(event.clipboardData.files);
    }
  });
  zone.toggleAttribute("data-takes", true);
}
