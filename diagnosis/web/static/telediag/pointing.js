// Two points on a stage, by dragging or by keys: arrows move a cross, Enter sets a point. Escape leaves.
import { draw, ellipse } from "./layers.js";
import { enter, leave } from "./keys.js";

// Pixels on the screen that an arrow moves the cross; with Shift the smaller one.
const STEPS = [12, 2];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// `shape` is "line" or "ellipse"; `moved` and `done` get both points in pixels of the image.
export function pointOut(stage, { shape, moved = () => {}, done, left }) {
  const group = stage.layers.groups.pointing;
  let from = null;
  let to = stage.centre();
  let isDragging = false;

  const show = () => {
    const size = 10 / stage.layers.scale;
    const cross = `M${to.x - size} ${to.y}H${to.x + size}M${to.x} ${to.y - size}V${to.y + size}`;
    const drawn = from ? [shape === "line" ? line(from, to) : ellipse(boxOf(from, to), "pointed")] : [];
    group.replaceChildren(...drawn, draw("path", { d: cross, class: "cross" }));
    if (from) moved(from, to);
  };
  const end = () => {
    const points = [from, to];
    from = null;
    if (points[0] && !points[0].equals(points[1])) done(...points);
    show();
  };
  const handlers = {
    "canvas-press": ({ position }) => {
      isDragging = true;
      from = to = stage.toImage(position);
    },
    "canvas-drag": (event) => {
      event.preventDefaultAction = true;
      if (!isDragging) return;
      to = stage.toImage(event.position);
      show();
    },
    "canvas-release": () => {
      if (!isDragging) return;
      isDragging = false;
      end();
    },
  };
  const where = gettext("Pointing");
  enter(
    [
      {
        key: Object.keys(ARROWS),
        words: gettext("move the cross; with Shift by less"),
        where,
        act: ({ key, shiftKey }) => {
          const step = STEPS[Number(shiftKey)] / stage.layers.scale;
          const [x, y] = ARROWS[key];
          to = to.plus(new OpenSeadragon.Point(x * step, y * step));
          show();
        },
      },
      {
        key: "Enter",
        words: gettext("set the point"),
        where,
        act: () => {
          if (from) return end();
          from = to;
          show();
        },
      },
      { key: "Escape", words: gettext("leave"), where, act: leave },
    ],
    {
      left: () => {
        for (const [name, handler] of Object.entries(handlers)) stage.viewer.removeHandler(name, handler);
        stage.isPointed = false;
        group.replaceChildren();
        left();
      },
      passing: ["+", "=", "-", "0"],
    },
  );
  for (const [name, handler] of Object.entries(handlers)) stage.viewer.addHandler(name, handler);
  stage.isPointed = true;
  stage.viewer.canvas.focus();
  show();
}

export function boxOf(from, to) {
  const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
  return [x, y, Math.abs(to.x - from.x), Math.abs(to.y - from.y)];
}

function line(from, to) {
  return draw("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, class: "pointed" });
}
