// What lies over a smear: one SVG that follows the viewport, with a group for each layer. The switches are shared by all
// stages; each stage has layers of its own. Hundreds of outlines take long to draw: while the image moves, what is drawn
// moves with it as a picture, and is drawn again when the zoom rests or has gone far.
const SVG = "http://www.w3.org/2000/svg";
const REST = 150;
const FAR = 2;
const GROUPS = ["activation", "cells", "nuclei", "boxes", "marks", "chosen", "pointing"];

export class Switches {
  constructor(root) {
    this.all = new Map();
    this.followers = new Set();
    root.querySelectorAll("[data-layer]").forEach((box) => {
      const opacity = root.querySelector(`[data-opacity="${box.dataset.layer}"]`);
      this.all.set(box.dataset.layer, { box, opacity });
      box.addEventListener("change", () => this.apply());
      opacity.addEventListener("input", () => {
        box.checked ||= !box.disabled;
        this.apply();
      });
    });
  }

  toggle(name) {
    const box = this.all.get(name)?.box;
    if (!box || box.disabled) return;
    box.checked = !box.checked;
    this.apply();
  }

  enable(name, isThere) {
    const one = this.all.get(name);
    if (one) one.box.disabled = one.opacity.disabled = !isThere;
  }

  apply() {
    for (const { groups } of this.followers) {
      for (const [name, { box, opacity }] of this.all) {
        groups[name].style.display = box.checked ? "" : "none";
        groups[name].style.opacity = opacity.value / 100;
      }
    }
  }
}

export class Layers {
  constructor(viewer, switches) {
    this.viewer = viewer;
    this.svg = draw("svg", { class: "layers-over", "aria-hidden": "true" });
    this.sheet = draw("g", {});
    this.groups = Object.fromEntries(GROUPS.map((name) => [name, draw("g", { class: `over-${name}` })]));
    this.sheet.append(...Object.values(this.groups));
    this.svg.append(this.sheet);
    // What moves is an element round the SVG: a transform of its own would lay out every outline and number anew.
    this.carrier = document.createElement("div");
    this.carrier.className = "layers-carrier";
    this.carrier.append(this.svg);
    viewer.canvas.append(this.carrier);
    viewer.addHandler("update-viewport", () => this.follow());
    for (const laidOut of ["open", "resize"]) viewer.addHandler(laidOut, () => this.redraw());
    this.switches = switches;
    switches.followers.add(this);
    switches.apply();
  }

  leave() {
    clearTimeout(this.resting);
    this.switches.followers.delete(this);
  }

  clear() {
    Object.values(this.groups).forEach((group) => group.replaceChildren());
  }

  show({ cells, activation, width, height }) {
    if (activation) {
      this.groups.activation.append(draw("image", { href: activation, width, height, preserveAspectRatio: "none" }));
    }
    for (const { outline, nucleus, box, number } of cells) {
      this.groups.cells.append(draw("path", { d: path(outline) }));
      this.groups.nuclei.append(draw("path", { d: path(nucleus) }));
      const [x, y, boxWidth, boxHeight] = box;
      const label = draw("text", { x, y });
      label.textContent = number;
      this.groups.boxes.append(draw("rect", { x, y, width: boxWidth, height: boxHeight }), label);
    }
    this.redraw();
  }

  choose(outline) {
    this.groups.chosen.replaceChildren(...(outline ? [draw("path", { d: path(outline) })] : []));
  }

  mark(marks) {
    const drawn = marks.flatMap(({ kind, isMine, box: [x, y, width, height], symbol }) => {
      const round = ellipse([x, y, width, height], `mark mark-${kind} ${isMine ? "" : "mark-of-another"}`);
      const label = draw("text", { x: x + width, y, class: `mark-${kind}` });
      label.textContent = symbol;
      return [round, label];
    });
    this.groups.marks.replaceChildren(...drawn);
  }

  follow() {
    const now = this.place();
    if (!now) return;
    const grown = this.drawn ? now.scale / this.drawn.scale : Infinity;
    if (grown > FAR || grown < 1 / FAR) return this.redraw();
    const [x, y] = [now.x - this.drawn.x * grown, now.y - this.drawn.y * grown];
    this.carrier.style.transform = `translate(${x}px, ${y}px) scale(${grown})`;
    this.tell(now);
    clearTimeout(this.resting);
    if (Math.abs(grown - 1) > 1e-6) this.resting = setTimeout(() => this.redraw(), REST);
  }

  redraw() {
    clearTimeout(this.resting);
    const now = this.place();
    if (!now) return;
    this.drawn = now;
    this.carrier.style.transform = "";
    this.sheet.setAttribute("transform", `translate(${now.x} ${now.y}) scale(${now.scale})`);
    this.sheet.style.setProperty("--scale", now.scale);
    this.tell(now);
  }

  tell({ scale }) {
    this.scale = scale;
    this.onScale?.(scale);
  }

  // Where the image's first pixel lies on the stage, and how large a pixel is.
  place() {
    const item = this.viewer.world.getItemAt(0);
    if (!item) return null;
    const { x, y } = item.imageToViewerElementCoordinates(new OpenSeadragon.Point(0, 0));
    const far = item.imageToViewerElementCoordinates(new OpenSeadragon.Point(1000, 0));
    return { x, y, scale: (far.x - x) / 1000 };
  }
}

export function draw(name, attributes) {
  const element = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  return element;
}

export function ellipse([x, y, width, height], className) {
  return draw("ellipse", { cx: x + width / 2, cy: y + height / 2, rx: width / 2, ry: height / 2, class: className });
}

export function outlineOf([x, y, width, height]) {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}

function path(points) {
  return points.length ? `M${points.map(([x, y]) => `${x} ${y}`).join("L")}Z` : "";
}
