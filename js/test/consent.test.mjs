// What consent platforms say, and the tier that comes of it.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { build } from "esbuild";

const { outputFiles } = await build({ entryPoints: [new URL("../src/consent.ts", import.meta.url).pathname], bundle: true, format: "esm", write: false });
const { DENIED, followConsent: follow } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);

let endcap;
/** Whoever follows still when a test ends would hear the platform of the next one. */
const stops = [];
function followConsent(...args) {
  const stop = follow(...args);
  stops.push(stop);
  return stop;
}
/** As pages define it: the arguments object itself goes into the layer. */
function gtag() {
  globalThis.dataLayer.push(arguments);
}
beforeEach(() => {
  for (const stop of stops.splice(0)) stop();
  globalThis.dataLayer = [];
  delete globalThis.__tcfapi;
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  endcap = { consent: "off", setConsent(tier) { this.consent = tier; } };
});

test("without any signal the shop's choice holds, unless a platform has to grant first", () => {
  followConsent(endcap, { shop: "sync" })();
  assert.equal(endcap.consent, "sync");
  followConsent(endcap, { shop: "sync", signals: "decide" })();
  assert.equal(endcap.consent, "off");
});

test("Consent Mode: defaults and updates, before and after, lower and give back, never above the shop's choice", () => {
  gtag("consent", "default", { analytics_storage: "denied", personalization_storage: "denied", ad_storage: "denied" });
  const tiers = [];
  const stop = followConsent(endcap, { shop: "contribute", onTier: (tier, by) => tiers.push([tier, by]) });
  gtag("event", "purchase", { value: 3 });
  gtag("consent", "update", { personalization_storage: "granted" });
  gtag("consent", "update", { analytics_storage: "granted" });
  gtag("consent", "update", { ad_personalization: "denied" });
  gtag("consent", "update", { ad_personalization: "granted" });
  gtag("consent", "update", { personalization_storage: "denied" });
  assert.deepEqual(tiers, [["off", "personalization_storage"], ["sync", "analytics_storage"], ["contribute", undefined], ["persistent", "ad_personalization"], ["contribute", undefined], ["off", "personalization_storage"]]);
  stop();
  gtag("consent", "update", { personalization_storage: "granted" });
  assert.equal(endcap.consent, "off");
  followConsent(endcap, { shop: "session" });
  gtag("consent", "update", { analytics_storage: "granted" });
  assert.equal(endcap.consent, "session");
});

test("Consent Mode: what is no signal changes nothing", () => {
  followConsent(endcap, { shop: "sync" });
  for (const entry of [null, undefined, 3, "consent", ["consent"], ["consent", "update"], ["consent", "update", null], ["consent", "update", { personalization_storage: "perhaps", constructor: "denied" }], { event: "x" }, ["set", "update", { personalization_storage: "denied" }]]) {
    assert.equal(globalThis.dataLayer.push(entry) > 0, true);
  }
  assert.equal(endcap.consent, "sync");
});

test("each purpose holds the tier that the table names, and a shop can change the table", () => {
  for (const [purpose, tier] of Object.entries(DENIED)) {
    if (!purpose.includes("_")) continue;
    globalThis.dataLayer = [["consent", "default", { [purpose]: "denied" }]];
    followConsent(endcap, { shop: "contribute" })();
    assert.equal(endcap.consent, tier ?? "contribute", purpose);
  }
  globalThis.dataLayer = [["consent", "default", { personalization_storage: "denied", ad_user_data: "denied" }]];
  followConsent(endcap, { shop: "contribute", denied: { personalization_storage: "memory", ad_user_data: null } })();
  assert.equal(endcap.consent, "memory");
});

/** A platform as the TCF describes it. */
function tcf(first) {
  const listeners = new Map();
  globalThis.__tcfapi = (command, version, callback, parameter) => {
    assert.equal(version, 2);
    if (command === "removeEventListener") return callback(listeners.delete(parameter));
    assert.equal(command, "addEventListener");
    listeners.set(listeners.size + 1, callback);
    callback({ ...first, listenerId: listeners.size }, true);
  };
  return { listeners, say: (data) => listeners.forEach((callback, listenerId) => callback({ ...data, listenerId }, true)) };
}
const consents = (...purposes) => ({ consents: Object.fromEntries(purposes.map((purpose) => [purpose, true])) });

test("TCF: nothing until the shopper has decided, then as far as the purposes go", () => {
  const platform = tcf({ eventStatus: "cmpuishown", gdprApplies: true });
  const stop = followConsent(endcap, { shop: "contribute" });
  assert.equal(endcap.consent, "off");
  for (const [purposes, tier] of [[[1, 5, 6, 9, 10], "contribute"], [[1, 5, 6], "sync"], [[1, 5, 6, 9], "sync"], [[5, 6, 9, 10], "memory"], [[1, 5, 9, 10], "off"], [[1, 6, 9, 10], "off"], [[], "off"]]) {
    platform.say({ eventStatus: "useractioncomplete", gdprApplies: true, purpose: consents(...purposes) });
    assert.equal(endcap.consent, tier, purposes.join());
  }
  platform.say({ gdprApplies: false, eventStatus: "tcloaded" });
  assert.equal(endcap.consent, "contribute");
  stop();
  assert.equal(platform.listeners.size, 0);
});

test("TCF: a platform that comes later is heard", async () => {
  const stop = followConsent(endcap, { shop: "persistent" });
  assert.equal(endcap.consent, "persistent");
  tcf({ eventStatus: "tcloaded", gdprApplies: true, purpose: consents(1, 5) });
  await new Promise((done) => setTimeout(done, 250));
  assert.equal(endcap.consent, "off");
  stop();
});

test("Global Privacy Control keeps everything on the device; the lowest of all signals holds", () => {
  Object.defineProperty(globalThis, "navigator", { value: { globalPrivacyControl: true }, configurable: true });
  const stop = followConsent(endcap, { shop: "contribute" });
  assert.equal(endcap.consent, "persistent");
  gtag("consent", "update", { personalization_storage: "denied" });
  assert.equal(endcap.consent, "off");
  stop();
});

/** What was set, and by whom. */
function said() {
  const calls = [];
  endcap.setConsent = function (tier, source) {
    this.consent = tier;
    calls.push([tier, source]);
  };
  return calls;
}

test("each tier is set once, with the source that it came by", () => {
  const calls = said();
  followConsent(endcap, { shop: "contribute" });
  gtag("consent", "update", { analytics_storage: "denied" });
  gtag("consent", "update", { analytics_storage: "denied" });
  gtag("consent", "update", { ad_storage: "denied" });
  assert.deepEqual(calls.splice(0), [["contribute", "shop"], ["sync", "google"]]);
  // Somebody else has set another tier in the meantime.
  endcap.consent = "contribute";
  gtag("consent", "update", { analytics_storage: "denied" });
  assert.deepEqual(calls.splice(0), [["sync", "google"]]);
});

test("what holds at the start names its source, too", () => {
  const calls = said();
  gtag("consent", "default", { ad_personalization: "denied" });
  followConsent(endcap, { shop: "contribute" })();
  assert.deepEqual(calls.splice(0), [["persistent", "google"]]);
  globalThis.dataLayer = [];
  Object.defineProperty(globalThis, "navigator", { value: { globalPrivacyControl: true }, configurable: true });
  followConsent(endcap, { shop: "contribute" })();
  assert.deepEqual(calls.splice(0), [["persistent", "gpc"]]);
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  const platform = tcf({ eventStatus: "tcloaded", gdprApplies: true, purpose: consents(1, 5, 6) });
  const stop = followConsent(endcap, { shop: "contribute" });
  assert.deepEqual(calls.splice(0), [["sync", "tcf"]]);
  stop();
  platform.listeners.clear();
  delete globalThis.__tcfapi;
  followConsent(endcap, { shop: "contribute", signals: "decide" })();
  assert.deepEqual(calls.splice(0), [["off", "shop"]]);
});

test("the signal that holds the tier is named, not one that would allow more", () => {
  const tiers = [];
  gtag("consent", "default", { personalization_storage: "denied", analytics_storage: "denied" });
  followConsent(endcap, { shop: "contribute", onTier: (tier, by) => tiers.push([tier, by]) })();
  assert.deepEqual(tiers, [["off", "personalization_storage"]]);
});

test("Consent Mode: what is no signal is passed over in the layer, too", () => {
  globalThis.dataLayer = [null, ["consent", "update", null], ["consent", "update", "denied"], ["consent", "other", { personalization_storage: "denied" }]];
  followConsent(endcap, { shop: "sync" })();
  assert.equal(endcap.consent, "sync");
});

test("TCF: what was granted before counts for nothing while the shopper is asked again", () => {
  const tiers = [];
  const platform = tcf({ eventStatus: "cmpuishown", gdprApplies: true, purpose: consents(1, 5, 6, 9, 10) });
  followConsent(endcap, { shop: "contribute", onTier: (tier, by) => tiers.push([tier, by]) });
  platform.say({ eventStatus: "useractioncomplete", gdprApplies: true, purpose: consents(1, 5, 6, 9, 10) });
  assert.deepEqual(tiers, [["off", "tcf"], ["contribute", undefined]]);
});

test("a tier that was not taken is set again, by the same source", () => {
  const calls = [];
  endcap.setConsent = (tier, source) => calls.push([tier, source]);
  tcf({ eventStatus: "tcloaded", gdprApplies: true, purpose: consents(1, 5, 6) });
  followConsent(endcap, { shop: "contribute" });
  assert.deepEqual(calls, [["sync", "tcf"], ["sync", "tcf"]]);
});

test("a shop that names no tier gets none", () => {
  endcap.consent = "sync";
  followConsent(endcap, { shop: "everything" });
  assert.equal(endcap.consent, "off");
});

test("TCF: a platform is listened to once", async () => {
  const platform = tcf({ eventStatus: "tcloaded", gdprApplies: true, purpose: consents(1, 5, 6, 9, 10) });
  const stop = followConsent(endcap, { shop: "sync" });
  await new Promise((done) => setTimeout(done, 250));
  assert.equal(platform.listeners.size, 1);
  stop();
});

test("TCF: what fails, and what comes after the end, says nothing", () => {
  let callback;
  let removed = 0;
  globalThis.__tcfapi = (command, version, given) => (command === "addEventListener" ? (callback = given) : (removed += 1));
  const calls = said();
  const stop = followConsent(endcap, { shop: "contribute" });
  assert.deepEqual(calls.splice(0), [["contribute", "shop"]]);
  const all = { eventStatus: "tcloaded", gdprApplies: true, purpose: {} };
  callback(all, false);
  callback(null, true);
  assert.deepEqual(calls, []);
  stop();
  assert.equal(removed, 0, "no listener had a number");
  callback(all, true);
  assert.deepEqual(calls, []);
});
