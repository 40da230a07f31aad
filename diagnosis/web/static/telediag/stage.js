// One pane of the microscope: a smear, what lies over it, and how it is moved.
import { Layers } from "./layers.js";
import { ScaleBar } from "./scale.js";

const TILE = 1024;
// How far an image may be from its place and still be in it, as a share of its width.
const NEAR = 0.001;

export class Stage {
  constructor(frame, switches) {
    this.frame = frame;
    this.caption = frame.querySelector("[data-caption]");
    this.index = -1;
    this.smear = null;
    this.cells = [];
    this.missed = [];
    this.chosen = null;
    this.isPointed = false;
    this.onLaidOut = () => {};
    this.viewer = OpenSeadragon({
      element: frame.querySelector("[data-stage]"),
      drawer: "canvas",
      showNavigationControl: false,
      visibilityRatio: 0.7,
      minZoomImageRatio: 0.9,
      maxZoomPixelRatio: 8,
      animationTime: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 0.6,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    });
    this.viewer.canvas.setAttribute("role", "application");
    this.layers = new Layers(this.viewer, switches);
    this.scaleBar = new ScaleBar(frame.querySelector("[data-scale]"));
    this.layers.onScale = (scale) => this.scaleBar.follow(scale);
    // The first image is there before this script is: it goes when its tiles are drawn.
    this.viewer.addOnceHandler("tile-drawn", () => frame.querySelector("[data-first-look]")?.remove());
    this.staysWhole();
    // Arrows move the image; every other key of OpenSeadragon (some rotate it) gives way to those of the page.
    this.viewer.addHandler("canvas-key", (event) => {
      event.preventDefaultAction = this.isPointed || !event.originalEvent.key.startsWith("Arrow");
    });
  }

  // An image that is seen whole is so in a stage of another size, too.
  staysWhole() {
    const { viewport } = this.viewer;
    let isWhole = true;
    const look = () => {
      const [now, home] = [viewport.getBounds(), viewport.getHomeBounds()];
      isWhole = now.getCenter().distanceTo(home.getCenter()) < NEAR && viewport.getZoom() < (1 + NEAR) * viewport.getHomeZoom();
    };
    for (const moved of ["pan", "zoom"]) this.viewer.addHandler(moved, look);
    this.viewer.addHandler("resize", () => {
      const was = isWhole;
      // OpenSeadragon pans and zooms once more after it has told of the new size.
      this.viewer.addOnceHandler("viewport-change", () => {
        if (was) viewport.goHome(true);
        this.onLaidOut();
      });
    });
  }

  open(index, smear) {
    this.index = index;
    this.smear = smear;
    this.cells = [];
    this.missed = [];
    this.chosen = null;
    this.caption.textContent = interpolate(gettext("Image %s"), [smear.number]);
    const use = interpolate(gettext("Image %s: drag to move, scroll or pinch to zoom"), [smear.number]);
    this.viewer.canvas.setAttribute("aria-label", use);
    this.layers.clear();
    this.scaleBar.micrometres = Number(smear.micrometres) || null;
    this.viewer.open(source(smear));
  }

  lay(cells) {
    const { activation, width, height } = this.smear;
    this.cells = cells;
    this.layers.show({ cells, activation, width: Number(width), height: Number(height) });
  }

  choose(cell) {
    this.chosen = cell;
    this.layers.choose(cell?.outline);
  }

  under(position) {
    const at = this.toImage(position);
    if (!at) return null;
    const { x, y } = at;
    const isIn = ({ box: [left, top, width, height] }) => x >= left && y >= top && x <= left + width && y <= top + height;
    const hit = [...this.cells, ...this.missed].filter(isIn);
    return hit.sort((one, other) => one.area - other.area)[0] ?? null;
  }

  toImage(position) {
    return this.viewer.world.getItemAt(0)?.viewerElementToImageCoordinates(position);
  }

  centre() {
    const { x, y } = this.viewer.viewport.getContainerSize();
    return this.toImage(new OpenSeadragon.Point(x / 2, y / 2));
  }

  travelTo([x, y, width, height]) {
    const side = 3 * Math.max(width, height);
    const item = this.viewer.world.getItemAt(0);
    if (!item) return;
    const around = item.imageToViewportRectangle(x + (width - side) / 2, y + (height - side) / 2, side, side);
    this.viewer.viewport.fitBoundsWithConstraints(around);
  }

  zoom(factor) {
    this.viewer.viewport.zoomBy(factor).applyConstraints();
  }

  close() {
    this.layers.leave();
    this.viewer.destroy();
    this.frame.remove();
  }
}

// A large image comes in tiles: at level 0 one, at each further level twice as many pixels in both directions.
function source({ image, tiles, level, width, height }) {
  if (!tiles) return { type: "image", url: image };
  return {
    width: Number(width),
    height: Number(height),
    tileSize: TILE,
    minLevel: 0,
    maxLevel: Number(level),
    getTileUrl: (at, column, row) => tiles.replace("0/0/0/", `${at}/${column}/${row}/`),
  };
}
