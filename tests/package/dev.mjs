// What the tests of this folder share: the tools of js/, the packed package as a customer installs it, a pack, a server, a browser.
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(join(root, "js/package.json"));

/** A module of js/node_modules. */
export const tool = async (name) => import(pathToFileURL(require.resolve(name)));

/** A folder that is gone when the test file ends. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), "endcap-"));
  process.on("exit", () => rmSync(path, { recursive: true, force: true }));
  return path;
}

let consumer;

/** A customer's project with the tarball installed. */
export function installed() {
  if (consumer) return consumer;
  consumer = folder();
  const pkg = process.env.ENDCAP_PKG ?? join(root, "pkg");
  const npm = (args, cwd) => execFileSync("npm", [...args, "--loglevel=error", "--no-audit", "--no-fund"], { cwd, encoding: "utf8" });
  npm(["pack", pkg, "--pack-destination", consumer], consumer);
  const tarball = readdirSync(consumer).find((file) => file.endsWith(".tgz"));
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  npm(["install", "--offline", `./${tarball}`], consumer);
  return consumer;
}

/** The small shop of the shared vectors. */
export const smallPack = () => new Uint8Array(readFileSync(join(root, "tests/golden/catalogue-1.pack")));

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json", ".pack": "application/octet-stream" };

/**
 * Serves folders by prefix (`{"/": dir}`), and functions `(request, body) => {status, headers, body}` by path. The longest prefix wins.
 */
export async function serve(routes) {
  const prefixes = Object.keys(routes).sort((a, b) => b.length - a.length);
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const prefix = prefixes.find((prefix) => path.startsWith(prefix));
    const route = routes[prefix];
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // The page left before it had sent everything.
    }
    let answer = { status: 404 };
    if (typeof route === "function") answer = await route(request, Buffer.concat(chunks));
    else if (route) {
      const file = join(route, normalize(path.slice(prefix.length) || "index.html"));
      if (file.startsWith(route) && existsSync(file) && extname(file)) {
        answer = { headers: { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }, body: readFileSync(file) };
      }
    }
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    }),
  };
}

/** Debian's Chromium, driven by Playwright. */
export async function chromium() {
  const { default: playwright } = await tool("playwright-core");
  return playwright.chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}

/** Opens a page whose script leaves its result in `globalThis.told`, and returns that; throws what the page threw. */
export async function toldBy(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const broken = new Promise((_, reject) => page.on("pageerror", reject));
  await page.goto(url);
  const told = await Promise.race([page.waitForFunction(() => globalThis.told, undefined, { timeout: 30_000 }), broken]);
  const value = await told.jsonValue();
  await context.close();
  return value;
}

/** For a page: `kept()` is what lies in the browser's database, `{}` where there is none; `keep(key, value)` puts something there. */
export const KEPT = `
  globalThis.inDatabase = (mode, action) => new Promise((done, failed) => {
    const request = indexedDB.open("endcap", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("values");
    request.onerror = () => failed(request.error);
    request.onsuccess = () => {
      const work = request.result.transaction("values", mode);
      const answer = action(work.objectStore("values"));
      work.oncomplete = () => (request.result.close(), done(answer));
    };
  });
  globalThis.keep = (key, value) => inDatabase("readwrite", (values) => void values.put(value, key));
  globalThis.kept = async () => {
    if (!(await indexedDB.databases()).some(({ name }) => name === "endcap")) return {};
    const found = {};
    await inDatabase("readonly", (values) => {
      const cursor = values.openCursor();
      cursor.onsuccess = () => cursor.result && ((found[cursor.result.key] = cursor.result.value), cursor.result.continue());
    });
    return found;
  };
`;
