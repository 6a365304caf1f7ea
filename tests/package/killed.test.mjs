// A browser that is killed while a page writes: what lay there before lies there still, and can be read.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { until } from "../until.mjs";
import { folder, tool } from "./dev.mjs";
import { openPages } from "./pages.mjs";

let pages;
before(async () => (pages = await openPages("killed")));
after(() => pages.close());

/** A browser that can be killed, on a profile that outlives it. */
async function launched(profile) {
  const { default: playwright } = await tool("playwright-core");
  const child = spawn(process.env.CHROMIUM_PATH ?? "/usr/bin/chromium", ["--headless=new", "--no-sandbox", `--user-data-dir=${profile}`, "--remote-debugging-port=0", "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  const address = await new Promise((listens, failed) => {
    let said = "";
    child.stderr.on("data", (text) => (said += text, /DevTools listening on (ws:\S+)/.test(said) && listens(/listening on (ws:\S+)/.exec(said)[1])));
    child.once("exit", () => failed(new Error(said)));
  });
  const browser = await playwright.chromium.connectOverCDP(address);
  const page = await browser.contexts()[0].newPage();
  await page.goto(pages.url);
  await page.waitForFunction(() => globalThis.loaded);
  await page.evaluate(() => start({ consent: "persistent" }));
  return { page, kill: () => new Promise((dead) => (child.once("exit", dead), child.kill("SIGKILL"))) };
}

test("a browser that is killed in the midst of its writes leaves a whole profile, with all that lay there", { timeout: 60_000 }, async () => {
  const profile = folder();
  let lay = "";
  for (let round = 0; round < 3; round++) {
    const { page, kill } = await launched(profile);
    try {
      assert.deepEqual(await page.evaluate(() => errors), []);
      // A profile is a join: one that has all of another is not changed by it.
      const hasAll = round > 0 && page.evaluate(async (lay) => {
        const { Engine } = await import("/endcap/endcap.js");
        const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
        const engine = new Engine(1n);
        engine.joinProfile(bytes((await kept())["profile:0"]));
        const whole = String(engine.profile());
        engine.joinProfile(bytes(lay));
        return String(engine.profile()) === whole;
      }, lay);
      assert.equal(await hasAll, round > 0, "what was stored once is not lost");
      await page.evaluate(() => click("z"));
      lay = await until(() => page.evaluate(async () => {
        const { profile } = await endcap.export();
        return profile === (await kept())["profile:0"] && profile;
      }), 10_000);
      // Written with each click, and the browser goes in between.
      await page.evaluate(() => void setInterval(() => { click("z"); document.dispatchEvent(new Event("visibilitychange")); }, 1));
      await page.waitForFunction(() => changes > 20);
    } finally {
      await kill();
    }
  }
});
