// Pages that open Endcap, and a server that joins by the same engine and answers as it is told.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { KEPT, chromium, installed, serve } from "./dev.mjs";

const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
  <script type="importmap">{"imports":{"endcap":"/endcap/index.js","endcap/cookie":"/endcap/cookie.js","endcap/live":"/endcap/live.js","endcap/worker":"/endcap/worker.js"}}</script>
  <script type="module">
    import { Endcap } from "endcap";
    globalThis.Endcap = Endcap;
    globalThis.errors = [];
    globalThis.changes = 0;
    ${KEPT}
    globalThis.open = (options = {}) => Endcap.open({ consent: "persistent", sync: { url: "/v1" }, onError: (error) => errors.push(error.code), ...options });
    globalThis.start = async (options) => {
      globalThis.endcap = await open(options);
      endcap.on("change", () => globalThis.changes++);
    };
    globalThis.click = (brand, on = endcap) => on.observe("add_to_cart", { items: [{ item_id: "of-" + brand, item_brand: brand }] });
    globalThis.order = (on = endcap) => on.rank(["x", "y", "z"].map((brand) => ({ item_id: "new-" + brand, item_brand: brand }))).map((item) => item.item_brand).join("");
    globalThis.loaded = true;
  </script>`;

/** The profile's customer. */
export const CUSTOMER = "customer-".padEnd(43, "0");

/** A server, a browser, and what came: `requests` are `{ method, id, path, body }`, `answer(request)` speaks instead of the server. */
export async function openPages(name, routes = {}) {
  const endcap = join(installed(), "node_modules/endcap");
  const glue = await import(pathToFileURL(join(endcap, "endcap.js")));
  glue.initSync({ module: readFileSync(join(endcap, "endcap_bg.wasm")) });
  const profiles = new Map();
  const requests = [];
  const own = { requests, profiles, answer: undefined };
  /** An engine that knows a profile. */
  const knowing = (id) => {
    const engine = new glue.Engine(1n);
    if (profiles.has(id)) engine.joinProfile(profiles.get(id));
    return engine;
  };
  const path = join(installed(), name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "index.html"), PAGE);
  const said = async (request, body) => {
    const [, , , id] = request.url.split("/");
    const asked = { method: request.method, id, path: request.url, headers: request.headers, body };
    requests.push(asked);
    return own.answer?.(asked);
  };
  const server = await serve({
    "/endcap/": endcap,
    "/": path,
    "/v1/profiles/": async (request, body) => {
      const instead = await said(request, body);
      if (instead) return instead;
      const [, , , id] = request.url.split("/");
      if (request.method === "GET") return { headers: { "content-type": "application/json" }, body: "{}" };
      // The protocol is the same both ways.
      const engine = knowing(id);
      const bytes = new Uint8Array(body);
      const isMessage = bytes[0] === 0xed;
      const since = isMessage && engine.joinDelta(bytes);
      // A page with a worker cannot wait for it as it leaves, and sends all.
      if (!isMessage && bytes.length > 0) engine.joinProfile(bytes);
      const answer = isMessage ? engine.profileDelta(since) : engine.profile();
      profiles.set(id, engine.profile());
      engine.free();
      return { body: answer };
    },
    "/v1/link": async (request, body) => (await said(request, body)) ?? { headers: { "content-type": "application/json" }, body: JSON.stringify({ profile: CUSTOMER }) },
    "/v1/events": async (request, body) => (await said(request, body)) ?? { status: 202, headers: { "content-type": "application/json" }, body: '{"kept":1}' },
    ...routes,
  });
  const browser = await chromium();
  const contexts = [];
  return Object.assign(own, {
    url: server.url,
    /** What a profile knows. */
    knows(id) {
      const engine = knowing(id);
      try {
        return engine.affinities(100, Date.now());
      } finally {
        engine.free();
      }
    },
    /** Another browser. `tab(options, init, argument)`: a page, with an engine unless `options` is null, after `init(argument)`. */
    async browser() {
      const context = await browser.newContext();
      contexts.push(context);
      return {
        context,
        async tab(options = {}, init, argument) {
          const page = await context.newPage();
          if (init) await page.addInitScript(init, argument);
          await page.goto(server.url);
          await page.waitForFunction(() => globalThis.loaded);
          if (options) await page.evaluate((options) => start(options), options);
          return page;
        },
      };
    },
    async closeBrowsers() {
      own.answer = undefined;
      await Promise.all(contexts.splice(0).map((context) => context.close()));
    },
    async close() {
      await browser.close();
      await server.close();
    },
  });
}
