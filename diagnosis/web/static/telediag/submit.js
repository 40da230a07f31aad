/* The facts are sent first and open the case, then each image goes its own way. Whatever is refused stays on the page
   with everything that was typed. */

import { leaveWord } from "./refused.js";
import { csrfToken, Uploader } from "./uploader.js";

const OFFLINE = "The server could not be reached. Nothing is lost: submit again when the network is back.";
const NO_IMAGE = "Add at least one image of the smear.";

const form = document.querySelector("#submit");
const facts = form.querySelector("#facts");
const button = form.querySelector("button[type=submit]");
const said = form.querySelector(".submit-said");
const toCase = form.querySelector("#to-case");
const uploader = new Uploader(form.querySelector(".uploader"));

function clearErrors() {
  form.querySelectorAll("[data-error-for]").forEach((place) => {
    place.textContent = "";
  });
  form.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
  form.querySelector(".form-errors").replaceChildren();
}

function showErrors(errors) {
  for (const [name, sentences] of Object.entries(errors)) {
    const place = form.querySelector(`[data-error-for="${name}"]`);
    if (!place) {
      sayAbove(sentences.join(" "));
      continue;
    }
    place.textContent = sentences.join(" ");
    const control = form.elements[name];
    if (control instanceof Element) {
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", place.id);
    }
  }
  form.querySelector("[aria-invalid=true]")?.focus();
}

function sayAbove(sentence) {
  const notice = document.createElement("p");
  notice.className = "notice critical";
  notice.textContent = sentence;
  form.querySelector(".form-errors").append(notice);
  notice.scrollIntoView({ block: "center" });
}

async function openCase() {
  const body = new FormData(form);
  body.delete("images");
  body.set("csrfmiddlewaretoken", csrfToken());
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  return { status: answer.status, content: await answer.json() };
}

async function submit() {
  clearErrors();
  if (!uploader.uploads.length) {
    uploader.say(NO_IMAGE);
    form.querySelector(".dropzone").scrollIntoView({ block: "center" });
    return;
  }
  button.disabled = true;
  try {
    const { status, content } = await openCase();
    if (status === 201) {
      follow(content);
      return;
    }
    if (content.errors) {
      showErrors(content.errors);
    } else {
      sayAbove(content.sentence ?? OFFLINE);
    }
  } catch {
    sayAbove(OFFLINE);
  }
  button.disabled = false;
}

function follow({ accession, case: address, upload }) {
  facts.disabled = true;
  button.hidden = true;
  toCase.href = address;
  toCase.addEventListener("click", () => leaveWord(address, uploader.those("failed", "refused")));
  said.textContent = `Case ${accession} is open. Its images are being sent.`;
  document.querySelector("#images-title").scrollIntoView({ block: "start" });
  uploader.addEventListener("settled", () => {
    const left = uploader.count("failed", "refused");
    if (uploader.count("stored") && !left) {
      location.assign(address);
      return;
    }
    toCase.hidden = false;
    said.textContent = `Case ${accession} is open with ${uploader.count("stored")} of ${uploader.uploads.length} images. Add others, or go on.`;
  });
  uploader.start(upload);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!button.hidden) {
    submit();
  }
});

/* A known patient needs no facts; what was typed comes back when the number turns out to be new. */
document.addEventListener("htmx:afterSwap", () => {
  const known = document.querySelector("#patient-known [data-known]");
  const newPatient = form.querySelector(".new-patient");
  newPatient.hidden = newPatient.disabled = known.dataset.known === "true";
  form.querySelector(".patient-name").hidden = known.dataset.storesNames !== "true";
});
