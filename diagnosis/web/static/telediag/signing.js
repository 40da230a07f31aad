// The page opens at the top, where reading starts; a key leads on to what is still to be filled in, in its order.
import { keepFresh } from "./csrf.js";
import { register, typeIn } from "./keys.js";
import { gettext } from "./words.js";

const form = document.querySelector("[data-signing]");

function goOn() {
  const field = [...form.querySelectorAll("textarea[required], input[required]")].find(({ value }) => !value.trim());
  if (field) typeIn(field);
}

if (form) {
  keepFresh(form);
  register([{ key: ["Enter", "s"], words: gettext("go on to your signature"), where: gettext("Signing"), act: goOn }]);
}
