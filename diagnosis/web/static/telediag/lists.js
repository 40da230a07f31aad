// Keys for whoever reads many cases: j and k move, Enter opens (the row's link has the focus), / searches.
import { register } from "./keys.js";

function move(step) {
  const links = [...document.querySelectorAll(".case-link")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
}

const where = gettext("List");
register([
  { key: "j", words: gettext("next case; Enter opens it"), where, act: () => move(1) },
  { key: "k", words: gettext("previous case"), where, act: () => move(-1) },
  { key: "/", words: gettext("search; Esc leaves the field"), where, act: () => document.querySelector("#q").focus() },
]);
