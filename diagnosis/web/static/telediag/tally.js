// The tally counter: one key for each kind of cell. Its counts go with the opinion, and give its blasts per 100 leukocytes.
import { enter, leave } from "./keys.js";

// Nucleated, but no leukocyte: counted apart.
const APART = "erythroblast";
// Moving about goes on while counting.
const PASSING = ["n", "p", "+", "=", "-", "0", "f"];

export class Tally {
  constructor(panel, { say, opened }) {
    this.panel = panel;
    this.say = say;
    this.opened = opened;
    this.buttons = [...panel.querySelectorAll("[data-tally-kind]")];
    this.total = panel.querySelector("[data-tally-total]");
    this.field = document.querySelector("[data-opinion] [name=tally]");
    this.percentage = document.querySelector("[data-opinion] [name=blast_percentage]");
    this.counted = [];
    this.counts = Object.fromEntries(this.buttons.map(({ dataset }) => [dataset.tallyKind, 0]));
    if (this.field?.value) Object.assign(this.counts, JSON.parse(this.field.value));
    for (const button of this.buttons) button.addEventListener("click", () => this.count(button.dataset.tallyKind));
    const acts = { undo: () => this.undo(), clear: () => this.clear(), over: () => this.takeOver(), leave };
    panel.querySelectorAll("[data-tally]").forEach((button) => {
      button.addEventListener("click", acts[button.dataset.tally]);
    });
    if (!this.percentage) panel.querySelector("[data-tally=over]").hidden = true;
    this.show();
  }

  open() {
    const where = gettext("Tally");
    const kinds = this.buttons.map((button) => ({
      key: button.dataset.key,
      words: button.dataset.words,
      where,
      act: () => this.count(button.dataset.tallyKind),
    }));
    this.panel.hidden = false;
    this.opened(true);
    enter(
      [
        ...kinds,
        { key: "Backspace", words: gettext("take the last one back"), where, act: () => this.undo() },
        { key: "Enter", words: gettext("take over into the opinion"), where, act: () => this.takeOver() },
        { key: "Escape", words: gettext("leave the tally; the counts stay"), where, act: leave },
      ],
      {
        left: () => {
          this.panel.hidden = true;
          this.opened(false);
        },
        passing: PASSING,
      },
    );
  }

  count(kind) {
    this.counted.push(kind);
    this.counts[kind] += 1;
    this.keep();
  }

  undo() {
    const last = this.counted.pop();
    if (!last) return;
    this.counts[last] -= 1;
    this.keep();
  }

  clear() {
    this.counted = [];
    for (const kind of Object.keys(this.counts)) this.counts[kind] = 0;
    this.keep();
  }

  get leukocytes() {
    return Object.entries(this.counts).reduce((sum, [kind, count]) => sum + (kind === APART ? 0 : count), 0);
  }

  keep() {
    this.show();
    if (this.field) fill(this.field, this.leukocytes + this.counts[APART] ? JSON.stringify(this.counts) : "");
  }

  show() {
    for (const button of this.buttons) {
      button.querySelector("[data-tally-count]").textContent = this.counts[button.dataset.tallyKind];
    }
    const { leukocytes } = this;
    const share = leukocytes ? ((100 * this.counts.blast) / leukocytes).toFixed(1) : "—";
    const apart = interpolate(ngettext("%s erythroblast apart", "%s erythroblasts apart", this.counts[APART]), [this.counts[APART]]);
    const total = interpolate(gettext("%s leukocytes · %s blasts per 100"), [leukocytes, share]);
    this.total.textContent = this.counts[APART] ? `${total} · ${apart}` : total;
  }

  takeOver() {
    if (!this.percentage) return;
    if (!this.leukocytes) return this.say(gettext("Count at least one leukocyte first."));
    const share = ((100 * this.counts.blast) / this.leukocytes).toFixed(1);
    fill(this.percentage, share);
    leave();
    this.say(interpolate(gettext("Taken over into the opinion: %s blasts per 100 leukocytes."), [share]));
  }
}

function fill(field, value) {
  field.value = value;
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
}
