// Declared beside their Rust structs in crates/wasm; the build writes them into endcap.d.ts.
export type {
  Affinity, CatalogueInfo, Change, Completion, Event, EventName, EventParams, Explanation, Facet, FacetValue, Hit, Item, Learned, Overlaid,
  Reason, SearchQuery, SearchResult, SuggestOptions, Suggestions, SuggestedBrand, SuggestedCategory,
} from "./endcap.js";
