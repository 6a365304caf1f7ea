// A real server that can be killed, and pages that do nothing but open Endcap.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer as createHttpServer, request as httpRequest } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { chromium } = createRequire(join(root, "js/package.json"))("playwright-core");
const PKG = process.env.ENDCAP_PKG ?? join(root, "pkg");
const BIN = process.env.ENDCAP_BIN ?? ["target/tools/endcap", "target/debug/endcap"].map((path) => join(root, path)).find(existsSync);

const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
  <script type="importmap">{"imports":{"endcap":"/pkg/index.js","endcap/consent":"/pkg/consent.js","endcap/cookie":"/pkg/cookie.js","endcap/worker":"/pkg/worker.js"}}</script>
  <script type="module">
    import { Endcap } from "endcap";
    globalThis.Endcap = Endcap;
    globalThis.errors = [];
    globalThis.ids = [];
    globalThis.start = async (options = {}) => {
      const { id, worker, ...rest } = options;
      globalThis.endcap = await (worker ? (await import("endcap/worker")).EndcapWorker : Endcap).open({ consent: "sync", sync: { url: "/v1", id, keep: (id) => ids.push(id) }, onError: ({ code }) => errors.push(code), ...rest });
    };
    globalThis.seen = (brand, name = "add_to_cart") => endcap.observe(name, { items: [{ item_id: "of-" + brand, item_brand: brand, item_category: "C-" + brand }] });
    globalThis.click = (brand, name) => seen(brand, name).accepted;
    // Without a pack the engine has no names for what it did not learn on this page, so that it is asked for each.
    const ALL = ["a", "b", "c", "first", ...["x", "y"].flatMap((letter) => [0, 1, 2, 3, 4].map((n) => letter + n))];
    globalThis.brands = () => ALL.filter((brand) => endcap.rank([{ item_id: "1", item_brand: "nobody's" }, { item_id: "2", item_brand: brand }])[0].item_id === "2");
    globalThis.loaded = true;
  </script>`;

/** A server on a port and a folder of its own; `kill` is `kill -9`. */
export async function openBackend(args = [], packs = undefined) {
  const folder = mkdtempSync(join(tmpdir(), "endcap-backend-"));
  const data = join(folder, "data");
  mkdirSync(join(folder, "www"));
  writeFileSync(join(folder, "www/index.html"), PAGE);
  const port = await freePort();
  let child;
  async function start() {
    child = spawn(BIN, ["serve", ...(args.includes("--cluster") ? ["--max-connections-per-address", "1000"] : ["--demo"]), "--listen", `127.0.0.1:${port}`, "--data", data, "--www", join(folder, "www"), "--pkg", PKG, "--rate", "0", "--profile-rate", "0", "--new-profiles", "0", ...(packs ? ["--packs", packs] : []), ...args], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ENDCAP_LOG: "warn" } });
    let said = "";
    child.stderr.on("data", (text) => (said += text));
    await new Promise((ready, failed) => {
      child.stdout.on("data", (text) => /Listening on/.test(text) && ready());
      child.once("exit", (code) => failed(new Error(`the server ended with ${code}:\n${said}`)));
    });
  }
  const ended = () => new Promise((resolve) => (child.exitCode !== null || child.signalCode !== null ? resolve() : child.once("exit", resolve)));
  await start();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  const received = [];
  const between = { received, instead: undefined };
  const recorder = await openRecorder(port, between);
  const base = `http://127.0.0.1:${recorder.address().port}`;
  const contexts = [];
  return {
    base,
    data,
    /** All that browsers have sent, beacons of pages that were gone too: `{ method, path, headers, body }`. */
    received,
    /** Answers in the server's place what it has an answer to: `({ method, path, body }) => ({ status, headers, body })`. */
    set instead(answer) {
      between.instead = answer;
    },
    start,
    async kill() {
      child.kill("SIGKILL");
      await ended();
    },
    /** As if the disk had been lost. */
    lose: () => rmSync(join(data, "profiles"), { recursive: true, force: true }),
    /** Another browser; `sent` has its requests below /v1/ as they began, `pages` whose they were. */
    async browser() {
      const context = await browser.newContext();
      contexts.push(context);
      const sent = [];
      context.on("request", (request) => {
        const { pathname } = new URL(request.url());
        if (pathname.startsWith("/v1/")) sent.push({ path: pathname, page: pageOf(request), time: Date.now(), body: request.postDataBuffer() });
      });
      return {
        context,
        sent,
        async tab(options = {}) {
          const page = await context.newPage();
          await page.goto(base);
          await page.waitForFunction(() => globalThis.loaded);
          if (options) await page.evaluate((options) => start(options), options);
          return page;
        },
      };
    },
    async closeBrowsers() {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
    },
    /** What the server has of a profile. */
    async profile(id) {
      const response = await fetch(`${base}/v1/profiles/${id}`);
      return response.ok ? response.json() : { status: response.status, knows: [] };
    },
    async login(customer) {
      const response = await fetch(`${base}/demo/login`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ customer }) });
      return (await response.json()).token;
    },
    async close() {
      await browser.close();
      recorder.close();
      recorder.closeAllConnections();
      child.kill("SIGKILL");
      await ended();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function pageOf(request) {
  try {
    return request.frame().page();
  } catch {
    return undefined; // A beacon of a page that is gone.
  }
}

/** Stands between browsers and server, writes down what passes, and speaks instead of the server where it is told to. */
async function openRecorder(port, between) {
  const server = createHttpServer(async (request, response) => {
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // Gone before it had said everything.
    }
    const body = Buffer.concat(chunks);
    const { method, url: path, headers } = request;
    between.received.push({ method, path, headers, body, time: Date.now() });
    const own = between.instead?.({ method, path, body });
    if (own) return response.writeHead(own.status, own.headers).end(own.body);
    const onward = httpRequest({ port, host: "127.0.0.1", agent: false, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.on("error", () => response.destroy());
      answer.pipe(response);
    });
    // A server that is down: the browser sees its connection break, as without us.
    onward.on("error", () => response.destroy());
    onward.end(body);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** What lies in the browser's database: keys and texts. */
export const lies = (page) => page.evaluate(async () => {
  const db = await new Promise((done) => (indexedDB.open("endcap").onsuccess = ({ target }) => done(target.result)));
  const values = db.transaction("values").objectStore("values");
  const [keys, texts] = await Promise.all([values.getAllKeys(), values.getAll()].map((request) => new Promise((done) => (request.onsuccess = () => done(request.result)))));
  db.close();
  return keys.map((key, at) => [key, texts[at]]);
});
