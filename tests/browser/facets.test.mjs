// Filters of the demo shop: ranges of numbers and prices, the category tree, swatches; by mouse and by keyboard, light and dark.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { engineReady, openShop } from "./shop.mjs";

let shop;
before(async () => (shop = await openShop()));
after(() => shop.close());

const count = async (page) => digits(await page.textContent("[data-testid=listing-count]"));
const digits = (text) => Number(text.replace(/\D/g, ""));
const promised = async (row) => digits(await row.locator("em").textContent());
const becomes = (page, total) => page.waitForFunction((total) => Number(document.querySelector("[data-testid=listing-count]").textContent.replace(/\D/g, "")) === total, total);

/** Opens every group and shows all of them, so that rows can be clicked. */
async function unfold(page) {
  const more = page.locator("[data-testid=facets] > button");
  if (await more.count()) await more.click();
  await page.$$eval("[data-testid=facet]", (groups) => groups.forEach((group) => (group.open = true)));
}

test("a range of prices has as many products as it says, and stands in the address", async () => {
  const device = await shop.device({ consent: "persistent" });
  const page = await device.visit("#/search?q=schraube");
  await engineReady(page);
  await unfold(page);
  const all = await count(page);
  const ranges = page.locator("[data-facet=price] [data-testid=facet-range]");
  const number = await ranges.count();
  assert.ok(number >= 2 && number <= 7, `${number} ranges`);
  let sum = 0;
  for (const row of await ranges.all()) sum += await promised(row);
  assert.equal(sum, all, "the ranges part the list");
  const [first, second] = [await promised(ranges.nth(0)), await promised(ranges.nth(1))];
  await ranges.nth(0).locator("label").click();
  await becomes(page, first);
  assert.match(decodeURIComponent(page.url()), /r\.price=\.\.\d+/);
  // Ranges of one facet are alternatives.
  await ranges.nth(1).locator("label").click();
  await becomes(page, first + second);
  await page.reload();
  await page.waitForSelector("[data-testid=chip]");
  await becomes(page, first + second);
  assert.equal(await page.locator("[data-testid=chip]").count(), 2);
  await page.locator("[data-testid=chip]").first().click();
  await becomes(page, second);
  await device.leave();
});

test("numbers with a unit are ranges, too, where they help", async () => {
  const device = await shop.device({ consent: "persistent" });
  const page = await device.visit("#/search?q=Leuchtmittel");
  await engineReady(page);
  await unfold(page);
  const group = page.locator("[data-kind=number]:has([data-testid=facet-range])").first();
  await group.waitFor();
  const row = group.locator("[data-testid=facet-range]").nth(1);
  const label = await row.locator(".facet-label").textContent();
  assert.match(label, /^(< |≥ )?−?\d+(,\d+)?(–\d+(,\d+)?)?( \p{L}|[^\p{L}\d]|$)/u);
  const total = await promised(row);
  await row.locator("label").click();
  await becomes(page, total);
  assert.match(await page.locator("[data-testid=chip]").first().textContent(), /:/, "the chip names its facet");
  await device.leave();
});

test("the category tree goes down, sideways and up", async () => {
  const device = await shop.device({ consent: "persistent" });
  const page = await device.visit("#/search?q=");
  await engineReady(page);
  const rows = page.locator("[data-facet=category] [data-testid=facet-value]");
  const choose = async (row) => {
    const [value, total] = [await row.getAttribute("data-value"), await promised(row)];
    await row.locator("label").click();
    await becomes(page, total);
    return value;
  };
  const all = await count(page);
  const top = await choose(rows.first());
  await page.waitForSelector("[data-facet=category] [aria-current]");
  const values = () => rows.evaluateAll((rows) => rows.map((row) => row.dataset.value));
  const below = (await values()).find((value) => value.startsWith(`${top} > `));
  assert.ok(below, "what lies below stands in the tree");
  assert.ok((await values()).some((value) => !value.startsWith(top)), "and what lies beside it");
  const row = (value) => page.locator(`[data-facet=category] [data-testid=facet-value]`).and(page.locator(`[data-value=${JSON.stringify(value)}]`));
  await choose(row(below));
  assert.equal(await page.locator("[data-testid=chip]").count(), 1, "one category at a time");
  await choose(row(top));
  await row(top).locator("label").click();
  await becomes(page, all);
  await device.leave();
});

test("filters are used by keyboard alone, and the focus stays", async () => {
  const device = await shop.device({ consent: "persistent" });
  const page = await device.visit("#/search?q=schraube");
  await engineReady(page);
  await page.keyboard.press("Escape");
  await page.focus("main");
  const focused = () => page.evaluate(() => document.activeElement?.closest?.("[data-testid=facet-range]")?.dataset.value);
  for (let n = 0; n < 150 && (await focused()) === undefined; n += 1) await page.keyboard.press("Tab");
  const range = await focused();
  assert.notEqual(range, undefined, "Tab reaches a range");
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(ring, "none", "and the focus is seen");
  await page.keyboard.press("Space");
  await page.waitForSelector("[data-testid=chip]");
  assert.equal(await focused(), range);
  await device.leave();
});

test("colours have swatches, in the dark and in English as well", async () => {
  const device = await shop.device({ consent: "persistent", colorScheme: "dark" });
  const page = await device.visit("#/search?q=armatur");
  await engineReady(page);
  const swatches = async () => {
    await page.waitForSelector(".facet-value .swatch", { state: "attached" });
    return page.$$eval(".facet-value .swatch", (all) => all.map((one) => getComputedStyle(one).backgroundColor));
  };
  await unfold(page);
  assert.ok((await swatches()).every((colour) => /^rgb\(\d+, \d+, \d+\)$/.test(colour)));
  const [text, ground] = await page.evaluate(() => [getComputedStyle(document.querySelector(".facet-label")).color, getComputedStyle(document.body).backgroundColor]);
  const light = (colour) => /\d+/g.exec(colour) && colour.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
  assert.ok(light(text) - light(ground) > 300, `${text} on ${ground}`);
  await page.click("[data-testid=language-en]");
  await page.waitForFunction(() => document.documentElement.lang === "en");
  await page.goto(`${shop.base}/#/search?q=tap`);
  await unfold(page);
  await swatches();
  // The page is there before the engine is; ranges come with it.
  await page.locator("[data-facet=price] [data-testid=facet-range]").filter({ hasText: /^under €/ }).waitFor({ state: "attached" });
  assert.match(await page.textContent("[data-facet=price] summary"), /Price/);
  await device.leave();
});

test("filters that leave nothing say so, and are taken back", async () => {
  const device = await shop.device({ consent: "persistent" });
  const page = await device.visit("#/search?q=schraube&r.price=99999999..");
  await page.waitForSelector("[data-testid=chip]");
  await becomes(page, 0);
  assert.ok(await page.locator(".listing-note").textContent());
  await page.click("[data-testid=chip]");
  await page.waitForFunction(() => document.querySelectorAll("[data-testid=grid] > li").length > 0);
  await device.leave();
});
