// A list of tiles that keeps its elements when its order changes, and lets them glide there.
//
// The new order is in the document when `setOrder` returns; the movement is only drawn on top of
// it (FLIP: first, last, invert, play), so that nothing waits for an animation. Where tiles come to
// stand is measured with the next frame, which lays the page out anyway.

const DURATION = 200;
const EASING = "cubic-bezier(.2, .7, .2, 1)";

/** Shows `cards` in `container`, one element per id from `build(card)`. */
export class Grid {
  #container;
  #build;
  #tiles = new Map();
  /** Where tiles stood before the changes of this frame. */
  #first = null;

  constructor(container, build) {
    this.#container = container;
    this.#build = build;
  }

  /** The ids as they stand in the document. */
  get order() {
    return [...this.#container.children].map((child) => child.dataset.id);
  }

  /** Puts `cards` in this order; returns whether anything changed. */
  setOrder(cards, { animate = true } = {}) {
    const before = this.order;
    if (before.length === cards.length && before.every((id, at) => id === cards[at].id)) return false;
    const moves = animate && before.length > 0 && this.#container.isConnected && !reducedMotion() && !document.hidden;
    if (moves && this.#first === null) {
      this.#first = this.#places();
      requestAnimationFrame(() => this.#play());
    }
    const focused = document.activeElement;

    const tiles = new Map();
    for (const card of cards) tiles.set(card.id, this.#tiles.get(card.id) ?? this.#tile(card));
    this.#tiles = tiles;
    this.#container.replaceChildren(...tiles.values());

    // Taking an element out drops its focus; a keyboard user must stay where they were.
    if (focused && focused !== document.activeElement && this.#container.contains(focused)) focused.focus({ preventScroll: true });
    return true;
  }

  /** Calls `change(element, card id)` for every tile. */
  each(change) {
    for (const [id, tile] of this.#tiles) change(tile, id);
  }

  #tile(card) {
    const tile = this.#build(card);
    tile.dataset.id = card.id;
    return tile;
  }

  #places() {
    const places = new Map();
    for (const [id, tile] of this.#tiles) places.set(id, tile.getBoundingClientRect());
    return places;
  }

  #play() {
    const first = this.#first;
    this.#first = null;
    const last = this.#places();
    for (const [id, tile] of this.#tiles) {
      const from = first.get(id);
      const to = last.get(id);
      if (to.bottom < -200 || to.top > innerHeight + 200) continue;
      const frames = from
        ? [{ transform: `translate(${from.left - to.left}px, ${from.top - to.top}px)` }, { transform: "none" }]
        : [{ opacity: 0, transform: "scale(.96)" }, { opacity: 1, transform: "none" }];
      if (from && from.left === to.left && from.top === to.top) continue;
      tile.animate(frames, { duration: DURATION, easing: EASING });
    }
  }
}

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
