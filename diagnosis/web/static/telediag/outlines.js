// What the machine found in a smear, drawn over it, a canvas for each layer. Each frame draws only what is in view, as
// pixels: the same hundreds of outlines as elements of an SVG take longer than the image below them takes to move.
const LINE = 2.25;
// Corners of an outline that lie closer on the screen say nothing, and take their time.
const APART = 3;
const NUMBER = { font: "640 13px Inter, sans-serif", gap: 4, least: 14, halo: 3.5, shade: "rgb(15 17 19 / 85%)" };
const INKS = { cells: "--cell", nuclei: "--nucleus", boxes: "--box" };

const DRAW = {
  activation(pen, place, { picture, width, height }) {
    if (!picture?.complete) return;
    lieOn(pen, place);
    pen.drawImage(picture, 0, 0, width, height);
  },
  cells(pen, place, { seen }) {
    lieOn(pen, place);
    for (const { outline } of seen) pen.stroke(outline.at(place.scale));
  },
  nuclei(pen, place, { seen }) {
    lieOn(pen, place);
    for (const { nucleus } of seen) pen.stroke(nucleus.at(place.scale));
  },
  boxes(pen, { x, y, scale }, { seen }) {
    pen.lineWidth = LINE;
    for (const { box: [left, top, width, height] } of seen) {
      pen.strokeRect(x + left * scale, y + top * scale, width * scale, height * scale);
    }
    // Over smaller cells they would hide one another.
    const legible = seen.filter(({ box }) => box[2] * scale >= NUMBER.least);
    const corners = legible.map(({ box, number }) => [number, x + box[0] * scale, y + box[1] * scale - NUMBER.gap]);
    const { strokeStyle } = pen;
    Object.assign(pen, { font: NUMBER.font, textAlign: "left", lineWidth: NUMBER.halo });
    Object.assign(pen, { strokeStyle: NUMBER.shade, fillStyle: strokeStyle });
    for (const corner of corners) pen.strokeText(...corner);
    for (const corner of corners) pen.fillText(...corner);
  },
};

export class Outlines {
  constructor(into, { ready }) {
    this.ready = ready;
    this.canvases = Object.fromEntries(Object.keys(DRAW).map((name) => [name, sheet(name)]));
    into.append(...Object.values(this.canvases));
    const style = getComputedStyle(into);
    this.inks = Object.fromEntries(Object.keys(DRAW).map((name) => [name, style.getPropertyValue(INKS[name] ?? "")]));
    this.clear();
  }

  clear() {
    this.lay({ cells: [] });
  }

  lay({ cells, activation, width, height }) {
    this.cells = cells.map(({ outline, nucleus, box, number }) => ({
      outline: new Outline(outline),
      nucleus: new Outline(nucleus),
      box,
      number,
    }));
    this.size = { width, height };
    this.picture = activation ? new Image() : null;
    if (activation) Object.assign(this.picture, { onload: this.ready, src: activation });
    for (const canvas of Object.values(this.canvases)) canvas.dataset.cells = cells.length;
  }

  // `place` says where the image's first pixel lies and how large a pixel is, `room` how large the stage is.
  draw(place, room) {
    const seen = this.cells.filter(({ box }) => isIn(box, place, room));
    for (const [name, canvas] of Object.entries(this.canvases)) {
      if (canvas.style.display !== "none") DRAW[name](clean(canvas, room, this.inks[name]), place, { seen, picture: this.picture, ...this.size });
    }
  }
}

// One outline, as fine as a zoom shows it; each doubling of the zoom has a path of its own.
class Outline {
  constructor(points) {
    this.points = points;
    this.paths = new Map();
  }

  at(scale) {
    const octave = Math.floor(Math.log2(scale));
    if (!this.paths.has(octave)) this.paths.set(octave, new Path2D(through(thinned(this.points, APART / 2 ** octave))));
    return this.paths.get(octave);
  }
}

function thinned(points, apart) {
  let [last] = points;
  const kept = points.filter(([x, y], at) => {
    if (at && Math.hypot(x - last[0], y - last[1]) < apart) return false;
    last = [x, y];
    return true;
  });
  return kept.length > 2 ? kept : points;
}

function sheet(name) {
  const canvas = document.createElement("canvas");
  canvas.className = `outlines over-${name}`;
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}

// The canvas is as fine as the screen, whatever a pixel of the style sheet is there.
function clean(canvas, room, ink) {
  const fine = window.devicePixelRatio;
  const [width, height] = [Math.round(room.x * fine), Math.round(room.y * fine)];
  const pen = canvas.getContext("2d");
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.scale(fine, fine);
  pen.lineJoin = "bevel";
  pen.strokeStyle = ink;
  return pen;
}

function lieOn(pen, { x, y, scale }) {
  pen.translate(x, y);
  pen.scale(scale, scale);
  pen.lineWidth = LINE / scale;
}

function isIn([left, top, width, height], { x, y, scale }, room) {
  const [from, to] = [x + left * scale, x + (left + width) * scale];
  const [over, under] = [y + top * scale, y + (top + height) * scale];
  return to > -LINE && from < room.x + LINE && under > -LINE && over < room.y + LINE;
}

// The `d` of a path through these points.
export function through(points) {
  return points.length ? `M${points.map(([x, y]) => `${x} ${y}`).join("L")}Z` : "";
}
