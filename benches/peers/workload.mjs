// What all engines are asked: samples of queries, targets and mistakes, drawn from a catalogue by a seed.
import { Random } from "./random.mjs";
import { editableWords, mangled, squashed, withTypos } from "./typos.mjs";

/** Nobody types a title of 150 characters: words that begin after this many are left out. */
const MAX_TYPED = 40;
/** A query for typos means at most this many products, so that the target has a place among the first five. */
const MAX_MEANT = 5;
const MAX_QUERY_WORDS = 3;
const CLICKS = 3;
const MIN_NUMBER = 5;

/**
 * `{ typed, judged, targets, numbers, typos, visits }`: `count` judged queries, a third of it of each other kind, and the generator that draws visits. All in random order: an engine that runs
 * out of time has seen a sample as fair as the others'.
 */
export function draw(products, judgements, count, seed) {
  // One generator per kind: a change of one sample leaves the others as they are.
  const random = (kind) => new Random(seed * 16 + kind);
  const judged = judgements && random(0).shuffled(judgements.filter(({ gain }) => Object.values(gain).some((value) => value > 0))).slice(0, count);
  const third = Math.ceil(count / 3);
  const targets = drawTargets(products, third, random(1));
  const queries = (judged ?? []).slice(0, third / 2).map(({ query }) => query);
  const titles = targets.slice(0, third - queries.length).map(({ text }) => text);
  const typed = random(2).shuffled([...queries, ...titles]);
  return { typed, judged, targets, numbers: drawNumbers(products, third, random(3)), typos: drawTypos(products, third, random(4)), visits: random(5) };
}

/** The title as a shopper types it who has been shown the brand: in its own order, without the brand in front. */
export function typedTitle({ title, brand }) {
  const rest = brand !== "" && title.toLowerCase().startsWith(brand.toLowerCase()) ? title.slice(brand.length) : title;
  let text = "";
  for (const word of rest.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word))) {
    if (text.length >= MAX_TYPED) break;
    text += (text && " ") + word;
  }
  return text;
}

/** `{ product, text, clicks }`: what is looked for, what is typed, and three others of its category that were clicked before. */
function drawTargets(products, count, random) {
  const groups = byGroup(products);
  const targets = [];
  for (const product of random.shuffled(products)) {
    if (targets.length >= count) break;
    const others = groups.get(product.group).filter((other) => other !== product);
    const text = typedTitle(product);
    if (text === "" || product.group === "" || others.length < CLICKS) continue;
    targets.push({ product, text, clicks: random.shuffled(others).slice(0, CLICKS) });
  }
  return targets;
}

function byGroup(products) {
  const groups = new Map();
  for (const product of products) {
    if (!groups.has(product.group)) groups.set(product.group, []);
    groups.get(product.group).push(product);
  }
  return groups;
}

/** `{ product, text }`: article numbers that only one product has, written otherwise. */
function drawNumbers(products, count, random) {
  const beginnings = new Map();
  const add = (key) => beginnings.set(key, (beginnings.get(key) ?? 0) + 1);
  for (const { mpn } of products) {
    const number = squashed(mpn);
    for (let end = MIN_NUMBER; end <= number.length; end++) add(number.slice(0, end));
    // The whole number is marked, so that "AB-12345" is unique although "AB-123456" begins with it.
    if (number !== "") add(`${number}$`);
  }
  const numbers = [];
  for (const product of random.shuffled(products)) {
    if (numbers.length >= count) break;
    const number = squashed(product.mpn);
    // Some shops put a title where the article number belongs.
    if (number.length < MIN_NUMBER || !/\d/.test(number) || product.mpn.trim().split(/\s+/).length > 2 || beginnings.get(`${number}$`) !== 1) continue;
    let shortest = MIN_NUMBER;
    while (shortest < number.length && beginnings.get(number.slice(0, shortest)) > 1) shortest++;
    numbers.push({ product, text: mangled(product.mpn, beginnings.get(number.slice(0, shortest)) === 1 ? shortest : null, random) });
  }
  return numbers;
}

/**
 * `{ product, text, one, two }`: up to three random words of a title that, together, at most five products have; the same with one and
 * with two typos. So every word is needed, and an engine cannot pass by ignoring the one that it does not know.
 */
function drawTypos(products, count, random) {
  const byWord = new Map();
  for (const product of products) {
    for (const word of words(product.title)) {
      const key = word.toLowerCase();
      if (!byWord.has(key)) byWord.set(key, new Set());
      byWord.get(key).add(product.row);
    }
  }
  const typos = [];
  for (const product of random.shuffled(products)) {
    if (typos.length >= count) break;
    const own = [...new Set(words(product.title))];
    for (let size = 1; size <= Math.min(MAX_QUERY_WORDS, own.length); size++) {
      const chosen = new Set(random.shuffled(own).slice(0, size));
      const text = own.filter((word) => chosen.has(word)).join(" ");
      const sets = [...chosen].map((word) => byWord.get(word.toLowerCase())).sort((a, b) => a.size - b.size);
      const meant = [...sets[0]].filter((row) => sets.every((set) => set.has(row))).length;
      if (meant > MAX_MEANT || editableWords(text).length === 0) continue;
      const one = withTypos(text, 1, random);
      const two = withTypos(text, 2, random);
      if (two !== null) typos.push({ product, text, one, two });
      break;
    }
  }
  return typos;
}

const words = (title) => title.match(/[\p{L}\p{N}]+/gu) ?? [];
