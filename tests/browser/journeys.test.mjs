// Six journeys through the demo shop, German and English: after whatever came before, the first six of each list are what was asked for.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { eventually } from "../until.mjs";
import { DEMO, engineReady, openShop, order } from "./shop.mjs";

/** What a shopper sees without scrolling. */
const SEEN = 6;
const VIEWS = 4;

/** `[text, the categories that answer it]`, as a shopper types it. */
const JOURNEYS = [
  {
    name: "a present for someone else",
    before: { de: "akkuschrauber", en: "cordless drill" },
    asks: {
      de: [["kette", "gifts/jewellery"], ["ohrringe", "gifts/jewellery"], ["kerze", "gifts/candles"], ["schal", "gifts/fashion"]],
      en: [["necklace", "gifts/jewellery"], ["earrings", "gifts/jewellery"], ["candle", "gifts/candles"], ["scarf", "gifts/fashion"]],
    },
  },
  {
    name: "an electrician's cables",
    before: { de: "steckdose", en: "socket" },
    asks: {
      de: [["kabel", "electrical/cable"], ["verlängerungskabel", "electrical/cable"], ["lichtschalter", "electrical/switches"], ["zange", "hand-tools/pliers"]],
      en: [["cable", "electrical/cable"], ["extension lead", "electrical/cable"], ["light switch", "electrical/switches"], ["pliers", "hand-tools/pliers"]],
    },
  },
  {
    name: "a bathroom",
    before: { de: "waschtischarmatur", en: "basin mixer" },
    asks: {
      de: [["dusche", "bath/showers"], ["badewanne", "bath/tubs"], ["waschbecken", "bath/basins"], ["wasserhahn", ["bath/taps", "kitchen"]]],
      en: [["shower", "bath/showers"], ["bathtub", "bath/tubs"], ["washbasin", "bath/basins"], ["tap", ["bath/taps", "kitchen", "garden/watering"]]],
    },
  },
  {
    name: "consumables",
    before: { de: "pinsel", en: "paint brush" },
    asks: {
      de: [["kreppband", "paint/preparation"], ["schrauben", "fasteners/screws"], ["dübel", "fasteners/anchors"], ["blumenerde", "garden/plants"]],
      en: [["masking tape", "paint/preparation"], ["screws", "fasteners/screws"], ["wall plugs", "fasteners/anchors"], ["potting soil", "garden/plants"]],
    },
  },
  {
    name: "search after unrelated clicks",
    before: { de: "badewannenarmatur", en: "bath filler" },
    asks: {
      de: [["bohrer", "power-tools"], ["messer", ["kitchen/knives", "hand-tools/cutting"]], ["hammer", "hand-tools/striking"], ["kamera", "photo/cameras"]],
      en: [["drill bit", "power-tools"], ["knife", ["kitchen/knives", "hand-tools/cutting"]], ["hammer", ["hand-tools/striking", "power-tools"]], ["camera", "photo/cameras"]],
    },
  },
];

let shop;
const categories = { de: new Map(), en: new Map() };
before(async () => {
  shop = await openShop();
  for (const [language, map] of Object.entries(categories)) {
    const lines = readFileSync(join(DEMO, `catalogue/catalogue.${language}.jsonl`), "utf8").trim().split("\n").map((line) => JSON.parse(line));
    for (const { id, product_type_key: key } of lines) map.set(String(id), key);
  }
});
after(() => shop.close());

for (const { name, before: earlier, asks } of JOURNEYS) {
  for (const language of ["de", "en"]) {
    test(`${name}: ${language}`, async () => {
      const { device, page } = await opened(language);
      await search(page, earlier[language]);
      for (const id of (await order(page)).slice(0, VIEWS)) await open(page, id);
      for (const [text, kinds] of asks[language]) {
        await search(page, text);
        const seen = (await order(page)).slice(0, SEEN).map((id) => categories[language].get(id));
        const answers = (category) => [kinds].flat().some((kind) => `${category}/`.startsWith(`${kind}/`));
        assert.ok(seen.length === SEEN && seen.every(answers), `${text}: ${seen.join(", ")}`);
      }
      await device.leave();
    });
  }
}

for (const language of ["de", "en"]) {
  test(`returns: ${language}`, async () => {
    const { device, page } = await opened(language);
    const text = { de: "waschtischarmatur", en: "basin mixer" }[language];
    await search(page, text);
    const [id] = await order(page);
    await open(page, id);
    await page.click("[data-testid=add-to-cart]");
    await page.click("[data-testid=cart-link]");
    await page.click("[data-testid=order]");
    await page.waitForSelector("[data-testid=ordered]");
    await go(page, "#/account");
    await page.click("[data-testid=return]");
    await go(page, "#/");
    const shelves = () => page.$$eval("[data-testid^=shelf-]:not([data-testid=shelf-recently_viewed]) > li", (tiles) => tiles.map((tile) => tile.dataset.id));
    await eventually(async () => assert.ok((await shelves()).length > SEEN));
    const shown = await shelves();
    assert.ok(!shown.includes(id), "what was sent back is recommended");
    assert.equal(new Set(shown).size, shown.length, "a product stands twice on the page");
    await search(page, text);
    const found = (await order(page)).slice(0, SEEN);
    assert.ok(!found.includes(id), "what was sent back comes first again");
    assert.ok(found.every((one) => categories[language].get(one).startsWith("bath/taps")), "the others of its kind still come");
    await device.leave();
  });
}

async function opened(language) {
  const device = await shop.device({ consent: "memory", locale: { de: "de-DE", en: "en-GB" }[language] });
  const page = await device.visit();
  await engineReady(page);
  return { device, page };
}

/** Types a text, and waits for what it finds. */
async function search(page, text) {
  await page.fill("[data-testid=search-input]", text);
  await page.press("[data-testid=search-input]", "Enter");
  await page.waitForFunction((text) => document.querySelector(".search-page h1")?.textContent.includes(text), text);
  await page.waitForSelector(".search-page [data-testid=grid] > li");
}

async function open(page, id) {
  await go(page, `#/p/${id}`);
  await page.waitForSelector(`[data-testid=product][data-id="${id}"]`);
}

const go = (page, hash) => page.evaluate((hash) => { location.hash = hash; }, hash);
