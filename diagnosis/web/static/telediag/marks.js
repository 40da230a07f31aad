// What the reader makes of single cells: found by the machine, or missed by it and drawn. Each mark is sent at once.
import { csrfToken } from "./csrf.js";
import { outlineOf } from "./layers.js";
import { boxOf, pointOut } from "./pointing.js";

// Shapes, so that no meaning hangs on a colour; SYMBOLS and WORDS by kind.
const SYMBOLS = { blast: "●", not_blast: "○", artefact: "×" };
const WORDS = {
  blast: gettext("marked as a blast"),
  not_blast: gettext("marked as not a blast"),
  artefact: gettext("marked as an artefact"),
};

export class Marks {
  constructor(root, { address, say, changed }) {
    this.address = address;
    this.say = say;
    this.changed = changed;
    this.counts = root.querySelector("[data-mark-counts]");
    this.buttons = [...root.querySelectorAll("[data-mark]")];
    this.draw = root.querySelector("[data-mark-draw]");
    this.marks = [];
  }

  async fetch() {
    try {
      const response = await fetch(this.address, { headers: { Accept: "application/json" } });
      if (response.ok) this.marks = (await response.json()).marks;
      else this.say(gettext("Your marks could not be fetched. Reload the page to try again."));
    } catch {
      this.say(gettext("Your marks could not be fetched. Reload the page to try again."));
    }
    this.changed();
  }

  on(smear) {
    return this.marks
      .filter((mark) => mark.smear === smear.smear)
      .map((mark) => ({ ...mark, symbol: SYMBOLS[mark.kind], words: WORDS[mark.kind] }));
  }

  mineByCell(smear) {
    return new Map(this.on(smear).flatMap((mark) => (mark.isMine && mark.cell ? [[mark.cell, mark]] : [])));
  }

  // Cells that the machine missed, as the stage's other cells.
  missed(smear) {
    return this.on(smear)
      .filter(({ isMine, cell }) => isMine && !cell)
      .map(missedCell);
  }

  of(smear, chosen) {
    if (!chosen) return null;
    const isIt = chosen.id ? ({ cell }) => cell === chosen.id : ({ mark }) => mark === chosen.mark;
    return this.on(smear).find((mark) => mark.isMine && isIt(mark)) ?? null;
  }

  // Say what stands, and which buttons there are for the chosen cell.
  show(smear, cells, chosen) {
    const mark = this.of(smear, chosen);
    for (const button of this.buttons) {
      const kind = button.dataset.mark;
      button.disabled = kind === "none" ? !mark : !chosen;
      if (kind !== "none") button.setAttribute("aria-pressed", mark?.kind === kind);
    }
    const mine = this.on(smear).filter(({ isMine }) => isMine);
    const all = this.marks.filter(({ isMine }) => isMine);
    const here = interpolate(gettext("This image: %s; the machine found %s."), [counted(mine), cells.length]);
    this.counts.title = `${here} ${interpolate(gettext("All images: %s."), [counted(all)])}`;
    this.counts.setAttribute("aria-label", this.counts.title);
    // Each in an isolate of its own, so that symbol and number stay together in every direction of writing.
    const inShort = Object.keys(SYMBOLS).map((kind) => {
      const count = mine.filter((one) => one.kind === kind).length;
      return `\u2066${SYMBOLS[kind]} ${count}\u2069`;
    });
    this.counts.textContent = interpolate(gettext("%s · machine %s"), [inShort.join(" "), cells.length]);
  }

  async set(kind, stage) {
    const { chosen, smear } = stage;
    const mark = this.of(smear, chosen);
    if (!chosen) return this.say(gettext("Choose a cell first, in the image or in the gallery."));
    if (kind === "none" && !mark) return;
    const sent = chosen.id ? { cell: chosen.id } : mark ? { mark: mark.mark } : { box: chosen.box };
    const stored = await this.send(smear.marks, { kind, ...sent });
    if (!stored) return;
    this.marks = this.marks.filter((other) => other.mark !== stored.mark);
    if (kind !== "none") this.marks.push(stored);
    if (!chosen.id && stage.chosen === chosen) stage.choose(kind === "none" ? null : missedCell(stored));
    this.say(kind === "none" ? gettext("The mark is taken back.") : SAID[kind]);
    this.changed();
  }

  async send(address, values) {
    const lost = gettext("The mark could not be stored. Check the connection and set it again.");
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify(values),
      });
      if (response.ok) return await response.json();
      this.say((await response.json()).sentence ?? lost);
    } catch {
      this.say(lost);
    }
    return null;
  }

  // Let the reader draw round a cell that was missed; it is stored when it gets its kind.
  outline(stage, { choose, left }) {
    this.say(gettext("Drag over the missed cell. By keys: arrows move the cross, Enter sets two opposite corners."));
    pointOut(stage, {
      shape: "ellipse",
      done: (from, to) => choose({ id: null, ...shapeOf(boxOf(from, to).map(Math.round)) }),
      left,
    });
  }
}

const SAID = {
  blast: gettext("Marked as a blast."),
  not_blast: gettext("Marked as not a blast."),
  artefact: gettext("Marked as an artefact."),
};

function missedCell({ mark, box }) {
  return { id: null, mark, ...shapeOf(box) };
}

function shapeOf(box) {
  return { box, area: box[2] * box[3], outline: outlineOf(box) };
}

function counted(marks) {
  const of = (kind) => marks.filter((mark) => mark.kind === kind).length;
  const parts = [
    interpolate(ngettext("%s blast", "%s blasts", of("blast")), [of("blast")]),
    interpolate(gettext("%s not blasts"), [of("not_blast")]),
    interpolate(ngettext("%s artefact", "%s artefacts", of("artefact")), [of("artefact")]),
  ];
  return marks.length ? parts.join(", ") : gettext("no marks");
}
