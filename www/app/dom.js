// Elements from plain calls: `h("button.primary", { onclick }, "Buy")`.
//
// Text always arrives as text nodes and never as markup, so that no title of a foreign feed
// and no search text can become HTML.

/** Creates an element from `tag.class.class`, properties and children. */
export function h(selector, ...rest) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length > 0) element.className = classes.join(" ");
  for (const part of rest) append(element, part);
  return element;
}

/** Replaces all children of `parent`. */
export function fill(parent, ...children) {
  parent.replaceChildren();
  for (const child of children) append(parent, child);
  return parent;
}

/** Tells screen readers what sighted shoppers see happening. */
export function announce(text) {
  const region = document.getElementById("announcer");
  if (region) region.textContent = text;
}

/** Splits `text` at UTF-16 `ranges` into plain text and `<mark>`. */
export function highlighted(text, ranges) {
  const parts = document.createDocumentFragment();
  let end = 0;
  for (const [from, to] of ranges ?? []) {
    if (from < end || to > text.length || from >= to) continue;
    parts.append(text.slice(end, from), h("mark", text.slice(from, to)));
    end = to;
  }
  parts.append(text.slice(end));
  return parts;
}

/** Marks where the words of `query` begin in `text`: for lists that the shop itself searched. */
export function highlightWords(text, query) {
  const ranges = [];
  const lower = text.toLowerCase();
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8)) {
    const at = lower.indexOf(word);
    // Lower-casing may change lengths (such as "İ"); a range would then point beside the match.
    if (at >= 0 && lower.length === text.length) ranges.push([at, at + word.length]);
  }
  return highlighted(text, ranges.sort((a, b) => a[0] - b[0]));
}

function append(element, part) {
  if (part === null || part === undefined || part === false || part === true) return;
  if (Array.isArray(part)) part.forEach((child) => append(element, child));
  else if (part instanceof Node) element.append(part);
  else if (typeof part === "object") setProperties(element, part);
  else element.append(String(part));
}

function setProperties(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "style") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else if (name.startsWith("on") || (name in element && !name.includes("-") && !ATTRIBUTES.has(name))) element[name] = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
}

// Properties whose attribute form is the one that takes our strings.
const ATTRIBUTES = new Set(["list", "form", "role", "width", "height", "draggable"]);
