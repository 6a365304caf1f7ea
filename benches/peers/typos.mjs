// Mistakes that shoppers make: edits of words, and article numbers written otherwise.

/** Typos are made in words of this many letters or more and no digit: another number is another product. */
const MIN_LETTERS = 4;
/** Two typos in one word only from here on; in a shorter one they leave nothing to recognise. */
const MIN_LETTERS_FOR_TWO = 8;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz";

/** Where typos can be made: `[start, end)` of the words that are long enough. */
export function editableWords(text) {
  return [...text.matchAll(/[\p{L}\p{N}]+/gu)]
    .filter(([word]) => word.length >= MIN_LETTERS && /^\p{L}+$/u.test(word))
    .map((match) => [match.index, match.index + match[0].length]);
}

/** The text with one or two typos at random places, the first letter as likely as any other; null if it has no room for them. */
export function withTypos(text, count, random) {
  const words = editableWords(text);
  const hit = new Map();
  for (let n = 0; n < count; n++) {
    const room = words.filter(([start, end]) => !hit.has(start) || end - start >= MIN_LETTERS_FOR_TWO);
    if (room.length === 0) return null;
    // A word is as likely to be hit as it is long.
    let at = random.below(room.reduce((sum, [start, end]) => sum + end - start, 0));
    const [start] = room.find(([from, to]) => (at -= to - from) < 0);
    hit.set(start, (hit.get(start) ?? 0) + 1);
  }
  // From the back, so that what is in front stays where it is.
  let result = text;
  for (const [start, end] of words.toReversed()) {
    let word = text.slice(start, end);
    const before = word;
    for (let n = hit.get(start) ?? 0; n > 0; n--) {
      let next;
      do next = edited(word, random);
      while (next === word || next === before);
      word = next;
    }
    result = result.slice(0, start) + word + result.slice(end);
  }
  return result;
}

/** One insertion, deletion, substitution or transposition at a random place. */
export function edited(word, random) {
  const at = random.below(word.length);
  const letter = ALPHABET[random.below(ALPHABET.length)];
  switch (random.below(4)) {
    case 0:
      // Also behind the last letter.
      return insert(word, random.below(word.length + 1), letter);
    case 1:
      return word.slice(0, at) + word.slice(at + 1);
    case 2:
      return word.slice(0, at) + letter + word.slice(at + 1);
    default: {
      const left = Math.min(at, word.length - 2);
      return word.slice(0, left) + word[left + 1] + word[left] + word.slice(left + 2);
    }
  }
}

const insert = (word, at, letter) => word.slice(0, at) + letter + word.slice(at);

/** Letters and digits alone, in lower case: what an article number is however it is written. */
export const squashed = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");

const SEPARATORS = ["-", " ", ".", "/"];

/**
 * An article number as somebody else writes it: its separators left out, exchanged or put between letters and digits or groups, in upper,
 * lower or its own case; every fourth time only its beginning, `shortest` characters (without separators) or more.
 */
export function mangled(number, shortest, random) {
  let text = number;
  const separator = random.pick(SEPARATORS);
  switch (random.below(3)) {
    case 0:
      text = text.replace(/[^\p{L}\p{N}]+/gu, "");
      break;
    case 1:
      text = text.replace(/[^\p{L}\p{N}]+/gu, separator);
      break;
    default:
      text = separated(text.replace(/[^\p{L}\p{N}]+/gu, ""), separator, random);
  }
  text = random.pick([(t) => t, (t) => t.toLowerCase(), (t) => t.toUpperCase()])(text);
  if (shortest !== null && random.below(4) === 0) {
    const length = squashed(text).length;
    text = firstCharacters(text, shortest + random.below(length - shortest + 1));
  }
  return text;
}

/** A separator wherever letters meet digits; in a number of one kind, at a random place. */
function separated(text, separator, random) {
  const parts = text.match(/\p{L}+|\p{N}+/gu) ?? [text];
  if (parts.length > 1) return parts.join(separator);
  return insert(text, 1 + random.below(Math.max(text.length - 1, 1)), separator);
}

/** The beginning that has `count` letters or digits. */
function firstCharacters(text, count) {
  let seen = 0;
  for (let end = 0; end < text.length; end++) {
    if (/[\p{L}\p{N}]/u.test(text[end]) && ++seen === count) return text.slice(0, end + 1);
  }
  return text;
}
