// Several of Endcap on one page: one instance of the wasm whatever comes together, and shops that know nothing of each other.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { until } from "../until.mjs";
import { installed, smallPack, tool } from "./dev.mjs";
import { openPages } from "./pages.mjs";

let pages, wasm, failing;
before(async () => {
  const endcap = join(installed(), "node_modules/endcap");
  wasm = readFileSync(join(endcap, "endcap_bg.wasm"));
  let asked = 0;
  pages = await openPages("together", {
    "/small.pack": () => ({ body: smallPack() }),
    // Every second answer comes late, and in an order that nobody expects.
    "/slow.wasm": async () => (await new Promise((done) => setTimeout(done, (asked++ % 2) * 400)), { headers: { "content-type": "application/wasm" }, body: wasm }),
    "/failing.wasm": () => (failing ? { status: 503 } : { headers: { "content-type": "application/wasm" }, body: wasm }),
    "/silent.wasm": () => (failing ? new Promise(() => {}) : { headers: { "content-type": "text/plain" }, body: wasm }),
    "/copy/": endcap,
  });
});
after(() => pages.close());
afterEach(() => pages.closeBrowsers());

test("two that open at once share one instance, and neither answers with the other's profile", async () => {
  const { tab } = await pages.browser();
  const page = await tab(null);
  const told = await page.evaluate(async () => {
    const options = { consent: "memory", wasm: "/slow.wasm", pack: "/small.pack" };
    const started = [];
    for (const make of ["instantiate", "instantiateStreaming"]) {
      const real = WebAssembly[make];
      WebAssembly[make] = (...args) => (started.push(make), real.apply(WebAssembly, args));
    }
    const first = open(options);
    const second = open(options);
    const one = await first;
    // The second one starts while the first is at work.
    const learned = click("z", one).accepted;
    const two = await second;
    click("y", two);
    const all = [one, two];
    for (let round = 0; round < 20; round++) for (const each of all) {
      click(each === one ? "z" : "y", each);
      each.search({ text: "m" });
    }
    return [learned, all.map(({ status }) => status), all.map((each) => order(each)[0]), started.length, errors];
  });
  assert.deepEqual(told, [true, ["ready", "ready"], ["z", "y"], 1, []]);
});

test("a start that failed, or never came, can be tried again", async () => {
  const { tab } = await pages.browser();
  for (const [address, timeout, code] of [["/failing.wasm", 20_000, "wasm/load"], ["/silent.wasm", 700, "open/timeout"]]) {
    failing = true;
    const page = await tab(null);
    const both = (timeout) => page.evaluate(async ([wasm, timeout]) => {
      const options = { consent: "memory", wasm, timeout };
      const opened = await Promise.all([open(options), open(options)]);
      return [opened.map((each) => [each.status, click("z", each).accepted]), errors.splice(0)];
    }, [address, timeout]);
    assert.deepEqual(await both(timeout), [[["fallback", false], ["fallback", false]], [code, code]]);
    failing = false;
    assert.deepEqual(await both(20_000), [[["ready", true], ["ready", true]], []]);
  }
});

test("the entry for edges starts one instance too", async () => {
  const { build } = await tool("esbuild");
  const endcap = join(installed(), "node_modules/endcap");
  const module = { name: "module", setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /\.wasm\?module$/ }, () => ({ path: "compiled", namespace: "wasm" }));
    onLoad({ filter: /.*/, namespace: "wasm" }, () => ({ contents: "export default globalThis.compiled" }));
  } };
  const { outputFiles } = await build({ entryPoints: [join(endcap, "edge-light.js")], bundle: true, format: "esm", write: false, plugins: [module], logLevel: "error" });
  globalThis.compiled = await WebAssembly.compile(wasm);
  const { Endcap } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
  const { instantiate } = WebAssembly;
  let started = 0;
  WebAssembly.instantiate = (...args) => (started++, instantiate.apply(WebAssembly, args));
  try {
    const all = await Promise.all([1, 2, 3].map(() => Endcap.open({ consent: "memory", onError: (error) => assert.fail(error) })));
    assert.deepEqual([all.map(({ status }) => status), started], [["ready", "ready", "ready"], 1]);
  } finally {
    WebAssembly.instantiate = instantiate;
  }
});

test("a trap costs the one that it happened in, and nothing that is stored", async () => {
  const { tab } = await pages.browser();
  const page = await tab({});
  await page.evaluate(() => click("z"));
  const stored = () => page.evaluate(async () => (await kept())["profile:0"]);
  const before = await until(stored);
  const told = await page.evaluate(async () => {
    const other = await open({ consent: "memory", shop: "another" });
    const { Engine } = await import("/endcap/endcap.js");
    const { search } = Engine.prototype;
    Engine.prototype.search = () => { throw new WebAssembly.RuntimeError("unreachable"); };
    const answer = endcap.search({ text: "m" }).total;
    Engine.prototype.search = search;
    dispatchEvent(new Event("pagehide"));
    return [answer, endcap.status, endcap.rank(["b", "a"]), click("y").accepted, click("y", other).accepted, errors];
  });
  assert.deepEqual(told, [0, "fallback", ["b", "a"], false, true, ["engine/panicked"]]);
  assert.equal(await stored(), before);
  const next = await tab({});
  assert.equal(await next.evaluate(() => order()[0]), "z");
});

test("two copies of the package on one page are two writers of one profile", async () => {
  const { tab } = await pages.browser();
  const page = await tab({});
  await page.evaluate(async () => {
    const { Endcap } = await import("/copy/index.js");
    globalThis.other = await Endcap.open({ consent: "persistent", onError: ({ code }) => errors.push(code) });
    click("z");
    click("y", other);
  });
  await page.waitForFunction(() => order() === "zyx" && order(other) === "yzx");
  const keys = () => page.evaluate(async () => Object.keys(await kept()).sort());
  await until(async () => (await keys()).join() === "profile:0,profile:1,replica:0,replica:1");
  await page.evaluate(() => other.erase());
  await page.waitForFunction(() => order() === "xyz");
  assert.deepEqual(await page.evaluate(() => errors), []);
});

const orders = (page) => page.evaluate(() => [order(globalThis.a), order(globalThis.b)]);
const named = (page, storage) => page.evaluate(async (storage) => {
  const { cookie } = await import("endcap/cookie");
  const options = storage === "cookie" ? { storage: cookie() } : {};
  globalThis.a = await open({ consent: "sync", shop: "Tools & more", ...options });
  globalThis.b = await open({ consent: "sync", shop: "b.2", ...options });
}, storage);

for (const storage of ["indexeddb", "cookie"]) {
  test(`two shops of one origin share nothing: profile, id, consent, erasure (${storage})`, async () => {
    const { tab } = await pages.browser();
    pages.requests.length = 0;
    const page = await tab(null);
    await named(page, storage);
    await page.evaluate(() => { click("z", a); click("y", b); });
    assert.deepEqual(await page.evaluate(async () => [await a.sync(), await b.sync()]), [true, true]);
    assert.equal(new Set(pages.requests.map(({ id }) => id)).size, 2);
    await page.evaluate(() => dispatchEvent(new Event("pagehide")));
    await page.close();
    const next = await tab(null);
    await named(next, storage);
    assert.deepEqual((await orders(next)).map((order) => order[0]), ["z", "y"]);
    assert.deepEqual(await next.evaluate(async () => [await a.erase(), order(a), order(b)[0]]), [true, "xyz", "y"]);
    assert.deepEqual(await next.evaluate(async () => [await a.setConsent("off"), a.consent, b.consent, order(b)[0]]), [true, "off", "sync", "y"]);
    await next.close();
    const last = await tab(null);
    await named(last, storage);
    assert.deepEqual((await orders(last)).map((order) => order[0]), ["x", "y"]);
  });

  test(`what was stored without a name becomes that of the shop which gets one first, once (${storage})`, async () => {
    const { tab } = await pages.browser();
    const page = await tab(null);
    await page.evaluate(async (storage) => {
      const { cookie } = await import("endcap/cookie");
      globalThis.endcap = await open({ consent: "sync", ...(storage === "cookie" && { storage: cookie() }) });
      click("z");
    }, storage);
    pages.requests.length = 0;
    assert.equal(await page.evaluate(() => endcap.sync()), true);
    const [{ id }] = pages.requests;
    await until(() => page.evaluate(async () => { const all = await endcap.export(); return Object.entries(all.stored.lasting).some(([key, text]) => key.startsWith("profile") && text === all.profile); }));
    await page.evaluate(() => dispatchEvent(new Event("pagehide")));
    await page.close();
    const next = await tab(null);
    await named(next, storage);
    assert.deepEqual((await orders(next)).map((order) => order[0]), ["z", "x"]);
    pages.requests.length = 0;
    assert.deepEqual(await next.evaluate(async () => [await a.sync(), await b.sync()]), [true, true]);
    assert.equal(pages.requests.find((request) => request.id === id) !== undefined, true, "the id, too");
    assert.ok(pages.requests.some((request) => request.id !== id));
    const left = await next.evaluate(async () => [(await indexedDB.databases()).map(({ name }) => name).filter((name) => name === "endcap"), document.cookie.split("; ").filter((pair) => pair.startsWith("endcap."))]);
    assert.deepEqual(left, [[], []]);
    assert.deepEqual(await next.evaluate(() => errors), []);
  });
}

test("a move that is cut off goes on with the next page", async () => {
  const { tab } = await pages.browser();
  const page = await tab({ consent: "sync" });
  await page.evaluate(() => click("z"));
  await page.evaluate(() => endcap.sync());
  const { id } = await until(() => page.evaluate(async () => { const all = await kept(); return all["profile:0"] && all; }));
  await page.close();
  const cut = await tab(null);
  await cut.evaluate(async () => {
    const put = IDBObjectStore.prototype.put;
    let left = 2;
    IDBObjectStore.prototype.put = function (...args) {
      if (left-- <= 0) throw new DOMException("no room", "QuotaExceededError");
      return put.apply(this, args);
    };
    globalThis.endcap = await open({ consent: "persistent", shop: "a" });
  });
  assert.ok((await cut.evaluate(() => errors)).includes("storage/full"));
  await cut.close();
  const next = await tab({ consent: "sync", shop: "a" });
  assert.equal(await next.evaluate(() => order()[0]), "z");
  pages.requests.length = 0;
  assert.equal(await next.evaluate(() => endcap.sync()), true);
  assert.equal(pages.requests[0].id, id);
});
