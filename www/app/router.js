// Addresses of the shop: `#/`, `#/c/<category key>`, `#/search?q=…`, `#/p/<id>`, `#/cart`, `#/account`.

import { parseRange, writtenRange } from "./ranges.js";

/** Parses the part after `#`; anything unknown is the home page. */
export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  const segments = path.split("/").filter(Boolean).map(decode);
  const params = new URLSearchParams(query);
  const [view = "home", ...rest] = segments;
  switch (view) {
    case "c":
      return { view: "category", key: rest.join("/"), params };
    case "p":
      return { view: "product", id: rest.join("/"), params };
    case "search":
    case "departments":
    case "cart":
    case "account":
      return { view, params };
    default:
      return { view: "home", params };
  }
}

export const toCategory = (key) => `#/c/${key.split("/").map(encodeURIComponent).join("/")}`;
export const toProduct = (id) => `#/p/${encodeURIComponent(id)}`;

/** Address of the search page; `filters` is `{ facet: [value, …] }`. */
export function toSearch(text, filters = {}) {
  const params = new URLSearchParams();
  // An address has a length that browsers and logs can bear; no product has a longer name.
  if (text) params.set("q", text.slice(0, 256));
  for (const [key, values] of Object.entries(filters)) for (const value of values) params.append(`f.${key}`, value);
  return `#/search?${params}`;
}

/** Filters, ranges, sort and text of a listing's address. */
export function listingState(params) {
  const filters = {};
  const ranges = {};
  for (const [name, value] of params) {
    if (name.startsWith("f.")) (filters[name.slice(2)] ??= []).push(value);
    const range = name.startsWith("r.") && parseRange(value);
    if (range) (ranges[name.slice(2)] ??= []).push(range);
  }
  const number = (name) => (/^\d{1,9}$/.test(params.get(name) ?? "") ? Number(params.get(name)) : undefined);
  return {
    text: params.get("q") ?? "",
    filters,
    ranges,
    price_min: number("price_min"),
    price_max: number("price_max"),
    refused: params.getAll("words").slice(0, 12),
    sort: ["price_asc", "price_desc"].includes(params.get("sort")) ? params.get("sort") : "relevance",
  };
}

/** The inverse of {@link listingState}, written behind `base`. */
export function listingAddress(base, state) {
  const params = new URLSearchParams();
  if (state.text) params.set("q", state.text.slice(0, 256));
  for (const [key, values] of Object.entries(state.filters)) for (const value of values) params.append(`f.${key}`, value);
  for (const [key, ranges] of Object.entries(state.ranges ?? {})) for (const range of ranges) params.append(`r.${key}`, writtenRange(range));
  if (state.price_min !== undefined) params.set("price_min", state.price_min);
  if (state.price_max !== undefined) params.set("price_max", state.price_max);
  for (const part of state.refused ?? []) params.append("words", part);
  if (state.sort !== "relevance") params.set("sort", state.sort);
  const query = params.toString();
  return query ? `${base}?${query}` : base;
}

function decode(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
