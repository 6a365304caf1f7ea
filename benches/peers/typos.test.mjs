import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "./random.mjs";
import { editableWords, edited, mangled, squashed, withTypos } from "./typos.mjs";

const ROUNDS = 2_000;

/** Damerau-Levenshtein, adjacent transpositions (optimal string alignment). */
function distance(a, b) {
  const d = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.length][b.length];
}

test("an edit is one edit or none, of all four kinds, at every place", () => {
  const random = new Random(1);
  const seen = new Set();
  const lengths = new Set();
  let transposed = false;
  for (let n = 0; n < ROUNDS; n++) {
    const word = edited("hammer", random);
    assert.ok(distance("hammer", word) <= 1, word);
    lengths.add(word.length);
    if (word === "ahmmer") transposed = true;
    if (word.length === 6) [...word].forEach((letter, at) => letter !== "hammer"[at] && seen.add(at));
  }
  assert.deepEqual([...lengths].sort(), [5, 6, 7]);
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5]);
  assert.ok(transposed);
});

test("one typo is one, two are two, and the words around them stay", () => {
  const random = new Random(2);
  for (let n = 0; n < ROUNDS; n++) {
    const one = withTypos("M8 cordless hammer 18V", 1, random);
    assert.equal(distance("M8 cordless hammer 18V", one), 1, one);
    const two = withTypos("M8 cordless hammer 18V", 2, random);
    const [first, ...rest] = two.split(" ");
    assert.deepEqual([first, rest.at(-1)], ["M8", "18V"], two);
    const apart = distance("M8 cordless hammer 18V", two);
    // A letter left out between two that were swapped is three edits by this distance.
    assert.ok(apart >= 1 && apart <= 3, two);
  }
});

test("typos need room", () => {
  assert.deepEqual(editableWords("M8 x 40 bolt, 18V"), [[8, 12]]);
  assert.equal(withTypos("M8 x 40", 1, new Random(3)), null);
  assert.equal(withTypos("bolt", 2, new Random(3)), null, "two in a word of four letters");
  assert.notEqual(withTypos("cordless", 2, new Random(3)), null);
});

test("an article number keeps its letters and digits, whole or from the front", () => {
  const random = new Random(4);
  const texts = new Set();
  for (let n = 0; n < ROUNDS; n++) {
    const text = mangled("AB-123/X4", 5, random);
    texts.add(text);
    assert.ok(squashed("AB-123/X4").startsWith(squashed(text)), text);
    assert.ok(squashed(text).length >= 5, text);
    assert.equal(squashed(mangled("AB-123/X4", null, random)), "ab123x4");
  }
  for (const expected of ["AB123X4", "ab123x4", "AB 123 X4", "ab.123.x.4", "AB/123/X/4", "AB123"]) assert.ok(texts.has(expected), expected);
});

test("samples are the same on every run", () => {
  const draws = () => Array.from({ length: 5 }, ((random) => () => random.below(100))(new Random(7)));
  assert.deepEqual(draws(), draws());
  assert.deepEqual(draws(), [1, 6, 97, 69, 52]);
});
