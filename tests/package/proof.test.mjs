// What a device gives up for good it gives up on the server's own word alone.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { until } from "../until.mjs";
import { CUSTOMER, openPages } from "./pages.mjs";

let pages;
before(async () => (pages = await openPages("proof")));
after(() => pages.close());
afterEach(() => pages.closeBrowsers());

const order = (page) => page.evaluate(() => order());
const errors = (page) => page.evaluate(() => errors);
const sync = (page) => page.evaluate(() => endcap.sync());
const problem = (status, code, type = "application/problem+json") => ({ status, headers: { "content-type": type }, body: JSON.stringify({ status, code, detail: "gone" }) });

async function synced() {
  const { tab } = await pages.browser();
  const page = await tab({ consent: "sync" });
  await page.evaluate(() => click("z"));
  assert.equal(await sync(page), true);
  return { page, tab };
}

const NO_PROOF = {
  "a page of HTML": { status: 410, headers: { "content-type": "text/html" }, body: "<h1>Gone</h1>" },
  "an empty 410": { status: 410 },
  "JSON that is no problem": problem(410, "profile/erased", "application/json"),
  "a problem of another kind": problem(410, "request/no-route"),
  "a problem with another status": problem(404, "profile/erased"),
  "a problem after a redirect": { status: 307, headers: { location: "/v1/elsewhere" } },
};

for (const [what, answer] of Object.entries(NO_PROOF)) {
  test(`${what} erases nothing, in no tab`, async () => {
    const { page, tab } = await synced();
    const other = await tab({ consent: "sync" });
    pages.answer = () => answer;
    await page.evaluate(() => click("z"));
    assert.equal(await sync(page), false);
    assert.deepEqual([(await order(page))[0], (await order(other))[0]], ["z", "z"]);
    pages.answer = undefined;
    assert.equal(await sync(page), true, "and it is offered again");
  });
}

test("the server's problem for this very id erases, in all tabs", async () => {
  const { page, tab } = await synced();
  const other = await tab({ consent: "sync" });
  pages.answer = () => problem(410, "profile/erased", "application/problem+json; charset=utf-8");
  assert.equal(await sync(page), false);
  await page.waitForFunction(() => order() === "xyz");
  await other.waitForFunction(() => order() === "xyz");
  assert.ok((await errors(page)).includes("profile/erased"));
});

test("a profile that went into a customer's goes on under a new id, with all that is known", async () => {
  const { page } = await synced();
  const kept = async () => (await page.evaluate(() => kept())).id;
  const before = await kept();
  pages.answer = ({ id }) => (id === before ? problem(409, "profile/linked", "text/html") : undefined);
  assert.equal(await sync(page), false);
  assert.equal(await kept(), before, "only the server's own word counts");
  pages.answer = ({ id }) => (id === before ? problem(409, "profile/linked") : undefined);
  assert.equal(await sync(page), false);
  const id = await until(async () => (await kept()) !== before && (await kept()));
  assert.equal(await sync(page), true);
  assert.ok(pages.profiles.has(id));
  assert.equal((await order(page))[0], "z");
});

test("an erased profile that this browser no longer has says nothing of the one that it has", async () => {
  const { page } = await synced();
  let answer;
  pages.answer = ({ id }) => (id === CUSTOMER ? undefined : new Promise((done) => (answer = done)));
  // The request of the anonymous profile is under way while the shopper logs in.
  const asked = page.evaluate(() => { click("y"); return endcap.sync(); });
  await until(() => answer);
  pages.answer = undefined;
  await page.evaluate(() => void (globalThis.linking = endcap.link("good")));
  await until(() => page.evaluate(async () => (await kept()).id === "customer-".padEnd(43, "0")));
  answer(problem(410, "profile/erased"));
  await asked;
  assert.equal(await page.evaluate(() => linking), true);
  assert.match(await order(page), /^(yz|zy)x$/);
});

test("events are dropped when the server takes none, and by nothing else", async () => {
  const { tab } = await pages.browser();
  const page = await tab(null);
  await page.clock.install();
  await page.evaluate(() => start({ consent: "contribute" }));
  const events = () => pages.requests.filter(({ path }) => path === "/v1/events").length;
  const waiting = async () => JSON.parse((await page.evaluate(() => kept()))["events:0"] ?? "[]").flatMap(({ events }) => events).length;
  const answers = [{ status: 403, headers: { "content-type": "text/html" }, body: "blocked" }, { status: 200, headers: { "content-type": "text/html" }, body: "Log in to our WLAN" }, problem(404, "events/none")];
  pages.answer = ({ path }) => (path === "/v1/events" ? answers[0] : undefined);
  pages.requests.length = 0;
  await page.evaluate(() => click("z"));
  for (const left of [1, 1, 0]) {
    const before = events();
    await until(async () => (await page.clock.runFor(10_000), events() > before));
    await until(async () => (await waiting()) === left);
    answers.shift();
  }
});
