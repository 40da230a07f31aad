"""What lies over a smear, looked at as pixels: the machine's layers are canvases."""

SHOWN = """async canvas => {
  if (getComputedStyle(canvas).display === "none") return false;
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  for (let tries = 0; tries < 50; tries++) {
    copy.drawImage(canvas, 0, 0);
    if (copy.getImageData(0, 0, width, height).data.some(Boolean)) return true;
    await new Promise(requestAnimationFrame);
  }
  return false;
}"""


def shown(page, layer):
    """Tell whether a layer is there to see: its canvas is shown, and something is drawn on it."""
    return page.locator(f".over-{layer}").evaluate(SHOWN)
