// Small samples of a colour beside the name of a colour value.

import { h } from "./dom.js";

const COLOUR_FACET = /colou?r|farbe/i;

// Names in the languages of the catalogues; a finish (chrome, brass) is drawn as a sheen.
const COLOURS = [
  [/chrom/, "linear-gradient(135deg,#f4f6f8,#9aa4ad 55%,#dfe4e8)"],
  [/edelstahl|stainless|steel|stahl|nickel|silver|silber|titan|alumin/, "linear-gradient(135deg,#eceff1,#a9b1b7 60%,#cfd5d9)"],
  [/messing|brass|gold/, "linear-gradient(135deg,#f3dd97,#b98d2f 60%,#e5c56d)"],
  [/bronze|kupfer|copper/, "linear-gradient(135deg,#e5b48f,#9a5b34 60%,#cf8d61)"],
  [/anthra|graphit/, "#3a3f44"],
  [/schwarz|black/, "#17191b"],
  [/wei(ß|ss)|white/, "#ffffff"],
  [/creme|cream|beige|sand|ivory|elfenbein/, "#e9dcc3"],
  [/hellgrau|light.?gr[ae]y/, "#c9ced3"],
  [/grau|gr[ae]y/, "#8b9299"],
  [/hellblau|light.?blue|sky/, "#8cc4ec"],
  [/navy|dunkelblau|marine/, "#1f2f58"],
  [/petrol|teal|türkis|turquoise|cyan/, "#1b8a90"],
  [/blau|blue/, "#2463c9"],
  [/oliv/, "#77793a"],
  [/mint|salbei|sage/, "#a9cdb7"],
  [/gr(ü|ue)n|green/, "#2c8a4b"],
  [/gelb|yellow/, "#f2c521"],
  [/orange/, "#ee7d1d"],
  [/rosa|pink/, "#eba3bd"],
  [/magenta/, "#c22a7e"],
  [/lila|violett|purple|violet/, "#7a4fb5"],
  [/bordeaux|weinrot|burgundy/, "#6e1f2e"],
  [/rot|red/, "#cf2d2d"],
  [/eiche|oak/, "#c79b63"],
  [/nussbaum|walnut/, "#6b4629"],
  [/braun|brown/, "#7b5236"],
  [/transparent|klar|clear/, "repeating-conic-gradient(#d9dde0 0 25%,#fff 0 50%) 0 0/8px 8px"],
  [/bunt|multi/, "conic-gradient(#cf2d2d,#f2c521,#2c8a4b,#2463c9,#7a4fb5,#cf2d2d)"],
];

/** A sample for a value: the catalogue's, else one for the name of a colour, or nothing. */
export function swatch(facet, value) {
  if (value.swatch) {
    const background = value.swatch.startsWith("#") ? value.swatch : `center / cover url(${JSON.stringify(value.swatch)})`;
    return h("span.swatch", { style: { background }, "aria-hidden": "true" });
  }
  if (!COLOUR_FACET.test(facet.key) && !COLOUR_FACET.test(facet.label)) return null;
  const background = cssColour(`${value.value} ${value.label}`);
  return background && h("span.swatch", { style: { background }, "aria-hidden": "true" });
}

/** CSS for a colour's name, or `undefined`. */
export function cssColour(name) {
  const lower = name.toLowerCase();
  return COLOURS.find(([pattern]) => pattern.test(lower))?.[1];
}
