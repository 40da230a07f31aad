// The opinion form says what it needs before it is sent: agreeing fills in what it stands for, departing asks why.
const form = document.querySelector("[data-opinion]");

if (form) {
  const reasons = form.elements.reasons;
  const needed = form.querySelector("[data-reasons-needed]");
  const follow = () => {
    const decision = form.elements.decision.value;
    const departs = decision === "correct" || decision === "reject";
    reasons.required = departs;
    needed.hidden = !departs;
  };
  const agree = () => {
    if (form.elements.decision.value !== "agree" || !form.dataset.agreedFinding) return;
    form.elements.finding.value = form.dataset.agreedFinding;
    form.elements.pattern_class.value = form.dataset.agreedPattern;
  };
  form.querySelectorAll("[name=decision]").forEach((choice) => {
    choice.addEventListener("change", follow);
    choice.addEventListener("change", agree);
  });
  follow();
}
