// What InstantSearch asks for, as the engine is asked; what it is not told to understand it refuses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";

const { outputFiles } = await build({ entryPoints: [new URL("../src/instantsearch.ts", import.meta.url).pathname], bundle: true, format: "esm", write: false });
const { searchClient } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);

const hit = (id) => ({ id: String(id), title: `Part ${id}`, mpn: "", title_highlights: [[0, 4]], mpn_highlights: [] });
const value = (at) => ({ value: `Maker ${at}`, label: `Maker ${at}`, count: 3 });

/** An engine of `total` hits and a facet of `values`, as much of them as it gives (`src/query`); `asked` is what it was asked. */
function shop({ total = 900, values = 300, helps = true } = {}) {
  const asked = [];
  const search = (query) => {
    asked.push(query);
    const { offset = 0, limit = 24, max_values, max_facets } = query;
    const most = max_values > 24 ? Math.min(max_values, 1_000) : Math.min(12, max_values ?? 24);
    const facet = { key: "brand", values: Array.from({ length: values }, (_, at) => value(at)).slice(0, most), min: null, max: null };
    return { total, hits: Array.from({ length: Math.max(0, Math.min(limit, 200, total - offset)) }, (_, at) => hit(offset + at)), facets: helps || max_facets > 30 ? [facet] : [] };
  };
  return { asked, client: searchClient({ search }) };
}

const narrowed = async (params) => {
  const { asked, client } = shop();
  await client.search([{ params }]);
  const { filters, ranges } = asked[0];
  return [filters, ranges];
};

test("filters are read to the letter", async () => {
  for (const [params, filters, ranges = {}] of [
    [{ filters: "brand:Aqua" }, { brand: ["Aqua"] }],
    [{ filters: "brand:Aqua AND colour:Red" }, { brand: ["Aqua"], colour: ["Red"] }],
    [{ filters: "(brand:Aqua OR brand:Bora) AND price >= 10 AND price<=20" }, { brand: ["Aqua", "Bora"] }, { price: [[10, 20]] }],
    [{ filters: "brand:A OR brand:B" }, { brand: ["A", "B"] }],
    [{ filters: `brand:"Dark AND (blue): 3/4\\""` }, { brand: [`Dark AND (blue): 3/4"`] }],
    [{ filters: `brand: 'O\\'Neill'` }, { brand: ["O'Neill"] }],
    [{ filters: `"my facet":'x'` }, { "my facet": ["x"] }],
    [{ filters: "size:10:20" }, { size: ["10:20"] }],
    [{ filters: "height:10 TO 20.5 AND price = 7" }, {}, { height: [[10, 20.5]], price: [[7, 7]] }],
    [{ filters: "temp:\\-20 AND depth:-3 TO -1" }, { temp: ["-20"] }, { depth: [[-3, -1]] }],
    [{ filters: `temp:"-20 °C"` }, { temp: ["-20 °C"] }],
    [{ facetFilters: ["temp:\\-20 °C", ["brand:A-B", "brand:C:D"]] }, { temp: ["-20 °C"], brand: ["A-B", "C:D"] }],
    [{ facetFilters: 'brand:"Best" & Co' }, { brand: ['"Best" & Co'] }],
    [{ facetFilters: ["brand:A", "brand:A"] }, { brand: ["A"] }],
    [{ numericFilters: ["price>=5", ["price<=4"]] }, {}, { price: [[Number.MAX_VALUE, null]] }],
    [{ filters: "", facetFilters: [], numericFilters: [[]], tagFilters: "", optionalFilters: [] }, {}],
  ]) assert.deepEqual(await narrowed(params), [filters, ranges], JSON.stringify(params));
});

test("whatever would change the answer and is not understood is refused", async () => {
  const many = Array.from({ length: 65 }, (_, at) => `brand:${at}`);
  for (const params of [
    { filters: "NOT brand:A" }, { filters: "brand:-A" }, { filters: "-brand:A" }, { filters: "brand:A OR colour:B" }, { filters: "brand:A brand:B" }, { filters: "brand:A AND" }, { filters: "(brand:A" }, { filters: `brand:"A` },
    { filters: "brand:A AND brand:B" }, { filters: "price < 3" }, { filters: "price != 3" }, { filters: "Aqua" }, { filters: "price >= 3 OR price <= 1" }, { filters: "price >= x" }, { filters: "brand:A AND (brand:B)" },
    { filters: "price:1 TO 5 AND price:3" }, { facetFilters: ["brand:-A"] }, { facetFilters: [["brand:A", "colour:B"]] }, { facetFilters: ["brand"] }, { facetFilters: [many] }, { numericFilters: ["price!=3"] },
    { numericFilters: [["price>=3", "price<=1"]] }, { tagFilters: ["a"] }, { optionalFilters: ["brand:A"] }, { typoTolerance: "strict" }, { distinct: true }, { aroundLatLng: "1,2" }, { enablePersonalization: false },
    { hitsPerPage: 1_001 }, { maxValuesPerFacet: 2_000 }, { offset: 5 }, { length: 5 }, { restrictSearchableAttributes: ["title"] }, { somethingNew: 1 },
  ]) await assert.rejects(shop().client.search([{ params }]), ({ name, code }) => name === "EndcapError" && code === "instantsearch/filter", JSON.stringify(params));
  await shop().client.search([{ params: { analytics: false, clickAnalytics: true, userToken: "u", attributesToRetrieve: ["title"], typoTolerance: true, distinct: false, ruleContexts: [], highlightPreTag: "<b>" } }]);
});

test("pages are as long as they were asked for, and facets as many-valued, or it is said that they are not", async () => {
  const { asked, client } = shop();
  const one = async (params, engine = client) => (await engine.search([{ indexName: "x", params }])).results[0];
  const page = await one({ hitsPerPage: 500, page: 1, facets: ["brand"] });
  assert.deepEqual([page.hits.length, page.hits[0].objectID, page.hits.at(-1).objectID, page.nbPages], [400, "500", "899", 2]);
  assert.deepEqual(asked.map(({ offset, limit }) => [offset, limit]), [[500, 200], [700, 200]]);
  for (const [maxValuesPerFacet, given, isAll] of [[1_000, 300, true], [300, 300, true], [299, 299, false], [20, 20, false], [undefined, 100, false]]) {
    const { facets, exhaustiveFacetsCount } = await one({ facets: ["*"], maxValuesPerFacet });
    assert.deepEqual([Object.keys(facets.brand).length, exhaustiveFacetsCount], [given, isAll], String(maxValuesPerFacet));
  }
  const few = shop({ values: 8 });
  assert.equal((await one({ facets: "brand" }, few.client)).exhaustiveFacetsCount, true);
  const named = shop({ helps: false });
  assert.equal(Object.keys((await one({ facets: ["brand"] }, named.client)).facets.brand).length, 100);
  assert.deepEqual((await one({ facets: ["*"] }, named.client)).facets, {});
});

test("the search within a facet finds any of its values, and marks them as asked", async () => {
  for (const helps of [true, false]) {
    const [{ facetHits, exhaustiveFacetsCount }] = await shop({ helps }).client.searchForFacetValues([{ params: { facetName: "brand", facetQuery: "maker 29", maxFacetHits: 3, highlightPreTag: "<i>", highlightPostTag: "</i>" } }]);
    assert.deepEqual([facetHits.map(({ highlighted }) => highlighted), exhaustiveFacetsCount], [["<i>Maker 29</i>", "<i>Maker 29</i>0", "<i>Maker 29</i>1"], true]);
  }
  const [{ exhaustiveFacetsCount }] = await shop({ values: 5_000 }).client.searchForFacetValues([{ params: { facetName: "brand" } }]);
  assert.equal(exhaustiveFacetsCount, false);
});
