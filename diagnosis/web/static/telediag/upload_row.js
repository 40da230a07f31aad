/* One image on a form. Its states: waiting, preparing, sending, broken (goes on by itself), half and unsent (of an
   earlier page), checking, good, retake, stored, same, refused, failed. */

import { gettext, interpolate } from "./words.js";

const GIVE_UP_CHECKING = 60000;
// What the row offers in which states.
const OFFERS = {
  retry: ["failed"],
  retake: ["retake"],
  remove: ["waiting", "preparing", "sending", "broken", "half", "unsent", "checking", "good", "retake", "same", "refused", "failed"],
};

export class UploadRow {
  constructor(template, file, known, acts) {
    this.file = file;
    this.bytes = file?.size ?? known?.size ?? 0;
    this.name = file?.name || known?.name || gettext("Image");
    this.sha256 = known?.sha256 ?? null;
    this.known = known?.address ?? null;
    this.sending = null;
    // The row of the same bytes that goes in this one's place.
    this.twin = null;
    this.shown = acts.shown;
    this.arrivedAt = Date.now();
    this.element = template.content.firstElementChild.cloneNode(true);
    this.find(".upload-name").textContent = this.name;
    this.find("progress").setAttribute("aria-label", interpolate(gettext("Sending %s"), [this.name]));
    const spoken = { retry: " %s", retake: " %s", remove: gettext("Remove %s") };
    for (const act of Object.keys(OFFERS)) {
      const button = this.find(`[data-act=${act}]`);
      button.querySelector(".visually-hidden").textContent = interpolate(spoken[act], [this.name]);
      button.addEventListener("click", acts[act]);
    }
    // What is not whole, or was refused, has no picture on the server.
    const isThere = !["receiving", "refused"].includes(known?.look);
    this.showPicture(file ? URL.createObjectURL(file) : isThere ? known.picture : null);
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  /* Where the file is on the server; null before it is announced. */
  get address() {
    return this.sending?.address ?? this.known;
  }

  get id() {
    return this.address?.split("/").at(-2) ?? null;
  }

  get size() {
    return this.bytes < 1048576
      ? interpolate(gettext("%s KB"), [Math.ceil(this.bytes / 1024)])
      : interpolate(gettext("%s MB"), [(this.bytes / 1048576).toFixed(1)]);
  }

  get sentence() {
    return this.find(".upload-said").textContent;
  }

  showPicture(source) {
    const picture = this.find("img");
    picture.addEventListener("load", () => URL.revokeObjectURL(source));
    picture.addEventListener("error", () => picture.remove());
    if (source) {
      picture.src = source;
    } else {
      picture.remove();
    }
  }

  show(state, sentence = this.size) {
    this.state = state;
    this.element.dataset.state = state;
    this.shown();
    const said = this.find(".upload-said");
    if (said.textContent !== sentence) {
      said.textContent = sentence;
    }
    for (const [act, states] of Object.entries(OFFERS)) {
      this.find(`[data-act=${act}]`).hidden = !states.includes(state) && !(act === "retake" && this.advised);
    }
  }

  move(share) {
    if (this.state !== "sending") {
      this.show("sending", gettext("Sending"));
    }
    this.find("progress").value = share;
  }

  travels(Way, options) {
    this.sending = new Way(this.file, options);
  }

  isOf({ name, size }) {
    return this.name === name && this.bytes === size;
  }

  /* Go on where an earlier page stopped. */
  takeOver(row) {
    this.known = row.address;
    row.element.replaceWith(this.element);
  }

  /* Whether the server has more to say of it. */
  expects(caseIsOpen) {
    const waits = this.state === "checking" || (caseIsOpen && ["good", "retake"].includes(this.state));
    const isYoung = Date.now() - this.arrivedAt < GIVE_UP_CHECKING;
    return waits || (this.state === "stored" && Boolean(this.address) && !this.isChecked && isYoung);
  }

  /* An earlier page sent it, whole or in part. */
  recall(known) {
    if (known.look === "receiving") {
      const share = (known.received / known.size).toLocaleString(`${document.documentElement.lang}-u-nu-latn`, {
        style: "percent",
      });
      this.show("half", interpolate(gettext("%s arrived. Choose this file again, and it goes on there."), [share]));
    } else {
      this.hear(known);
    }
  }

  hear({ look, sentence, advised, warned, checked, address }) {
    this.known = address;
    this.isChecked = checked;
    this.advised = advised;
    this.element.toggleAttribute("data-advised", advised || warned);
    if (look === "receiving") {
      this.show("failed", gettext("It did not arrive whole. Try again."));
    } else {
      this.show(look, sentence);
    }
  }
}
