// The keys of the microscope. Letters for the opinion (a, c, r, s, 1 to 4) belong to the form beside it.
import { enter, leave, register } from "./keys.js";

export function listen(does) {
  const { acts } = does;
  const images = gettext("Images");
  const cells = gettext("Cells");
  const layers = gettext("Layers");
  const marks = gettext("Your marks");
  const tools = gettext("Tools");
  const byNumber = Array.from({ length: Math.min(9, does.smears) }, (_, index) => ({
    key: String(index + 1),
    words: interpolate(gettext("image %s"), [index + 1]),
    where: gettext("Go to"),
    act: () => {
      leave();
      does.show(index);
    },
  }));
  const light = (key, words, name, steps) => ({ key, words, where: tools, act: () => does.light(name, steps) });
  register([
    { key: "n", words: gettext("next image"), where: images, act: () => does.next(1) },
    { key: "p", words: gettext("previous image"), where: images, act: () => does.next(-1) },
    { key: "g", words: gettext("then 1 to 9: that image"), where: images, act: () => enter(byNumber) },
    { key: ["+", "="], words: gettext("zoom in"), where: images, act: acts["zoom-in"] },
    { key: "-", words: gettext("zoom out"), where: images, act: acts["zoom-out"] },
    { key: "0", words: gettext("whole image"), where: images, act: acts.home },
    { key: "f", words: gettext("fill the screen"), where: images, act: acts["fill-screen"] },
    { key: "w", words: gettext("one, two or four images side by side"), where: images, act: does.besideMore },
    { key: "v", words: gettext("the next of them"), where: images, act: does.nextStage },
    { key: "l", words: gettext("link them, so that they move together"), where: images, act: acts.link },
    { key: "j", words: gettext("next cell"), where: cells, act: () => does.step(1) },
    { key: "k", words: gettext("previous cell"), where: cells, act: () => does.step(-1) },
    { key: "o", words: gettext("another order of the cells"), where: cells, act: does.reorder },
    { key: "e", words: gettext("outlines of the cells"), where: layers, act: () => does.layer("cells") },
    { key: "u", words: gettext("outlines of the nuclei"), where: layers, act: () => does.layer("nuclei") },
    { key: "b", words: gettext("numbers"), where: layers, act: () => does.layer("boxes") },
    { key: "h", words: gettext("your marks"), where: layers, act: () => does.layer("marks") },
    { key: "m", words: gettext("activation map"), where: layers, act: () => does.layer("activation") },
    { key: "x", words: gettext("the chosen cell is a blast"), where: marks, act: () => does.mark("blast") },
    { key: "y", words: gettext("it is not a blast"), where: marks, act: () => does.mark("not_blast") },
    { key: "z", words: gettext("it is an artefact"), where: marks, act: () => does.mark("artefact") },
    { key: "Backspace", words: gettext("take its mark back"), where: marks, act: () => does.mark("none") },
    { key: "d", words: gettext("draw a cell that was missed"), where: marks, act: acts.draw },
    { key: "t", words: gettext("tally counter"), where: tools, act: acts.tally },
    { key: "q", words: gettext("measure a length"), where: tools, act: acts.measure },
    light("]", gettext("brighter"), "brightness", 1),
    light("[", gettext("darker"), "brightness", -1),
    light("}", gettext("more contrast"), "contrast", 1),
    light("{", gettext("less contrast"), "contrast", -1),
    { key: "\\", words: gettext("brightness and contrast as they were"), where: tools, act: does.even },
  ]);
}
