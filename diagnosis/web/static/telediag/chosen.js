/* Files that were chosen and that the server does not know yet. A browser keeps no file over a reload, so their names are
   kept for this tab, and the next page of the form asks for them again. */

import { keep, kept } from "./tab.js";

const UNKNOWN = ["waiting", "preparing", "sending", "broken", "failed", "unsent"];

export class Chosen {
  constructor(owner, draft) {
    this.key = `chosen ${owner} ${draft}`;
    this.isKept = true;
    // What an earlier page kept, until it is asked for again.
    this.left = kept(this.key) ?? [];
  }

  keep(rows) {
    const unknown = rows.filter((row) => UNKNOWN.includes(row.state) && !row.address);
    const files = [...this.left, ...unknown.map(({ name, bytes }) => ({ name, size: bytes }))];
    this.write(files.length ? files : null);
  }

  /* What to ask for again: the server has nothing of it, and it was not chosen meanwhile. */
  missing(uploads, rows) {
    const there = [...uploads, ...rows.map(({ name, bytes }) => ({ name, size: bytes }))];
    const missing = this.left.filter((file) => !there.some(({ name, size }) => name === file.name && size === file.size));
    this.left = [];
    return missing;
  }

  forget() {
    this.write(null);
    this.isKept = false;
  }

  write(files) {
    if (this.isKept) {
      keep(this.key, files);
    }
  }
}
