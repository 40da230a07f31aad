// What lies over a smear and moves with it: what the machine found on canvases, what the reader makes of it in an SVG. The
// switches are shared by all stages; each stage has layers of its own.
import { Outlines, through } from "./outlines.js";

const SVG = "http://www.w3.org/2000/svg";
const GROUPS = ["marks", "chosen", "pointing"];

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
    for (const layers of this.followers) {
      for (const [name, { box, opacity }] of this.all) {
        layers.all[name].style.display = box.checked ? "" : "none";
        layers.all[name].style.opacity = opacity.value / 100;
      }
      layers.follow();
    }
  }
}

export class Layers {
  constructor(viewer, switches) {
    this.viewer = viewer;
    this.outlines = new Outlines(viewer.canvas, { ready: () => this.follow() });
    this.svg = draw("svg", { class: "layers-over", "aria-hidden": "true" });
    this.sheet = draw("g", {});
    this.groups = Object.fromEntries(GROUPS.map((name) => [name, draw("g", { class: `over-${name}` })]));
    this.sheet.append(...Object.values(this.groups));
    this.svg.append(this.sheet);
    viewer.canvas.append(this.svg);
    this.all = { ...this.outlines.canvases, ...this.groups };
    for (const moved of ["update-viewport", "open", "resize"]) viewer.addHandler(moved, () => this.follow());
    this.switches = switches;
    switches.followers.add(this);
    switches.apply();
  }

  leave() {
    this.switches.followers.delete(this);
  }

  clear() {
    this.outlines.clear();
    Object.values(this.groups).forEach((group) => group.replaceChildren());
  }

  show(found) {
    this.outlines.lay(found);
    this.follow();
  }

  choose(outline) {
    this.groups.chosen.replaceChildren(...(outline ? [draw("path", { d: through(outline) })] : []));
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
    const place = this.place();
    if (!place) return;
    this.outlines.draw(place, this.viewer.viewport.getContainerSize());
    this.sheet.setAttribute("transform", `translate(${place.x} ${place.y}) scale(${place.scale})`);
    this.sheet.style.setProperty("--scale", place.scale);
    this.scale = place.scale;
    this.onScale?.(place.scale);
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
