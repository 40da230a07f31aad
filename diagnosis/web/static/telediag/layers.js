// What lies over the smear: one SVG that follows the viewport, with a group for each layer.
const SVG = "http://www.w3.org/2000/svg";

export class Layers {
  constructor(stage, root) {
    this.stage = stage;
    this.switches = new Map();
    this.svg = draw("svg", { class: "layers-over", "aria-hidden": "true" });
    this.sheet = draw("g", {});
    this.groups = Object.fromEntries(
      ["activation", "cells", "nuclei", "boxes", "chosen"].map((name) => [name, draw("g", { class: `over-${name}` })]),
    );
    this.sheet.append(...Object.values(this.groups));
    this.svg.append(this.sheet);
    stage.canvas.append(this.svg);
    for (const moved of ["update-viewport", "open", "resize"]) stage.addHandler(moved, () => this.follow());
    root.querySelectorAll("[data-layer]").forEach((box) => this.connect(box, root));
  }

  connect(box, root) {
    const name = box.dataset.layer;
    const opacity = root.querySelector(`[data-opacity="${name}"]`);
    const apply = () => {
      this.groups[name].style.display = box.checked ? "" : "none";
      this.groups[name].style.opacity = opacity.value / 100;
    };
    box.addEventListener("change", apply);
    opacity.addEventListener("input", () => {
      box.checked = box.checked || !box.disabled;
      apply();
    });
    this.switches.set(name, { box, opacity, apply });
    apply();
  }

  toggle(name) {
    const { box, apply } = this.switches.get(name);
    if (box.disabled) return;
    box.checked = !box.checked;
    apply();
  }

  clear() {
    Object.values(this.groups).forEach((group) => group.replaceChildren());
  }

  show({ cells, activation, width, height }) {
    this.clear();
    this.enable("activation", Boolean(activation));
    for (const name of ["cells", "nuclei", "boxes"]) this.enable(name, cells.length > 0);
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
    this.follow();
  }

  choose(cell) {
    this.groups.chosen.replaceChildren(...(cell ? [draw("path", { d: path(cell.outline) })] : []));
  }

  enable(name, isThere) {
    const { box, opacity } = this.switches.get(name);
    box.disabled = opacity.disabled = !isThere;
  }

  follow() {
    const item = this.stage.world.getItemAt(0);
    if (!item) return;
    const origin = item.imageToViewerElementCoordinates(new OpenSeadragon.Point(0, 0));
    const far = item.imageToViewerElementCoordinates(new OpenSeadragon.Point(1000, 0));
    const scale = (far.x - origin.x) / 1000;
    this.sheet.setAttribute("transform", `translate(${origin.x} ${origin.y}) scale(${scale})`);
    this.sheet.style.setProperty("--scale", scale);
  }
}

function draw(name, attributes) {
  const element = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  return element;
}

function path(points) {
  return points.length ? `M${points.map(([x, y]) => `${x} ${y}`).join("L")}Z` : "";
}
