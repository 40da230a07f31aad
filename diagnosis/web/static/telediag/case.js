/* More images for an open case: they are sent as soon as they are chosen, and the page looks at the case anew. */

import { showWord } from "./refused.js";
import { Uploader } from "./uploader.js";

showWord(location.pathname, document.querySelector("#refused"));

/* An answer that is being typed stays when somebody else's comes in; its field then stands in a part that opens. */
document.body.addEventListener("htmx:oobAfterSwap", () => {
  for (const field of document.querySelectorAll("#questions details textarea")) {
    if (field.value) field.closest("details").open = true;
  }
});

const root = document.querySelector(".uploader");
if (root) {
  const uploader = new Uploader(root, { draft: root.dataset.draft });
  uploader.addEventListener("settled", () => {
    window.htmx.trigger("#progress", "poll");
  });
}
