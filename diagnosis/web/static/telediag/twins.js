/* Files with the same bytes go once; what becomes of one becomes of those that are the same. */

import { gettext, interpolate } from "./words.js";

const SAME = gettext("The same as %s; it is kept once.");

export const sameAs = (name) => interpolate(SAME, [name]);

function twinsOf(row, rows) {
  return rows.filter((one) => one.twin === row);
}

export function tellTwins(row, rows) {
  for (const twin of twinsOf(row, rows)) {
    if (row.state === "refused") {
      twin.show("refused", row.sentence);
    } else {
      twin.show("same", sameAs(row.name));
    }
  }
}

/* One of those that are the same goes in its place. */
export function freeTwins(row, rows) {
  for (const twin of twinsOf(row, rows)) {
    twin.twin = null;
    twin.show("waiting");
  }
}
