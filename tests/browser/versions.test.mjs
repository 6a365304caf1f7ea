// Clients and servers of different versions: nothing is lost, and what could not be said is said after the update.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { until } from "../until.mjs";
import { openBackend } from "./backend.mjs";

let backend;
before(async () => (backend = await openBackend()));
after(() => backend.close());
afterEach(async () => {
  backend.instead = undefined;
  await backend.closeBrowsers();
});

/** What the first version wrote (`src/profile/tests/stories.rs`), and as which replica. */
const VERSION_1 = Buffer.from("ec0101ffffffffffff1f0004cccf0205989f058391f1d00000a3871fe5010087043903020017f1ffa10800b7fb865d7b0004f0ab053a4d298a0000a3871fe501ac0656115ef302ac06ff27be7c08ac06", "hex");
const REPLICA_1 = "001fffffffffffff";

const problem = (status, code) => ({ status, headers: { "content-type": "application/problem+json" }, body: JSON.stringify({ status, code, detail: "of another version" }) });
/** A message of the delta protocol begins so, a whole profile with the other. */
const isMessage = (body) => body[0] === 0xed;
const isWhole = (body) => body[0] === 0xec;

const click = (page, ...brands) => page.evaluate((brands) => Promise.all(brands.map((brand) => seen(brand))), brands);
const errors = (page) => page.evaluate(() => errors);
const sync = (page) => page.evaluate(() => endcap.sync());
const idOf = (page) => page.evaluate(() => ids.at(-1));
const knownAt = async (id) => (await backend.profile(id)).knows.map(({ about, key }) => `${about} ${key}`).sort();
const brandsAt = async (id) => (await knownAt(id)).filter((known) => known.startsWith("brand")).length;
/** What another device finds that knows the id: it has no visit of its own, which would be believed more. */
async function elsewhere(id) {
  const page = await (await backend.browser()).tab({ id });
  assert.equal(await sync(page), true);
  return page.evaluate(() => brands());
}
/** Begins anew in the same browser. */
async function reload(page) {
  await page.reload();
  await page.waitForFunction(() => globalThis.loaded);
  await page.evaluate(() => start());
}

const OLDER = [
  ["of a server that knows none", problem(400, "profile/foreign")],
  ["of a later kind", problem(422, "profile/newer-version")],
  ["by the type of its body", { status: 415, headers: {}, body: "" }],
  ["without a word", { status: 404, headers: { "content-type": "text/html" }, body: "<h1>Not Found</h1>" }],
  ["of an engine in a worker", problem(422, "profile/newer-version"), { worker: true }],
];
for (const [what, refusal, options] of OLDER) {
  test(`a server that refuses messages, ${what}, gets whole profiles, and messages after its update`, async () => {
    backend.instead = ({ body }) => (isMessage(body) ? refusal : undefined);
    const [phone, laptop] = [await backend.browser(), await backend.browser()];
    const page = await phone.tab(options);
    await click(page, "a");
    assert.equal(await sync(page), true);
    const id = await idOf(page);
    assert.equal(await brandsAt(id), 1);
    const other = await laptop.tab({ id, ...options });
    await click(other, "b");
    assert.equal(await sync(other), true);
    assert.deepEqual(await elsewhere(id), ["a", "b"]);

    // A page that leaves has no time to be refused first.
    await click(page, "c");
    await page.close({ runBeforeUnload: true });
    await until(async () => (await brandsAt(id)) === 3);
    assert.deepEqual(await errors(other), []);

    backend.instead = undefined;
    await click(other, "x0");
    assert.equal(await sync(other), true);
    assert.ok(isMessage(laptop.sent.at(-1).body), "the updated server still gets whole profiles");
    assert.equal(await brandsAt(id), 4);
    assert.deepEqual(await elsewhere(id), ["a", "b", "c", "x0"]);
  });
}

test("a server that reads nothing of this version is told, and has everything after its update", async () => {
  const { sent, tab } = await backend.browser();
  const page = await tab();
  await click(page, "a");
  assert.equal(await sync(page), true);
  const id = await idOf(page);
  // The server goes back to its first version: it refuses messages and profiles of the second.
  backend.instead = ({ body }) => (isMessage(body) ? problem(400, "profile/foreign") : isWhole(body) && body[1] > 1 ? problem(422, "profile/newer-version") : undefined);
  await click(page, "b");
  assert.equal(await sync(page), false);
  assert.deepEqual([...new Set(await errors(page))], ["sync/older-server"]);
  const asked = sent.length;
  await page.waitForTimeout(3_000);
  assert.equal(sent.length, asked, "what only an update can change is not asked for again and again");
  // A device of that version still syncs with it.
  const answer = await fetch(`${backend.base}/v1/profiles/${id}/sync`, { method: "POST", body: VERSION_1 });
  assert.deepEqual([answer.status, ...Buffer.from(await answer.arrayBuffer()).subarray(0, 2)], [200, 0xec, 1]);
  const before = await brandsAt(id);
  await reload(page);
  await click(page, "c");
  assert.equal(await sync(page), false);
  assert.equal(await brandsAt(id), before);

  backend.instead = undefined;
  assert.equal(await sync(page), true);
  assert.equal(await brandsAt(id), before + 2);
  assert.deepEqual(await elsewhere(id), ["a", "b", "c"]);
});

test("a profile that the first version has stored goes on, beside a device that still writes it", async () => {
  const { tab } = await backend.browser();
  const page = await tab(null);
  await page.evaluate(
    ([profile, replica]) =>
      new Promise((done, failed) => {
        const request = indexedDB.open("endcap", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("values");
        request.onerror = () => failed(request.error);
        request.onsuccess = () => {
          const work = request.result.transaction("values", "readwrite");
          work.objectStore("values").put(profile, "profile:0");
          work.objectStore("values").put(replica, "replica:0");
          work.oncomplete = () => (request.result.close(), done());
        };
      }),
    [VERSION_1.toString("base64url"), REPLICA_1],
  );
  await page.evaluate(() => start());
  assert.equal(await sync(page), true);
  const id = await idOf(page);
  const old = await knownAt(id);
  assert.ok(old.length >= 5, `the server has ${old.length} of what the first version had learned`);
  // Its other copy knows no more, nor less, and counts nothing twice.
  const send = async (body) => {
    const answer = await fetch(`${backend.base}/v1/profiles/${id}/sync`, { method: "POST", body });
    assert.equal(answer.status, 200);
    return Buffer.from(await answer.arrayBuffer());
  };
  const { data } = await backend.profile(id);
  assert.deepEqual((await send(VERSION_1)).subarray(0, 2), Buffer.from([0xec, 1]));
  assert.equal((await backend.profile(id)).data, data);

  await click(page, "a");
  assert.equal(await sync(page), true);
  const both = await knownAt(id);
  assert.ok(old.every((known) => both.includes(known)) && both.length > old.length);
  await send(await send(VERSION_1));
  assert.deepEqual(await knownAt(id), both, "the old device brings nothing back and takes nothing away");
  await reload(page);
  assert.equal(await sync(page), true);
  assert.deepEqual([await knownAt(id), await errors(page)], [both, []]);
});

test("an answer that is no profile, as of a captive portal, is told, and the server asked again", async () => {
  let portal = true;
  backend.instead = ({ path }) => (portal && path.includes("/profiles/") ? { status: 200, headers: { "content-type": "text/html" }, body: "<h1>Welcome to our WLAN</h1>" } : undefined);
  const { tab } = await backend.browser();
  const page = await tab();
  await click(page, "a");
  assert.equal(await sync(page), false);
  assert.deepEqual([...new Set(await errors(page))], ["sync/answer"]);
  portal = false;
  await until(async () => (await brandsAt(await idOf(page))) === 1, 60_000);
});
