/* What was typed into a form is kept for this tab, and stands there again after a reload, a sign-in or a tab closed by
   mistake. It goes once it is sent. */

import { keep, kept } from "./tab.js";

const LEFT_OUT = ["csrfmiddlewaretoken", "images"];

export class Typed {
  constructor(form, owner) {
    this.form = form;
    this.key = `typed ${owner}`;
    this.isKept = true;
    form.addEventListener("input", () => this.keep());
    form.addEventListener("change", () => this.keep());
  }

  get controls() {
    return [...this.form.elements].filter(({ name, type }) => name && type !== "file" && !LEFT_OUT.includes(name));
  }

  keep() {
    const fields = this.controls
      .filter((control) => control.type !== "radio" || control.checked)
      .map(({ name, value }) => [name, value]);
    keep(this.key, this.isKept ? fields : null);
  }

  /* Fill the form as it was left; true when it was. */
  restore() {
    const fields = kept(this.key);
    for (const [name, value] of fields ?? []) {
      for (const control of this.controls.filter((one) => one.name === name)) {
        if (control.type === "radio") {
          control.checked = control.value === value;
        } else {
          control.value = value;
        }
      }
    }
    return Boolean(fields);
  }

  forget() {
    this.isKept = false;
    keep(this.key, null);
  }
}
