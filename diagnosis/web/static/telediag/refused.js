/* What a case was opened without: the page that sent its images leaves word for the case page of the same tab.
   It stays in the browser: file names may hold a patient's, and belong in no address and no log. */

import { interpolate, ngettext } from "./words.js";

const keyOf = (address) => `refused ${address}`;

export function leaveWord(address, rows) {
  const sentences = rows.map(({ name, sentence }) => `${name}: ${sentence}`);
  try {
    if (sentences.length) {
      sessionStorage.setItem(keyOf(address), JSON.stringify(sentences));
    }
  } catch {
    // A browser that stores nothing still showed the sentences beside the images.
  }
}

export function showWord(address, place) {
  let sentences;
  try {
    sentences = JSON.parse(sessionStorage.getItem(keyOf(address)));
    sessionStorage.removeItem(keyOf(address));
  } catch {
    return;
  }
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
