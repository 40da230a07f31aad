// Keys for whoever reads many cases. j and k move, Enter opens (the row's link has the focus); the rest press what
// stands on the page, so that nothing can be done by key alone or by mouse alone.
import { register, typeIn } from "./keys.js";

const gettext = window.gettext ?? ((words) => words);

function move(step) {
  const links = [...document.querySelectorAll(".case-link")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
}

// In the row that has the focus; the first row's before anything was chosen.
function press(act) {
  const row = document.activeElement.closest(".case-row") ?? document.querySelector(".case-row");
  row?.querySelector(".case-link")?.focus();
  row?.querySelector(`[data-act="${act}"]`)?.click();
}

function open(selector) {
  document.querySelector(selector)?.click();
}

function nameTheView() {
  const details = document.querySelector(".save-view");
  if (!details) return;
  details.open = true;
  typeIn(details.querySelector("#view-name"));
}

const where = gettext("List");
register([
  { key: "j", words: gettext("next case; Enter opens it"), where, act: () => move(1) },
  { key: "k", words: gettext("previous case"), where, act: () => move(-1) },
  { key: "n", words: gettext("next page"), where, act: () => open('.pages [rel="next"]') },
  { key: "p", words: gettext("page before"), where, act: () => open('.pages [rel="prev"]') },
  { key: "/", words: gettext("search; Esc leaves the field"), where, act: () => typeIn(document.querySelector("#q")) },
  { key: "v", words: gettext("save this filter as a view"), where, act: nameTheView },
  {
    key: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
    words: gettext("open the saved view of this number"),
    where,
    act: ({ key }) => open(`[data-view="${key}"]`),
  },
]);
if (document.querySelector("[data-list='worklist']")) {
  register([
    { key: "h", words: gettext("hold the case, or take it over"), where, act: () => press("hold") },
    { key: "r", words: gettext("release the case"), where, act: () => press("release") },
  ]);
}
