// Saves a form as it is typed. Each time the form is sent, by itself or by its reader, it carries which page sends it and
// for the how many-th time: the server takes what is later of the same page, whichever save arrives or is answered first,
// and a second tab with the same form is told instead of overwriting it.
import { csrfToken } from "./csrf.js";
import { gettext } from "./words.js";

const PAUSE = 800;
const LONGEST_PAUSE = 30_000;
const PAGE = crypto.getRandomValues(new Uint32Array(4)).join("-");

export class Draft extends EventTarget {
  constructor(form) {
    super();
    this.form = form;
    this.timer = null;
    this.pause = PAUSE;
    this.sendings = 0;
    this.isSaving = false;
    this.isChanged = false;
    form.addEventListener("input", () => this.change());
    form.addEventListener("change", () => this.change());
    form.addEventListener("formdata", ({ formData }) => this.number(formData));
    form.addEventListener("submit", () => this.rest());
    addEventListener("pagehide", () => this.save({ leaving: true }));
  }

  change() {
    this.isChanged = true;
    this.saveIn(PAUSE);
  }

  saveIn(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  number(formData) {
    this.sendings += 1;
    formData.set("page", PAGE);
    formData.set("sending", this.sendings);
  }

  // What the reader sends holds all that was typed.
  rest() {
    clearTimeout(this.timer);
    this.isChanged = false;
  }

  async save({ leaving = false } = {}) {
    if (!this.isChanged || (this.isSaving && !leaving)) return;
    this.isChanged = false;
    this.isSaving = true;
    const isAnswered = await this.send(leaving);
    this.isSaving = false;
    this.pause = isAnswered ? PAUSE : Math.min(2 * this.pause, LONGEST_PAUSE);
    if (this.isChanged) this.saveIn(this.pause);
  }

  // Whether there was an answer, of whatever kind.
  async send(keepalive) {
    const sent = Object.fromEntries(new FormData(this.form));
    const { page, sending, revision, seen_stage_report, csrfmiddlewaretoken, ...fields } = sent;
    const body = { page, sending: Number(sending), revision: Number(revision), seen_stage_report, fields };
    try {
      const response = await fetch(this.form.dataset.draft, {
        method: "PUT",
        keepalive,
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify(body),
      });
      const said = await response.json();
      if (response.ok) this.saved(said);
      else this.say(said.sentence);
      return true;
    } catch {
      // What was sent after it holds these words too.
      this.isChanged ||= body.sending === this.sendings;
      this.say(gettext("Not saved yet. It is tried again by itself: leave this page open."));
      return false;
    }
  }

  saved({ revision, blast_count, held_elsewhere }) {
    this.form.elements.revision.value = revision;
    put(this.form.querySelector("[data-blast-count]"), blast_count);
    tell(document.querySelector("[data-held-elsewhere]"), held_elsewhere);
    this.say(gettext("Saved as a draft. Nothing is signed yet."));
  }

  say(sentence) {
    put(this.form.querySelector("[data-draft-said]"), sentence);
  }
}

// What did not change is not put again, so that no screen reader hears it twice.
function put(place, sentence) {
  if (place.textContent !== sentence) place.textContent = sentence;
}

// Who took the case over meanwhile is said where the opinion is typed, not only when it is signed.
function tell(notice, sentence) {
  if (!notice) return;
  notice.hidden = !sentence;
  put(notice.querySelector("span"), sentence);
}
