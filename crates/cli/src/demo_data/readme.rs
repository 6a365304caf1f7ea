//! The README that lies beside the generated data.

use super::log::{DAYS, Tally};
use super::shop::Shop;
use super::taste::Shopper;

/// What lies in the folder, how it was made, and that none of it is real.
pub(super) fn text(shop: &Shop, shoppers: &[Shopper], tally: &Tally, pictures: usize) -> String {
    let events: u64 = tally.values().sum();
    let by_name: String = tally
        .iter()
        .map(|(name, count)| format!("| `{name}` | {count} |\n"))
        .collect();
    format!(
        r#"# Synthetic shop data

**Everything here is synthetic.** Products, brands, article numbers, shoppers and events were made by
`endcap demo-data` and describe nothing and nobody real. Every product says so in `custom_label_0`.
GTINs begin with 2, the range reserved for use inside a company.

Seed {seed}: the same seed and sizes give the same bytes.

| what | how many |
| --- | --- |
| products | {products} |
| models (`item_group_id`) | {models} |
| leaf categories | {leaves} |
| pictures | {pictures} |
| shoppers | {shoppers} |
| days (the last one is 2026-10-31) | {DAYS} |
| events | {events} |

## Files

- `catalogue.de.jsonl`, `catalogue.en.jsonl`: one product per line in Google Merchant attributes, with the
  same ids, prices and pictures in both languages. `product_type_key`, `attribute_key` and `value_key` are
  the same in both; they are what profiles should remember.
- `events.jsonl`: GA4-shaped events in the order of time. `channel` is `web` or `store`. Searches are
  typed in the shopper's language. `facet` and `value` of `select_filter` and `view_category` are keys.
- `guests.jsonl`: events of the same shape. Guests search in everyday words, some of which the shop does not use, find nothing
  or nothing worth a click, and search again in the shop's words. `endcap pack knowledge --proposals` finds them.
- `shoppers.jsonl`: the hidden tastes from which the events follow: the ground truth for an evaluation,
  never an input.
- `images/`: one SVG per drawing and colour; products that look alike share one.

## Shapes

```json
{{"id", "title", "description", "brand", "mpn", "gtin", "product_type": "A > B > C", "product_type_key": "a/b/c",
 "price": "12.90 EUR", "sale_price"?, "availability", "max_handling_time"?, "image_link", "link", "item_group_id",
 "product_detail": [{{"attribute_name", "attribute_value", "attribute_key", "value_key"}}], "average_rating"?,
 "review_count", "price_tiers"?: [{{"min_quantity", "price"}}], "accessories"?: [id], "spare_parts"?: [id],
 "custom_label_0": "synthetic"}}
{{"event_name", "event_timestamp": microseconds, "user_pseudo_id", "ga_session_id", "channel",
 "items"?: [{{"item_id", "price", "quantity", "index"?}}], "search_term"?, "facet"?, "value"?, "item_list_id"?,
 "transaction_id"?}}
{{"user_pseudo_id", "customer", "persona", "language", "categories": [{{"product_type_key", "share"}}], "brands",
 "colours", "price_level": 0 to 1, "departs": share of visits about something else, "custom_label_0"}}
```

## Events by name

| event | count |
| --- | --- |
{by_name}"#,
        seed = shop.seed,
        products = shop.articles.len(),
        models = shop.models.len(),
        leaves = shop.shelves.len(),
        shoppers = shoppers.len(),
    )
}
