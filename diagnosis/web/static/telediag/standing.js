/* How what was sent stands on the server: asked for as long as there is something to hear. */

import { csrfToken } from "./csrf.js";

// Milliseconds between two looks: while a check is expected, and when that takes long.
const LOOK = 800;
const LOOK_LATE = 5000;
const LATE = 20000;
const JSON_WANTED = { Accept: "application/json" };

export class Standing {
  constructor(address, draft, hear) {
    this.address = `${address}?draft=${draft}`;
    this.hear = hear;
  }

  async ask() {
    try {
      const answer = await fetch(this.address, { headers: JSON_WANTED });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  /* Ask after a while on behalf of these rows: seldom of what takes long, or in a hidden tab. */
  look(rows) {
    clearTimeout(this.looking);
    if (!rows.length) {
      return;
    }
    const isLate = rows.every((row) => Date.now() - row.arrivedAt > LATE);
    const pace = (isLate ? LOOK_LATE : LOOK) * (document.hidden ? 10 : 1);
    this.looking = setTimeout(async () => this.hear(await this.ask()), pace);
  }
}

/* What was whole a moment before its case was open joins the case when it is asked for. */
export function join(address) {
  fetch(address, { method: "HEAD", headers: JSON_WANTED }).catch(() => {});
}

export function forget(address) {
  const headers = { ...JSON_WANTED, "X-CSRFToken": csrfToken(), "Tus-Resumable": "1.0.0" };
  fetch(address, { method: "DELETE", headers }).catch(() => {});
}
