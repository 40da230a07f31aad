/* One file on its way: in pieces, by tus, and on by itself after the line broke. Without tus or a secure context, whole.
   Both tell by the same four words: moved(share), broken(sentence), arrived(answer), refused(sentence, canBeTriedAgain). */

import { csrfToken } from "./csrf.js";
import { gettext } from "./words.js";

const PIECE = 1048576;
const WAITS = [1000, 2000, 4000, 8000, 15000, 30000];
const BROKEN = gettext("Connection lost. It goes on by itself where it stopped.");
// Refusals that another try may escape.
const PASSING = ["upload_differs", "too_many_uploads"];
const LOST = gettext("It did not arrive. Nothing else is affected: try again when the network is back.");

export const sendsPieces = Boolean(window.tus && window.crypto?.subtle);

export async function sha256Of(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class PieceByPiece {
  constructor(file, { endpoint, known, metadata, tells }) {
    this.tells = tells;
    this.breaks = 0;
    this.goOn = this.goOn.bind(this);
    this.upload = new window.tus.Upload(file, {
      endpoint,
      uploadUrl: known ?? null,
      metadata,
      chunkSize: PIECE,
      retryDelays: null,
      storeFingerprintForResuming: false,
      headers: { Accept: "application/json" },
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", csrfToken()),
      onProgress: (sent, total) => tells.moved(sent / total),
      onChunkComplete: () => {
        this.breaks = 0;
      },
      onSuccess: () => {
        this.stopWaiting();
        tells.arrived();
      },
      onError: (error) => this.stumble(error),
    });
    window.addEventListener("online", this.goOn);
    this.upload.start();
  }

  get address() {
    return this.upload.url;
  }

  stumble(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    const said = parsed(error.originalResponse?.getBody());
    if (status === 404) {
      // Deleted meanwhile: it begins anew.
      this.upload.url = this.upload.options.uploadUrl = null;
    } else if (status >= 400 && status < 500 && status !== 401 && status !== 409) {
      this.stopWaiting();
      this.tells.refused(said.sentence ?? LOST, !said.sentence || PASSING.includes(said.code));
      return;
    }
    if (status !== 409) {
      this.tells.broken(status === 401 ? said.sentence : BROKEN);
    }
    this.waiting = setTimeout(this.goOn, WAITS[Math.min(this.breaks, WAITS.length - 1)]);
    this.breaks += 1;
  }

  goOn() {
    if (this.waiting) {
      clearTimeout(this.waiting);
      this.waiting = null;
      this.upload.start();
    }
  }

  stopWaiting() {
    clearTimeout(this.waiting);
    this.waiting = null;
    window.removeEventListener("online", this.goOn);
  }

  abort() {
    this.stopWaiting();
    this.upload.abort();
  }
}

export class AllAtOnce {
  constructor(file, { address, tells }) {
    const body = new FormData();
    body.append("images", file);
    this.address = null;
    this.request = new XMLHttpRequest();
    this.request.open("POST", address);
    this.request.setRequestHeader("Accept", "application/json");
    this.request.setRequestHeader("X-CSRFToken", csrfToken());
    this.request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        tells.moved(event.loaded / event.total);
      }
    });
    this.request.addEventListener("load", () => {
      const said = parsed(this.request.responseText);
      if (this.request.status < 300) {
        tells.arrived(said);
      } else {
        tells.refused(said.sentence ?? LOST, !said.sentence || this.request.status === 401);
      }
    });
    this.request.addEventListener("error", () => tells.refused(LOST, true));
    this.request.send(body);
  }

  abort() {
    this.request.abort();
  }
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
