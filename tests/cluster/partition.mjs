// What partition.test.mjs runs inside of a network namespace: six nodes in namespaces of their own around it, a server, devices.
//
// Prints per cut `{ cut, acknowledged, lost, lost_until_next_sync, gap_ms }`; `lost` is counted after each device's next sync.

import { execFile, execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { until } from "../until.mjs";
import { clientOf } from "./redis.mjs";

const [hub, redis] = process.argv.slice(2);
const root = fileURLToPath(new URL("../..", import.meta.url));
const BIN = process.env.ENDCAP_BIN ?? ["target/tools/endcap", "target/debug/endcap"].map((path) => join(root, path)).find(existsSync);

const NODES = [1, 2, 3, 4, 5, 6];
const PORT = 7000;
/** A node that is silent for so long is replaced. */
const TIMEOUT_MS = 2_000;
/** Longer than a new primary needs. */
const CUT_MS = 6_000;
const PATIENCE_MS = 90_000;
const DEVICES = 24;

const folder = mkdtempSync(join(tmpdir(), "endcap-partition-"));
const address = (node) => `10.77.0.${10 + node}`;
const space = (node) => `${hub}-${node}`;
const ip = (...args) => execFileSync("ip", args.map(String), { stdio: ["ignore", "pipe", "pipe"] });
const children = [];

/** A switch, here, and a cable from it to each node. */
function cable() {
  ip("link", "set", "lo", "up");
  ip("link", "add", "switch", "type", "bridge");
  ip("addr", "add", "10.77.0.1/24", "dev", "switch");
  ip("link", "set", "switch", "up");
  for (const node of NODES) {
    ip("netns", "add", space(node));
    ip("link", "add", `cable${node}`, "type", "veth", "peer", "name", "eth0", "netns", space(node));
    ip("link", "set", `cable${node}`, "master", "switch");
    ip("link", "set", `cable${node}`, "up");
    ip("-n", space(node), "addr", "add", `${address(node)}/24`, "dev", "eth0");
    for (const device of ["lo", "eth0"]) ip("-n", space(node), "link", "set", device, "up");
  }
}

/** Everybody whom a node can reach. */
const others = (node) => ["10.77.0.1", ...NODES.filter((other) => other !== node).map(address)];
const CUTS = {
  "both ways": {
    cut: (node) => ip("link", "set", `cable${node}`, "down"),
    mend: (node) => ip("link", "set", `cable${node}`, "up"),
  },
  "from the node": {
    cut: (node) => others(node).forEach((other) => ip("-n", space(node), "route", "add", "blackhole", other)),
    mend: (node) => others(node).forEach((other) => ip("-n", space(node), "route", "del", "blackhole", other)),
  },
  "to the node": {
    cut: (node) => {
      ip("route", "add", "blackhole", address(node));
      for (const other of NODES) if (other !== node) ip("-n", space(other), "route", "add", "blackhole", address(node));
    },
    mend: (node) => {
      ip("route", "del", "blackhole", address(node));
      for (const other of NODES) if (other !== node) ip("-n", space(other), "route", "del", "blackhole", address(node));
    },
  },
};

const cli = clientOf(redis);
/** What a node says when it is asked on the spot, so that a cut does not keep the test from asking. */
const ask = (node, ...command) =>
  new Promise((done) => execFile("ip", ["netns", "exec", space(node), cli, "-h", address(node), "-p", String(PORT), ...command], { timeout: 5_000 }, (_error, out) => done(out ?? "")));
const each = async (check) => (await Promise.all(NODES.map(check))).every(Boolean);
const isUp = async (node) => (await ask(node, "CLUSTER", "INFO")).includes("cluster_state:ok") && /master_link_status:up|state=online/.test(await ask(node, "INFO", "replication"));
const isWhole = () => until(() => each(isUp), PATIENCE_MS);

function start(program, args, log, options = {}) {
  const file = openSync(join(folder, log), "a");
  const child = spawn(program, args, { stdio: ["ignore", file, file], ...options });
  closeSync(file);
  children.push(child);
  return child;
}

async function openCluster() {
  for (const node of NODES) {
    const dir = join(folder, String(node));
    mkdirSync(dir);
    const options = { bind: address(node), "protected-mode": "no", save: "", appendonly: "yes", "cluster-enabled": "yes", "cluster-node-timeout": TIMEOUT_MS, "cluster-replica-validity-factor": 0, port: PORT, dir };
    start("ip", ["netns", "exec", space(node), redis, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])], `${node}.log`);
  }
  await until(() => each(async (node) => (await ask(node, "PING")).startsWith("PONG")), PATIENCE_MS);
  execFileSync(cli, ["--cluster", "create", ...NODES.map((node) => `${address(node)}:${PORT}`), "--cluster-replicas", "1", "--cluster-yes"]);
  await isWhole();
}

async function openServer() {
  const data = join(folder, "data");
  mkdirSync(data);
  writeFileSync(join(folder, "secret"), "0123456789abcdef".repeat(4));
  const urls = NODES.map((node) => `redis://${address(node)}:${PORT}`).join();
  const listen = "127.0.0.1:8787";
  start(BIN, ["serve", "--listen", listen, "--data", data, "--secret-file", join(folder, "secret"), "--cluster", urls, "--rate", "0", "--profile-rate", "0", "--new-profiles", "0"], "server.log", { env: { ...process.env, ENDCAP_LOG: "warn" } });
  const base = `http://${listen}`;
  await until(async () => (await fetch(`${base}/health/ready`).catch(() => ({}))).ok, PATIENCE_MS);
  return base;
}

/** A device that has a part of its own in a profile of its own, and knows how far it was told that it is kept. */
class Device {
  revision = 0;
  told = 0;
  constructor(base, number) {
    this.url = `${base}/v1/profiles/${"partition".padEnd(20, "-")}${String(number).padStart(4, "0")}/sync`;
    this.number = number;
  }
  /** In the first version of the format: one part, with a revision and as many ticks, of which nothing is known. */
  body() {
    const bytes = new Uint8Array(15);
    bytes.set([0xec, 1, 1]);
    new DataView(bytes.buffer).setBigUint64(3, BigInt(this.number + 1), true);
    // A revision below 128 is one byte.
    bytes.set([this.revision, this.revision, 0, 0], 11);
    return bytes;
  }
  async sync() {
    const revision = this.revision;
    const answer = await fetch(this.url, { method: "POST", body: this.body(), signal: AbortSignal.timeout(12_000) });
    if (!answer.ok) throw new Error(String(answer.status));
    this.told = Math.max(this.told, revision);
  }
  /** Whether the server has all that it said it has. */
  async isKept() {
    const answer = await fetch(this.url, { method: "POST", body: new Uint8Array() });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return answer.ok && (this.told === 0 || bytes[11] >= this.told);
  }
}

const count = async (devices, check) => (await Promise.all(devices.map(check))).filter(Boolean).length;

async function trial(devices, cut, { cut: sever, mend }) {
  let [acknowledged, last, gap, running] = [0, Date.now(), 0, true];
  const work = devices.map(async (device) => {
    while (running) {
      device.revision = Math.min(device.revision + 1, 127);
      try {
        await device.sync();
        gap = Math.max(gap, Date.now() - last);
        last = Date.now();
        acknowledged += 1;
      } catch {
        // Tried again: that is all a device can do.
      }
      await rest(200);
    }
  });
  await until(() => acknowledged >= devices.length, PATIENCE_MS);
  const roles = await Promise.all(NODES.map((node) => ask(node, "ROLE")));
  const primary = NODES[roles.findIndex((role) => role.startsWith("master"))];
  sever(primary);
  await rest(CUT_MS);
  mend(primary);
  await isWhole();
  running = false;
  await Promise.all(work);
  const lostUntil = await count(devices, async (device) => !(await device.isKept()));
  // Every device has its own part, and offers it again.
  for (const device of devices) await until(() => device.sync().then(() => true, () => false), PATIENCE_MS);
  const lost = await count(devices, async (device) => !(await device.isKept()));
  return { cut, acknowledged, lost, lost_until_next_sync: lostUntil, gap_ms: gap };
}

try {
  cable();
  await openCluster();
  const base = await openServer();
  const report = [];
  for (const [at, [cut, how]] of Object.entries(CUTS).entries()) {
    const devices = Array.from({ length: DEVICES }, (_, number) => new Device(base, at * DEVICES + number));
    report.push(await trial(devices, cut, how));
  }
  console.log(JSON.stringify(report));
} finally {
  for (const child of children) child.kill("SIGKILL");
  for (const node of NODES) {
    try {
      ip("netns", "del", space(node));
    } catch {
      // It was not made.
    }
  }
  rmSync(folder, { recursive: true, force: true });
}
