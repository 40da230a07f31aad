/* Name the landmarks of the administration, so that a list of them tells one from the other. */

"use strict";

window.addEventListener("load", () => {
  const names = document.querySelector("main").dataset;
  const landmarks = [
    ["#nav-sidebar-inner", names.lists],
    ["#nav-sidebar-apps .simplebar-content-wrapper", `${names.lists} (1)`],
    ["#tabs-items", names.parts],
  ];
  for (const [selector, name] of landmarks) {
    document.querySelectorAll(selector).forEach((element) => element.setAttribute("aria-label", name));
  }
});
