import type { Item } from "./endcap.js";

/** An item's fields, each with the other names that shops have for it. */
const FIELDS = Object.entries({
  item_id: ["id", "sku", "product_id"], item_name: ["name", "title"], item_brand: ["brand"],
  item_category: ["category"], item_category2: [], item_category3: [], item_category4: [], item_category5: [],
  item_variant: [], price: [], quantity: [], index: [],
} satisfies Record<keyof Item, string[]>);

/**
 * An identifier, a GA4 item, or a product as shops have them, as a GA4 item: a copy, so that a getter that throws does
 * so here and not in the midst of the engine.
 */
export function toItem(item: unknown): Item {
  if (typeof item === "string" || typeof item === "number") return { item_id: String(item) };
  const given = (item ?? {}) as Record<string, unknown>;
  const taken: Record<string, unknown> = {};
  const ga4 = typeof given["item_id"] === "string";
  for (const [field, others] of FIELDS) {
    let value = given[field];
    if (!ga4) for (const other of others) value ??= given[other];
    if (value != null) taken[field] = value;
  }
  const id = taken["item_id"];
  if (typeof id === "number" || typeof id === "bigint") taken["item_id"] = String(id);
  return taken as unknown as Item;
}

/** Without the fields that pages leave undefined or null: absent is what they mean. */
export function given<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value != null)) as T;
}

export function idOf(item: unknown): string {
  return String(toItem(item).item_id ?? "");
}
