// `endcap/instantsearch`: InstantSearch's search client on the device, and facets in the order for this person as its
// `renderingContent.facetOrdering`, which `dynamicWidgets` and menus follow.
import { EndcapError } from "./error.js";
import type { Facade } from "./facade.js";
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
  maxValuesPerFacet?: number;
  facetName?: string;
  facetQuery?: string;
  maxFacetHits?: number;
}

type Filter = string | readonly (string | readonly string[])[];

/**
 * A `searchClient` for InstantSearch that answers from the device. Attributes are facet keys (`brand`, `category`, `price`, …), prices are in minor units.
 * The suffix `_price_asc` or `_price_desc` of an index name sorts. What it does not understand rejects with an `EndcapError`.
 */
export function searchClient(endcap: Pick<Facade, "search">): SearchClient {
  return {
    search: async (requests) => ({ results: requests.map((request) => answer(endcap, request)) }),
    searchForFacetValues: async (requests: readonly SearchRequest[]) => requests.map((request) => {
      const { facetName, facetQuery = "", maxFacetHits = 10 }: Params = request.params ?? {};
      const { facets } = endcap.search({ ...query(request), limit: 0 });
      const wanted = facetQuery.toLowerCase();
      const found = (facets.find(({ key }) => key === facetName)?.values ?? []).filter(({ label }) => label.toLowerCase().includes(wanted));
      return { exhaustiveFacetsCount: true, facetHits: found.slice(0, maxFacetHits).map(({ value, count }) => ({ value, highlighted: marked(value, ranges(value, wanted)), count })) };
    }),
  };
}

function answer(endcap: Pick<Facade, "search">, request: SearchRequest) {
  const params: Params = request.params ?? {};
  const asked = query(request);
  const start = performance.now();
  const { total, hits, facets } = endcap.search(asked);
  const hitsPerPage = params.hitsPerPage ?? 20;
  const names = [params.facets ?? []].flat();
  const wanted = facets.filter(({ key }) => names.includes("*") || names.includes(key));
  const counts: Record<string, Record<string, number>> = {};
  const stats: Record<string, { min: number; max: number }> = {};
  for (const { key, values, min, max } of wanted) {
    counts[key] = Object.fromEntries(values.map(({ value, count }) => [value, count]));
    if (min !== null && max !== null) stats[key] = { min, max };
  }
  return {
    index: request.indexName ?? "",
    query: params.query ?? "",
    params: "",
    hits: hits.map(toHit),
    nbHits: total,
    page: params.page ?? 0,
    nbPages: hitsPerPage > 0 ? Math.ceil(total / hitsPerPage) : 0,
    hitsPerPage,
    processingTimeMS: Math.round(performance.now() - start),
    exhaustiveNbHits: true,
    exhaustiveFacetsCount: true,
    facets: counts,
    facets_stats: stats,
    renderingContent: { facetOrdering: facetOrdering(wanted) },
  };
}

function query({ indexName = "", params: given }: SearchRequest): SearchQuery {
  const params: Params = given ?? {};
  const limit = params.hitsPerPage ?? 20;
  const sort = /_(price_(?:asc|desc))$/.exec(indexName)?.[1] as SearchQuery["sort"];
  return {
    text: params.query ?? "",
    filters: values(params.facetFilters),
    ranges: numbers(params.numericFilters),
    offset: (params.page ?? 0) * limit,
    limit,
    ...(sort && { sort }),
    ...(params.maxValuesPerFacet !== undefined && { max_values: params.maxValuesPerFacet }),
  };
}

/** `[["brand:A", "brand:B"], "colour:Red"]`: any inside, all between; a facet's own choices come in one group. */
function values(filter: Filter | undefined): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const group of [filter ?? []].flat()) {
    const parts = [group].flat().map((text) => /^([^:]+):(.*)$/s.exec(text));
    const key = parts[0]?.[1];
    if (key === undefined || key.startsWith("-") || parts.some((part) => part?.[1] !== key || part[2]!.startsWith("-")) || found[key]) throw unsupported("facetFilters", filter);
    found[key] = parts.map((part) => part![2]!);
  }
  return found;
}

/** `["price>=1000", "price<=2000"]`: all of them; of one facet that makes one range. */
function numbers(filter: Filter | undefined): Record<string, [number | null, number | null][]> {
  const found: Record<string, [number | null, number | null][]> = {};
  for (const text of [filter ?? []].flat(2)) {
    const parts = /^([^<>=!]+?)\s*(<=|>=|=)\s*(-?\d+(?:\.\d+)?)$/.exec(text);
    if (!parts) throw unsupported("numericFilters", filter);
    const [, key, sign, digits] = parts as unknown as [string, string, string, string];
    const range = ((found[key] ??= [[null, null]])[0])!;
    const end = Number(digits);
    if (sign !== "<=") range[0] = Math.max(range[0] ?? end, end);
    if (sign !== ">=") range[1] = Math.min(range[1] ?? end, end);
  }
  // Ends that exclude each other have no hits; ranges must still be written the right way round.
  for (const [range] of Object.values(found)) if (range![0] !== null && range![1] !== null && range![0] > range![1]) range!.splice(0, 2, Number.MAX_VALUE, null);
  return found;
}

const unsupported = (name: string, filter: unknown) => new EndcapError("instantsearch/filter", `${name}: no negations, strict comparisons or mixed groups; got ${JSON.stringify(filter)}`);

function toHit(hit: Hit) {
  const highlight = (text: string, found: [number, number][]) => ({ value: marked(text, found), matchLevel: found.length > 0 ? "full" : "none", matchedWords: found.map(([from, to]) => text.slice(from, to)) });
  return { ...hit, objectID: hit.id, _highlightResult: { title: highlight(hit.title, hit.title_highlights), mpn: highlight(hit.mpn, hit.mpn_highlights) } };
}

const ranges = (text: string, part: string): [number, number][] => {
  const at = part === "" ? -1 : text.toLowerCase().indexOf(part);
  return at < 0 ? [] : [[at, at + part.length]];
};

/** With InstantSearch's own marks, which its widgets turn into elements once they have escaped the text. */
function marked(text: string, found: readonly [number, number][]): string {
  let [out, end] = ["", 0];
  for (const [from, to] of found) {
    out += `${text.slice(end, from)}__ais-highlight__${text.slice(from, to)}__/ais-highlight__`;
    end = to;
  }
  return out + text.slice(end);
}
