/* The images go up while the form is typed; the form then opens the case, and what is whole joins it at once. Whatever is
   refused stays on the page with everything that was typed. */

import { csrfToken } from "./csrf.js";
import { leaveWord } from "./refused.js";
import { Typed } from "./typed.js";
import { Uploader } from "./uploader.js";
import { gettext, interpolate, ngettext } from "./words.js";

const OFFLINE = gettext("The server could not be reached. Nothing is lost: submit again when the network is back.");
const NO_IMAGE = gettext("Add at least one image of the smear.");
const UNDONE = ["failed", "half", "unsent"];
// The case's page asks by itself for a file that was not sent.
const LEFT_BEHIND = ["failed", "half", "refused"];

const form = document.querySelector("#submit");
const facts = form.querySelector("#facts");
const button = form.querySelector("button[type=submit]");
const said = form.querySelector(".submit-said");
const unsuitable = form.querySelector("#unsuitable");
const toCase = form.querySelector("#to-case");
const typed = new Typed(form, form.dataset.user);

document.querySelector("#restored").hidden = !typed.restore();
document.querySelector("#afresh").addEventListener("click", () => {
  uploader.leaves = true;
  uploader.chosen.forget();
  typed.forget();
  location.assign(location.pathname);
});
const uploader = new Uploader(form.querySelector(".uploader"), {
  draft: form.elements.draft.value,
  clinic: () => form.elements.clinic.value,
});
// With the first image there is something to come back to, even before a word is typed.
uploader.addEventListener("added", () => typed.keep());
uploader.addEventListener("changed", () => {
  const count = uploader.count("retake");
  const all = uploader.rows.length - uploader.count("same", "refused");
  const words = ngettext(
    "%(count)s of %(all)s images is unsuitable: retake it, or send it as it is.",
    "%(count)s of %(all)s images are unsuitable: retake them, or send them as they are.",
    count,
  );
  const sentence = count && !facts.disabled ? interpolate(words, { count, all }, true) : "";
  if (unsuitable.textContent !== sentence) {
    unsuitable.textContent = sentence;
  }
});

function clearErrors() {
  form.querySelectorAll("[data-error-for]").forEach((place) => {
    place.textContent = "";
  });
  form.querySelectorAll("[aria-invalid]").forEach((control) => {
    control.removeAttribute("aria-invalid");
    describe(control, (id) => !id.endsWith("_error"));
  });
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
    for (const one of control instanceof RadioNodeList ? control : [control]) {
      one.setAttribute("aria-invalid", "true");
      describe(one, (id) => id !== place.id, place.id);
    }
  }
  form.querySelector("[aria-invalid=true]")?.focus();
}

/* Keep of what describes a control what is wanted, and add to it. */
function describe(control, isWanted, ...others) {
  const ids = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && isWanted(id));
  control.setAttribute("aria-describedby", [...ids, ...others].join(" "));
}

function sayAbove(sentence, isSignedOut = false) {
  const notice = document.createElement("p");
  notice.className = "notice critical";
  notice.textContent = sentence;
  if (isSignedOut) {
    const link = document.createElement("a");
    Object.assign(link, { href: form.dataset.signIn, target: "_blank", rel: "noopener" });
    link.textContent = gettext("Sign in in another tab");
    notice.append(" ", link);
  }
  form.querySelector(".form-errors").append(notice);
  notice.scrollIntoView({ block: "center" });
}

async function openCase() {
  const body = new FormData(form);
  body.delete("images");
  body.set("csrfmiddlewaretoken", csrfToken());
  uploader.ids.forEach((id) => body.append("uploads", id));
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  return { status: answer.status, content: await answer.json() };
}

async function submit() {
  clearErrors();
  if (uploader.rows.length === uploader.count("refused", "unsent")) {
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
      sayAbove(content.sentence ?? OFFLINE, content.code === "signed_out");
    }
  } catch {
    sayAbove(OFFLINE);
  }
  button.disabled = false;
}

function follow({ accession, case: address, upload }) {
  typed.forget();
  facts.disabled = true;
  unsuitable.textContent = "";
  button.hidden = true;
  toCase.href = address;
  toCase.addEventListener("click", () => leaveWord(address, uploader.those(...LEFT_BEHIND)));
  say(gettext("Case %(accession)s is open. Its images are being sent."), { accession });
  document.querySelector("#images-title").scrollIntoView({ block: "start" });
  uploader.addEventListener("settled", () => {
    const stored = uploader.count("stored");
    // A file that was refused cannot be mended here; the page of the case names it.
    if (stored && !uploader.count(...UNDONE)) {
      leaveWord(address, uploader.those(...LEFT_BEHIND));
      uploader.leaves = true;
      location.assign(address);
      return;
    }
    toCase.hidden = false;
    const all = uploader.rows.length - uploader.count("same");
    say(gettext("Case %(accession)s is open with %(stored)s of %(all)s images. Add others, or go on."), {
      accession,
      stored,
      all,
    });
  });
  uploader.start(upload);
  uploader.settle();
}

function say(words, values) {
  said.textContent = interpolate(words, values, true);
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
