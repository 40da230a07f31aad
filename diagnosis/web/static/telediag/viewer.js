// The review page's microscope: its stages, the strip of smears, their cells, and the tools.
import { Gallery, percentage } from "./gallery.js";
import { leave } from "./keys.js";
import { Switches } from "./layers.js";
import { Light } from "./light.js";
import { Marks } from "./marks.js";
import { listen } from "./microscope_keys.js";
import { pointOut } from "./pointing.js";
import { lengthInWords } from "./scale.js";
import { Stages } from "./stages.js";
import { Tally } from "./tally.js";

const root = document.querySelector("[data-viewer]");
const find = (name) => root.querySelector(`[data-${name}]`);
const smears = [...root.querySelectorAll("[data-smear]")];
const switches = new Switches(root);
const light = new Light(root);
const gallery = new Gallery(find("gallery"), { note: find("gallery-note"), order: find("order"), choose });
const marks = new Marks(root, { address: root.dataset.marks, say, changed: showMarks });
const tally = new Tally(find("tally-panel"), { say, opened: (isOpen) => press("tally", isOpen) });
const stages = new Stages(find("stages"), switches, {
  activated: showActive,
  clicked: (stage, cell) => choose(cell, { travels: false }),
  failed: () => say(gettext("The image could not be fetched. Reload the page to try again.")),
});
const fetched = new Map();

async function show(index, stage = stages.active) {
  if (!smears[index] || index === stage.index) return;
  if (stage.isPointed) leave();
  const smear = smears[index].dataset;
  stage.open(index, smear);
  if (stage === stages.active) showActive();
  const cells = smear.cells ? await fetchCells(smear.cells) : [];
  if (stage.index !== index) return;
  stage.lay(cells);
  showMarks();
  if (stage === stages.active) showActive();
}

// Let strip, gallery, layers and the part beside the image speak of the active stage.
function showActive() {
  const { index, smear, cells, chosen } = stages.active;
  if (!smear) return;
  smears.forEach((other, at) => {
    other.setAttribute("aria-current", at === index);
    document.getElementById(other.dataset.part).hidden = at !== index;
  });
  smears[index].scrollIntoView({ block: "nearest", inline: "nearest" });
  switches.enable("activation", Boolean(smear.activation));
  for (const name of ["cells", "nuclei", "boxes"]) switches.enable(name, cells.length > 0);
  gallery.show(cells, smear);
  gallery.mark(marks.mineByCell(smear));
  choose(chosen, { travels: false });
}

function showMarks() {
  for (const stage of stages.all.filter(({ smear }) => smear)) {
    stage.layers.mark(marks.on(stage.smear));
    stage.missed = marks.missed(stage.smear);
  }
  const { smear, cells, chosen } = stages.active;
  if (!smear) return;
  gallery.mark(marks.mineByCell(smear));
  marks.show(smear, cells, chosen);
}

async function fetchCells(address) {
  const failed = gettext("The cells could not be fetched. Reload the page to try again.");
  if (!fetched.has(address)) {
    const asked = fetch(address).then((response) => (response.ok ? response.json() : Promise.reject(response.status)));
    fetched.set(address, asked);
  }
  try {
    return (await fetched.get(address)).cells;
  } catch {
    fetched.delete(address);
    say(failed);
    return [];
  }
}

function choose(cell, { travels = true } = {}) {
  const stage = stages.active;
  stage.choose(cell);
  gallery.choose(cell);
  marks.show(stage.smear, stage.cells, cell);
  if (!cell) return say("");
  say(cell.id ? measures(cell) : gettext("A cell that the machine missed. Mark it: blast, not a blast or artefact."));
  if (travels) stage.travelTo(cell.box);
}

function measures(cell) {
  const share = cell.contribution === null ? "" : ` · ${interpolate(gettext("%s of the map"), [percentage(cell.contribution)])}`;
  return (
    interpolate(gettext("Cell %s · %s px² · nucleus-to-cell %s · circularity %s · chromatin contrast %s"), [
      cell.number,
      cell.area,
      cell.nucleus_to_cell.toFixed(2),
      cell.circularity.toFixed(2),
      cell.chromatin_contrast?.toFixed(2) ?? "—",
    ]) + share
  );
}

function step(by) {
  const { ordered } = gallery;
  if (ordered?.length) choose(ordered[(ordered.indexOf(stages.active.chosen) + by + ordered.length) % ordered.length]);
}

function say(sentence) {
  find("said").textContent = sentence;
}

function press(act, isPressed) {
  root.querySelector(`[data-act="${act}"]`)?.setAttribute("aria-pressed", isPressed);
}

function beside(count) {
  const from = stages.active.index;
  stages.count(count, (stage, at) => show((from + at) % smears.length, stage));
  for (const number of [1, 2, 4]) press(`beside-${number}`, number === count);
  find("act=link").disabled = count === 1;
}

function link() {
  if (stages.all.length === 1) return;
  stages.link(!stages.isLinked);
  press("link", stages.isLinked);
  say(stages.isLinked ? gettext("Linked: all images move together.") : gettext("Each image moves on its own."));
}

function measure() {
  const stage = stages.active;
  const { micrometres } = stage.scaleBar;
  const unknown = gettext("In pixels: the size of a pixel of this device has not been measured.");
  if (stage.isPointed) return leave();
  say(gettext("Drag along what you measure. By keys: arrows move the cross, Enter sets both ends.") + (micrometres ? "" : ` ${unknown}`));
  press("measure", true);
  pointOut(stage, {
    shape: "line",
    moved: (from, to) => {
      const length = lengthInWords(from.distanceTo(to), micrometres);
      say(micrometres ? length : `${length}. ${unknown}`);
    },
    done: () => {},
    left: () => press("measure", false),
  });
}

function drawMissed() {
  const stage = stages.active;
  if (stage.isPointed) return leave();
  press("draw", true);
  marks.outline(stage, {
    choose: (cell) => {
      leave();
      choose(cell, { travels: false });
    },
    left: () => press("draw", false),
  });
}

function fillScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen?.();
}

const acts = {
  "zoom-in": () => stages.active.zoom(1.5),
  "zoom-out": () => stages.active.zoom(1 / 1.5),
  home: () => stages.active.viewer.viewport.goHome(),
  "fill-screen": fillScreen,
  "beside-1": () => beside(1),
  "beside-2": () => beside(2),
  "beside-4": () => beside(4),
  link,
  measure,
  tally: () => (find("tally-panel").hidden ? tally.open() : leave()),
  draw: drawMissed,
};
// Not every phone lets a part of a page fill its screen.
find("act=fill-screen").hidden = !document.fullscreenEnabled;
root.querySelectorAll("[data-act]").forEach((button) => button.addEventListener("click", acts[button.dataset.act]));
root.querySelectorAll("[data-mark]").forEach((button) => {
  button.addEventListener("click", () => marks.set(button.dataset.mark, stages.active));
});
smears.forEach((smear, index) => smear.addEventListener("click", () => show(index)));

listen({
  acts,
  smears: smears.length,
  show,
  step,
  next: (by) => show((stages.active.index + by + smears.length) % smears.length),
  nextStage: () => stages.next(),
  besideMore: () => beside({ 1: 2, 2: 4, 4: 1 }[stages.all.length]),
  layer: (name) => switches.toggle(name),
  reorder: () => gallery.reorder(),
  mark: (kind) => marks.set(kind, stages.active),
  light: (name, steps) => light.change(name, steps),
  even: () => light.reset.click(),
});
show(0);
marks.fetch();
