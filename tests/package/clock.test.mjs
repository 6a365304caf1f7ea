// A device whose clock is wrong by a year, in one direction and the other: the page is personal, and says what it knows to the server.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { until } from "../until.mjs";
import { openPages } from "./pages.mjs";

let pages;
before(async () => (pages = await openPages("clock")));
after(() => pages.close());
afterEach(() => pages.closeBrowsers());

const YEAR = 365 * 86_400_000;

for (const [what, wrong] of [["ahead", YEAR], ["behind", -YEAR]]) {
  test(`a clock that is a year ${what}, and then right: what comes after counts, and everything is synced`, async () => {
    const { tab } = await pages.browser();
    const page = await tab(null);
    await page.evaluate((wrong) => {
      globalThis.off = wrong;
      return start({ consent: "sync", now: () => Date.now() + off });
    }, wrong);
    await page.evaluate(() => click("z"));
    assert.equal(await page.evaluate(() => endcap.sync()), true);
    assert.equal((await page.evaluate(() => order()))[0], "z");
    await until(async () => (await page.evaluate(async () => (await kept())["profile:0"])) !== undefined);
    await page.evaluate(() => dispatchEvent(new Event("pagehide")));
    await page.close();
    const next = await tab({ consent: "sync" });
    await next.evaluate(() => { for (let times = 0; times < 3; times++) click("y"); });
    assert.equal((await next.evaluate(() => order()))[0], "y", "this visit counts");
    assert.equal(await next.evaluate(() => endcap.sync()), true);
    assert.deepEqual(await next.evaluate(() => errors), []);
    assert.equal(await next.evaluate(() => endcap.eraseEverywhere()), true);
    assert.equal(await next.evaluate(() => order()), "xyz", "an erasure is none of the clock's");
  });
}

test("events that waited while the clock was a year behind hold up none that come after", async () => {
  const { tab } = await pages.browser();
  const page = await tab(null);
  pages.requests.length = 0;
  await page.clock.install();
  await page.evaluate(() => {
    globalThis.off = -365 * 86_400_000;
    return start({ consent: "contribute", now: () => Date.now() + off });
  });
  await page.evaluate(() => { click("z"); globalThis.off = 0; click("y"); });
  const told = () => pages.requests.filter(({ path }) => path === "/v1/events").flatMap(({ body }) => JSON.parse(body).events);
  await until(async () => (await page.clock.runFor(10_000), told().some(({ params }) => params.items[0].item_id === "of-y")));
  const now = await page.evaluate(() => Date.now());
  assert.ok(told().every(({ timestamp_micros }) => timestamp_micros <= now * 1_000));
});
