// The consent in the profile: what was chosen last, lower or higher, by what, and when.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { until } from "../until.mjs";
import { openPages } from "./pages.mjs";

let pages;
before(async () => (pages = await openPages("consent-record")));
after(() => pages.close());
afterEach(() => pages.closeBrowsers());

const NOW = Date.UTC(2026, 0, 15);

/** The record in the stored profile, once it is `[tier, source, …]`. */
const recorded = (page, ...expected) => until(() => page.evaluate(async (expected) => {
  const { Engine, default: init } = await import("/endcap/endcap.js");
  await init();
  const engine = new Engine(1n);
  const stored = (await kept())["profile:0"];
  if (stored) engine.joinProfile(Uint8Array.from(atob(stored.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0)));
  const consent = [...engine.consent()];
  engine.free();
  return expected.every((part, at) => consent[at] === part) && consent;
}, expected), 5_000);

for (const worker of [false, true]) {
  test(`the last choice stands, lower or higher, with its source and time${worker ? ", with a worker" : ""}`, async () => {
    const { tab } = await pages.browser();
    const page = await tab(null);
    await page.evaluate(async ([worker, now]) => {
      globalThis.time = now;
      const options = { consent: "off", sync: { url: "/v1" }, now: () => time, onError: ({ code }) => errors.push(code) };
      globalThis.endcap = worker ? await (await import("endcap/worker")).EndcapWorker.open(options) : await open(options);
    }, [worker, NOW]);
    const choose = (tier, source, at) => page.evaluate(([tier, source, at]) => ((time = at), endcap.setConsent(tier, source)), [tier, source, at]);
    await choose("sync", undefined, NOW);
    await recorded(page, 4, 0, NOW);
    await choose("persistent", "tcf", NOW + 5_000);
    await recorded(page, 3, 2, NOW + 5_000);
    await choose("contribute", "google", NOW + 9_000);
    await recorded(page, 5, 1, NOW + 9_000);
    // A clock that is a year behind, and then right again.
    await choose("sync", "shop", NOW - 365 * 86_400_000);
    await recorded(page, 4, 0, NOW + 9_001);
    await choose("sync", "google", NOW + 20_000);
    await recorded(page, 4, 0, NOW + 9_001);
    await choose("memory", "shop", NOW + 30_000);
    await choose("sync", "shop", NOW + 40_000);
    await recorded(page, 4, 0, NOW + 40_000);
    assert.deepEqual(await page.evaluate(() => errors), []);
  });
}

test("what the browser's own signal holds back is recorded as its choice", async () => {
  const { tab } = await pages.browser();
  const page = await tab({ consent: "off" }, () => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { value: true }));
  await page.evaluate(() => endcap.setConsent("sync"));
  await recorded(page, 3, 3);
});

test("opening with what was chosen before is no new choice", async () => {
  const { tab } = await pages.browser();
  const page = await tab({ consent: "off" });
  await page.evaluate(() => endcap.setConsent("persistent"));
  const before = await recorded(page, 3, 0);
  await page.close();
  const next = await tab({ consent: "persistent" });
  await next.evaluate(() => click("z"));
  await next.evaluate(() => dispatchEvent(new Event("pagehide")));
  assert.deepEqual(await recorded(next, 3, 0), before);
});
