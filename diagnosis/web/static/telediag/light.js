// Brightness and contrast of what is on the screen, kept for this tab. Never of what is stored, printed or signed.
const STORE = "telediag-light";
const STEP = 10;
const EVEN = { brightness: 100, contrast: 100 };

export class Light {
  constructor(root) {
    this.root = root;
    this.fields = new Map([...root.querySelectorAll("[data-light]")].map((field) => [field.dataset.light, field]));
    this.reset = root.querySelector("[data-light-reset]");
    this.fields.forEach((field) => field.addEventListener("input", () => this.apply()));
    this.reset.addEventListener("click", () => this.set(EVEN));
    this.set({ ...EVEN, ...JSON.parse(sessionStorage.getItem(STORE) ?? "{}") });
  }

  set(values) {
    for (const [name, field] of this.fields) field.value = values[name];
    this.apply();
  }

  change(name, steps) {
    const field = this.fields.get(name);
    field.value = Number(field.value) + steps * STEP;
    this.apply();
  }

  apply() {
    const values = {};
    for (const [name, field] of this.fields) {
      values[name] = Number(field.value);
      this.root.style.setProperty(`--${name}`, `${field.value}%`);
    }
    const isEven = values.brightness === EVEN.brightness && values.contrast === EVEN.contrast;
    this.reset.disabled = isEven;
    // A filter that changes nothing costs as much as one that does.
    this.root.toggleAttribute("data-lit", !isEven);
    sessionStorage.setItem(STORE, JSON.stringify(values));
  }
}
