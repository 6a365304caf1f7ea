//! The TypeScript declarations of what crosses the boundary: one per serde struct of the engine, under the struct's name
//! and with its field names.
//!
//! `tests/package` type-checks the shared vectors, inputs and outputs, against them.

use wasm_bindgen::prelude::wasm_bindgen;

/// Of `observe`.
#[wasm_bindgen(typescript_custom_section)]
const EVENT: &str = r#"
/** What happened. */
export interface Event {
  name: EventName;
  params?: EventParams;
}

/** GA4's e-commerce events, and those that only a shop's own page sees. */
export type EventName =
  | "view_item" | "view_item_list" | "select_item" | "add_to_cart" | "remove_from_cart" | "add_to_wishlist" | "purchase" | "refund"
  | "search" | "view_search_results" | "select_filter" | "view_category" | "dismiss_item";

export interface EventParams {
  items?: Item[];
  search_term?: string;
  /** Of `select_filter` and `view_category`: the facet's key and the value. */
  facet?: string;
  value?: string;
  /** The order (`purchase`, `refund`): told again it counts once, and a `refund` without items takes all of it back. */
  transaction_id?: string | number;
  /** When it happened, if not now. */
  timestamp_micros?: number | string;
  item_list_id?: string;
}

/** A GA4 item. */
export interface Item {
  item_id: string;
  item_name?: string;
  item_brand?: string;
  item_category?: string;
  item_category2?: string;
  item_category3?: string;
  item_category4?: string;
  item_category5?: string;
  item_variant?: string;
  price?: number;
  quantity?: number;
  index?: number;
}

/** What an event taught. */
export interface Learned {
  accepted: boolean;
  /** How many of the event's items the catalogue knows. */
  items_known: number;
  changes: Change[];
}

export interface Change {
  facet: string;
  value: string;
  label: string;
  /** Log-odds. */
  before: number;
  after: number;
}
"#;

/// Of `suggest`, `search` and `facets`.
#[wasm_bindgen(typescript_custom_section)]
const SEARCH: &str = r#"
export interface SearchQuery {
  text?: string;
  /** Per facet key the values, any of which will do. Categories are paths: "Bath > Taps". */
  filters?: Record<string, string[]>;
  /** Per key of a numeric facet the ranges from … to, both included, null: open. `price` is in minor units. A facet's values and ranges are alternatives. */
  ranges?: Record<string, [from: number | null, to: number | null][]>;
  /** In minor units (cents): another way to write a range of `price`. */
  price_min?: number;
  price_max?: number;
  /** Facets, and values of each, to return at most; absent: as many as help. Above 30 and 24: all, up to 1,000 of each. */
  max_facets?: number;
  max_values?: number;
  sort?: "relevance" | "price_asc" | "price_desc";
  /** Whether prices, negations and values in the text filter where they are sure ("filter", the default), only weigh, or are words like all others ("off"). */
  understand?: "filter" | "weigh" | "off";
  /** Parts of the text from which nothing is to follow: the ranges of entries of `understood` that the shopper took back. */
  refused?: string[];
  offset?: number;
  limit?: number;
}

export interface SearchResult {
  total: number;
  /** Words of the text that no hit has, where none has all. */
  relaxed: string[];
  understood: Understood[];
  hits: Hit[];
  facets: Facet[];
}

/** A part of a search text that was understood, beside the words that are looked for. */
export interface Understood {
  /** "price" without min and max: a low price. "word": what is not wanted, and no value of a facet. */
  kind: "category" | "brand" | "attribute" | "price" | "word";
  /** The facet's key; "" for words. */
  facet: string;
  /** The facet's value, or the word; "" for prices. */
  value: string;
  /** In minor units (cents), both included; null: open. */
  min: number | null;
  max: number | null;
  negated: boolean;
  /** From 0 to 1. */
  certainty: number;
  /** Where it stands in the text, in UTF-16 code units. */
  range: [number, number];
  /** "filter": all hits meet it. "weight": hits that meet it stand higher. "relaxed": no hit that fits the other words met it, so it was passed over. */
  role: "filter" | "weight" | "relaxed";
}

export interface Hit {
  id: string;
  title: string;
  brand: string;
  mpn: string;
  gtin: string;
  /** Path from the root: "Bath > Taps". */
  category: string;
  /** In minor units (cents). */
  price: number | null;
  sale_price: number | null;
  availability: "in_stock" | "out_of_stock" | "preorder" | "backorder";
  delivery_days: number | null;
  image: string;
  link: string;
  rating: number | null;
  reviews: number;
  /** Ranges in UTF-16 code units, as `String.prototype.slice` takes them. */
  title_highlights: [number, number][];
  mpn_highlights: [number, number][];
  /** How it matches, the best way first; "partial": words of the text are missing. */
  tier: "number" | "exact" | "synonym" | "prefix" | "typo" | "partial" | "all";
  score: number;
  reasons: Reason[];
}

export interface Reason {
  /**
   * "query": chosen by many after this search; "synonym": found by the other name in `value`. Of recommendations, first in the list:
   * "visit": others opened it next to the product that `value` and `label` name; "complement", "accessory", "rule" (`label`: the
   * expert's words), "alternative", "alike" of that product; "repurchase": bought `value` days ago, needed every `label` days.
   */
  kind: "affinity" | "item" | "popularity" | "text" | "position" | "query" | "synonym" | "availability" | "visit" | "complement" | "accessory" | "rule" | "alternative" | "alike" | "repurchase" | "returned";
  facet: string;
  value: string;
  label: string;
  /** Log-odds. */
  contribution: number;
}

export interface Facet {
  /** "category", "brand", "price" or an attribute's key. */
  key: string;
  /** "" for category, brand and price, which the page names itself. */
  label: string;
  kind: "category" | "text" | "price" | "number";
  /** How much it helps: what it splits, what shoppers use, what this one cares about. */
  score: number;
  /** Of the numbers (kind "number"), or "". */
  unit: string;
  /** Categories stand as a tree: each behind the one above it. */
  values: FacetValue[];
  /** Kinds "number" and "price": the chosen ones that are no bucket, then buckets, ascending. */
  ranges: FacetRange[];
  /** Kinds "number" and "price" (in minor units). */
  min: number | null;
  max: number | null;
}

export interface FacetValue {
  value: string;
  label: string;
  count: number;
  selected: boolean;
  affinity: number;
  /** A colour as #rrggbb, the address of a picture, or "". */
  swatch: string;
  /** In the category tree, 0 for the roots. */
  level: number;
}

export interface FacetRange {
  /** As `SearchQuery.ranges` takes them; null: open. */
  from: number | null;
  to: number | null;
  /** "< 10 cm", "10–20 cm", "≥ 20 cm"; "" for prices, which the page formats. */
  label: string;
  count: number;
  selected: boolean;
}

/**
 * What comes next in this visit; what belongs to items; what could stand in the latest one's place; what the shopper bought and is
 * due; what the shopper would not have looked for.
 */
export type RecommendKind = "next" | "complement" | "alternative" | "repurchase" | "inspiration";

/** What to recommend by, and what must hold of it. */
export interface RecommendOptions {
  /** Items to go by, latest last: a product, a cart; absent: those of this visit. */
  items?: string[];
  /** Items that must not come. */
  exclude?: string[];
  /** Whether what was seen in this visit may come again. */
  seen?: boolean;
  limit?: number;
  /** Filters and ranges that every product must meet. */
  only?: Pick<SearchQuery, "filters" | "ranges" | "price_min" | "price_max">;
  /** Only what costs less than the latest item. */
  cheaper?: boolean;
  /** Only what is delivered sooner than the latest item. */
  faster?: boolean;
  /** Only what can be had now. */
  in_stock?: boolean;
  /** 0: by relevance alone; 1: by difference alone; absent: as fits the kind. */
  diversity?: number;
}

/** How many of each. */
export interface SuggestOptions {
  products?: number;
  completions?: number;
  categories?: number;
  brands?: number;
}

export interface Suggestions {
  products: Hit[];
  completions: Completion[];
  categories: SuggestedCategory[];
  brands: SuggestedBrand[];
  /** Words of the text that no product has, where none has all. */
  relaxed: string[];
  /** Own earlier searches, latest first. */
  recent: Recent[];
}

/** Searched by many; read from the catalogue; called what was typed; what this shopper turns to; what matching products are of; own search. */
export type SuggestReason = "searched" | "catalogue" | "named" | "affinity" | "products" | "recent";

export interface Recent {
  text: string;
  highlights: [number, number][];
  reason: SuggestReason;
}

export interface Completion {
  text: string;
  highlights: [number, number][];
  reason: SuggestReason;
  /** Visits that searched so, as far as the logs go; 0 where none is known. */
  searches: number;
}

export interface SuggestedCategory {
  /** Its path: what a filter takes. */
  value: string;
  /** Its own name. */
  label: string;
  /** The path above it, or "". */
  path: string;
  count: number;
  reason: SuggestReason;
}

export interface SuggestedBrand {
  value: string;
  label: string;
  count: number;
  reason: SuggestReason;
}
"#;

/// Of `catalogue`, `applyOverlay`, `explain` and `affinities`.
#[wasm_bindgen(typescript_custom_section)]
const PERSON: &str = r#"
export interface CatalogueInfo {
  /** Content hash of the pack, 32 hexadecimal digits. */
  hash: string;
  items: number;
  /** False for the head of a catalogue: some of its products, while the whole is on its way. */
  complete: boolean;
  name: string;
  /** ISO 639-1. */
  language: string;
  /** ISO 4217. */
  currency: string;
  /** Generated rather than taken from a shop. */
  synthetic: boolean;
}

/** What became of an overlay. */
export interface Overlaid {
  /** False if a newer one of its layer lies there already. */
  applied: boolean;
  /** Items of the catalogue that it speaks of. */
  items: number;
  /** Items that the catalogue does not have. */
  unknown: number;
}

/** What the logs of all shoppers teach. */
export interface KnowledgeInfo {
  /** Content hash of the pack. */
  hash: string;
  items: number;
  /** How many of them the catalogue has. */
  items_known: number;
  queries: number;
  synthetic: boolean;
}

export interface Explanation {
  id: string;
  score: number;
  parts: Reason[];
}

export interface Affinity {
  facet: string;
  value: string;
  label: string;
  /** Log-odds that it adds to an item. */
  score: number;
  /** Evidence of this visit and of earlier ones, in views; negative: against. */
  session: number;
  profile: number;
}

/** A value from which nothing is concluded. */
export interface Muted {
  /** Empty where nobody has told the name; `value` is its key then. */
  facet: string;
  value: string;
  label: string;
}
"#;
