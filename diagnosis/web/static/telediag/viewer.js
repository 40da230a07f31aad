// The review page's microscope: one smear at a time, its layers, its cells, and a key for each of them.
import { Gallery, percentage } from "./gallery.js";
import { enter, leave, register } from "./keys.js";
import { Layers } from "./layers.js";

const gettext = window.gettext ?? ((words) => words);
const interpolate = window.interpolate ?? ((words, values) => values.reduce((said, value) => said.replace("%s", value), words));

const root = document.querySelector("[data-viewer]");
const smears = [...root.querySelectorAll("[data-smear]")];
const said = root.querySelector("[data-said]");
const stage = OpenSeadragon({
  element: root.querySelector("[data-stage]"),
  drawer: "canvas",
  showNavigationControl: false,
  visibilityRatio: 0.7,
  minZoomImageRatio: 0.9,
  maxZoomPixelRatio: 8,
  animationTime: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 0.6,
  gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
});
stage.canvas.setAttribute("role", "application");
const layers = new Layers(stage, root);
const gallery = new Gallery(root.querySelector("[data-gallery]"), root.querySelector("[data-gallery-note]"), choose);

let shown = -1;
let cells = [];
let chosen = null;

async function show(index) {
  if (index === shown || !smears[index]) return;
  shown = index;
  const smear = smears[index].dataset;
  smears.forEach((other, at) => {
    other.setAttribute("aria-current", at === index);
    document.getElementById(other.dataset.part).hidden = at !== index;
  });
  smears[index].scrollIntoView({ block: "nearest", inline: "nearest" });
  stage.canvas.setAttribute("aria-label", `Image ${smear.number}: drag to move, scroll or pinch to zoom`);
  cells = [];
  chosen = null;
  layers.clear();
  gallery.clear();
  say("");
  stage.open({ type: "image", url: smear.image });
  const found = smear.cells ? await fetchCells(smear.cells) : [];
  if (shown !== index) return;
  cells = found;
  layers.show({ cells, activation: smear.activation, width: Number(smear.width), height: Number(smear.height) });
  gallery.show(cells, smear.image, smear.nothing);
}

async function fetchCells(address) {
  try {
    const response = await fetch(address);
    if (response.ok) return (await response.json()).cells;
  } catch {
    // Said below, like any other failure to fetch.
  }
  say("The cells could not be fetched. Reload the page to try again.");
  return [];
}

function choose(cell, { travels = true } = {}) {
  chosen = cell;
  layers.choose(cell);
  gallery.choose(cell);
  if (!cell) return say("");
  const contrast = cell.chromatin_contrast?.toFixed(2) ?? "—";
  const share = cell.contribution === null ? "" : ` · ${percentage(cell.contribution)} of the map`;
  say(
    `Cell ${cell.number} · ${cell.area} px² · nucleus-to-cell ${cell.nucleus_to_cell.toFixed(2)} · ` +
      `circularity ${cell.circularity.toFixed(2)} · chromatin contrast ${contrast}${share}`,
  );
  if (travels) travelTo(cell.box);
}

function travelTo([x, y, width, height]) {
  const side = 3 * Math.max(width, height);
  const item = stage.world.getItemAt(0);
  if (!item) return;
  const around = item.imageToViewportRectangle(x + (width - side) / 2, y + (height - side) / 2, side, side);
  stage.viewport.fitBoundsWithConstraints(around);
}

function step(by) {
  if (cells.length) choose(cells[(cells.indexOf(chosen) + by + cells.length) % cells.length]);
}

function say(sentence) {
  said.textContent = sentence;
}

function zoom(factor) {
  stage.viewport.zoomBy(factor).applyConstraints();
}

function fillScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen?.();
}

const acts = {
  "zoom-in": () => zoom(1.5),
  "zoom-out": () => zoom(1 / 1.5),
  home: () => stage.viewport.goHome(),
  "fill-screen": fillScreen,
};
smears.forEach((smear, index) => smear.addEventListener("click", () => show(index)));
root.querySelectorAll("[data-act]").forEach((button) => {
  button.addEventListener("click", acts[button.dataset.act]);
});

const ofImages = gettext("Images");
const ofCells = gettext("Cells");
const byNumber = smears.slice(0, 9).map((_, index) => ({
  key: String(index + 1),
  words: interpolate(gettext("image %s"), [index + 1]),
  where: gettext("Go to"),
  act: () => {
    leave();
    show(index);
  },
}));
register([
  { key: "n", words: gettext("next image"), where: ofImages, act: () => show((shown + 1) % smears.length) },
  { key: "p", words: gettext("previous image"), where: ofImages, act: () => show((shown || smears.length) - 1) },
  { key: "g", words: gettext("then 1 to 9: that image"), where: ofImages, act: () => enter(byNumber) },
  { key: ["+", "="], words: gettext("zoom in"), where: ofImages, act: acts["zoom-in"] },
  { key: "-", words: gettext("zoom out"), where: ofImages, act: acts["zoom-out"] },
  { key: "0", words: gettext("whole image"), where: ofImages, act: acts.home },
  { key: "f", words: gettext("fill the screen"), where: ofImages, act: fillScreen },
  { key: "j", words: gettext("next cell"), where: ofCells, act: () => step(1) },
  { key: "k", words: gettext("previous cell"), where: ofCells, act: () => step(-1) },
  { key: "e", words: gettext("outlines of the cells"), where: ofCells, act: () => layers.toggle("cells") },
  { key: "u", words: gettext("outlines of the nuclei"), where: ofCells, act: () => layers.toggle("nuclei") },
  { key: "b", words: gettext("numbers"), where: ofCells, act: () => layers.toggle("boxes") },
  { key: "m", words: gettext("activation map"), where: ofCells, act: () => layers.toggle("activation") },
]);

// Arrows move the image; every other key of OpenSeadragon (some rotate it) gives way to those above.
stage.addHandler("canvas-key", (event) => {
  event.preventDefaultAction = !event.originalEvent.key.startsWith("Arrow");
});
stage.addHandler("canvas-click", (event) => {
  const item = stage.world.getItemAt(0);
  if (!event.quick || !item) return;
  const { x, y } = item.viewerElementToImageCoordinates(event.position);
  const under = cells.filter(({ box }) => x >= box[0] && y >= box[1] && x <= box[0] + box[2] && y <= box[1] + box[3]);
  under.sort((one, other) => one.area - other.area);
  choose(under[0] ?? null, { travels: false });
});
stage.addHandler("open-failed", () => say("The image could not be fetched. Reload the page to try again."));

show(0);
