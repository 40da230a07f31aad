// The cells of one smear, cut out of its image and sent on sheets, in the order that the reader chooses.
const SIDE = 88;
// As services/pictures.py lays them: squares in rows of ten, a hundred to a sheet.
const COLUMNS = 10;
const ON_A_SHEET = 100;

const largestFirst = (measure) => (one, other) => (other[measure] ?? -1) - (one[measure] ?? -1);
const ORDERS = {
  contribution: largestFirst("contribution"),
  number: (one, other) => one.number - other.number,
  area: largestFirst("area"),
  nucleus_to_cell: largestFirst("nucleus_to_cell"),
  circularity: largestFirst("circularity"),
  chromatin_contrast: largestFirst("chromatin_contrast"),
};

export class Gallery {
  constructor(root, { note, order, choose }) {
    this.root = root;
    this.note = note;
    this.order = order;
    this.onChoose = choose;
    this.buttons = new Map();
    this.cells = [];
    this.marks = new Map();
    this.wanted = order.value;
    order.addEventListener("change", () => {
      this.wanted = order.value;
      this.lay();
    });
    this.seen = new IntersectionObserver((entries) => {
      entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => this.cut(target));
    }, { root, rootMargin: "50%" });
  }

  show(cells, { sheets, nothing }) {
    this.sheets = new Map();
    this.address = sheets;
    this.nothing = nothing;
    this.cells = cells;
    const byShare = this.order.querySelector("[value=contribution]");
    if (byShare) byShare.disabled = cells.every(({ contribution }) => contribution === null);
    this.order.value = byShare?.disabled && this.wanted === "contribution" ? "number" : this.wanted;
    this.lay();
  }

  clear() {
    this.seen.disconnect();
    this.buttons.clear();
    this.root.replaceChildren();
    this.order.disabled = true;
  }

  lay() {
    this.clear();
    if (!this.cells.length) {
      if (this.nothing) this.root.append(sentence(this.nothing));
      return this.say();
    }
    this.order.disabled = false;
    this.ordered = [...this.cells].sort(ORDERS[this.order.value]);
    for (const cell of this.ordered) this.root.append(this.button(cell));
    this.mark(this.marks);
    this.say();
    this.onLaid?.();
  }

  // The next order, for the key.
  reorder() {
    const options = [...this.order.options].filter((option) => !option.disabled);
    const at = options.findIndex((option) => option.selected);
    this.wanted = this.order.value = options[(at + 1) % options.length].value;
    this.lay();
  }

  say() {
    const chosen = this.order.selectedOptions[0];
    if (!this.cells.length) this.note.textContent = "";
    else this.note.textContent = chosen.dataset.note ?? gettext("Choose a cell, here or in the image, for its measures.");
  }

  button(cell) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "crop";
    button.setAttribute("aria-pressed", "false");
    button.dataset.number = cell.number;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIDE * Math.min(devicePixelRatio || 1, 2);
    const name = document.createElement("span");
    name.textContent = cell.number;
    button.append(canvas, name);
    let label = interpolate(gettext("Cell %s"), [cell.number]);
    if (cell.contribution !== null) {
      const share = document.createElement("span");
      share.className = "crop-share";
      share.textContent = percentage(cell.contribution);
      button.title = interpolate(gettext("%s of the activation map lies on this cell"), [share.textContent]);
      label += `, ${button.title}`;
      button.append(share);
    }
    button.dataset.label = label;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => this.onChoose(cell));
    this.buttons.set(cell, button);
    this.seen.observe(button);
    return button;
  }

  choose(cell) {
    this.buttons.forEach((button, of) => button.setAttribute("aria-pressed", of === cell));
    this.buttons.get(cell)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // Show the reader's own marks, by the id of the cell.
  mark(marks) {
    this.marks = marks;
    for (const [cell, button] of this.buttons) {
      button.querySelector(".crop-mark")?.remove();
      const mark = marks.get(cell.id);
      button.setAttribute("aria-label", mark ? `${button.dataset.label}, ${mark.words}` : button.dataset.label);
      if (!mark) continue;
      const drawn = document.createElement("span");
      drawn.className = `crop-mark mark-${mark.kind}`;
      drawn.textContent = mark.symbol;
      button.append(drawn);
    }
  }

  async cut(button) {
    this.seen.unobserve(button);
    const at = Number(button.dataset.number) - 1;
    const sheet = await this.sheet(Math.floor(at / ON_A_SHEET));
    if (!sheet) return;
    const side = sheet.naturalWidth / Math.min(COLUMNS, this.onSheet(at));
    const place = at % ON_A_SHEET;
    const canvas = button.firstChild;
    canvas
      .getContext("2d")
      .drawImage(
        sheet,
        side * (place % COLUMNS),
        side * Math.floor(place / COLUMNS),
        side,
        side,
        0,
        0,
        canvas.width,
        canvas.height,
      );
    button.dataset.cut = "";
  }

  onSheet(at) {
    return Math.min(ON_A_SHEET, this.cells.length - ON_A_SHEET * Math.floor(at / ON_A_SHEET));
  }

  sheet(page) {
    if (!this.sheets.has(page)) {
      const image = new Image();
      image.src = this.address.replace(/\d+\/$/, `${page}/`);
      this.sheets.set(
        page,
        image.decode().then(
          () => image,
          () => null,
        ),
      );
    }
    return this.sheets.get(page);
  }
}

function sentence(text) {
  const paragraph = document.createElement("p");
  paragraph.className = "gallery-empty";
  paragraph.textContent = text;
  return paragraph;
}

// No share reads as the whole: nothing here is certain. A line never breaks before the sign.
export function percentage(share) {
  return share > 0.999 ? ">\u00a099.9\u00a0%" : `${(100 * share).toFixed(1)}\u00a0%`;
}
