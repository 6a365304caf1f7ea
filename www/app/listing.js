// A product list with filters, chips, sorting and "show more": the body of category and search pages.
//
// A `source` says where products come from: `load(state, offset)` fetches a window of candidates,
// `arrange(window)` puts one into the order for this person, and `facets(state)` names the filters.
// `refresh()` does the last two again, in the same task, when the engine has learned something.

import { announce, fill, h } from "./dom.js";
import { noteFacets } from "./facet-names.js";
import { chips, facetList } from "./facets.js";
import { Grid } from "./grid.js";
import { number, plural, t } from "./i18n.js";
import { icon } from "./icons.js";
import { setLead } from "./lead.js";
import * as person from "./person.js";
import { listingAddress } from "./router.js";
import { markReasons, skeletonTile, tile } from "./tile.js";
import { understoodChips } from "./understood.js";

const PAGE = 24;

// How a list stood when it was left. Coming back starts from there and glides into the order that
// what was learned meanwhile asks for.
const left = new Map();

/** Builds a list; `base` is its address without filters, `setAddress` writes the present one. */
export class Listing {
  #source;
  #base;
  #state;
  #setAddress;
  #empty;
  #windows = [];
  #total = 0;
  #plainFacets = [];
  #hint = "";
  #understood = [];
  #facets = [];
  #shown = PAGE;
  #asked = 0;
  #reasons;
  #clicked;

  constructor({ source, base, state, setAddress, list, empty }) {
    this.#source = source;
    this.#base = base;
    this.#state = state;
    this.#setAddress = setAddress;
    this.#empty = empty;

    this.count = h("p.listing-count", { dataset: { testid: "listing-count" } });
    this.chipRow = h("div.chip-row");
    this.tiles = h("ul.tiles", { dataset: { testid: "grid" } });
    this.grid = new Grid(this.tiles, (card) => tile(card, { list }));
    // A click on a product re-orders the list at once, unseen behind the page that opens. The way back
    // begins with the order that was clicked in, so that the change is seen.
    this.tiles.addEventListener("click", (event) => {
      const leaves = event.target.closest(".tile-link") && !event.ctrlKey && !event.metaKey && !event.shiftKey;
      this.#clicked = leaves ? this.grid.order : undefined;
    }, true);
    this.more = h("button.button", { type: "button", hidden: true, onclick: () => this.#showMore() }, t("listing.more"));
    this.note = h("div.listing-note");
    this.facetBox = h("div");
    this.close = h("button.button.primary.filters-close", { type: "button", onclick: () => this.filters.close() });
    this.filters = h("dialog.filters", { "aria-label": t("listing.filters") },
      h("div.filters-head", h("h2", t("listing.filters")), h("button.quiet", { type: "button", "aria-label": t("panel.close"), onclick: () => this.filters.close() }, icon("close"))),
      this.facetBox, this.close);
    this.filters.addEventListener("click", (event) => event.target === this.filters && this.filters.close());
    this.element = h("div.listing",
      this.filters,
      h("div.listing-main",
        h("div.listing-bar", this.count,
          h("button.button.filters-open", { type: "button", onclick: () => this.filters.showModal() }, icon("filter", 18), t("listing.filters")),
          this.#sorting()),
        this.chipRow, this.note, this.tiles, h("div.listing-more", this.more)),
    );
  }

  /** Loads and shows the first products. */
  async start() {
    const before = left.get(this.#address());
    this.#shown = before?.shown ?? PAGE;
    await this.#load();
    if (!before) return this.#draw();
    const byId = new Map(this.#windows.flat().map((card) => [card.id, card]));
    this.grid.setOrder(before.order.map((id) => byId.get(id)).filter(Boolean), { animate: false });
    // The glide needs the old places on the screen once; what was learned is then drawn on top.
    return () => this.#draw();
  }

  /** Re-orders by what the engine knows now; the document is in its new order on return. */
  refresh() {
    if (this.#windows.length > 0 || this.#total > 0) this.#draw();
  }

  /** Loads the first products again, when the source has a better answer than it had. */
  async reload() {
    await this.#load();
    this.#draw();
  }

  /** Notes how the list stood, for the way back. */
  leave() {
    cancelIdle(this.#reasons);
    left.set(this.#address(), { order: this.#clicked ?? this.grid.order, shown: this.#shown });
    if (left.size > 30) left.delete(left.keys().next().value);
  }

  async #load() {
    const mine = ++this.#asked;
    const answer = await this.#source.load(this.#state, 0);
    if (mine !== this.#asked) return;
    this.#total = answer.total;
    this.#plainFacets = answer.facets;
    this.#hint = answer.hint ?? "";
    this.#understood = answer.understood ?? [];
    this.#windows = answer.cards.length > 0 ? [answer.cards] : [];
  }

  #draw() {
    const personal = this.#state.sort === "relevance";
    const cards = this.#windows.flatMap((window) => (personal ? this.#source.arrange(window, this.#state) : window));
    const shown = cards.slice(0, this.#shown);
    this.grid.setOrder(shown);
    this.#drawCount(cards.length);
    this.#drawFacets();
    const change = (state) => this.#change(state);
    fill(this.chipRow, ...understoodChips(this.#understood, this.#state, change), chips(this.#facets, this.#state, change));
    fill(this.note, this.#total === 0 ? this.#empty() : this.#hint && h("p.listing-hint", { dataset: { testid: "hint" } }, this.#hint));
    setLead(personal ? shown[0] : undefined);
    cancelIdle(this.#reasons);
    this.#reasons = whenIdle(() => markReasons(this.grid, personal ? shown : []));
  }

  #drawCount(loaded) {
    this.count.textContent = plural("listing.count", this.#total);
    this.close.textContent = t("listing.filters.show", { n: number(this.#total) });
    this.more.hidden = this.#shown >= loaded && loaded >= this.#total;
  }

  #drawFacets() {
    const focus = focusIn(this.facetBox);
    const personal = this.#source.facets(this.#state);
    this.#facets = personal?.length > 0 ? personal : this.#plainFacets;
    noteFacets(this.#facets);
    fill(this.facetBox, facetList(this.#facets, this.#state, (state, learned) => this.#change(state, learned)));
    focus?.();
  }

  async #change(state, learned) {
    this.leave();
    this.#state = state;
    this.#shown = PAGE;
    this.#setAddress(this.#address());
    if (learned) person.observe("select_filter", { facet: learned.facet, value: learned.value }, learned.label);
    try {
      await this.#load();
    } catch (error) {
      return fill(this.note, h("p.error", error.message));
    }
    this.#draw();
    announce(plural("listing.count", this.#total));
  }

  async #showMore() {
    this.#shown += PAGE;
    const loaded = this.#windows.reduce((sum, window) => sum + window.length, 0);
    if (this.#shown > loaded && loaded < this.#total) {
      this.more.disabled = true;
      this.tiles.append(...Array.from({ length: 4 }, skeletonTile));
      const answer = await this.#source.load(this.#state, loaded).catch(() => ({ cards: [] }));
      this.more.disabled = false;
      if (answer.cards.length > 0) this.#windows.push(answer.cards);
    }
    this.#draw();
  }

  #sorting() {
    const select = h("select", { onchange: () => this.#change({ ...this.#state, sort: select.value }) },
      ["relevance", "price_asc", "price_desc"].map((sort) => h("option", { value: sort, selected: this.#state.sort === sort }, t(`listing.sort.${sort === "relevance" && person.status() !== "ready" ? "shop" : sort}`))));
    select.dataset.testid = "sort";
    return h("label.sorting", h("span", t("listing.sort")), select);
  }

  #address() {
    return listingAddress(this.#base, this.#state);
  }
}

// Redrawn filters take the focus with them; this gives it back to the same value.
function focusIn(box) {
  const row = document.activeElement?.closest?.("[data-value]");
  const facet = row?.closest("[data-facet]");
  if (!row || !facet || !box.contains(row)) return undefined;
  const { value } = row.dataset;
  const key = facet.dataset.facet;
  return () => {
    for (const one of box.querySelectorAll("[data-facet]")) {
      if (one.dataset.facet !== key) continue;
      for (const other of one.querySelectorAll("[data-value]")) if (other.dataset.value === value) other.querySelector("input")?.focus({ preventScroll: true });
    }
  };
}

const whenIdle = (work) => (globalThis.requestIdleCallback ?? setTimeout)(work);
const cancelIdle = (handle) => handle !== undefined && (globalThis.cancelIdleCallback ?? clearTimeout)(handle);
