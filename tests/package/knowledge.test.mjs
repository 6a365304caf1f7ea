// The knowledge pack: it comes behind the catalogue, and everything works without it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installed, root, serve, smallPack } from "./dev.mjs";

const knowledge = () => new Uint8Array(readFileSync(join(root, "tests/golden/knowledge-1.pack")));

let Endcap, server, opened;
/** What the server answers for the manifest's knowledge, and what it was told to wait for. */
let answer, hold, errors;

before(async () => {
  ({ Endcap } = await import(pathToFileURL(join(installed(), "node_modules/endcap/node.js"))));
  server = await serve({
    "/manifest.json": () => ({ body: JSON.stringify({ catalogue: { url: "/small.pack" }, knowledge: answer && { url: "/knowledge.pack" } }) }),
    "/small.pack": () => ({ body: smallPack() }),
    "/knowledge.pack": async () => {
      await hold;
      return answer;
    },
  });
});
after(() => server.close());
beforeEach(() => {
  answer = { body: knowledge() };
  [hold, errors] = [undefined, []];
});

const open = async (options = {}) => (opened = await Endcap.open({ pack: `${server.url}/manifest.json`, onError: (error) => errors.push(error.code), ...options }));
const found = (text) => opened.search({ text }).hits.map(({ id, tier }) => `${id} ${tier}`);

test("it comes behind the catalogue, and then teaches", async () => {
  let release;
  hold = new Promise((resolve) => (release = resolve));
  await open();
  assert.equal(opened.status, "ready");
  assert.deepEqual(found("brause"), []);
  const changed = new Promise((resolve) => opened.on("change", resolve));
  release();
  const info = await opened.knowledge;
  await changed;
  assert.equal(info.items_known, 11);
  assert.deepEqual(found("brause"), ["b4 synonym"]);
  const [first] = opened.suggest("waschtischa").completions;
  assert.deepEqual([first.text, first.reason, first.searches], ["Waschtischarmatur Riva", "searched", 40]);
  assert.equal(opened.search({ text: "waschtischarmatur" }).hits.find(({ id }) => id === "b3").reasons.some(({ kind }) => kind === "query"), true);
  assert.deepEqual(errors, []);
});

test("it recommends, with reasons; a kind that there is not, and no engine, give an empty list", async () => {
  await open({ consent: "memory" });
  await opened.knowledge;
  const told = (kind, options) => opened.recommend(kind, options).map(({ id, reasons: [first] }) => [id, first?.kind, first?.value]);
  assert.deepEqual(told("complement", { items: ["p1", "d1"] }), [["p4", "rule", "p1"], ["d4", "complement", "d1"], ["p3", "complement", "p1"]]);
  assert.deepEqual(told("alternative", { items: ["d1"], cheaper: true, in_stock: true }).map(([id]) => id), ["d3", "d2"]);
  opened.observe("view_item", { items: ["b1"] });
  assert.deepEqual(told()[0], ["b4", "visit", "b1"], "b3 would be nearer, but is sold out");
  assert.deepEqual(told("next", { exclude: ["b4"], limit: 1 }).map(([id]) => id), ["b2"]);
  assert.deepEqual(errors, []);
  assert.deepEqual(opened.recommend("everything"), []);
  assert.deepEqual(errors.splice(0), ["call/invalid"]);
  opened.close();
  assert.deepEqual([opened.recommend(), opened.recommend("complement", { items: ["p1"] })], [[], []]);
});

test("its bytes may be given, also without a catalogue", async () => {
  answer = undefined;
  await open({ knowledge: knowledge() });
  assert.equal((await opened.knowledge).queries, 3);
  await open({ pack: undefined, knowledge: knowledge().buffer });
  assert.equal((await opened.knowledge).items_known, 0);
  assert.deepEqual(errors, []);
});

test("without it everything works", async () => {
  answer = undefined;
  await open();
  assert.equal(await opened.knowledge, null);
  assert.deepEqual(errors, []);
});

for (const [what, wrong, code] of [
  ["missing", { status: 503 }, "pack/unreachable"],
  ["damaged", { body: knowledge().fill(1, 600, 620) }, "pack/hash"],
  ["a catalogue", { body: smallPack() }, "pack/kind"],
]) {
  test(`${what}, it is told of, and the catalogue stands`, async () => {
    answer = wrong;
    await open();
    assert.equal(await opened.knowledge, null);
    assert.deepEqual(errors, [code]);
    assert.equal(opened.status, "ready");
    assert.equal(found("waschtischarmatur").length > 0, true);
  });
}

test("a page that has closed meanwhile is not spoken to", async () => {
  let release;
  hold = new Promise((resolve) => (release = resolve));
  await open();
  const { knowledge } = opened;
  opened.close();
  release();
  assert.equal(await knowledge, null);
  assert.deepEqual(errors, []);
});
