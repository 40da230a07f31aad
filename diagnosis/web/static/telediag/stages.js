// One, two or four stages side by side. One of them is active: the strip, the gallery and the keys speak of it. Linked,
// the others show their cells as large as it does, and follow where it moves, so that what lay side by side stays so.
import { Stage } from "./stage.js";

export class Stages {
  constructor(root, switches, heard) {
    this.root = root;
    this.switches = switches;
    this.heard = heard;
    this.first = root.querySelector("[data-frame]");
    this.blank = this.first.cloneNode(true);
    this.blank.querySelector("[data-first-look]")?.remove();
    this.all = [];
    this.isLinked = false;
    this.add(this.first);
    this.active = this.all[0];
  }

  add(frame) {
    const stage = new Stage(frame, this.switches);
    this.all.push(stage);
    for (const touched of ["canvas-press", "canvas-scroll", "canvas-focus"]) {
      stage.viewer.addHandler(touched, () => this.activate(stage));
    }
    stage.viewer.addHandler("canvas-click", (event) => {
      if (event.quick && !stage.isPointed) this.heard.clicked(stage, stage.under(event.position));
    });
    stage.viewer.addHandler("open-failed", () => this.heard.failed());
    stage.viewer.addHandler("open", () => this.align());
    stage.onLaidOut = () => this.align();
    stage.viewer.addHandler("update-viewport", () => this.follow(stage));
    return stage;
  }

  // Show this many stages; those that are new are handed to `fill`.
  count(number, fill) {
    while (this.all.length > number) {
      const last = this.all.pop();
      if (last === this.active) this.activate(this.all[0]);
      last.close();
    }
    this.root.dataset.count = number;
    while (this.all.length < number) {
      const frame = this.blank.cloneNode(true);
      this.root.append(frame);
      fill(this.add(frame), this.all.length - 1);
    }
    this.say();
    this.align();
  }

  activate(stage) {
    if (stage === this.active) return;
    this.active = stage;
    this.say();
    this.align();
    this.heard.activated(stage);
  }

  next() {
    this.activate(this.all[(this.all.indexOf(this.active) + 1) % this.all.length]);
  }

  say() {
    for (const stage of this.all) stage.frame.toggleAttribute("data-active", stage === this.active && this.all.length > 1);
  }

  link(isLinked) {
    this.isLinked = isLinked;
    this.align();
  }

  // Remember where the others lie now; linked, bring them to the active stage's magnification.
  align() {
    this.lies = new Map();
    const from = view(this.active);
    if (!from) return;
    for (const stage of this.all) {
      const to = stage !== this.active && view(stage);
      if (to) this.lies.set(stage, { from, to, ...compared(this.active, stage) });
    }
    this.follow(this.active);
  }

  follow(stage) {
    if (!this.isLinked || stage !== this.active) return;
    const now = view(stage);
    if (!now) return;
    for (const [other, { from, to, across, zoom }] of this.lies) {
      const { viewport } = other.viewer;
      const centre = to.centre.plus(now.centre.minus(from.centre).divide(across));
      viewport.zoomTo(now.zoom * zoom, null, true);
      viewport.panTo(centre, true);
    }
  }
}

// How many times as wide as the first the second one's field is, in micrometres where both devices are known, else in
// pixels; and how many times the zoom it needs for the same magnification on the screen.
function compared(one, other) {
  const inMicrometres = [one, other].every(({ smear }) => Number(smear.micrometres));
  const [first, second] = [one, other].map(({ viewer, smear }) => ({
    field: Number(smear.width) * (inMicrometres ? Number(smear.micrometres) : 1),
    screen: viewer.viewport.getContainerSize().x,
  }));
  const across = second.field / first.field;
  return { across, zoom: (across * first.screen) / second.screen };
}

function view({ viewer }) {
  if (!viewer.world.getItemCount()) return null;
  return { centre: viewer.viewport.getCenter(true), zoom: viewer.viewport.getZoom(true) };
}
