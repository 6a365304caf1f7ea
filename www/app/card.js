// One product as the shop's lists show it, whether it came from the shop's own API or from the engine.

/** From a row of the shop's API (a GA4 item with what a tile shows besides). */
export function fromRow(row) {
  return {
    id: row.item_id,
    title: row.item_name,
    brand: row.item_brand ?? "",
    mpn: row.mpn ?? "",
    gtin: row.gtin ?? "",
    category: row.category ?? "",
    price: row.price_minor ?? null,
    sale_price: row.sale_price_minor ?? null,
    availability: row.availability ?? "in_stock",
    delivery_days: row.delivery_days ?? null,
    image: row.image ?? "",
    rating: row.rating ?? null,
    reviews: row.reviews ?? 0,
  };
}

/** From a hit of the engine; it already has our field names. */
export const fromHit = (hit) => ({ ...hit });

/** The GA4 item that events and `rank` take. */
export function toItem(card, quantity) {
  const item = { item_id: card.id, item_name: card.title };
  if (card.brand) item.item_brand = card.brand;
  const levels = card.category ? card.category.split(" > ").slice(0, 5) : [];
  levels.forEach((label, level) => (item[level === 0 ? "item_category" : `item_category${level + 1}`] = label));
  const price = effectivePrice(card);
  if (price !== null) item.price = price / 100;
  if (quantity !== undefined) item.quantity = quantity;
  return item;
}

/** What one piece costs now, in minor units, or `null` when the feed has no price. */
export const effectivePrice = (card) => card.sale_price ?? card.price;

/** What one piece costs when `quantity` are bought. */
export function tierPrice(card, quantity) {
  let price = effectivePrice(card);
  for (const tier of card.price_tiers ?? []) if (quantity >= tier.min_quantity && (price === null || tier.price < price)) price = tier.price;
  return price;
}
