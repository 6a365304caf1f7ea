// `endcap/instantsearch`: InstantSearch's search client on the device, and facets in the order for this person as its
// `renderingContent.facetOrdering`, which `dynamicWidgets` and menus follow.
import type { Facade } from "./facade.js";
import { type Filter, narrowed, unsupported } from "./instantsearch-filters.js";
import type { Facet, Hit, SearchQuery } from "./shapes.js";

/** Part of InstantSearch's `renderingContent`. */
export interface FacetOrdering {
  facets: { order: string[] };
  values: Record<string, { order: string[]; sortRemainingBy: "count"; hide: string[] }>;
}

/** The order of `facets` and of their values; what is not named follows by its count. */
export function facetOrdering(facets: readonly Facet[]): FacetOrdering {
  const values: FacetOrdering["values"] = {};
  for (const facet of facets) values[facet.key] = { order: facet.values.map(({ value }) => value), sortRemainingBy: "count", hide: [] };
  return { facets: { order: facets.map(({ key }) => key) }, values };
}

/** A request as InstantSearch writes it; its types differ between versions. */
export interface SearchRequest {
  indexName?: string | undefined;
  params?: object | undefined;
}

export interface SearchClient {
  search(requests: readonly SearchRequest[]): Promise<{ results: any[] }>;
  /** Takes a list of requests, as InstantSearch calls it; the clients that its types describe differ. */
  searchForFacetValues(requests: any): Promise<any>;
}

/** Of a request's parameters those that are understood. */
interface Params {
  query?: string;
  page?: number;
  hitsPerPage?: number;
  facets?: string | readonly string[];
  facetFilters?: Filter;
  numericFilters?: Filter;
  filters?: string;
  maxValuesPerFacet?: number;
  facetName?: string;
  facetQuery?: string;
  maxFacetHits?: number;
  highlightPreTag?: string;
  highlightPostTag?: string;
}

const UNDERSTOOD: readonly string[] = ["query", "page", "hitsPerPage", "facets", "facetFilters", "numericFilters", "filters", "maxValuesPerFacet", "facetName", "facetQuery", "maxFacetHits", "highlightPreTag", "highlightPostTag"] satisfies (keyof Params)[];
/** These change no hit, no count and no order here: they are for statistics, or ask for less in an answer than it has. */
const HARMLESS: readonly string[] = [
  "analytics", "analyticsTags", "clickAnalytics", "userToken", "attributesToRetrieve", "attributesToHighlight", "attributesToSnippet", "snippetEllipsisText",
  "restrictHighlightAndSnippetArrays", "responseFields", "percentileComputation", "sortFacetValuesBy", "getRankingInfo", "enableABTest", "synonyms", "enableRules",
];
/** What is so anyway, as Algolia writes it. */
const ANYWAY: Record<string, unknown> = { typoTolerance: true, enablePersonalization: true, facetingAfterDistinct: false, distinct: false, advancedSyntax: false, removeStopWords: false, sumOrFiltersScores: false, enableReRanking: true, allowTyposOnNumericTokens: true };
/** What the engine answers at once, and Algolia at all. */
/** Whoever asks for so many values gets all, and not those that help (`src/query/facet_values.rs`). */
const ALL_VALUES = 25;
const [ENGINES_HITS, MOST_HITS, MOST_VALUES, MOST_FACETS] = [200, 1_000, 1_000, 1_000];
/** Algolia's own, where nothing is said. */
const [VALUES, FACET_HITS, HITS] = [100, 10, 20];

/**
 * A `searchClient` for InstantSearch that answers from the device. Attributes are facet keys (`brand`, `category`, `price`, …), prices are in minor units.
 * The suffix `_price_asc` or `_price_desc` of an index name sorts. Whatever would change the answer and is not understood rejects with an `EndcapError`
 * (`instantsearch/filter`).
 */
export function searchClient(endcap: Pick<Facade, "search">): SearchClient {
  return {
    search: async (requests) => ({ results: requests.map((request) => answer(endcap, request)) }),
    searchForFacetValues: async (requests: readonly SearchRequest[]) => requests.map((request) => facetHits(endcap, request)),
  };
}

function answer(endcap: Pick<Facade, "search">, request: SearchRequest) {
  const params: Params = request.params ?? {};
  const asked = query(request);
  const start = performance.now();
  const names = [params.facets ?? []].flat();
  const most = params.maxValuesPerFacet ?? VALUES;
  // One more tells whether there are more.
  const { total, hits, facets, understood } = endcap.search({ ...asked, limit: Math.min(asked.limit, ENGINES_HITS), max_values: Math.min(Math.max(most + 1, ALL_VALUES), MOST_VALUES) });
  while (hits.length < asked.limit && asked.offset + hits.length < total) {
    const more = endcap.search({ ...asked, offset: asked.offset + hits.length, limit: Math.min(asked.limit - hits.length, ENGINES_HITS), max_facets: 0 }).hits;
    if (more.length === 0) break;
    hits.push(...more);
  }
  const wanted = facets.filter(({ key }) => names.includes("*") || names.includes(key));
  // A facet that would not help anybody is not offered, and yet a page may name it.
  if (names.some((name) => name !== "*" && wanted.every(({ key }) => key !== name))) {
    const all = endcap.search({ ...asked, limit: 0, max_facets: MOST_FACETS, max_values: Math.min(Math.max(most + 1, ALL_VALUES), MOST_VALUES) }).facets;
    wanted.push(...all.filter(({ key }) => names.includes(key) && wanted.every((one) => one.key !== key)));
  }
  let isAll = true;
  const counts: Record<string, Record<string, number>> = {};
  const stats: Record<string, { min: number; max: number }> = {};
  for (const facet of wanted) {
    const { key, min, max } = facet;
    if (facet.values.length > most || facet.values.length === MOST_VALUES) isAll = false;
    facet.values.splice(most);
    counts[key] = Object.fromEntries(facet.values.map(({ value, count }) => [value, count]));
    if (min !== null && max !== null) stats[key] = { min, max };
  }
  return {
    index: request.indexName ?? "",
    query: params.query ?? "",
    params: "",
    hits: hits.map((hit) => toHit(hit, tagsOf(params))),
    nbHits: total,
    page: params.page ?? 0,
    nbPages: asked.limit > 0 ? Math.ceil(total / asked.limit) : 0,
    hitsPerPage: asked.limit,
    processingTimeMS: Math.round(performance.now() - start),
    exhaustiveNbHits: true,
    exhaustiveFacetsCount: isAll,
    facets: counts,
    facets_stats: stats,
    renderingContent: { facetOrdering: facetOrdering(wanted) },
    userData: understood,
  };
}

function facetHits(endcap: Pick<Facade, "search">, request: SearchRequest) {
  const params: Params = request.params ?? {};
  const { facetName, facetQuery = "", maxFacetHits = FACET_HITS } = params;
  const all = (more: SearchQuery) => endcap.search({ ...query(request), limit: 0, max_values: MOST_VALUES, ...more }).facets.find(({ key }) => key === facetName)?.values;
  const values = all({}) ?? all({ max_facets: MOST_FACETS }) ?? [];
  const wanted = String(facetQuery).toLowerCase();
  const found = values.filter(({ label, value }) => label.toLowerCase().includes(wanted) || value.toLowerCase().includes(wanted));
  const shown = found.slice(0, maxFacetHits).map(({ value, count }) => ({ value, highlighted: marked(value, ranges(value, wanted), tagsOf(params)), count }));
  return { exhaustiveFacetsCount: values.length < MOST_VALUES, facetHits: shown };
}

function query({ indexName = "", params: given }: SearchRequest): SearchQuery & { limit: number; offset: number } {
  const params: Params = given ?? {};
  for (const [name, value] of Object.entries(params)) {
    if (UNDERSTOOD.includes(name) || HARMLESS.includes(name) || isNothing(value) || value === ANYWAY[name]) continue;
    throw unsupported(name, value, "this parameter would change the answer and is not understood");
  }
  const [limit, page] = [params.hitsPerPage ?? HITS, params.page ?? 0];
  if (limit > MOST_HITS) throw unsupported("hitsPerPage", limit, `expected at most ${MOST_HITS}`);
  if ((params.maxValuesPerFacet ?? 0) > MOST_VALUES) throw unsupported("maxValuesPerFacet", params.maxValuesPerFacet, `expected at most ${MOST_VALUES}`);
  const sort = /_(price_(?:asc|desc))$/.exec(indexName)?.[1] as SearchQuery["sort"];
  return { text: params.query ?? "", ...narrowed(params), offset: page * limit, limit, ...(sort && { sort }) };
}

/** As widgets leave what they do not use. */
const isNothing = (value: unknown): boolean => value == null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

type Tags = [before: string, after: string];

/** InstantSearch's own marks, which its widgets turn into elements once they have escaped the text, unless the request names others. */
const tagsOf = ({ highlightPreTag = "__ais-highlight__", highlightPostTag = "__/ais-highlight__" }: Params): Tags => [highlightPreTag, highlightPostTag];

function toHit(hit: Hit, tags: Tags) {
  const highlight = (text: string, found: [number, number][]) => ({ value: marked(text, found, tags), matchLevel: found.length > 0 ? "full" : "none", matchedWords: found.map(([from, to]) => text.slice(from, to)) });
  return { ...hit, objectID: hit.id, _highlightResult: { title: highlight(hit.title, hit.title_highlights), mpn: highlight(hit.mpn, hit.mpn_highlights) } };
}

const ranges = (text: string, part: string): [number, number][] => {
  const at = part === "" ? -1 : text.toLowerCase().indexOf(part);
  return at < 0 ? [] : [[at, at + part.length]];
};

function marked(text: string, found: readonly [number, number][], [before, after]: Tags): string {
  let [out, end] = ["", 0];
  for (const [from, to] of found) {
    out += `${text.slice(end, from)}${before}${text.slice(from, to)}${after}`;
    end = to;
  }
  return out + text.slice(end);
}
