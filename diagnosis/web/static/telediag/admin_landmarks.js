/* Give names to what the administration's theme leaves without: its landmarks, its search fields, its hints. */

"use strict";

function nameLandmarks() {
  const names = document.querySelector("main").dataset;
  const landmarks = [
    ["#nav-sidebar-inner", names.lists],
    ["#nav-sidebar-apps .simplebar-content-wrapper", `${names.lists} (1)`],
    ["#tabs-items", names.parts],
  ];
  for (const [selector, name] of landmarks) {
    document.querySelectorAll(selector).forEach((element) => element.setAttribute("aria-label", name));
  }
}

/* A field that is searched stands in for a hidden one; its name is that one's label. */
function nameFields() {
  for (const field of document.querySelectorAll("select + .select2-container")) {
    const name = field.previousElementSibling.labels[0]?.innerText.trim();
    if (name) {
      field
        .querySelectorAll("[role=combobox], [role=textbox]")
        .forEach((part) => part.setAttribute("aria-label", name));
    }
  }
  document.querySelectorAll(".help-tooltip[aria-label]").forEach((hint) => hint.setAttribute("role", "img"));
}

/* After the theme's own scripts, which draw their fields at the same event. */
window.addEventListener("load", () =>
  setTimeout(() => {
    nameLandmarks();
    nameFields();
  }),
);
document.addEventListener("formset:added", () => setTimeout(nameFields));
