import { keepFresh } from "./csrf.js";

const form = document.querySelector("[data-signing]");
if (form) {
  keepFresh(form);
  // After a refusal the page opens at the signature, and there browsers leave autofocus out.
  form.querySelector("[aria-invalid], [autofocus]")?.focus();
}
