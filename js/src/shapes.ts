// Declared beside their Rust structs in crates/wasm; the build writes them into endcap.d.ts.
export type {
  Affinity, CatalogueInfo, Change, Completion, Event, EventName, EventParams, Explanation, Facet, FacetRange, FacetValue, Hit, Item, KnowledgeInfo, Learned, Muted, Overlaid,
  Reason, RecommendKind, RecommendOptions, Recent, SearchQuery, SearchResult, SuggestOptions, SuggestReason, Suggestions, SuggestedBrand, SuggestedCategory, Understood,
} from "./endcap.js";
