// The cells of one smear, cut out of its image: those with the largest share of the activation map come first.
const SIDE = 88;
const MARGIN = 1.25;

export class Gallery {
  constructor(root, note, choose) {
    this.root = root;
    this.note = note;
    this.onChoose = choose;
    this.buttons = new Map();
  }

  clear() {
    this.buttons.clear();
    this.root.replaceChildren();
    this.note.hidden = true;
  }

  async show(cells, address, nothing) {
    this.clear();
    if (!cells.length) return this.root.append(sentence(nothing));
    for (const cell of cells) this.root.append(this.button(cell));
    this.note.hidden = cells[0].contribution === null;
    const buttons = [...this.buttons];
    const image = new Image();
    image.src = address;
    await image.decode().catch(() => {});
    if (image.naturalWidth) buttons.forEach(([cell, button]) => cut(image, cell, button.firstChild));
  }

  button(cell) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "crop";
    button.setAttribute("aria-pressed", "false");
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIDE * Math.min(devicePixelRatio || 1, 2);
    const name = document.createElement("span");
    name.textContent = cell.number;
    button.append(canvas, name);
    let label = `Cell ${cell.number}`;
    if (cell.contribution !== null) {
      const share = document.createElement("span");
      share.className = "crop-share";
      share.textContent = percentage(cell.contribution);
      label += `, ${share.textContent} of the activation map`;
      button.title = `${share.textContent} of the activation map lies on this cell`;
      button.append(share);
    }
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => this.onChoose(cell));
    this.buttons.set(cell, button);
    return button;
  }

  choose(cell) {
    this.buttons.forEach((button, of) => button.setAttribute("aria-pressed", of === cell));
    this.buttons.get(cell)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function cut(image, { box: [x, y, width, height] }, canvas) {
  const side = MARGIN * Math.max(width, height);
  canvas
    .getContext("2d")
    .drawImage(
      image,
      x + (width - side) / 2,
      y + (height - side) / 2,
      side,
      side,
      0,
      0,
      canvas.width,
      canvas.height,
    );
}

function sentence(text) {
  const paragraph = document.createElement("p");
  paragraph.className = "gallery-empty";
  paragraph.textContent = text;
  return paragraph;
}

// No share reads as the whole: nothing here is certain.
export function percentage(share) {
  return share > 0.999 ? "> 99.9 %" : `${(100 * share).toFixed(1)} %`;
}
