// Keys for critical notices: "!" opens what waits, and on a notice "a" acknowledges it.
import { register } from "./keys.js";

const gettext = window.gettext ?? ((words) => words);
const head = document.querySelector("[data-notices]");
const button = document.querySelector("[data-acknowledge]");

if (head) {
  register([
    {
      key: "!",
      words: gettext("critical notices"),
      where: gettext("Everywhere"),
      act: () => location.assign(head.dataset.notices),
    },
  ]);
}
if (button) {
  register([{ key: "a", words: gettext("acknowledge"), where: gettext("Critical notice"), act: () => button.click() }]);
}
