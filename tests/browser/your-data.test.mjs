// The panel "Your data" in the demo shop: read, correct, take along, erase; by keyboard too, in both languages.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { eventually } from "../until.mjs";
import { engineReady, openShop } from "./shop.mjs";

let shop;
before(async () => (shop = await openShop()));
after(() => shop.close());

const known = (page) => page.$$eval("[data-testid=known] > li", (rows) => rows.map(({ dataset }) => `${dataset.facet} ${dataset.value}`));
const muted = (page) => page.$$eval("[data-testid=muted] > li", (rows) => rows.map(({ dataset }) => `${dataset.facet} ${dataset.value}`));

/** A shopper who liked something, before their data. */
async function visit(options) {
  const device = await shop.device(options);
  const page = await device.visit("#/search?q=hammer");
  await engineReady(page);
  await page.click("[data-testid=grid] > li:nth-child(3) [data-testid=tile-wish]");
  await page.goto(`${shop.base}/#/account`);
  await page.waitForSelector("[data-testid=known]");
  return { device, page };
}

test("a leaning is muted and comes back, by keyboard, and the focus stays with it", async () => {
  const { device, page } = await visit({ consent: "persistent" });
  const brand = (await known(page)).find((row) => row.startsWith("brand "));
  assert.ok(brand);
  const [facet, ...value] = brand.split(" ");
  await page.focus(`[data-testid=known] > li[data-facet="${facet}"][data-value="${value.join(" ")}"] [data-testid=mute]`);
  await page.keyboard.press("Enter");
  await eventually(async () => assert.deepEqual(await muted(page), [brand]));
  assert.ok(!(await known(page)).includes(brand));
  assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "unmute");
  assert.match(await page.textContent("#announcer"), /nicht mehr beachtet/);
  await page.reload();
  await page.waitForSelector("[data-testid=muted]");
  assert.deepEqual(await muted(page), [brand], "it outlives a reload");
  await page.focus("[data-testid=unmute]");
  await page.keyboard.press("Space");
  await eventually(async () => assert.ok((await known(page)).includes(brand)));
  assert.deepEqual(await muted(page), []);
  await device.leave();
});

test("the file to take along has what the page shows", async () => {
  const { device, page } = await visit({ consent: "persistent", locale: "en-GB" });
  const rows = await known(page);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("[data-testid=export]")]);
  assert.equal(download.suggestedFilename(), "my-data.json");
  const all = JSON.parse(readFileSync(await download.path(), "utf8"));
  assert.equal(all.consent, "persistent");
  const believed = all.believed.map(({ facet, value }) => `${facet} ${value}`);
  for (const row of rows) assert.ok(believed.includes(row), row);
  await device.leave();
});

test("each tier says where everything lies, and what is erased is gone", async () => {
  const { device, page } = await visit({ consent: "persistent" });
  const says = async (pattern) => eventually(async () => assert.match(await page.textContent("[data-testid=your-data]"), pattern));
  await says(/Nichts wird gesendet/);
  assert.equal(await page.$("[data-testid=erase-everywhere]"), null);
  await page.click("[data-testid=tier-sync]");
  await says(/auf dem Server des Ladens/);
  await page.click("[data-testid=erase-everywhere]");
  await eventually(async () => assert.deepEqual(await known(page), []));
  await page.click("[data-testid=tier-off]");
  await says(/Nichts wird gelernt, gespeichert oder gesendet/);
  await device.leave();
});

test("no text is missing in either language", async () => {
  for (const locale of ["de-DE", "en-GB"]) {
    const { device, page } = await visit({ consent: "sync", locale });
    assert.doesNotMatch(await page.textContent("[data-testid=your-data]"), /\b(data|consent|account)\.[a-z]/);
    for (const label of await page.$$eval("[data-testid=your-data] button", (buttons) => buttons.map((button) => button.getAttribute("aria-label") ?? button.textContent))) assert.ok(label.trim().length > 3, label);
    await device.leave();
  }
});
