// What InstantSearch asks for, as the engine takes it: understood to the letter, or refused.
import { EndcapError } from "./error.js";
import type { SearchQuery } from "./shapes.js";

/** Values and ranges per facet: any of a facet's, and every facet. */
export type Narrowed = Required<Pick<SearchQuery, "filters" | "ranges">>;
export type Filter = string | readonly (string | readonly string[])[];

/** What the engine takes in one query: facets, and values of each. */
const MOST = 64;

const NUMBER = "-?\\d+(?:\\.\\d+)?";
const COMPARED = new RegExp(`^([^<>=!]+?)\\s*(<=|>=|<|>|=)\\s*(${NUMBER})$`);
/** A word of `filters`: a bracket, something quoted, or all up to the next blank or bracket. */
const WORD = /\s*(?:([()])|((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s()"'])+))/gy;

export const unsupported = (name: string, value: unknown, why: string): EndcapError =>
  new EndcapError("instantsearch/filter", `${name}: ${why}; got ${JSON.stringify(value)}`);

/** `facetFilters`, `numericFilters` and `filters` together. */
export function narrowed(params: { facetFilters?: Filter; numericFilters?: Filter; filters?: string }): Narrowed {
  const found = new Narrowing();
  for (const group of [params.facetFilters ?? []].flat()) {
    const refuse = (why: string) => unsupported("facetFilters", params.facetFilters, why);
    found.any([group].flat().map((text) => valueOf(text, refuse)), refuse);
  }
  for (const group of [params.numericFilters ?? []].flat()) {
    const refuse = (why: string) => unsupported("numericFilters", params.numericFilters, why);
    const alternatives = [group].flat();
    if (alternatives.length > 1) throw refuse("comparisons that are alternatives are not understood");
    for (const text of alternatives) found.number(text, refuse);
  }
  if (params.filters) new Expression(params.filters, found).read();
  return found.result();
}

/** `brand:Aqua`; a minus before the value denies it, unless `\` stands before that. */
function valueOf(text: string, refuse: (why: string) => EndcapError): [key: string, value: string] {
  const end = String(text).indexOf(":");
  const [key, value] = [text.slice(0, end), text.slice(end + 1)];
  if (end < 1 || key.startsWith("-")) throw refuse("expected facet:value");
  if (value.startsWith("-")) throw refuse("negations are not understood; a value that begins with a minus is written with \\ before it");
  return [key, value.startsWith("\\-") ? value.slice(1) : value];
}

/** What is asked of each facet: all of it. */
class Narrowing {
  readonly #values = new Map<string, string[]>();
  readonly #ranges = new Map<string, [number | null, number | null]>();

  /** One facet's values, any of which will do. */
  any(alternatives: [key: string, value: string][], refuse: (why: string) => EndcapError): void {
    const key = alternatives[0]?.[0];
    if (key === undefined) return;
    const values = [...new Set(alternatives.map(([, value]) => value))];
    if (alternatives.some(([other]) => other !== key)) throw refuse("alternatives must be of one facet");
    const before = this.#values.get(key);
    if (before && before.join("\0") !== values.join("\0")) throw refuse(`${key} is asked for twice: several values of one facet are alternatives`);
    if (values.length > MOST) throw refuse(`more than ${MOST} values of one facet`);
    this.#values.set(key, values);
  }

  /** A comparison, `price>=1000`; those of one facet make one range. */
  number(text: string, refuse: (why: string) => EndcapError): void {
    const [, key, sign, digits] = COMPARED.exec(text) ?? [];
    if (key === undefined || digits === undefined) throw refuse("expected a comparison of a facet and a number by <, <=, =, >= or >");
    const end = Number(digits);
    if (sign === "<=") this.range(key, null, end);
    else if (sign === ">=") this.range(key, end, null);
    else if (sign === "=") this.range(key, end, end);
    else throw refuse("the ends of a range belong to it: use <= and >=");
  }

  range(key: string, from: number | null, to: number | null): void {
    const [low, high] = this.#ranges.get(key) ?? [null, null];
    this.#ranges.set(key, [from === null ? low : Math.max(low ?? from, from), to === null ? high : Math.min(high ?? to, to)]);
  }

  result(): Narrowed {
    const { size } = new Set([...this.#values.keys(), ...this.#ranges.keys()]);
    if (size > MOST) throw unsupported("filters", size, `more than ${MOST} facets`);
    for (const key of this.#ranges.keys()) if (this.#values.has(key)) throw unsupported("filters", key, "values and a range of one facet at once are not understood");
    // Ends that exclude each other have no hits; ranges must still be written the right way round.
    const written = ([low, high]: [number | null, number | null]): [number | null, number | null] => (low !== null && high !== null && low > high ? [Number.MAX_VALUE, null] : [low, high]);
    return { filters: Object.fromEntries(this.#values), ranges: Object.fromEntries([...this.#ranges].map(([key, range]) => [key, [written(range)]])) };
  }
}

/** `brand:Aqua AND (colour:Red OR colour:"Dark blue") AND price <= 1000 AND height:10 TO 20`. */
class Expression {
  readonly #text: string;
  readonly #words: string[];
  readonly #found: Narrowing;
  #at = 0;

  constructor(text: string, found: Narrowing) {
    this.#text = String(text);
    this.#found = found;
    this.#words = [];
    WORD.lastIndex = 0;
    for (let end = 0; end < this.#text.trimEnd().length; end = WORD.lastIndex) {
      const word = WORD.exec(this.#text);
      if (!word) throw this.#refuse("a quote or bracket is not closed");
      this.#words.push(word[1] ?? (word[2] as string));
    }
  }

  read(): void {
    do this.#group();
    while (this.#take("AND"));
    if (this.#at < this.#words.length) throw this.#refuse(`expected AND before ${this.#words[this.#at]}`);
  }

  #group(): void {
    const isBracketed = this.#take("(");
    const alternatives = [this.#one()];
    while (this.#take("OR")) alternatives.push(this.#one());
    if (isBracketed && !this.#take(")")) throw this.#refuse("expected OR or ) within brackets");
    const values = alternatives.flatMap((one) => (typeof one === "string" ? [] : [one]));
    if (values.length === alternatives.length) return this.#found.any(values, (why) => this.#refuse(why));
    const [only, ...more] = alternatives;
    if (more.length > 0 || typeof only !== "string") throw this.#refuse("comparisons that are alternatives are not understood");
    const [, key, from, to] = new RegExp(`^(.+?):(${NUMBER}) TO (${NUMBER})$`, "s").exec(only) ?? [];
    if (key !== undefined) this.#found.range(key, Number(from), Number(to));
    else this.#found.number(only, (why) => this.#refuse(why));
  }

  /** A facet and its value, or a comparison as it is written. */
  #one(): [key: string, value: string] | string {
    const word = this.#next();
    if (word === "NOT" || word.startsWith("-")) throw this.#refuse("negations are not understood");
    const sign = this.#words[this.#at];
    // `price <= 1000` and `price <=1000`.
    if (!word.includes(":") && sign !== undefined && /^[<>=!]/.test(sign)) return unquoted(word) + this.#next() + (/^[<>=!]+$/.test(sign) ? this.#next() : "");
    if (!/^(?:"[^"]*"|'[^']*'|[^:])+:/.test(word)) return unquoted(word) + (/[<>=]$/.test(word) ? this.#next() : "");
    const [, key = "", joined = ""] = /^((?:"[^"]*"|'[^']*'|[^:])+):(.*)$/s.exec(word) ?? [];
    const value = joined === "" ? this.#next() : joined;
    if (this.#take("TO")) return `${unquoted(key)}:${value} TO ${this.#next()}`;
    if (value.startsWith("-")) throw this.#refuse("negations are not understood; a value that begins with a minus is quoted, or has \\ before it");
    return [unquoted(key), unquoted(value)];
  }

  #next(): string {
    const word = this.#words[this.#at++];
    if (word === undefined || word === "(" || word === ")") throw this.#refuse("expected facet:value or a comparison");
    return word;
  }

  #take(word: string): boolean {
    if (this.#words[this.#at] !== word) return false;
    this.#at++;
    return true;
  }

  #refuse(why: string): EndcapError {
    return unsupported("filters", this.#text, why);
  }
}

function unquoted(text: string): string {
  const [, quote, within = ""] = /^(["'])(.*)\1$/s.exec(text) ?? [];
  return quote ? within.replace(/\\(.)/gs, "$1") : text.replace(/^\\-/, "-");
}
