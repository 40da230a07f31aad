// From a signed report straight to the next case.
import { register } from "./keys.js";
import { gettext } from "./words.js";

const next = document.querySelector("[data-next-case]");
if (next) {
  register([{ key: "n", words: gettext("next case"), where: gettext("Signed report"), act: () => next.click() }]);
}
