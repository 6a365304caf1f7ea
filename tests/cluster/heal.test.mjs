// What the distributed store itself loses, a browser's next sync brings back.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { openBackend } from "../browser/backend.mjs";
import { until } from "../until.mjs";
import { PATIENCE_MS, findRedis, openCluster } from "./redis.mjs";

const redis = findRedis();
/** All servers of a cluster have one. */
process.env.ENDCAP_SECRET = "0123456789abcdef".repeat(4);
const skip = redis ? false : "there is no redis-server: install it, or name it by ENDCAP_REDIS_SERVER";

let cluster, backend;
before(async () => {
  if (redis) cluster = await openCluster(redis);
});
afterEach(async () => {
  await backend?.close();
  backend = undefined;
});
after(() => cluster?.close());

const click = (page, brand) => page.evaluate((brand) => click(brand), brand);
const sync = (page) => page.evaluate(() => endcap.sync());
const synced = (page) => until(() => sync(page), PATIENCE_MS);
/** The brands that the store has of a profile, as soon as it answers. */
async function stored(id) {
  const profile = await until(async () => {
    const answer = await backend.profile(id);
    return answer.status === undefined && answer;
  }, PATIENCE_MS);
  return profile.knows.filter(({ about }) => about === "brand").length;
}
/** What another device finds that knows the id. */
async function elsewhere(id) {
  const page = await (await backend.browser()).tab({ id });
  await synced(page);
  return page.evaluate(() => brands());
}

/** A browser whose server asks for so many replicas of a write, and the nodes that have its first click. */
async function shopper(replicas) {
  await cluster.heal();
  backend = await openBackend(["--cluster", cluster.urls, "--cluster-replicas", String(replicas)]);
  const page = await (await backend.browser()).tab();
  await click(page, "a");
  await synced(page);
  const id = await page.evaluate(() => ids.at(-1));
  return { page, id, ...(await cluster.holders(id)) };
}

test("a write that was answered and went down with its primary comes back", { skip }, async () => {
  const { page, id, primary, replica } = await shopper(0);
  await cluster.kill(replica);
  await click(page, "b");
  await synced(page);
  assert.equal(await stored(id), 2);
  await cluster.kill(primary);
  cluster.start(replica);
  await until(() => cluster.isPrimary(replica), PATIENCE_MS);
  assert.equal(await stored(id), 1, "the replica that took over cannot have it");
  await synced(page);
  assert.equal(await stored(id), 2);
  assert.deepEqual(await elsewhere(id), ["a", "b"]);
});

test("a write that too few replicas have is not taken for kept, and arrives after the failover", { skip }, async () => {
  const { page, id, primary, replica } = await shopper(1);
  await cluster.kill(replica);
  await click(page, "b");
  assert.equal(await sync(page), false);
  assert.deepEqual([...new Set(await page.evaluate(() => errors))], ["sync/unreachable"]);
  await cluster.kill(primary);
  cluster.wipe(primary);
  cluster.start(replica);
  await until(() => cluster.isPrimary(replica), PATIENCE_MS);
  // The former primary comes back as a replica, with an empty disk.
  await cluster.heal();
  await synced(page);
  assert.equal(await stored(id), 2);
  assert.deepEqual(await elsewhere(id), ["a", "b"]);
});

test("a profile whose nodes have both lost their disks comes back whole", { skip }, async () => {
  const { page, id, primary, replica } = await shopper(1);
  await click(page, "b");
  await synced(page);
  await cluster.kill(replica);
  await cluster.kill(primary);
  for (const port of [primary, replica]) cluster.wipe(port);
  await cluster.heal();
  assert.equal(await stored(id), 0);
  await synced(page);
  assert.equal(await stored(id), 2);
  assert.deepEqual(await elsewhere(id), ["a", "b"]);
});
