/* More images for an open case: they are sent as soon as they are chosen, and the page looks at the case anew. */

import { showWord } from "./refused.js";
import { Uploader } from "./uploader.js";

showWord(location.pathname, document.querySelector("#refused"));

const root = document.querySelector(".uploader");
if (root) {
  const uploader = new Uploader(root, { draft: root.dataset.draft });
  uploader.addEventListener("settled", () => {
    window.htmx.trigger("#progress", "poll");
  });
}
