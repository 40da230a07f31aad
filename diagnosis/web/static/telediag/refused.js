/* What a case was opened without: the page that sent its images leaves word for the case page of the same tab.
   It stays in the browser: file names may hold a patient's, and belong in no address and no log. */

const keyOf = (address) => `refused ${address}`;

export function leaveWord(address, uploads) {
  const sentences = uploads.map(({ file, row }) => `${file.name}: ${row.querySelector(".upload-said").textContent}`);
  try {
    if (sentences.length) {
      sessionStorage.setItem(keyOf(address), JSON.stringify(sentences));
    }
  } catch {
    // A browser that stores nothing still showed the sentences beside the images.
  }
}

export function showWord(address, place) {
  let sentences;
  try {
    sentences = JSON.parse(sessionStorage.getItem(keyOf(address)));
    sessionStorage.removeItem(keyOf(address));
  } catch {
    return;
  }
  if (!sentences) {
    return;
  }
  const [files, are] = sentences.length === 1 ? ["file was", "is"] : ["files were", "are"];
  place.querySelector(".refused-count").textContent =
    `${sentences.length} ${files} not stored and ${are} not part of this case:`;
  place.querySelector("ul").replaceChildren(
    ...sentences.map((sentence) => {
      const line = document.createElement("li");
      line.textContent = sentence;
      return line;
    }),
  );
  place.hidden = false;
}
