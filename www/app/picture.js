// Product pictures, with a drawn stand-in where the feed has none or it cannot load.

import { h } from "./dom.js";

// A picture's host that failed is not asked again: a catalogue with thousands of dead links would
// otherwise cost a request for every tile.
const deadHosts = new Set();

/** A picture of `card` that always shows something. `eager` is for what is seen at once. */
export function picture(card, { eager = false, size = 320 } = {}) {
  const frame = h("div.picture");
  if (!card.image || deadHosts.has(hostOf(card.image))) {
    frame.append(standIn(card));
    return frame;
  }
  const image = h("img", {
    alt: "",
    decoding: "async",
    loading: eager ? "eager" : "lazy",
    width: size,
    height: size,
    onerror: () => {
      const host = hostOf(card.image);
      if (host !== location.host) deadHosts.add(host);
      image.replaceWith(standIn(card));
    },
    onload: () => frame.classList.add("loaded"),
  });
  image.src = card.image;
  frame.append(image);
  return frame;
}

/** A quiet tile in the brand's own colour with its initials. */
export function standIn(card) {
  const name = (card.brand || card.title || card.label || "?").trim();
  const initials = name
    .split(/[\s\-_/]+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join("");
  return h("div.stand-in", { style: { "--hue": hueOf(name) }, "aria-hidden": "true" }, h("span", initials || "?"));
}

function hueOf(name) {
  let hash = 7;
  for (const char of name.toLowerCase()) hash = (hash * 31 + char.codePointAt(0)) % 3_600;
  return Math.round(hash / 10);
}

function hostOf(address) {
  try {
    return new URL(address, location.href).host;
  } catch {
    return address;
  }
}
