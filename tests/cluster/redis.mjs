// A real Redis Cluster on loopback: three primaries, each with a replica, whose nodes die and lose their disks.

import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, openSync, closeSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { until } from "../until.mjs";

/** Fewer cannot elect a replica when one is gone. */
const PRIMARIES = 3;
/** A node that is silent for so long is replaced. */
const TIMEOUT_MS = 3_000;
/** Nodes agree, and take over, within seconds; on a machine that is busy with other things too it may be many. */
export const PATIENCE_MS = 90_000;

/** The `redis-server` to test with, or undefined. */
export function findRedis() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = [process.env.ENDCAP_REDIS_SERVER, ...["redis-server", "valkey-server"].flatMap((name) => folders.map((folder) => join(folder, name)))];
  return paths.find((path) => path && existsSync(path));
}

/** The client that comes with it. */
export const clientOf = (program) => join(dirname(program), program.endsWith("valkey-server") ? "valkey-cli" : "redis-cli");

/** Starts one; nodes are told by their ports. */
export async function openCluster(program) {
  const folder = mkdtempSync(join(tmpdir(), "endcap-cluster-"));
  const nodes = new Map((await freePorts(2 * PRIMARIES)).map((port) => [port, undefined]));
  const ports = [...nodes.keys()];
  const home = (port) => join(folder, String(port));

  /** What a node answers, line by line, a character a byte; nothing when it is down. */
  const cli = clientOf(program);
  const run = (...args) => new Promise((done) => execFile(cli, args, { timeout: PATIENCE_MS, encoding: "latin1" }, (_error, out) => done(out)));
  const ask = (port, ...command) => run("-p", String(port), ...command);
  const isUp = async (port) => (await ask(port, "CLUSTER", "INFO")).includes("cluster_state:ok") && /master_link_status:up|state=online/.test(await ask(port, "INFO", "replication"));
  const each = async (check) => (await Promise.all(ports.map(check))).every(Boolean);

  /** With the files that it has left. */
  function start(port) {
    mkdirSync(home(port), { recursive: true });
    const log = openSync(join(home(port), "log"), "a");
    // However old what a replica has is, it takes over when its primary is gone.
    const options = { bind: "127.0.0.1", save: "", appendonly: "yes", "cluster-enabled": "yes", "cluster-node-timeout": TIMEOUT_MS, "cluster-replica-validity-factor": 0, port, dir: home(port) };
    nodes.set(port, spawn(program, Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]), { stdio: ["ignore", log, log] }));
    closeSync(log);
  }
  /** `kill -9`. */
  async function kill(port) {
    const child = nodes.get(port);
    nodes.set(port, undefined);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }
  const cluster = {
    urls: ports.map((port) => `redis://127.0.0.1:${port}`).join(),
    start,
    kill,
    /** As if the disk of a node that was killed had been replaced; who it is in the cluster lies elsewhere. */
    wipe: (port) => rmSync(join(home(port), "appendonlydir"), { recursive: true, force: true }),
    /** The primary that holds a profile, and its replica, which has all that the primary has. */
    holders: (id) => {
      // Keys hold the digest of the id.
      const digest = createHash("sha256").update(id).digest("latin1");
      return until(async () => {
        for (const primary of ports) {
          const [role, offset, , replica, replicated] = (await ask(primary, "ROLE")).split("\n");
          if (role !== "master" || !(await ask(primary, "KEYS", "*")).includes(digest)) continue;
          return offset === replicated && { primary, replica: Number(replica) };
        }
      }, PATIENCE_MS);
    },
    isPrimary: async (port) => (await ask(port, "ROLE")).startsWith("master") && (await ask(port, "CLUSTER", "INFO")).includes("cluster_state:ok"),
    /** Starts all nodes that are down; until every slot is served and every primary has its replica. */
    async heal() {
      for (const [port, child] of nodes) if (!child) start(port);
      await until(() => each(isUp), PATIENCE_MS);
    },
    async close() {
      await Promise.all(ports.map(kill));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    ports.forEach(start);
    await until(() => each(async (port) => (await ask(port, "PING")).startsWith("PONG")), PATIENCE_MS);
    const created = await run("--cluster", "create", ...ports.map((port) => `127.0.0.1:${port}`), "--cluster-replicas", "1", "--cluster-yes");
    if (!created.includes("All 16384 slots covered")) throw new Error(`no cluster: ${created}`);
    await cluster.heal();
    return cluster;
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

/** Ports that are free, and so is the one of each for the cluster's own talk, ten thousand above it. */
async function freePorts(count) {
  const free = (port) =>
    new Promise((resolve) => {
      const server = createServer().once("error", () => resolve(false)).listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
  const ports = [];
  // Somewhere else for each process, so that two test runs do not take each other's.
  for (let port = 20_000 + (process.pid % 800) * 10; ports.length < count && port < 30_000; port++) {
    if ((await free(port)) && (await free(port + 10_000))) ports.push(port);
  }
  if (ports.length < count) throw new Error("no free ports between 20000 and 30000");
  return ports;
}
