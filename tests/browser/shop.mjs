// A demo shop of its own for each test file: `endcap serve` on a free port, and a browser to visit it.
//
// Read from the environment, with the folders of `cargo xtask test` as defaults:
// ENDCAP_BIN (the `endcap` command), ENDCAP_DEMO_DIR (a folder with catalogue/ and packs/), ENDCAP_PKG (the built
// npm package), CHROMIUM_PATH.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
// The test tools are the npm package's; there is only one node_modules.
const { chromium } = createRequire(join(root, "js/package.json"))("playwright-core");

export const DEMO = process.env.ENDCAP_DEMO_DIR ?? join(root, "target/demo/seed-7-products-20000");
const PKG = process.env.ENDCAP_PKG ?? join(root, "pkg");
const BIN = process.env.ENDCAP_BIN ?? ["target/tools/endcap", "target/debug/endcap"].map((path) => join(root, path)).find(existsSync);
const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const START_MS = 60_000;

/** Starts server and browser; `close()` ends both. */
export async function openShop() {
  for (const [path, cure] of [[BIN ?? "target/tools/endcap", "cargo xtask build"], [join(DEMO, "packs"), "cargo xtask demo"], [PKG, "cargo xtask build"]]) {
    assert.ok(existsSync(path), `${path} is missing: run \`${cure}\``);
  }
  const data = mkdtempSync(join(tmpdir(), "endcap-browser-"));
  const server = await serve(data);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  return {
    base: server.base,
    /** A browser profile of its own: another device, as far as a shop can tell. */
    device: (options) => device(browser, server.base, options),
    /** The ids of a list as the shop itself orders it. */
    shopOrder: (query) => shopOrder(server.base, query),
    async close() {
      await browser.close();
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function serve(data) {
  const catalogue = join(DEMO, "catalogue");
  const child = spawn(BIN, [
    "serve", "--demo", "--listen", "127.0.0.1:0", "--packs", join(DEMO, "packs"), "--data", data,
    "--www", join(root, "www"), "--pkg", PKG, "--images", join(catalogue, "images"),
    "--shop", join(catalogue, "catalogue.de.jsonl"), "--shop", join(catalogue, "catalogue.en.jsonl"),
  ], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ENDCAP_LOG: "warn" } });
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const base = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the server does not say where it listens:\n${said}`)), START_MS);
    child.stdout.on("data", (text) => {
      said += text;
      const found = /Listening on (http:\/\/\S+)/.exec(said);
      if (found) (clearTimeout(timer), resolve(found[1]));
    });
    exited.then((code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
  });
  return { base, stop: () => (child.kill("SIGTERM"), exited) };
}

async function shopOrder(base, query) {
  const response = await fetch(`${base}/shop/de/products?${query}`);
  assert.equal(response.status, 200);
  return (await response.json()).items.map((item) => item.item_id);
}

async function device(browser, base, { consent, width = 1440, height = 900, locale = "de-DE", allowed = [], ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale, ...options });
  if (consent) {
    await context.addInitScript((tier) => {
      if (localStorage.getItem("kopfregal.consent") === null) localStorage.setItem("kopfregal.consent", JSON.stringify(tier));
    }, consent);
  }
  const faults = [];
  return {
    context,
    /** Opens a tab at `hash`; what goes wrong in it is kept. */
    async visit(hash = "") {
      const page = await context.newPage();
      page.on("pageerror", (error) => faults.push(`uncaught: ${error.stack ?? error}`));
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type()) && !allowed.some((pattern) => pattern.test(message.text()))) faults.push(`${message.type()}: ${message.text()}`);
      });
      await page.goto(`${base}/${hash}`);
      await page.waitForSelector("#main > *:not([aria-busy])");
      return page;
    },
    /** Closes; fails if any page of this device complained. */
    async leave() {
      await context.close();
      assert.deepEqual(faults, []);
    },
  };
}

/** The ids of the tiles in a list, in document order. */
export const order = (page, list = "grid") => page.$$eval(`[data-testid="${list}"] > li`, (tiles) => tiles.map((tile) => tile.dataset.id));

/** Waits until the engine answers on this page. */
export async function engineReady(page) {
  await openPanel(page);
  await page.waitForSelector(".panel-state.ready", { timeout: 20_000 });
}

/** Opens the panel that tells what was learned. */
export async function openPanel(page) {
  // A page that had it open opens it again as it starts, and then there is no button to click.
  await page.waitForSelector("[data-testid=panel-button]", { state: "attached" });
  if (await page.isHidden("[data-testid=panel]")) await page.click("[data-testid=panel-button]");
}

/** What the panel says is believed: `[{ facet, value, profile }]`, strongest first. */
export const beliefs = (page) => page.$$eval("[data-testid=affinities] > li", (rows) =>
  rows.map(({ dataset }) => ({ facet: dataset.facet, value: dataset.value, profile: Number(dataset.profile).toFixed(2) })));

/**
 * Clicks `selector` with the real mouse. Returns the order of the list before, at the end of the click's own task,
 * and whether a frame was drawn in between.
 */
export async function clickAndSee(page, selector, list = "grid") {
  await page.evaluate((list) => {
    const ids = () => [...document.querySelector(`[data-testid="${list}"]`).children].map((tile) => tile.dataset.id);
    window.seen = new Promise((resolve) => {
      addEventListener("click", () => {
        const before = ids();
        const start = performance.now();
        let framed = false;
        requestAnimationFrame(() => (framed = true));
        // The window hears the click last: all that the page does about it in this task is done then.
        addEventListener("click", () => resolve({ before, after: ids(), framed, milliseconds: performance.now() - start }), { once: true });
      }, { once: true, capture: true });
    });
  }, list);
  await page.click(selector);
  return page.evaluate(() => window.seen);
}
