/* Images on their way: each has a picture, a progress bar of its own, and the server's sentence when it is refused.
   Nothing that goes wrong with one touches the others. */

const LOST = "It did not arrive. Nothing else is affected: try again when the network is back.";
const TOO_LARGE = (bytes) =>
  `The file is larger than ${Math.floor(bytes / 1048576)} MB. Export it as JPEG at quality 90 and upload that file.`;

/* The token of the session as it is now: signing in again in another tab changes it under an open page. */
export function csrfToken() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return cookie ? cookie.slice("csrftoken=".length) : document.querySelector("[name=csrfmiddlewaretoken]").value;
}

export class Uploader extends EventTarget {
  /* Emits "added" when images were chosen, and "settled" when none is waiting or on its way. */

  constructor(root) {
    super();
    this.root = root;
    this.address = root.dataset.address || null;
    this.uploads = [];
    this.list = root.querySelector(".uploads");
    this.template = root.querySelector("template");
    this.listen();
  }

  get isSending() {
    return this.count("sending") > 0;
  }

  those(...states) {
    return this.uploads.filter((upload) => states.includes(upload.state));
  }

  count(...states) {
    return this.those(...states).length;
  }

  say(sentence) {
    this.root.querySelector("[data-error-for=images]").textContent = sentence;
  }

  listen() {
    for (const input of this.root.querySelectorAll("input[type=file]")) {
      input.disabled = false;
      input.addEventListener("change", () => {
        this.add(input.files);
        input.value = "";
      });
    }
    this.root.querySelector(".camera").hidden = !matchMedia("(pointer: coarse)").matches;
    const zone = this.root.querySelector(".dropzone");
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
      this.add(event.dataTransfer.files);
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.isSending) {
        event.preventDefault();
      }
    });
  }

  add(files) {
    for (const file of files) {
      this.uploads.push(this.row({ file, state: "waiting" }));
    }
    if (files.length) {
      this.say("");
      this.dispatchEvent(new Event("added"));
      this.next();
    }
  }

  row(upload) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    const picture = row.querySelector("img");
    upload.row = row;
    row.querySelector(".upload-name").textContent = upload.file.name;
    row.querySelector("progress").setAttribute("aria-label", `Sending ${upload.file.name}`);
    row.querySelector("[data-act=remove] .visually-hidden").textContent = `Remove ${upload.file.name}`;
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
    picture.addEventListener("error", () => picture.remove());
    picture.src = URL.createObjectURL(upload.file);
    row.querySelector("[data-act=retry]").addEventListener("click", () => this.retry(upload));
    row.querySelector("[data-act=remove]").addEventListener("click", () => this.remove(upload));
    this.list.append(row);
    this.show(upload, "waiting", this.size(upload.file));
    return upload;
  }

  size(file) {
    return file.size < 1048576 ? `${Math.ceil(file.size / 1024)} KB` : `${(file.size / 1048576).toFixed(1)} MB`;
  }

  show(upload, state, sentence) {
    upload.state = state;
    upload.row.dataset.state = state;
    upload.row.querySelector(".upload-said").textContent = sentence;
    upload.row.querySelector("[data-act=retry]").hidden = state !== "failed";
    upload.row.querySelector("[data-act=remove]").hidden = state === "sending" || state === "stored";
  }

  start(address) {
    this.address = address;
    this.next();
  }

  next() {
    // One after the other, so that the images are numbered as they were chosen.
    if (!this.address || this.isSending) {
      return;
    }
    const upload = this.uploads.find((one) => one.state === "waiting");
    if (upload) {
      this.send(upload);
    } else {
      this.dispatchEvent(new Event("settled"));
    }
  }

  retry(upload) {
    this.show(upload, "waiting", this.size(upload.file));
    this.next();
  }

  remove(upload) {
    upload.row.remove();
    this.uploads = this.uploads.filter((one) => one !== upload);
    this.next();
  }

  send(upload) {
    const limit = Number(this.root.dataset.maxBytes);
    if (limit && upload.file.size > limit) {
      this.show(upload, "refused", TOO_LARGE(limit));
      this.next();
      return;
    }
    const bar = upload.row.querySelector("progress");
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("images", upload.file);
    request.open("POST", this.address);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        bar.value = event.loaded / event.total;
      }
      if (bar.value === 1) {
        upload.row.querySelector(".upload-said").textContent = "Checking the image";
      }
    });
    request.addEventListener("loadend", () => this.finish(upload, request));
    bar.value = 0;
    this.show(upload, "sending", "Sending");
    request.send(body);
  }

  finish(upload, request) {
    const answer = request.response;
    if (answer && request.status < 300) {
      this.show(upload, "stored", answer.sentence);
    } else if (answer && answer.sentence && request.status !== 401) {
      this.show(upload, "refused", answer.sentence);
    } else {
      this.show(upload, "failed", answer && answer.sentence ? answer.sentence : LOST);
    }
    this.next();
  }
}
