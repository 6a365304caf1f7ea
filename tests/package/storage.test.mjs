// A browser's storage that fails, hangs, comes late or is full: what was learned is not lost, and what is to be deleted is, or the page is told.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { until } from "../until.mjs";
import { faultyDatabase } from "./faults.mjs";
import { openPages } from "./pages.mjs";

let pages;
before(async () => (pages = await openPages("storage")));
after(() => pages.close());
afterEach(() => pages.closeBrowsers());

const click = (page, brand) => page.evaluate((brand) => click(brand), brand);
const order = (page) => page.evaluate(() => order());
const errors = (page) => page.evaluate(() => errors);
const heal = (page) => page.evaluate(() => void (fault.kind = undefined));
const kept = (page) => page.evaluate(() => kept());
/** Keys of what was learned: a page that goes on has a replica's number all the same. */
const learned = async (page) => Object.keys(await kept(page)).filter((key) => !key.startsWith("replica"));

/** A browser whose database has the brand "z" in it, and its id if it syncs. */
async function shopper(consent = "persistent") {
  const browser = await pages.browser();
  const page = await browser.tab({ consent });
  await click(page, "z");
  await until(async () => (await kept(page))["profile:0"]);
  if (consent === "sync") assert.equal(await page.evaluate(() => endcap.sync()), true);
  const id = (await kept(page)).id;
  await page.close();
  return { ...browser, id };
}

const FIRST_READS = ["throws", "fails", "hangs"];

for (const kind of FIRST_READS) {
  test(`a first read that ${kind}: erasing tries anew and deletes`, async () => {
    const { tab } = await shopper();
    const page = await tab({}, faultyDatabase, kind);
    assert.deepEqual(await errors(page), ["storage/refused"]);
    await heal(page);
    assert.equal(await page.evaluate(() => endcap.erase()), true);
    assert.deepEqual(await learned(page), []);
    await page.close();
    assert.equal(await order(await tab()), "xyz", "nothing came back");
  });

  test(`a first read that ${kind}: "off" tries anew and deletes`, async () => {
    const { tab } = await shopper();
    const page = await tab({}, faultyDatabase, kind);
    await heal(page);
    assert.equal(await page.evaluate(() => endcap.setConsent("off")), true);
    assert.deepEqual(await kept(page), {});
  });

  test(`a first read that ${kind}: nothing is written over what could not be read`, async () => {
    const { tab } = await shopper();
    const page = await tab({}, faultyDatabase, kind);
    assert.equal(await order(page), "xyz");
    await heal(page);
    await click(page, "y");
    await page.evaluate(() => dispatchEvent(new Event("pagehide")));
    await page.close();
    assert.match(await order(await tab()), /z.?x/);
  });

  test(`a first read that ${kind}: everywhere means the real id, and no other`, async () => {
    const { tab, id } = await shopper("sync");
    pages.requests.length = 0;
    const page = await tab({ consent: "sync" }, faultyDatabase, kind);
    assert.equal(await page.evaluate(() => endcap.sync()), false);
    assert.deepEqual(pages.requests, [], "no new id after a failed read");
    assert.equal(await page.evaluate(() => endcap.eraseEverywhere()), false);
    assert.ok((await errors(page)).includes("sync/no-id"));
    assert.deepEqual(pages.requests, []);
    await heal(page);
    assert.equal(await page.evaluate(() => endcap.eraseEverywhere()), true);
    assert.deepEqual([...new Set(pages.requests.map((request) => request.id))], [id]);
    assert.equal(pages.knows(id).length, 0);
    assert.deepEqual((await learned(page)).sort(), ["id", "profile:0", "since"]);
  });

  test(`storage that ${kind} for good: whatever should delete says that it could not`, async () => {
    const { tab } = await shopper();
    const page = await tab({}, faultyDatabase, kind);
    for (const call of [() => endcap.erase(), () => endcap.erase(), () => endcap.setConsent("off")]) {
      await page.evaluate(() => void (errors.length = 0));
      assert.equal(await page.evaluate(call), false);
      assert.ok((await errors(page)).includes("storage/not-deleted"));
    }
    await page.close();
    const told = await tab({ consent: "off" }, faultyDatabase, kind);
    assert.deepEqual([await told.evaluate(() => endcap.status), await errors(told)], ["ready", ["storage/not-deleted"]]);
  });
}

test("storage that deletes nothing is told of, and what is there is not taken in again", async () => {
  const { tab } = await shopper();
  const page = await tab({}, faultyDatabase);
  assert.equal((await order(page))[0], "z");
  await page.evaluate(() => void (fault.kind = "keeps"));
  assert.equal(await page.evaluate(() => endcap.erase()), false);
  assert.deepEqual([await errors(page), await order(page)], [["storage/not-deleted"], "xyz"]);
  await page.evaluate(() => {
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    fault.kind = undefined;
    changes = 0;
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  });
  await page.waitForFunction(() => changes > 0);
  assert.equal(await order(page), "xyz", "deleted before it was read");
});

test("storage that comes late: the page does not wait, then knows both what was stored and what it learned", async () => {
  const { tab } = await shopper();
  const page = await tab({}, faultyDatabase, "hangs");
  assert.deepEqual([await page.evaluate(() => endcap.status), await order(page)], ["ready", "xyz"]);
  await click(page, "y");
  await page.evaluate(() => ((fault.kind = undefined), fault.release()));
  await page.waitForFunction(() => order()[0] === "y" && order()[1] === "z");
  await until(async () => (await page.evaluate(async () => (await endcap.export()).profile)) === (await kept(page))["profile:0"]);
  await page.close();
  assert.deepEqual([...(await order(await tab()))].slice(0, 2).sort(), ["y", "z"]);
});

test("a full storage is told once, and written to as soon as there is room", async () => {
  const { tab } = await pages.browser();
  const page = await tab({}, faultyDatabase, "full");
  await click(page, "z");
  await page.evaluate(() => dispatchEvent(new Event("visibilitychange")));
  await until(async () => (await errors(page)).length > 0);
  await click(page, "z");
  assert.deepEqual([await errors(page), await order(page)], [["storage/full"], "zxy"]);
  await heal(page);
  await click(page, "z");
  await until(async () => (await kept(page))["profile:0"]);
  assert.equal(await page.evaluate(() => endcap.erase()), true);
});

test("where no id can be kept none is drawn, unless the shop's server remembers it", async () => {
  const { tab } = await pages.browser();
  const page = await tab({ consent: "sync" }, faultyDatabase, "full");
  pages.requests.length = 0;
  assert.equal(await page.evaluate(() => endcap.sync()), false);
  assert.deepEqual(pages.requests, []);
  assert.ok((await errors(page)).includes("sync/no-id"));
  await heal(page);
  assert.equal(await page.evaluate(() => endcap.sync()), true);
  assert.equal(pages.requests[0].id, (await kept(page)).id);
  const other = await tab(null, faultyDatabase, "full");
  await other.evaluate(() => start({ consent: "sync", sync: { url: "/v1", id: "remembered-".padEnd(22, "0"), keep: () => {} } }));
  assert.equal(await other.evaluate(() => endcap.sync()), true);
});

test("a damaged profile stays in its place while there is none beside it", async () => {
  const { tab } = await pages.browser();
  const page = await tab(null, faultyDatabase, "full");
  await page.evaluate(async () => {
    fault.kind = undefined;
    await keep("profile:0", "AAAA");
    fault.kind = "full";
    await start();
  });
  await click(page, "z");
  await page.evaluate(() => dispatchEvent(new Event("pagehide")));
  await until(async () => (await errors(page)).includes("storage/full"));
  assert.equal((await kept(page))["profile:0"], "AAAA");
});

test("an erasure everywhere is stored before the server is asked, so that a tab killed then still erases", async () => {
  const { tab, id } = await shopper("sync");
  const page = await tab({ consent: "sync" });
  await page.evaluate(() => {
    globalThis.fetch = () => new Promise(() => {});
    void endcap.eraseEverywhere();
  });
  const erased = await until(() => page.evaluate(async () => order() === "xyz" && (await kept())["profile:0"]));
  assert.ok(erased);
  await until(async () => (await kept(page))["profile:0"] !== undefined && (await learned(page)).length === 3);
  await page.close();
  const next = await tab({ consent: "sync" });
  assert.equal(await next.evaluate(() => endcap.sync()), true);
  assert.deepEqual([pages.knows(id), await order(next)], [[], "xyz"]);
});

test("a page that closes right after it erased has erased", async () => {
  const { tab } = await shopper();
  const page = await tab();
  const gone = await page.evaluate(() => {
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    const erased = Promise.all([endcap.erase(), endcap.erase()]);
    endcap.close();
    return erased;
  });
  assert.deepEqual([gone, await errors(page)], [[true, true], []]);
  assert.equal(await order(await tab()), "xyz");
});
