/* What every page shares: polling at the pace that its reader needs. An element with data-poll="MILLISECONDS" gets the
   htmx event "poll" at that pace, and ten times slower while the tab is hidden. */

"use strict";

const SLOWER_WHEN_HIDDEN = 10;
const HEARTBEAT = 250;

const lastPolls = new WeakMap();

function pollWhatIsDue() {
  const now = Date.now();
  const patience = document.hidden ? SLOWER_WHEN_HIDDEN : 1;
  for (const element of document.querySelectorAll("[data-poll]")) {
    const last = lastPolls.get(element);
    if (last === undefined) {
      lastPolls.set(element, now);
    } else if (now - last >= Number(element.dataset.poll) * patience) {
      lastPolls.set(element, now);
      window.htmx.trigger(element, "poll");
    }
  }
}

setInterval(pollWhatIsDue, HEARTBEAT);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    document.querySelectorAll("[data-poll]").forEach((element) => window.htmx.trigger(element, "poll"));
  }
});

/* What no longer arrives must not look as if there were nothing new: a page says since when one of its polls fails. One
   that fails once is a line that hiccuped. */
const heardAt = new Map();
const failures = new Map();
const openedAt = new Date();

document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful, xhr } }) => {
  if (!elt.matches("[data-poll]")) {
    return;
  }
  if (successful) {
    heardAt.set(elt.id, new Date());
    failures.delete(elt.id);
  } else {
    failures.set(elt.id, (failures.get(elt.id) ?? 0) + 1);
  }
  const silent = [...failures]
    .filter(([id, count]) => count > 1 && document.getElementById(id))
    .map(([id]) => heardAt.get(id) ?? openedAt);
  const stale = document.querySelector("#stale");
  stale.hidden = !silent.length && xhr.status !== 401;
  if (!stale.hidden) {
    stale.textContent =
      xhr.status === 401 ? signedOut() : window.interpolate(notUpToDate(), [clock(new Date(Math.min(...silent)))]);
  }
});

const signedOut = () =>
  window.gettext("You are signed out: what is new, a critical case too, is not on this page. Sign in again.");
const notUpToDate = () =>
  window.gettext("Not up to date since %s: what is newer, a critical case too, is not on this page. It goes on trying.");
const clock = (time) =>
  time.toLocaleTimeString(`${document.documentElement.lang}-u-nu-latn`, { hour: "2-digit", minute: "2-digit" });

/* What tabs kept of forms and files (tab.js) holds patients' facts, and goes at sign-out from all of them. */
const signOuts = new BroadcastChannel("sign-out");

signOuts.addEventListener("message", () => sessionStorage.clear());
document.addEventListener("submit", (event) => {
  if (event.target.action.endsWith("/sign-out/")) {
    sessionStorage.clear();
    signOuts.postMessage("");
  }
});
