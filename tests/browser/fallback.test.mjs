// The shop without Endcap, on a phone, and with what goes wrong: it stays a shop.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openShop, order } from "./shop.mjs";

const CATEGORY = "bath/taps/basin-taps";

let shop;
before(async () => (shop = await openShop()));
after(() => shop.close());

// A request that the test itself blocks is logged by the browser; and the shop says once why it is on its own.
const blocked = [/Failed to load resource/, /^Endcap: /];

for (const [name, pattern] of [["the wasm", "**/*.wasm"], ["the module", "**/pkg/**"]]) {
  test(`without ${name} the shop keeps its own order and sells`, async () => {
    const device = await shop.device({ consent: "persistent", allowed: blocked });
    await device.context.route(pattern, (route) => route.abort());
    const page = await visitCategory(device);
    await page.click("[data-testid=grid] > li:nth-child(5) [data-testid=tile-wish]");
    assert.deepEqual(await order(page), await shop.shopOrder(`category=${CATEGORY}&limit=24`));
    await search(page);
    assert.deepEqual(await order(page), await shop.shopOrder("q=wascht&limit=24"));
    await buy(page);
    await device.leave();
  });
}

for (const [name, pattern] of [["the pack", "**/v1/packs/**"], ["the manifest", "**/v1/manifest.json"]]) {
  test(`without ${name} the shop sells, and lists still follow what products say of themselves`, async () => {
    const device = await shop.device({ consent: "persistent", allowed: blocked });
    await device.context.route(pattern, (route) => route.abort());
    const page = await visitCategory(device);
    const brands = () => page.$$eval("[data-testid=grid] .tile-brand", (names) => names.map((name) => name.textContent));
    const before = await brands();
    const at = before.findIndex((brand, at) => at > 2 && brand !== before[0]);
    await page.click(`[data-testid=grid] > li:nth-child(${at + 1}) [data-testid=tile-wish]`);
    assert.equal((await brands())[0], before[at]);
    await search(page);
    await buy(page);
    await device.leave();
  });
}

async function visitCategory(device) {
  const page = await device.visit(`#/c/${CATEGORY}`);
  await page.waitForSelector("[data-testid=grid] > li");
  assert.deepEqual(await order(page), await shop.shopOrder(`category=${CATEGORY}&limit=24`));
  assert.ok((await page.$$("[data-testid=facet]")).length >= 2, "no filters");
  return page;
}

async function search(page) {
  await page.fill("[data-testid=search-input]", "wascht");
  await page.waitForSelector("[data-testid=suggested-product]");
  await page.press("[data-testid=search-input]", "Enter");
  await page.waitForSelector(".search-page [data-testid=grid] > li");
}

async function buy(page) {
  await page.click("[data-testid=grid] > li:nth-child(2) [data-testid=tile-add]");
  await page.click("[data-testid=cart-link]");
  await page.waitForSelector("[data-testid=cart-line]");
  await page.click("[data-testid=order]");
  await page.waitForSelector("[data-testid=ordered]");
  await page.click("a.logo");
  await page.waitForSelector("[data-testid=shelf-for_you] > li");
}

test("an order can be returned, and the cart counts volume prices", async () => {
  const device = await shop.device({ consent: "persistent" });
  const { items } = await (await fetch(`${shop.base}/shop/de/products?category=fasteners&limit=60`)).json();
  const details = await Promise.all(items.map(async ({ item_id }) => (await fetch(`${shop.base}/shop/de/products/${item_id}`)).json()));
  const item = details.find(({ price_tiers, availability }) => price_tiers.length > 0 && availability === "in_stock");
  const tier = item.price_tiers[0];
  const page = await device.visit(`#/p/${item.item_id}`);
  await page.fill("[data-testid=quantity]", String(tier.min_quantity));
  await page.press("[data-testid=quantity]", "Tab");
  await page.click("[data-testid=add-to-cart]");
  await page.click("[data-testid=cart-link]");
  const total = await page.textContent("[data-testid=cart-total]");
  assert.equal(Number(total.replace(/\D/g, "")), tier.price * tier.min_quantity);
  await page.click("[data-testid=order]");
  await page.waitForSelector("[data-testid=ordered]");
  await page.goto(`${shop.base}/#/account`);
  await page.click("[data-testid=return]");
  await page.waitForSelector("[data-testid=return]", { state: "detached" });
  await device.leave();
});

test("addresses that lead nowhere get a page that says so", async () => {
  const device = await shop.device({ consent: "persistent", allowed: [/status of 404/] });
  for (const hash of ["#/p/absent", "#/c/no/such/category", "#/p/%E0%A4%A", "#/nowhere", "#/search?q=&sort=best&price_min=-1"]) {
    const page = await device.visit(hash);
    assert.ok((await page.textContent("main")).trim().length > 20, `${hash} is empty`);
    await page.close();
  }
  await device.leave();
});

test("bad parameters get a problem with a code", async () => {
  for (const [path, status, code] of [
    ["/shop/xx/categories", 404, "shop/no-language"],
    ["/shop/de/products/absent", 404, "shop/no-product"],
    ["/shop/de/products?limit=-1", 400, "shop/parameter"],
    ["/shop/de/products?price_min=12,50", 400, "shop/parameter"],
    [`/shop/de/products?q=${"x".repeat(2_000)}`, 400, "shop/parameter"],
    ["/shop/de/products?colour=red", 400, "shop/parameter"],
  ]) {
    const response = await fetch(shop.base + path);
    assert.equal(response.status, status, path);
    assert.match(response.headers.get("content-type"), /^application\/problem\+json/);
    assert.equal((await response.json()).code, code);
  }
});

test("an unchanged list is not sent twice", async () => {
  const address = `${shop.base}/shop/de/products?limit=5`;
  const first = await fetch(address);
  const again = await fetch(address, { headers: { "if-none-match": first.headers.get("etag") } });
  assert.equal(again.status, 304);
});

for (const colorScheme of ["light", "dark"]) {
  test(`no page is wider than a phone (${colorScheme})`, async () => {
    const device = await shop.device({ consent: "persistent", width: 390, height: 844, colorScheme, hasTouch: true, isMobile: true });
    const [id] = await shop.shopOrder(`category=${CATEGORY}&limit=1`);
    for (const hash of ["", `#/c/${CATEGORY}`, "#/search?q=schraube", `#/p/${id}`, "#/cart", "#/account"]) {
      const page = await device.visit(hash);
      const { wide, inner } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, inner: innerWidth }));
      assert.ok(wide <= inner, `${hash || "home"} is ${wide} px wide`);
      await page.close();
    }
    await device.leave();
  });
}

test("whoever wants less motion gets none", async () => {
  const device = await shop.device({ consent: "persistent", reducedMotion: "reduce" });
  const page = await device.visit(`#/c/${CATEGORY}`);
  await page.waitForSelector("[data-testid=grid] > li");
  await page.click("[data-testid=grid] > li:nth-child(6) [data-testid=tile-wish]");
  const longest = await page.evaluate(() => Math.max(0, ...document.getAnimations().map((one) => Number(one.effect.getComputedTiming().duration))));
  assert.ok(longest < 1, `something moves for ${longest} ms`);
  await device.leave();
});
