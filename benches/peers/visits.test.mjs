import assert from "node:assert/strict";
import test from "node:test";
import { Random } from "./random.mjs";
import { visits, worst } from "./visits.mjs";

const products = Array.from({ length: 20 }, (_, n) => ({ id: `p${n}`, group: n < 10 ? "taps" : "drills" }));
const gain = { p0: 1, p1: 1, p2: 1, p3: 1, p4: 1, p5: 1 };
const judged = [{ query: "tap", gain }];
const ids = products.map(({ id }) => id);

/** An engine that puts what was clicked, or its group, first, or nothing. */
function engine(order) {
  const clicked = [];
  return { clicked, search: (_query, limit) => order(clicked).slice(0, limit), click: ({ id }) => clicked.push(id), forget: () => clicked.splice(0) };
}

test("an order that no click changes keeps its relevance", () => {
  const rows = visits(engine(() => ids), products, judged, new Random(1));
  assert.deepEqual(rows.map(({ related, clicks, queries }) => [related, clicks, queries]), [
    ...[1, 3, 5, 10].map((clicks) => [false, clicks, 1]),
    ...[1, 2, 3].map((clicks) => [true, clicks, 1]),
  ]);
  for (const { ratio } of rows) assert.equal(ratio, 1);
});

test("what passes the relevant because of unrelated clicks costs, and only that", () => {
  const stubborn = engine((clicked) => (clicked.length > 0 ? [...ids].sort((a, b) => clicked.includes(b) - clicked.includes(a)) : ids));
  const rows = visits(stubborn, products, judged, new Random(1));
  assert.ok(worst(rows, false) < 0.9, `${worst(rows, false)}`);
  // Clicked products are left out, so the rest stands as before.
  assert.equal(worst(rows, true), 1);
  assert.equal(stubborn.clicked.length, 0, "the visit is forgotten");
});

test("views of unrelated products are never relevant ones, and of related ones always", () => {
  const seen = [];
  const spy = { search: () => ids, click: ({ id }) => seen.push(id), forget: () => {} };
  visits(spy, products, judged, new Random(3));
  const unrelated = seen.slice(0, 19);
  assert.ok(unrelated.every((id) => !(id in gain)), unrelated.join());
  assert.ok(seen.slice(19).every((id) => id in gain));
  assert.equal(seen.length, 19 + 6);
});

test("a query with too few relevant products has no related visit", () => {
  const rows = visits(engine(() => ids), products, [{ query: "tap", gain: { p0: 1 } }], new Random(1));
  assert.equal(worst(rows, true), null);
  assert.equal(worst(rows, false), 1);
});
