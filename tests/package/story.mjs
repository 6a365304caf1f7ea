// What every host must be able to do, and must answer with the same bits.

const NOW = Date.UTC(2026, 0, 15, 12);

/** Items of a shop that has no pack: only their own fields speak. */
const ITEMS = [
  { item_id: "a", item_name: "Basin tap", item_brand: "Aquanova", item_category: "Bath", item_category2: "Taps" },
  { item_id: "b", item_name: "Hex bolt", item_brand: "Fixwell", item_category: "Fasteners", item_category2: "Bolts" },
  { item_id: "c", item_name: "Hex nut", item_brand: "Fixwell", item_category: "Fasteners", item_category2: "Nuts" },
  { item_id: "d", item_name: "Shower head", item_brand: "Aquanova", item_category: "Bath", item_category2: "Showers" },
];

export async function story(Endcap, pack) {
  const errors = [];
  const options = { consent: "memory", now: () => NOW, onError: (error) => errors.push(`${error.code}: ${error.message}`) };
  const told = {};

  const bare = await Endcap.open(options);
  told.bare = { status: bare.status, catalogue: bare.catalogue, before: bare.rank(ITEMS).map((item) => item.item_id) };
  told.bare.learned = bare.observe("add_to_cart", { items: [{ ...ITEMS[2], quantity: 2 }] });
  told.bare.after = bare.rank(ITEMS).map((item) => item.item_id);
  told.bare.same = bare.rank(ITEMS).every((item) => ITEMS.includes(item));
  bare.close();

  if (pack) {
    const shop = await Endcap.open({ ...options, pack });
    told.shop = { status: shop.status, catalogue: shop.catalogue };
    told.shop.everything = shop.search({ limit: 50 });
    const ids = told.shop.everything.hits.map((hit) => hit.id);
    const [clicked] = ids.slice(-1);
    told.shop.suggestions = shop.suggest("m");
    let changes = 0;
    shop.on("change", () => changes++);
    told.shop.learned = shop.observe("add_to_cart", { items: [{ item_id: clicked }] });
    told.shop.changes = changes;
    told.shop.before = ids;
    told.shop.after = shop.rank(ids);
    told.shop.explanation = shop.explain(clicked);
    told.shop.affinities = shop.affinities(10);
    told.shop.facets = shop.facets({});
    shop.close();
  }

  const damaged = await Endcap.open({ ...options, pack: new Uint8Array([1, 2, 3]) });
  told.damaged = { status: damaged.status, rank: damaged.rank(["x", "y"]), search: damaged.search({ text: "m" }), errors: errors.splice(0) };
  damaged.close();
  told.errors = errors;
  return told;
}

/** The host's own check; the tests compare what it returns with what Node returned. */
export function assertStory(assert, told) {
  assert.deepEqual(told.errors, []);
  assert.equal(told.bare.status, "ready");
  assert.equal(told.bare.catalogue, null);
  assert.deepEqual(told.bare.before, ["a", "b", "c", "d"], "nothing is known yet");
  assert.equal(told.bare.learned.accepted, true);
  assert.deepEqual(told.bare.after.slice(0, 2), ["c", "b"], "the nut first, then the bolt of the same brand");
  assert.equal(told.bare.same, true);
  assert.equal(told.damaged.status, "fallback");
  assert.deepEqual(told.damaged.rank, ["x", "y"]);
  assert.equal(told.damaged.search.total, 0);
  assert.match(told.damaged.errors.join(), /^pack\//);
  if (told.shop) {
    assert.equal(told.shop.status, "ready");
    assert.ok(told.shop.catalogue.items > 10);
    assert.match(told.shop.catalogue.hash, /^[0-9a-f]{32}$/);
    assert.equal(told.shop.everything.hits.length, told.shop.catalogue.items);
    assert.equal(told.shop.learned.items_known, 1);
    assert.equal(told.shop.changes, 1);
    assert.notDeepEqual(told.shop.after, told.shop.before, "one item in the cart changes the order");
    assert.deepEqual([...told.shop.after].sort(), [...told.shop.before].sort());
    assert.ok(told.shop.suggestions.products.length > 0);
    assert.ok(told.shop.affinities.length > 0);
    assert.ok(told.shop.explanation.parts.length > 0);
  }
}
