// `endcap/instantsearch` under the real InstantSearch: its helper writes the requests, its connectors read the answers.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { installed, root, smallPack, tool } from "./dev.mjs";

async function opened() {
  const at = (file) => pathToFileURL(join(installed(), "node_modules/endcap", file));
  const { Endcap } = await import(at("node.js"));
  const adapter = await import(at("instantsearch.js"));
  const failures = [];
  const endcap = await Endcap.open({ pack: smallPack(), consent: "memory", now: () => 1_795_305_600_000, onError: (error) => failures.push(error) });
  return { endcap, ...adapter, failures };
}

/** InstantSearch with connectors that keep what they would draw; `settled()` waits for the next answer. */
async function started(searchClient, widgetsOf) {
  const { default: instantsearch } = await tool("instantsearch.js/es/index.js");
  const connectors = await tool("instantsearch.js/es/connectors/index.js");
  const search = instantsearch({ indexName: "shop", searchClient, future: { preserveSharedStateOnUnmount: true } });
  const drawn = {};
  const widget = (name, connector, parameters = {}) => connector((options) => (drawn[name] = options))(parameters);
  search.addWidgets(widgetsOf(connectors, widget));
  // It draws when it begins to wait, too.
  const settled = () => new Promise((resolve, reject) => {
    const look = () => (search.status === "idle" ? resolve(drawn) : search.once("render", look));
    search.once("render", look);
    search.once("error", reject);
  });
  const first = settled();
  search.start();
  await first;
  return { search, drawn, settled };
}

test("InstantSearch searches, filters and counts through it", async () => {
  const { endcap, searchClient, failures } = await opened();
  const { search, drawn, settled } = await started(searchClient(endcap), (connectors, widget) => [
    widget("box", connectors.connectSearchBox),
    widget("hits", connectors.connectHits),
    widget("brands", connectors.connectRefinementList, { attribute: "brand", limit: 20 }),
    widget("colours", connectors.connectRefinementList, { attribute: "colour", limit: 20 }),
    widget("price", connectors.connectRange, { attribute: "price" }),
    widget("stats", connectors.connectStats),
  ]);
  assert.equal(drawn.stats.nbHits, endcap.search({}).total);
  const brand = drawn.brands.items.find(({ value }) => value === "Kraftwig");
  let next = settled();
  drawn.brands.refine("Kraftwig");
  await next;
  assert.equal(drawn.stats.nbHits, brand.count);
  assert.ok(drawn.hits.items.every((hit) => hit.brand === "Kraftwig"));
  // Inside a facet any value will do, so the others keep their counts.
  assert.ok(drawn.brands.items.some(({ value, count }) => value === "Torquin" && count > 0));
  const { min, max } = drawn.price.range;
  assert.ok(min < max);
  next = settled();
  drawn.price.refine([min, max - 1]);
  await next;
  assert.ok(drawn.stats.nbHits < brand.count);
  next = settled();
  search.helper.clearRefinements().setQuery("bohrschrauber").search();
  await next;
  assert.ok(drawn.hits.items.length > 0 && drawn.hits.items[0]._highlightResult.title.value.includes("<mark>Bohrschrauber</mark>"), JSON.stringify(drawn.hits.items[0]?._highlightResult));
  assert.deepEqual(failures, []);
  search.dispose();
  endcap.close();
});

test("a click changes the order that dynamic widgets follow", async () => {
  const { endcap, searchClient, facetOrdering } = await opened();
  const client = searchClient(endcap);
  const ordering = async () => (await client.search([{ indexName: "shop", params: { facets: ["*"] } }])).results[0].renderingContent.facetOrdering;
  const before = await ordering();
  endcap.observe("view_item", { items: [{ item_id: "d3" }] });
  const after = await ordering();
  assert.equal(after.values.brand.order[0], "Torquin");
  assert.notDeepEqual(after, before);
  assert.deepEqual(after, facetOrdering(endcap.facets({})));
  const { search, drawn } = await started(client, (connectors, widget) => [
    widget("menus", connectors.connectDynamicWidgets, { widgets: [], fallbackWidget: ({ attribute }) => connectors.connectRefinementList(() => {})({ attribute }), facets: ["*"], maxValuesPerFacet: 20 }),
  ]);
  assert.deepEqual(drawn.menus.attributesToRender, after.facets.order);
  search.dispose();
  endcap.close();
});

test("facet values are searched, indices sort, and what is not understood is refused", async () => {
  const { endcap, searchClient } = await opened();
  const client = searchClient(endcap);
  const [{ facetHits }] = await client.searchForFacetValues([{ indexName: "shop", params: { facetName: "brand", facetQuery: "kraft" } }]);
  assert.deepEqual(facetHits.map(({ value, highlighted }) => [value, highlighted]), [["Kraftwig", "__ais-highlight__Kraft__/ais-highlight__wig"]]);
  const { results: [{ hits }] } = await client.search([{ indexName: "shop_price_asc", params: { hitsPerPage: 50 } }]);
  const prices = hits.map(({ price, sale_price }) => sale_price ?? price).filter((price) => price !== null);
  assert.deepEqual(prices, prices.toSorted((a, b) => a - b));
  for (const params of [{ facetFilters: ["brand:-Kraftwig"] }, { facetFilters: [["brand:A", "colour:B"]] }, { numericFilters: ["price!=3"] }, { numericFilters: ["price<3"] }]) {
    await assert.rejects(client.search([{ indexName: "shop", params }]), ({ name, code }) => name === "EndcapError" && code === "instantsearch/filter", JSON.stringify(params));
  }
  const { results: [{ nbHits }] } = await client.search([{ params: { numericFilters: ["price>=5", "price<=4"] } }]);
  assert.equal(nbHits, 0);
  endcap.close();
});

test("InstantSearch's own types take it", () => {
  const path = installed();
  writeFileSync(join(path, "instantsearch.ts"), `
    import { Endcap } from "endcap";
    import { facetOrdering, searchClient } from "endcap/instantsearch";
    import type { InstantSearchOptions } from ${JSON.stringify(join(root, "js/node_modules/instantsearch.js/es/types"))};
    import type { SearchResponse } from ${JSON.stringify(join(root, "js/node_modules/algoliasearch-helper/types/algoliasearch.js"))};
    const endcap = await Endcap.open();
    const options: InstantSearchOptions = { indexName: "shop", searchClient: searchClient(endcap) };
    const ordering: NonNullable<NonNullable<SearchResponse<object>["renderingContent"]>["facetOrdering"]> = facetOrdering(endcap.facets({}));
    export { options, ordering };
  `);
  const tsc = join(root, "js/node_modules/typescript/bin/tsc");
  const args = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom,esnext.disposable", "--types", "", "instantsearch.ts"];
  try {
    execFileSync(process.execPath, [tsc, ...args], { cwd: path, encoding: "utf8" });
  } catch (error) {
    assert.fail(error.stdout);
  }
});
