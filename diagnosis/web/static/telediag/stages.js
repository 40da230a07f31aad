// One, two or four stages side by side. One of them is active: the strip, the gallery and the keys speak of it. Linked,
// the others follow where it moves, so that what lay side by side when they were linked stays so.
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

  // Remember how the others lie to the active stage now.
  align() {
    this.lies = new Map();
    const from = view(this.active);
    if (!from) return;
    for (const stage of this.all) {
      const to = stage !== this.active && view(stage);
      if (to) this.lies.set(stage, { from, to, ratio: from.zoom / to.zoom });
    }
  }

  follow(stage) {
    if (!this.isLinked || stage !== this.active) return;
    const now = view(stage);
    for (const [other, { from, to, ratio }] of this.lies) {
      const { viewport } = other.viewer;
      const centre = to.centre.plus(now.centre.minus(from.centre).times(ratio));
      viewport.zoomTo(now.zoom / ratio, null, true);
      viewport.panTo(centre, true);
    }
  }
}

function view({ viewer }) {
  if (!viewer.world.getItemCount()) return null;
  return { centre: viewer.viewport.getCenter(true), zoom: viewer.viewport.getZoom(true) };
}
