import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { readCatalogue } from "./catalogue.mjs";
import { ENGINES } from "./engines/index.mjs";

const THINGS = ["hammer", "grinder", "spanner", "torch", "ladder", "bucket", "chisel", "drill", "pliers", "mallet", "router", "sander"];

const folder = mkdtempSync(join(tmpdir(), "endcap-peers-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const feed = join(folder, "feed.jsonl");
const lines = Array.from({ length: 48 }, (_, n) => ({
  id: `p${n}`,
  title: `Acme ${THINGS[n % 12]} ${["steel", "wood", "light", "heavy"][Math.floor(n / 12)]}`,
  brand: "Acme",
  mpn: `${THINGS[n % 12].slice(0, 2).toUpperCase()}-${2000 + n * 7}`,
  price: "9.90 EUR",
  availability: "in_stock",
  product_type: `Tools > ${THINGS[n % 12]}`,
  description: "For every workshop.",
}));
writeFileSync(feed, lines.map((line) => JSON.stringify(line)).join("\n"));
const products = readCatalogue(feed);
const data = { name: "test", feed, judgements: null, events: null, language: "en", speed_only: false };

for (const engine of ENGINES) {
  test(`${engine.name} finds a product after a round trip, typed half or whole`, async () => {
    assert.match(engine.version, /^\d+\.\d+\.\d+/);
    const dump = await engine.dump(await engine.build(products, data));
    const searcher = await engine.load(dump, products, data);
    try {
      assert.equal(searcher.suggest("chisel woo", 5)[0], "p18");
      assert.equal(searcher.search("chisel wood", 5)[0], "p18");
      const [whole, two] = [searcher.suggest("hammer", 10), searcher.suggest("hammer", 2)];
      assert.ok(whole.length >= 4 && ["p0", "p12", "p24", "p36"].every((id) => whole.includes(id)), whole.join());
      assert.equal(two.length, 2);
      const bytes = engine.indexBytes(dump);
      assert.ok(bytes === null || bytes.length > 100);
    } finally {
      searcher.close?.();
    }
  });
}

test("ours learns from clicks, and forgets", async () => {
  const ours = ENGINES.find(({ name }) => name === "endcap");
  const searcher = await ours.load(ours.build(products, data), products, data);
  const before = searcher.suggest("acme", 10);
  for (const id of ["p5", "p17", "p29"]) searcher.click(products.find((product) => product.id === id));
  assert.notDeepEqual(searcher.suggest("acme", 10), before);
  searcher.forget();
  assert.deepEqual(searcher.suggest("acme", 10), before);
  searcher.close();
});

test("a run prints one row per engine with exactly the figures that were agreed", () => {
  const run = fileURLToPath(new URL("run.mjs", import.meta.url));
  const request = JSON.stringify({ data: [data], queries: 90, engines: ["endcap", "minisearch"] });
  const rows = JSON.parse(execFileSync(process.execPath, ["--expose-gc", run, request], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }));
  assert.deepEqual(rows.map(({ engine }) => engine), ["endcap", "minisearch"]);
  for (const row of rows) {
    assert.deepEqual(
      Object.keys(row).join(),
      "data,engine,version,build_ms,load_ms,index_gz_per_doc,memory_mb,p50_ms,p95_ms,p99_ms,max_ms,ndcg10,ndcg10_unrelated,ndcg10_related,keys_to_target,keys_to_target_session,sku_top3,typo1_kept,typo2_kept",
    );
    assert.equal(row.ndcg10, null, "nobody judged this catalogue");
    assert.ok(row.keys_to_target > 1 && row.sku_top3 > 0 && row.p99_ms >= row.p50_ms);
  }
});
