import assert from "node:assert/strict";
import { test } from "node:test";
import { beginnings, keysTo, leastKeys, mean, ndcg, percentile } from "./metrics.mjs";

test("percentiles are nearest ranks", () => {
  const values = Array.from({ length: 200 }, (_, n) => 200 - n);
  assert.deepEqual([50, 95, 99, 100].map((percent) => percentile(values, percent)), [100, 190, 198, 200]);
  assert.equal(percentile([7], 50), 7);
  assert.equal(percentile([], 50), null);
});

test("NDCG is 1 for the ideal order, and what is not judged gains nothing", () => {
  const gains = { a: 1, b: 0.5, c: 0 };
  assert.equal(ndcg(["a", "b"], gains, 10), 1);
  // Swapped, by hand: (0.5 + 1 / log2(3)) / (1 + 0.5 / log2(3)).
  assert.ok(Math.abs(ndcg(["b", "a"], gains, 10) - 0.85972) < 1e-5);
  // A stranger in front moves both down one rank.
  const moved = (1 / Math.log2(3) + 0.5 / 2) / (1 + 0.5 / Math.log2(3));
  assert.ok(Math.abs(ndcg(["x", "a", "b"], gains, 10) - moved) < 1e-12);
  assert.equal(ndcg(["x", "c"], gains, 10), 0);
  assert.equal(ndcg([], gains, 10), 0);
});

test("NDCG's ideal knows what was not found, and ends at k", () => {
  assert.equal(ndcg(["a"], { a: 1, b: 1 }, 1), 1);
  assert.ok(Math.abs(ndcg(["a"], { a: 1, b: 1 }, 10) - 1 / (1 + 1 / Math.log2(3))) < 1e-12);
  assert.equal(ndcg(["x", "a"], { a: 1 }, 1), 0);
});

test("NDCG counts a product once, and is nothing without gains", () => {
  assert.equal(ndcg(["a", "a", "a"], { a: 1, b: 1 }, 10), ndcg(["a"], { a: 1, b: 1 }, 10));
  assert.equal(ndcg(["a"], { a: 0 }, 10), null);
  assert.equal(ndcg(["toString"], { a: 1 }, 10), 0);
});

test("a text is typed character by character, not by half ones", () => {
  assert.deepEqual(beginnings("a🔩b"), ["a", "a🔩", "a🔩b"]);
});

test("keys to a target: the first beginning that brings it among the first", () => {
  const answer = (text) => ({ to: ["x", "y", "t"], tor: ["t", "x"] })[text] ?? [];
  assert.equal(keysTo("t", "torx", 5, answer), 2);
  assert.equal(keysTo("t", "torx", 2, answer), 3);
  assert.equal(keysTo("z", "torx", 5, answer), 5, "never found: one more than the text is long");
});

test("no steady order needs fewer keys than the titles that begin alike demand", () => {
  assert.equal(leastKeys(["tap"], ["tap", "bath"], 1), 1);
  // After "t" one of two stands first; after "ta" still; "tap" parts them.
  assert.equal(leastKeys(["tap", "tar"], ["tap", "tar"], 1), (0.5 * 1 + 0.5 * 3) * 1);
  assert.equal(leastKeys(["tap"], ["tap", "tap"], 1), 0.5 * 1 + 0.5 * 4);
});

test("the mean of nothing is nothing", () => {
  assert.equal(mean([1, 2, 6]), 3);
  assert.equal(mean([]), null);
});
