import type { Item } from "./endcap.js";

/** Names that shops use for GA4's item fields. */
const SYNONYMS = [["item_id", "id", "sku", "product_id"], ["item_name", "name", "title"], ["item_brand", "brand"], ["item_category", "category"]] as const;

/** An identifier, a GA4 item, or a product as shops have them, as a GA4 item. */
export function toItem(item: unknown): Item {
  if (typeof item === "string" || typeof item === "number") return { item_id: String(item) };
  const given = (item ?? {}) as Record<string, unknown>;
  if (typeof given["item_id"] === "string") return given as unknown as Item;
  const taken: Record<string, unknown> = { ...given };
  for (const [field, ...others] of SYNONYMS) {
    for (const other of others) taken[field] ??= given[other];
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
