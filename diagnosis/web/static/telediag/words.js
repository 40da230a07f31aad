/* Words for modules, from Django's catalogue; without it, as they are written here. */

const filled = (words, values, named) =>
  named
    ? words.replace(/%\((\w+)\)s/g, (_, name) => values[name])
    : values.reduce((said, value) => said.replace("%s", value), words);

export const gettext = window.gettext ?? ((words) => words);
export const ngettext = window.ngettext ?? ((one, many, number) => (number === 1 ? one : many));
export const interpolate = window.interpolate ?? filled;
