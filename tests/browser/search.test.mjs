// The search box: pictures, article numbers, keyboard, and texts that nobody should type.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { engineReady, openShop, order } from "./shop.mjs";

let shop;
before(async () => (shop = await openShop()));
after(() => shop.close());

const SUGGESTED = "[data-testid=suggestions] [data-testid=suggested-product]";

test("a prefix brings suggestions with pictures, article numbers and prices", async () => {
  const device = await shop.device({ consent: "persistent" });
  const page = await device.visit();
  await engineReady(page);
  await page.click("[data-testid=search-input]");
  await page.keyboard.type("wascht");
  await page.waitForSelector(SUGGESTED);
  await page.waitForFunction((products) => [...document.querySelectorAll(`${products} img`)].every((image) => image.complete), SUGGESTED);
  const products = await page.$$eval(SUGGESTED, (options) => options.map((option) => ({
    width: option.querySelector("img")?.naturalWidth ?? 0,
    number: option.querySelector(".number")?.textContent ?? "",
    price: option.querySelector(".price b")?.textContent ?? "",
    marked: option.querySelector("mark")?.textContent ?? "",
  })));
  assert.ok(products.length >= 3, `${products.length} products`);
  for (const product of products) {
    assert.ok(product.width > 0, "a picture did not load");
    assert.match(product.number, /\w/);
    assert.match(product.price, /\d,\d\d/);
  }
  // A product may also match by its category, which the list does not show.
  const marked = products.map((product) => product.marked).filter(Boolean);
  assert.ok(marked.length > 0 && marked.every((text) => /wascht/i.test(text)), JSON.stringify(marked));
  assert.ok(await page.isVisible(".group-categories"), "no categories");
  await device.leave();
});

test("an article number finds its product first", async () => {
  const device = await shop.device({ consent: "persistent" });
  const page = await device.visit();
  await engineReady(page);
  const { items } = await (await fetch(`${shop.base}/shop/de/products?category=power-tools&limit=40`)).json();
  const item = items.find(({ mpn }) => mpn.length >= 6);
  await page.fill("[data-testid=search-input]", item.mpn);
  await page.waitForSelector(SUGGESTED);
  assert.equal(await page.getAttribute(SUGGESTED, "data-id"), item.item_id);
  assert.match(await page.textContent(`${SUGGESTED} .number`), new RegExp(`^${item.mpn.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`));
  await device.leave();
});

test("the combobox says what it does", async () => {
  const device = await shop.device({ consent: "persistent" });
  const page = await device.visit();
  await engineReady(page);
  const input = page.locator("[data-testid=search-input]");
  assert.equal(await input.getAttribute("role"), "combobox");
  assert.equal(await input.getAttribute("aria-expanded"), "false");
  await input.fill("schraub");
  await page.waitForSelector(SUGGESTED);
  assert.equal(await input.getAttribute("aria-expanded"), "true");
  assert.equal(await page.getAttribute(`#${await input.getAttribute("aria-controls")}`, "role"), "listbox");
  await input.press("ArrowDown");
  const active = await input.getAttribute("aria-activedescendant");
  assert.equal(await page.getAttribute(`#${active}`, "aria-selected"), "true");
  assert.equal(await page.getAttribute(`#${active}`, "role"), "option");
  await input.press("ArrowUp");
  assert.equal(await input.getAttribute("aria-activedescendant"), null);
  assert.equal(await input.inputValue(), "schraub");
  await input.press("Escape");
  assert.equal(await input.getAttribute("aria-expanded"), "false");
  assert.ok(await page.isHidden("[data-testid=suggestions]"));
  await input.press("Escape");
  assert.equal(await input.inputValue(), "");
  await device.leave();
});

test("from search to cart by keyboard alone", async () => {
  const device = await shop.device({ consent: "persistent" });
  const page = await device.visit();
  await engineReady(page);
  await page.keyboard.press("Escape");
  await page.focus("main");
  await page.keyboard.press("/");
  await page.keyboard.type("akku");
  await page.waitForSelector(SUGGESTED);
  const product = await page.getAttribute(SUGGESTED, "id");
  for (let n = 0; n < 30 && (await page.getAttribute("[data-testid=search-input]", "aria-activedescendant")) !== product; n += 1) await page.keyboard.press("ArrowDown");
  const id = await page.getAttribute(`#${product}`, "data-id");
  await page.keyboard.press("Enter");
  await page.waitForSelector(`[data-testid=product][data-id="${id}"]`);
  await tabTo(page, "add-to-cart");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("[data-testid=cart-count]").textContent === "1");
  await tabTo(page, "cart-link", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector(`[data-testid=cart-line][data-id="${id}"]`);
  await tabTo(page, "order");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-testid=ordered]");
  await device.leave();
});

test("results can be filtered, and the filter is in the address", async () => {
  const device = await shop.device({ consent: "persistent" });
  const page = await device.visit("#/search?q=schraube");
  await engineReady(page);
  const all = await count(page);
  const value = page.locator("[data-facet=brand] [data-testid=facet-value]").first();
  const promised = Number((await value.locator("em").textContent()).replace(/\D/g, ""));
  await value.locator("label").click();
  await page.waitForSelector("[data-testid=chip]");
  assert.equal(await count(page), promised);
  assert.ok(promised < all);
  assert.match(page.url(), /f\.brand=/);
  await page.reload();
  await page.waitForSelector("[data-testid=chip]");
  assert.equal(await count(page), promised);
  await page.click("[data-testid=chip]");
  await page.waitForFunction((total) => document.querySelector("[data-testid=listing-count]").textContent.replace(/\D/g, "") === String(total), all);
  await device.leave();
});

test("100 KB of text in the search box is answered, and the page lives on", async () => {
  const device = await shop.device({ consent: "persistent" });
  const page = await device.visit();
  await engineReady(page);
  for (const text of ["x".repeat(100_000), "schraube ".repeat(11_000), "🔩".repeat(25_000), "<b>".repeat(33_000)]) {
    await page.fill("[data-testid=search-input]", text);
    await page.press("[data-testid=search-input]", "Enter");
    await page.waitForFunction(() => document.querySelector(".search-page"));
    assert.ok(page.url().length < 4_000, `the address has ${page.url().length} characters`);
    assert.equal(await page.$("main b b"), null, "text became markup");
    await page.click("a.logo");
    await page.waitForSelector(".home");
  }
  await page.fill("[data-testid=search-input]", "bohr");
  await page.waitForSelector(SUGGESTED);
  await device.leave();
});

test("the shop speaks English, too", async () => {
  const device = await shop.device({ consent: "persistent" });
  const page = await device.visit("#/c/bath/taps/basin-taps");
  await engineReady(page);
  const german = await page.textContent("h1");
  await page.click("[data-testid=language-en]");
  await page.waitForFunction((before) => document.documentElement.lang === "en" && ![null, undefined, before].includes(document.querySelector("h1")?.textContent), german);
  assert.match(await page.textContent("[data-testid=data-note]"), /[Ss]ynthetic demo data/);
  await engineReady(page);
  await page.fill("[data-testid=search-input]", "screw");
  await page.waitForSelector(SUGGESTED);
  assert.ok((await order(page)).length > 0);
  await device.leave();
});

const count = async (page) => Number((await page.textContent("[data-testid=listing-count]")).replace(/\D/g, ""));

/** Presses Tab until the element has the focus; a shopper without a mouse must reach it. */
async function tabTo(page, testid, key = "Tab") {
  for (let n = 0; n < 120; n += 1) {
    await page.keyboard.press(key);
    if (await page.evaluate((id) => document.activeElement?.dataset?.testid === id, testid)) return;
  }
  assert.fail(`${key} does not reach ${testid}`);
}
