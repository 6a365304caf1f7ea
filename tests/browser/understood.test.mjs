// What a search text asks for beside its words: chips that take it back, and a list that says what it could not hold to.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { engineReady, openShop } from "./shop.mjs";

let shop;
before(async () => (shop = await openShop()));
after(() => shop.close());

const CHIP = "[data-testid=understood-chip]";
const count = async (page) => Number((await page.textContent("[data-testid=listing-count]")).replace(/\D/g, ""));

const LANGUAGES = [
  { locale: "de-DE", text: "kissen bis 30 euro", chip: /^bis 30,00\s€$/, remove: /bis 30,00\s€.* entfernen$/, dear: "led lampe ab 90000 euro", says: /Preisrahmen „ab 90\.000,00\s€“/, without: "bohrschrauber ohne akku", label: "ohne akku" },
  { locale: "en-IE", text: "led lamp under 30 euro", chip: /^up to €30\.00$/, remove: /^Remove filter “up to €30\.00”/, dear: "led lamp over 90000 euro", says: /nothing for this at “from €90,000\.00”/, without: "drill driver without battery", label: "without battery" },
];

for (const { locale, text, chip, remove, dear, says, without, label } of LANGUAGES) {
  const language = locale.slice(0, 2);

  async function visit(hash) {
    const device = await shop.device({ consent: "persistent", locale });
    const page = await device.visit(hash);
    await engineReady(page);
    assert.equal(await page.evaluate(() => document.documentElement.lang), language);
    return { device, page };
  }

  test(`${language}: a price in the text is a chip, which goes by keyboard and comes back`, async () => {
    const { device, page } = await visit(`#/search?q=${encodeURIComponent(text)}`);
    await page.waitForSelector(CHIP);
    assert.match(await page.textContent(CHIP), chip);
    assert.match(await page.getAttribute(CHIP, "aria-label"), remove);
    assert.equal(await page.getAttribute("[data-testid=understood]", "role"), "group");
    const prices = await page.$$eval("[data-testid=grid] .price b", (all) => all.map((price) => Number(price.textContent.replace(/\D/g, "")) / 100));
    assert.ok(prices.length > 0 && prices.every((price) => price <= 30), JSON.stringify(prices));
    const before = await count(page);
    await page.focus(CHIP);
    await page.keyboard.press("Enter");
    await page.waitForSelector(CHIP, { state: "detached" });
    assert.ok((await count(page)) > before, "all prices");
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), "SELECT", "the focus goes on beside the chip");
    await page.reload();
    await engineReady(page);
    assert.equal(await page.locator(CHIP).count(), 0, "what was taken back stays so");
    await device.leave();
  });

  test(`${language}: what nothing has is said, and not an empty page`, async () => {
    const { device, page } = await visit(`#/search?q=${encodeURIComponent(dear)}`);
    await page.waitForSelector("[data-testid=hint]");
    assert.match(await page.textContent("[data-testid=hint]"), says);
    assert.equal(await page.locator(CHIP).count(), 0);
    assert.ok((await count(page)) > 0);
    await device.leave();
  });

  test(`${language}: a search that finds nothing goes on`, async () => {
    const { device, page } = await visit(`#/search?q=${encodeURIComponent(text.replace(/.*(?= bis| under)/, "qzxwvkj"))}`);
    const empty = page.locator("[data-testid=empty]");
    await empty.waitFor();
    assert.match(await empty.locator("h2").textContent(), /[“„]qzxwvkj[”“]/);
    await page.locator("[data-testid=nothing-departments] a").first().click();
    await page.waitForSelector("[data-testid=grid] > li");
    await device.leave();
  });

  test(`${language}: what is not wanted is a chip, too`, async () => {
    const { device, page } = await visit(`#/search?q=${encodeURIComponent(without)}`);
    await page.waitForSelector(CHIP);
    assert.equal((await page.textContent(CHIP)).toLowerCase(), label);
    await device.leave();
  });
}
