// Another key than the one that leads here commits, so that no key pressed twice does what cannot be taken back.
import { keepFresh } from "./csrf.js";
import { register } from "./keys.js";
import { gettext } from "./words.js";

const form = document.querySelector("[data-committing]");
if (form) {
  keepFresh(form);
  register([
    { key: "Enter", words: gettext("commit this opinion"), where: gettext("Your opinion"), act: () => form.requestSubmit() },
  ]);
}
