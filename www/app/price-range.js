// A price range: two handles on one track and two fields that say the same.

import { h } from "./dom.js";
import { t } from "./i18n.js";

// Prices spread over orders of magnitude; the track is logarithmic so that the cheap half is not one pixel.
const STEPS = 100;

/** Controls for `facet` (`min`, `max` in minor units); calls `change` with the new listing state. */
export function priceRange(facet, state, change) {
  const low = Math.max(1, facet.min);
  const high = Math.max(low + 1, facet.max);
  const toStep = (minor) => Math.round((STEPS * Math.log(Math.max(minor, low) / low)) / Math.log(high / low));
  const toMinor = (step) => (step <= 0 ? facet.min : step >= STEPS ? facet.max : nice(low * (high / low) ** (step / STEPS)));
  let from = state.price_min ?? facet.min;
  let to = state.price_max ?? facet.max;

  const field = (label, side) => h("input", { type: "number", inputMode: "decimal", step: "any", min: "0", "aria-label": t(label), onchange: (event) => typed(side, event.target.value) });
  const minField = field("listing.price.min", "from");
  const maxField = field("listing.price.max", "to");
  const handle = (label, side) => h("input", { type: "range", min: "0", max: String(STEPS), step: "1", "aria-label": t(label), oninput: (event) => slid(side, Number(event.target.value)), onchange: apply });
  const minHandle = handle("listing.price.min", "from");
  const maxHandle = handle("listing.price.max", "to");
  const track = h("div.range-track", minHandle, maxHandle);

  function slid(side, step) {
    if (side === "from") from = Math.min(toMinor(step), to);
    else to = Math.max(toMinor(step), from);
    draw();
  }

  function typed(side, text) {
    const minor = Math.round(Number(text) * 100);
    const sane = text !== "" && Number.isFinite(minor) && minor >= 0 && minor < 1e9;
    if (side === "from") from = sane ? Math.min(minor, to) : facet.min;
    else to = sane ? Math.max(minor, from) : facet.max;
    draw();
    apply();
  }

  function apply() {
    change({ ...state, price_min: from > facet.min ? from : undefined, price_max: to < facet.max ? to : undefined });
  }

  function draw() {
    minHandle.value = toStep(from);
    maxHandle.value = toStep(to);
    minHandle.setAttribute("aria-valuetext", String(from / 100));
    maxHandle.setAttribute("aria-valuetext", String(to / 100));
    track.style.setProperty("--from", `${toStep(from)}%`);
    track.style.setProperty("--to", `${toStep(to)}%`);
    minField.value = (from / 100).toFixed(from % 100 === 0 ? 0 : 2);
    maxField.value = (to / 100).toFixed(to % 100 === 0 ? 0 : 2);
  }

  draw();
  return h("div.range", track, h("div.range-fields", minField, h("span", "–"), maxField));
}

// Two significant digits: a handle that stops at 49.37 looks like a mistake.
function nice(minor) {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(minor)) - 1);
  return Math.round(minor / unit) * unit;
}
