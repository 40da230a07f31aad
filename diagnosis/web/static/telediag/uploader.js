/* The images of a form: chosen, dropped, pasted or photographed; each with its picture, how far it is, and what is said
   of it. They go up while the form is still typed, two at a time, and nothing that goes wrong with one touches the others. */

import { Chosen } from "./chosen.js";
import { listenForFiles } from "./choosing.js";
import { AllAtOnce, PieceByPiece, sendsPieces, sha256Of } from "./sending.js";
import { Standing, forget, join } from "./standing.js";
import { freeTwins, sameAs, tellTwins } from "./twins.js";
import { UploadRow } from "./upload_row.js";
import { gettext, interpolate } from "./words.js";

const AT_A_TIME = 2;
const TOO_LARGE = gettext("The file is larger than %s MB. Export it as JPEG at quality 90 and upload that file.");

export class Uploader extends EventTarget {
  /* Emits "added" when images were chosen, "changed" when there is something else to say of one, and "settled" when
     there is nothing left that goes on by itself. */

  constructor(root, { draft, clinic = () => "" }) {
    super();
    this.root = root;
    this.draft = draft;
    this.clinic = clinic;
    // Where a whole file is posted; the form's case opens later.
    this.address = root.dataset.address || null;
    this.caseIsOpen = Boolean(this.address);
    this.rows = [];
    this.chosen = new Chosen(root.dataset.user, draft);
    this.held = {};
    this.hashing = Promise.resolve();
    this.list = root.querySelector(".uploads");
    listenForFiles(root, (files) => this.add(files));
    window.addEventListener("beforeunload", (event) => {
      if (this.count("sending", "broken") && !this.leaves) {
        event.preventDefault();
      }
    });
    this.standing = new Standing(root.dataset.uploads, draft, (said) => this.hear(said));
    this.ready = this.recall();
  }

  those(...states) {
    return this.rows.filter((row) => states.includes(row.state));
  }

  count(...states) {
    return this.those(...states).length;
  }

  /* The ids of what stands on the form, in its order. */
  get ids() {
    return this.rows.map((row) => row.id).filter(Boolean);
  }

  say(sentence) {
    this.root.querySelector("[data-error-for=images]").textContent = sentence;
  }

  /* What an earlier page of this form sent already stands on it again. */
  async recall() {
    const said = sendsPieces ? await this.standing.ask() : null;
    // The case itself shows what is stored; of what was refused its page was told (refused.js).
    const told = this.caseIsOpen ? ["stored", "refused"] : ["stored"];
    for (const one of (said?.uploads ?? []).filter(({ look }) => !told.includes(look))) {
      this.row(null, one).recall(one);
    }
    for (const file of this.chosen.missing(said?.uploads ?? [], this.rows)) {
      this.row(null, file).show("unsent", gettext("Not sent yet: choose this file again."));
    }
    this.held = said?.held ?? {};
    this.look();
  }

  row(file, known = null) {
    const row = new UploadRow(this.root.querySelector("template"), file, known, {
      retry: () => this.retry(row),
      remove: () => this.remove(row),
      retake: () => this.retake(row),
      shown: () => this.change(),
    });
    this.rows.push(row);
    this.list.append(row.element);
    return row;
  }

  change() {
    this.chosen.keep(this.rows);
    this.dispatchEvent(new Event("changed"));
  }

  /* The file of a row of an earlier page was chosen again. */
  replace(old, row) {
    row.takeOver(old);
    this.rows = this.rows.filter((one) => one !== row).map((one) => (one === old ? row : one));
  }

  add(files) {
    for (const file of files) {
      const unsent = this.those("unsent").find((row) => row.isOf(file));
      const row = this.row(file);
      if (unsent) {
        this.replace(unsent, row);
      }
      row.show("waiting");
    }
    if (files.length) {
      this.say("");
      this.dispatchEvent(new Event("added"));
      this.next();
    }
  }

  /* The form's case is open. */
  start(address) {
    this.address = address;
    this.caseIsOpen = true;
    this.look();
    this.next();
  }

  next() {
    // Whole files go one after the other, so that they are numbered as they were chosen.
    const room = (sendsPieces ? AT_A_TIME : 1) - this.count("preparing", "sending", "broken");
    const canGo = sendsPieces || this.address;
    for (const row of canGo ? this.those("waiting").slice(0, Math.max(room, 0)) : []) {
      this.send(row);
    }
    this.settle();
  }

  settle() {
    const goesOn = ["waiting", "preparing", "sending", "broken", ...(this.caseIsOpen ? ["checking", "good", "retake"] : [])];
    if (this.caseIsOpen && !this.count(...goesOn)) {
      this.dispatchEvent(new Event("settled"));
    }
  }

  retry(row) {
    row.show("waiting");
    this.next();
  }

  remove(row) {
    row.sending?.abort();
    if (row.address) {
      forget(row.address);
    }
    const hadFocus = row.element.contains(document.activeElement);
    row.element.remove();
    this.rows = this.rows.filter((one) => one !== row);
    this.change();
    freeTwins(row, this.rows);
    if (hadFocus) {
      this.root.querySelector("input[type=file]").focus();
    }
    this.next();
  }

  retake(row) {
    if (row.state === "retake") {
      this.remove(row);
    }
    const camera = this.root.querySelector(".camera");
    (camera.hidden ? this.root : camera).querySelector("input[type=file]").click();
  }

  async send(row) {
    const limit = Number(this.root.dataset.maxBytes);
    if (limit && row.file.size > limit) {
      row.show("refused", interpolate(TOO_LARGE, [Math.floor(limit / 1048576)]));
      this.next();
      return;
    }
    row.show("preparing", gettext("Preparing"));
    if (!sendsPieces) {
      row.travels(AllAtOnce, { address: this.address, tells: this.tells(row) });
      return;
    }
    try {
      // One after the other, so that they are announced, and after a reload stand, as they were chosen.
      this.hashing = this.hashing.catch(() => {}).then(() => row.sha256 ?? sha256Of(row.file));
      [row.sha256] = await Promise.all([this.hashing, this.ready]);
    } catch {
      row.show("failed", gettext("The file could not be read. Choose it again."));
      this.next();
      return;
    }
    if (this.rows.includes(row) && !this.isKnown(row)) {
      row.travels(PieceByPiece, {
        endpoint: this.root.dataset.uploads,
        known: row.address,
        metadata: { draft: this.draft, name: row.name, sha256: row.sha256, clinic: this.clinic() },
        tells: this.tells(row),
      });
    }
    this.next();
  }

  /* Whether the same bytes stand on the form or in its case already; what was half sent is taken over. */
  isKnown(row) {
    const twin = this.rows.find((one) => one !== row && one.sha256 === row.sha256 && !one.twin && one.state !== "failed");
    if (twin?.state === "half") {
      this.replace(twin, row);
      return false;
    }
    if (twin) {
      row.twin = twin;
      tellTwins(twin, this.rows);
    } else if (row.sha256 in this.held) {
      row.show("stored", sameAs(interpolate(gettext("image %s"), [this.held[row.sha256]])));
    }
    return row.state !== "preparing";
  }

  tells(row) {
    return {
      moved: (share) => row.move(share),
      broken: (sentence) => row.show("broken", sentence),
      arrived: (answer) => {
        if (answer) {
          row.show("stored", answer.sentence);
        } else {
          row.show("checking", gettext("Sent. It is being checked."));
          row.arrivedAt = Date.now();
          this.look();
        }
        this.next();
      },
      refused: (sentence, canBeTriedAgain) => {
        row.show(canBeTriedAgain ? "failed" : "refused", sentence);
        tellTwins(row, this.rows);
        this.next();
      },
    };
  }

  /* Ask how what was sent stands, for as long as there is something to hear. */
  look() {
    this.standing.look(this.rows.filter((row) => row.expects(this.caseIsOpen)));
  }

  hear(said) {
    for (const one of said?.uploads ?? []) {
      const row = this.rows.find((row) => row.expects(this.caseIsOpen) && row.sha256 === one.sha256);
      row?.hear(one);
      if (row && this.caseIsOpen && ["checking", "good", "retake"].includes(row.state)) {
        join(row.address);
      }
    }
    this.look();
    this.settle();
  }
}
