import assert from "node:assert/strict";
import { test } from "node:test";
import { draw, typedTitle } from "./workload.mjs";

const BRANDS = ["Acme", "Bolt", "Core"];
const THINGS = ["hammer", "grinder", "spanner", "torch", "ladder", "bucket"];

const products = Array.from({ length: 90 }, (_, row) => {
  const brand = BRANDS[row % 3];
  return { row, id: `p${row}`, title: `${brand} ${THINGS[row % 6]} model ${row}`, brand, mpn: `${brand.toUpperCase()}-${1000 + row}`, gtin: "", category: "", details: "", group: brand };
});
const judgements = [
  { query: "hammer", gain: { p0: 1 } },
  { query: "nothing", gain: { p0: 0 } },
];

test("a title is typed without its brand, to the end of a word", () => {
  assert.equal(typedTitle({ title: "Acme Hammer - 2 kg", brand: "ACME" }), "Hammer 2 kg");
  assert.equal(typedTitle({ title: "Hammer by Acme", brand: "Acme" }), "Hammer by Acme");
  const long = typedTitle({ title: `Hammer ${"word ".repeat(40)}`, brand: "" });
  assert.ok(long.length >= 40 && long.length < 46 && long.endsWith("word"), long);
});

test("samples have what they are for", () => {
  const { typed, judged, targets, numbers, typos } = draw(products, judgements, 60, 7);
  assert.deepEqual(judged, [judgements[0]], "a query without any gain says nothing");
  assert.ok(typed.includes("hammer") && typed.length === 20);
  assert.equal(targets.length, 20);
  for (const { product, text, clicks } of targets) {
    assert.equal(text, typedTitle(product));
    assert.equal(clicks.length, 3);
    assert.ok(clicks.every((click) => click !== product && click.group === product.group));
    assert.equal(new Set(clicks).size, 3);
  }
  assert.equal(numbers.length, 20);
  assert.equal(typos.length, 20);
  for (const { product, text, one, two } of typos) {
    const meant = products.filter(({ title }) => text.split(" ").every((word) => title.split(" ").includes(word)));
    assert.ok(meant.includes(product) && meant.length <= 5, text);
    assert.equal(new Set([text, one, two]).size, 3);
  }
});

test("the same seed draws the same, another one something else", () => {
  const text = (seed) => JSON.stringify(draw(products, judgements, 60, seed));
  assert.equal(text(7), text(7));
  assert.notEqual(text(7), text(8));
});

test("an article number that two products have is no target", () => {
  const twins = products.map((product) => ({ ...product, mpn: "SAME-12345" }));
  assert.deepEqual(draw(twins, null, 60, 7).numbers, []);
});
