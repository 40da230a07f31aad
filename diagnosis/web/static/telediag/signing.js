import { keepFresh } from "./csrf.js";

document.querySelectorAll("[data-signing]").forEach(keepFresh);
