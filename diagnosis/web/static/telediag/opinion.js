// The opinion form says what it needs before it is sent: agreeing fills in what it stands for, departing asks why, and
// only a pattern that goes with the finding can be named. Which ones those are, the service says.
import { keepFresh } from "./csrf.js";
import { Draft } from "./draft.js";
import { register, typeIn } from "./keys.js";
import { gettext } from "./words.js";

const form = document.querySelector("[data-opinion]");
const sign = document.querySelector("[data-sign]");
const where = gettext("Your opinion");

function fit(form) {
  const patterns = JSON.parse(form.dataset.patterns);
  const { reasons, pattern_class: pattern, decision, finding } = form.elements;
  const needed = form.querySelector("[data-reasons-needed]");
  const follow = () => {
    const departs = decision?.value === "correct" || decision?.value === "reject";
    reasons.required = departs;
    needed.hidden = !departs;
  };
  const fitPattern = () => {
    const fitting = finding.value ? patterns[finding.value] : Object.values(patterns).flat();
    for (const option of pattern.options) option.disabled = option.value !== "" && !fitting.includes(option.value);
    if (pattern.selectedOptions[0]?.disabled && fitting.length) pattern.value = "";
    pattern.disabled = pattern.closest(".field").hidden = !fitting.length;
  };
  const agree = () => {
    if (decision.value !== "agree" || !form.dataset.agreedFinding) return;
    finding.value = form.dataset.agreedFinding;
    const named = form.dataset.agreedPattern;
    pattern.value = patterns[finding.value].includes(named) ? named : "";
    fitPattern();
  };
  form.querySelectorAll("[name=decision][type=radio]").forEach((choice) => {
    choice.addEventListener("change", follow);
    choice.addEventListener("change", agree);
  });
  form.querySelectorAll("[name=finding]").forEach((choice) => choice.addEventListener("change", fitPattern));
  follow();
  fitPattern();
}

function choose(choice) {
  choice.closest("details")?.setAttribute("open", "");
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  choice.focus();
}

function writeReasons() {
  if (!form) return;
  form.closest("details")?.setAttribute("open", "");
  typeIn(form.elements.reasons);
}

function keysOf(form) {
  const entry = (choice, key) => ({ key, words: choice.closest("label").dataset.words, where, act: () => choose(choice) });
  const decisions = [...form.querySelectorAll("[name=decision][type=radio]")];
  const findings = [...form.querySelectorAll("[name=finding]")];
  return [
    ...decisions.map((choice) => entry(choice, choice.value[0])),
    ...findings.map((choice, index) => entry(choice, String(index + 1))),
  ];
}

if (form) {
  keepFresh(form);
  new Draft(form);
  fit(form);
  register(keysOf(form));
}
if (form || sign) {
  register([
    { key: "s", words: gettext("go on to signing"), where, act: () => (sign ? sign.click() : form.requestSubmit()) },
    { key: "i", words: gettext("write reasons"), where, act: writeReasons },
  ]);
}
