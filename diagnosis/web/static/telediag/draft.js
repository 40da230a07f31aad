// Saves a form as it is typed. One save at a time: each carries the revision that the one before returned, so that a
// second tab with the same form is told instead of overwriting it.
import { csrfToken } from "./csrf.js";
import { gettext } from "./words.js";

const PAUSE = 800;

export class Draft extends EventTarget {
  constructor(form) {
    super();
    this.form = form;
    this.saving = null;
    this.timer = null;
    this.isChanged = false;
    form.addEventListener("input", () => this.change());
    form.addEventListener("change", () => this.change());
    form.addEventListener("submit", (event) => this.beforeSubmit(event));
    addEventListener("pagehide", () => this.save({ leaving: true }));
  }

  change() {
    this.isChanged = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  // The form carries the newest revision, so it waits for a save that is on its way.
  beforeSubmit(event) {
    clearTimeout(this.timer);
    this.isChanged = false;
    if (!this.saving) return;
    event.preventDefault();
    const { submitter } = event;
    this.saving.finally(() => this.form.requestSubmit(submitter));
  }

  async save({ leaving = false } = {}) {
    if (!this.isChanged || (this.saving && !leaving)) return;
    this.isChanged = false;
    this.saving = this.send(leaving);
    await this.saving;
    this.saving = null;
    if (this.isChanged) this.change();
  }

  async send(keepalive) {
    const { elements } = this.form;
    const { revision, seen_stage_report, csrfmiddlewaretoken, ...fields } = Object.fromEntries(new FormData(this.form));
    try {
      const response = await fetch(this.form.dataset.draft, {
        method: "PUT",
        keepalive,
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ revision: Number(revision), seen_stage_report, fields }),
      });
      const said = await response.json();
      if (!response.ok) return this.say(said.sentence);
      elements.revision.value = said.revision;
      put(this.form.querySelector("[data-blast-count]"), said.blast_count);
      tell(document.querySelector("[data-held-elsewhere]"), said.held_elsewhere);
      this.say(gettext("Saved as a draft. Nothing is signed yet."));
    } catch {
      this.isChanged = true;
      this.say(gettext("Not saved: no connection. It is tried again as you type."));
    }
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
