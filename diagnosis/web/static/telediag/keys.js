// The one registry of keys. A page's scripts register what they listen to, "?" shows what is registered, and nothing
// fires while somebody types. An entry is { key, words, where, act }: `key` as in event.key (several for one act: the
// first is shown), `words` what it does, `where` the heading it stands under.
const TYPING = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range])";
// Enter and Space belong to what has the focus.
const PRESSED = "a[href], button, summary, input, label";
// Where the keys of a US layout say nothing Latin (Persian, Greek), the place of a key counts: [plain, with Shift].
const PLACES = {
  BracketLeft: ["[", "{"],
  BracketRight: ["]", "}"],
  Backslash: ["\\", "|"],
  Comma: [",", "<"],
  Equal: ["=", "+"],
  Minus: ["-", "_"],
  Period: [".", ">"],
  Slash: ["/", "?"],
};
const NAMES = {
  " ": gettext("Space"),
  Enter: gettext("Enter"),
  Escape: gettext("Esc"),
  Backspace: gettext("Backspace"),
  "-": "−",
};

const LIST = { key: "?", words: gettext("this list"), where: gettext("Everywhere"), act: show };
const registered = new Map();
let mode = null;

export function register(entries) {
  for (const entry of entries) {
    for (const key of [entry.key].flat()) {
      if (registered.has(key)) throw new Error(`The key ${key} is registered twice.`);
      registered.set(key, entry);
    }
  }
}

// A mode: until it is left (by Escape, by leave()), only its entries count, and those registered keys that it lets pass.
export function enter(entries, { left, passing = [] } = {}) {
  leave();
  mode = { entries, left, passing: ["?", ...passing] };
}

export function leave() {
  const { left } = mode ?? {};
  mode = null;
  left?.();
}

export function show() {
  dialog().showModal();
}

function dialog() {
  document.querySelector("dialog.keys-dialog")?.remove();
  const title = element("h2", "card-title", gettext("Keys"));
  title.id = "keys-title";
  const form = element("form", "", element("button", "button small", gettext("Close")));
  form.method = "dialog";
  const made = element("dialog", "keys-dialog", element("header", "", title, form));
  made.setAttribute("aria-labelledby", "keys-title");
  const sheet = element("div", "keys-sheet");
  const lists = new Map();
  for (const { key, words, where } of [...(mode?.entries ?? []), ...new Set(registered.values()), LIST]) {
    if (!lists.has(where)) {
      lists.set(where, element("dl", ""));
      sheet.append(element("section", "", element("h3", "", where), lists.get(where)));
    }
    const cap = element("kbd", "", named([key].flat()[0]));
    lists.get(where).append(element("div", "", element("dt", "", cap), element("dd", "", words)));
  }
  made.append(sheet);
  document.body.append(made);
  return made;
}

// A key that leads to a field of text leads behind what stands in it, where one goes on typing.
export function typeIn(field) {
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

export function named(key) {
  return NAMES[key] ?? key;
}

function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

function keyOf({ key, code, shiftKey }) {
  if (key.length !== 1 || key <= "~") return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  return PLACES[code]?.[Number(shiftKey)] ?? /^Digit(\d)$/.exec(code)?.[1] ?? key;
}

document.addEventListener("keydown", (event) => {
  // AltGr, with which many layouts write brackets, says that Ctrl and Alt are pressed.
  const isChord = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
  if (event.defaultPrevented || isChord || event.isComposing || document.querySelector("dialog[open]")) return;
  const key = keyOf(event);
  const field = event.target.closest?.(TYPING);
  if (field && key === "Escape") field.blur();
  if (field || ((key === "Enter" || key === " ") && event.target.closest?.(PRESSED))) return;
  if (key === "Escape") return leave();
  const ofMode = mode?.entries.find((each) => [each.key].flat().includes(key));
  const ofPage = key === "?" ? LIST : registered.get(key);
  const entry = ofMode ?? (!mode || mode.passing.includes(key) ? ofPage : null);
  if (!entry) return;
  event.preventDefault();
  entry.act(event);
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-keys-open]")) show();
});
document.querySelectorAll("[data-keys-open]").forEach((button) => {
  button.hidden = false;
});

