/* What is pressed and sent by htmx: with the token that counts, after a sign-in if need be, and never undone without a
   word. Polls, which nobody pressed, tell for themselves (portal.js). */

import { csrfToken } from "./csrf.js";
import { gettext } from "./words.js";

const LOST = gettext("The server did not answer, so this may not have been done. Try again.");
const OUT_OF_DATE = gettext("This was not done: the page is out of date. Reload it, then try again.");

const place = document.querySelector("#undone");
const isPoll = (element) => element.matches("[data-poll]");

function say(sentence) {
  place.hidden = !sentence;
  place.textContent = sentence;
}

/* A refusal brings its own sentence (RefusalMiddleware); what Django refuses by itself, a token above all, has none. */
function sentenceOf({ status, responseText }) {
  try {
    return JSON.parse(responseText).sentence;
  } catch {
    return status >= 400 && status < 500 ? OUT_OF_DATE : LOST;
  }
}

/* What htmx sent for somebody whose session has ended goes as a form, so that the sign-in page keeps it and sends it on. */
function goAsForm({ path, formData }) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = path;
  form.hidden = true;
  for (const [name, value] of formData) {
    const field = document.createElement("input");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

function tell({ target, detail: { xhr, requestConfig } }) {
  if (isPoll(target)) {
    return;
  }
  if (xhr.status === 401 && requestConfig.verb !== "get") {
    goAsForm(requestConfig);
  } else {
    say(sentenceOf(xhr));
  }
}

document.addEventListener("htmx:configRequest", ({ detail: { verb, formData } }) => {
  if (verb !== "get") {
    formData.set("csrfmiddlewaretoken", csrfToken());
  }
});
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (!isPoll(target)) {
    say("");
  }
});
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, tell);
}
