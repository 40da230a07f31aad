/* What is typed of a question or an answer stands in its field again after a line that broke or a page that was left, for
   the same person in the same tab. It goes once it stands beside the field as sent. */

import { keep, kept } from "./tab.js";

const keyOf = (field) => `typed ${field.dataset.kept}`;
const letters = (words) => words.replace(/\s/g, "");

function isSent(field, words) {
  const sent = [...field.closest("li, section").querySelectorAll("[data-sent]")];
  return sent.some(({ textContent }) => letters(textContent) === letters(words));
}

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-kept]")) {
    keep(keyOf(target), target.value || null);
  }
});

for (const field of document.querySelectorAll("[data-kept]")) {
  const words = kept(keyOf(field));
  if (words && isSent(field, words)) {
    keep(keyOf(field), null);
  } else if (words && !field.value) {
    field.value = words;
    field.closest("details")?.setAttribute("open", "");
  }
}
