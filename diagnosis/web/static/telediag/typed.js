/* What was typed into a form is kept for this tab, and stands there again after a reload, a sign-in or a tab closed by
   mistake. It holds a patient's facts: sessionStorage only, and it goes at sign-out, in every open tab
   (portal.js), and once it is sent. */

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
    this.write(this.isKept ? JSON.stringify(fields) : null);
  }

  /* Fill the form as it was left; true when it was. */
  restore() {
    let fields;
    try {
      fields = JSON.parse(sessionStorage.getItem(this.key));
    } catch {
      return false;
    }
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
    this.write(null);
  }

  write(words) {
    try {
      if (words === null) {
        sessionStorage.removeItem(this.key);
      } else {
        sessionStorage.setItem(this.key, words);
      }
    } catch {
      // A browser that stores nothing keeps what is typed only as long as the page is open.
    }
  }
}
