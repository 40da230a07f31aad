// The opinion form says what it needs before it is sent: agreeing fills in what it stands for, departing asks why, and
// only a pattern that goes with the finding can be named. Which ones those are, the service says.
const form = document.querySelector("[data-opinion]");

if (form) {
  const patterns = JSON.parse(form.dataset.patterns);
  const reasons = form.elements.reasons;
  const needed = form.querySelector("[data-reasons-needed]");
  const follow = () => {
    const decision = form.elements.decision.value;
    const departs = decision === "correct" || decision === "reject";
    reasons.required = departs;
    needed.hidden = !departs;
  };
  const pattern = form.elements.pattern_class;
  const fitPattern = () => {
    const finding = form.elements.finding.value;
    const fitting = finding ? patterns[finding] : Object.values(patterns).flat();
    for (const option of pattern.options) option.disabled = option.value !== "" && !fitting.includes(option.value);
    if (pattern.selectedOptions[0]?.disabled && fitting.length) pattern.value = "";
    pattern.disabled = pattern.closest(".field").hidden = !fitting.length;
  };
  const agree = () => {
    if (form.elements.decision.value !== "agree" || !form.dataset.agreedFinding) return;
    form.elements.finding.value = form.dataset.agreedFinding;
    pattern.value = patterns[form.dataset.agreedFinding].includes(form.dataset.agreedPattern)
      ? form.dataset.agreedPattern
      : "";
    fitPattern();
  };
  form.querySelectorAll("[name=decision]").forEach((choice) => {
    choice.addEventListener("change", follow);
    choice.addEventListener("change", agree);
  });
  form.querySelectorAll("[name=finding]").forEach((choice) => choice.addEventListener("change", fitPattern));
  follow();
  fitPattern();
}
