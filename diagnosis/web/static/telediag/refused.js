/* What a case was opened without: the page that sent its images leaves word for the case page of the same tab.
   It stays in the browser: file names may hold a patient's, and belong in no address and no log. */

import { keep, kept } from "./tab.js";
import { interpolate, ngettext } from "./words.js";

const keyOf = (address) => `refused ${address}`;

export function leaveWord(address, rows) {
  const sentences = rows.map(({ name, sentence }) => `${name}: ${sentence}`);
  if (sentences.length) {
    keep(keyOf(address), sentences);
  }
}

export function showWord(address, place) {
  const sentences = kept(keyOf(address));
  keep(keyOf(address), null);
  if (!sentences) {
    return;
  }
  const words = ngettext(
    "%s file was not stored and is not part of this case:",
    "%s files were not stored and are not part of this case:",
    sentences.length,
  );
  place.querySelector(".refused-count").textContent = interpolate(words, [sentences.length]);
  place.querySelector("ul").replaceChildren(
    ...sentences.map((sentence) => {
      const line = document.createElement("li");
      line.textContent = sentence;
      return line;
    }),
  );
  place.hidden = false;
}
