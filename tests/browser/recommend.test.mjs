// Recommendations in the demo shop: what stands beside a product, in the cart and on the home page, and why.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../until.mjs";
import { openShop } from "./shop.mjs";

let shop, id;
before(async () => {
  shop = await openShop();
  [id] = await shop.shopOrder("q=waschtischmischer&limit=1");
});
after(() => shop.close());

/** The tiles of a shelf: `[{ id, because }]`. */
const tiles = (page, list) => page.$$eval(`[data-testid="shelf-${list}"] > li`, (all) => all.map((tile) => ({ id: tile.dataset.id, because: tile.querySelector("[data-testid=tile-because]")?.textContent ?? "" })));

test("a product has what fits it beside it, and alternatives that meet a wish", async () => {
  const device = await shop.device({ consent: "memory" });
  const page = await device.visit(`#/p/${id}`);
  await eventually(async () => {
    const fitting = await tiles(page, "accessories");
    assert.ok(fitting.length >= 2 && fitting.every(({ because }) => because.startsWith("Passt zu") || because.startsWith("Gekauft mit")), JSON.stringify(fitting));
  }, 20_000);
  const others = await tiles(page, "similar");
  assert.ok(others.length > 0 && others.every((tile) => tile.because !== "" && tile.id !== id));
  await page.click("[data-wish=cheaper]");
  const { cheaper, price } = await page.evaluate(async (id) => {
    const get = async (id) => (await (await fetch(`/shop/de/products/${id}`)).json());
    const cost = (row) => row.sale_price_minor ?? row.price_minor;
    const shown = [...document.querySelectorAll("[data-testid=shelf-similar] > li")].map((tile) => tile.dataset.id);
    return { price: cost(await get(id)), cheaper: await Promise.all(shown.map(async (id) => cost(await get(id)))) };
  }, id);
  assert.ok(cheaper.every((other) => other < price), `${cheaper} beside ${price}`);
  await device.leave();
});

test("the cart is completed, and the home page goes on with the visit", async () => {
  const device = await shop.device({ consent: "memory" });
  const page = await device.visit(`#/p/${id}`);
  await page.click("[data-testid=add-to-cart]");
  await page.click("[data-testid=cart-link]");
  await eventually(async () => {
    const fitting = await tiles(page, "cart");
    assert.ok(fitting.length >= 2 && fitting.every((tile) => tile.because !== "" && tile.id !== id), JSON.stringify(fitting));
  }, 20_000);
  await page.evaluate(() => (location.hash = "#/"));
  await eventually(async () => {
    const next = await tiles(page, "next");
    assert.ok(next.length > 0 && next.every(({ because }) => because.startsWith("Weil Sie")), JSON.stringify(next));
    assert.ok(next.every((tile) => tile.id !== id));
  }, 20_000);
  await device.leave();
});
