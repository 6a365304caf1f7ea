// The network of a cluster is cut, in both directions and in each alone, while devices sync; nothing that was answered is lost.
//
// Everything runs in network namespaces of its own: no packet leaves them, and they end with the test.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { findRedis } from "./redis.mjs";

const redis = findRedis();
const hub = `endcap-${process.pid}`;
const inside = fileURLToPath(new URL("partition.mjs", import.meta.url));

/** Why namespaces cannot be used here; `false` where they can. */
function missing() {
  if (!redis) return "there is no redis-server: install it, or name it by ENDCAP_REDIS_SERVER";
  try {
    execFileSync("ip", ["netns", "add", hub], { stdio: "pipe" });
    execFileSync("ip", ["-n", hub, "link", "add", "probe", "type", "bridge"], { stdio: "pipe" });
    return false;
  } catch (error) {
    return `network namespaces and bridges cannot be made here (root and iproute2 are needed): ${error.message.split("\n")[0]}`;
  } finally {
    try {
      execFileSync("ip", ["netns", "del", hub], { stdio: "pipe" });
    } catch {
      // There was none.
    }
  }
}

test("a cluster whose network is cut loses nothing that was answered", { skip: missing(), timeout: 300_000 }, async () => {
  execFileSync("ip", ["netns", "add", hub]);
  try {
    const child = spawn("ip", ["netns", "exec", hub, process.execPath, inside, hub, redis], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (text) => (said += text));
    const code = await new Promise((resolve) => child.once("exit", resolve));
    assert.equal(code, 0, said);
    const report = JSON.parse(said);
    console.log(`  ${JSON.stringify(report)}`);
    for (const { cut, acknowledged, lost } of report) {
      assert.ok(acknowledged > 0, `${cut}: nothing was acknowledged`);
      assert.equal(lost, 0, `${cut}: something was lost`);
    }
  } finally {
    execFileSync("ip", ["netns", "del", hub]);
  }
});
