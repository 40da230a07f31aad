// How long things are: the bar at the edge of each stage, and lengths in words. In micrometres where the device that
// took the image has a measured size of a pixel, else in pixels.
const ROUND = [1, 2, 5];
const LONGEST = 120;

export class ScaleBar {
  constructor(root) {
    this.bar = root.querySelector("[data-scale-bar]");
    this.words = root.querySelector("[data-scale-words]");
    this.micrometres = null;
  }

  follow(scale) {
    const unit = scale / (this.micrometres ?? 1);
    const length = roundBelow(LONGEST / unit);
    this.bar.style.inlineSize = `${length * unit}px`;
    this.words.textContent = said(length, this.micrometres !== null);
  }
}

export function lengthInWords(pixels, micrometres) {
  return micrometres ? said((pixels * micrometres).toFixed(1), true) : said(Math.round(pixels), false);
}

function said(length, isKnown) {
  return interpolate(isKnown ? gettext("%s µm") : gettext("%s px"), [length]);
}

// 1, 2 or 5 times a power of ten.
function roundBelow(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return Number((Math.max(...ROUND.filter((step) => step * power <= most)) * power).toPrecision(1));
}
