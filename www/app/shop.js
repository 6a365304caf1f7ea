// The shop's own API: product lists, categories and product pages, in the shop's own order.
//
// Everything here works without Endcap. Answers are kept for the visit, because a shopper goes
// back and forth; the server revalidates by ETag.

import { fromRow } from "./card.js";
import { language } from "./i18n.js";

const KEPT_ANSWERS = 60;
const answers = new Map();

/** What the shop holds: `{ catalogues: [{ language, currency, synthetic, products }] }`. */
export const catalogues = () => get("/shop");

/** The category tree: `{ categories: [{ key, value, label, count, image, children }] }`. */
export const categories = () => get(`/shop/${language()}/categories`);

/** One window of a product list with plain facets, in the shop's own order. */
export async function products({ category, text, filters = {}, price_min, price_max, sort, offset = 0, limit = 48, facets = false }) {
  const params = new URLSearchParams();
  if (category) params.set("category", category);
  if (text) params.set("q", text.slice(0, 256));
  for (const [key, values] of Object.entries(filters)) for (const value of values) params.append(`f.${key}`, value);
  if (price_min !== undefined) params.set("price_min", price_min);
  if (price_max !== undefined) params.set("price_max", price_max);
  if (sort && sort !== "relevance") params.set("sort", sort);
  if (facets) params.set("facets", "true");
  params.set("offset", offset);
  params.set("limit", limit);
  const answer = await get(`/shop/${language()}/products?${params}`);
  return { total: answer.total, cards: answer.items.map(fromRow), facets: answer.facets ?? [] };
}

/** Everything about one product; lists of other products come as cards. */
export async function product(id) {
  const answer = await get(`/shop/${language()}/products/${encodeURIComponent(id)}`);
  return {
    ...fromRow(answer),
    category_key: answer.category_key ?? "",
    description: answer.description ?? "",
    attributes: answer.attributes ?? [],
    price_tiers: answer.price_tiers ?? [],
    accessories: (answer.accessories ?? []).map(fromRow),
    spare_parts: (answer.spare_parts ?? []).map(fromRow),
    /** `[{ item_id, item_name, differs: [{ key, label, value }] }]`, this product among them. */
    variants: answer.variants ?? [],
  };
}

/** Asks the shop's server to sign the demo customer's login; the token goes to `endcap.link`. */
export async function login(customer) {
  const response = await fetch("/demo/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ customer }),
  });
  if (!response.ok) throw await problem(response);
  return (await response.json()).token;
}

/** Finds a category and its ancestors by key: `[root, …, node]`, or `[]`. */
export function categoryTrail(nodes, key) {
  for (const node of nodes) {
    if (node.key === key) return [node];
    if (!key.startsWith(`${node.key}/`)) continue;
    const below = categoryTrail(node.children, key);
    if (below.length > 0) return [node, ...below];
  }
  return [];
}

/** Finds a category by its label path (`"Bad > Armaturen"`), as facets name it. */
export function categoryByValue(nodes, value) {
  for (const node of nodes) {
    if (node.value === value) return node;
    if (value.startsWith(`${node.value} > `)) return categoryByValue(node.children, value);
  }
  return undefined;
}

function get(address) {
  const known = answers.get(address);
  if (known) return known;
  const answer = fetch(address).then(async (response) => {
    if (!response.ok) throw await problem(response);
    return response.json();
  });
  answer.catch(() => answers.delete(address));
  answers.set(address, answer);
  if (answers.size > KEPT_ANSWERS) answers.delete(answers.keys().next().value);
  return answer;
}

async function problem(response) {
  const body = await response.json().catch(() => ({}));
  const error = new Error(body.detail ?? body.title ?? `${response.status} ${response.statusText}`);
  error.status = response.status;
  error.code = body.code;
  return error;
}
