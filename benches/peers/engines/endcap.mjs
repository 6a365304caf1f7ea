// Ours, as a customer drives it: a pack built by the `endcap` command, opened by the npm package.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileUrl } from "../peer.mjs";

const pkg = process.env.ENDCAP_PKG ?? "";
const command = process.env.ENDCAP_BIN ?? "";

export const name = "endcap";
export const version = pkg && JSON.parse(readFileSync(join(pkg, "package.json"), "utf8")).version;

/**
 * The pack's sections that are search index, by the first letters of their tags (docs/pack-format.md): terms, article numbers, values with
 * their postings, values of each item, completions. The rest is what peers call stored fields: ids, titles, prices, pictures and so on.
 */
const INDEX = ["TM", "TP", "NM", "NP", "VP", "VK", "VH", "VC", "FV", "IV", "CM", "CT", "CW", "CV", "PRIO"];
const HEADER = 48;
const ENTRY = 16;

/** 2026-01-01; the same on every run, because decay depends on it. */
let now = 1_767_225_600_000;
const KEY_MS = 150;
const CLICK_MS = 30_000;

export function build(_products, data) {
  const folder = mkdtempSync(join(tmpdir(), "endcap-peers-"));
  try {
    const events = data.events === null ? [] : ["--events", data.events];
    execFileSync(command, ["pack", "build", data.feed, "--out", folder, "--language", data.language, ...events], { stdio: ["ignore", "ignore", "pipe"] });
    const file = readdirSync(folder).find((file) => file.endsWith(".pack"));
    return new Uint8Array(readFileSync(join(folder, file)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const dump = (pack) => pack;

export function indexBytes(pack) {
  const view = new DataView(pack.buffer, pack.byteOffset, pack.byteLength);
  const sections = [];
  for (let n = 0; n < view.getUint32(40, true); n++) {
    const at = HEADER + n * ENTRY;
    const tag = String.fromCharCode(...pack.subarray(at, at + 4));
    const [offset, length] = [view.getUint32(at + 8, true), view.getUint32(at + 12, true)];
    if (INDEX.some((letters) => tag.startsWith(letters))) sections.push(pack.subarray(offset, offset + length));
  }
  if (sections.length === 0) throw new Error("the pack has no section that is known as index: see docs/pack-format.md and mend INDEX");
  return Buffer.concat(sections);
}

// A copy of the package per catalogue has its own wasm instance: a memory that has grown for one does not shrink for the next.
let loaded = { data: null, module: null };

async function packageFor(data) {
  if (loaded.data !== data) {
    const copy = mkdtempSync(join(tmpdir(), "endcap-peers-"));
    process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
    cpSync(pkg, copy, { recursive: true });
    loaded = { data, module: await import(fileUrl(join(copy, "node.js"))) };
  }
  return loaded.module;
}

export async function load(pack, _products, data) {
  const { Endcap } = await packageFor(data);
  const failures = [];
  const endcap = await Endcap.open({ pack, consent: "memory", now: () => now, onError: (error) => failures.push(error) });
  // The package fails open, and a failure is quick: without this it would be measured as a success.
  const checked = (answer) => {
    if (failures.length > 0) throw failures[0];
    return answer;
  };
  checked(endcap);
  const ids = (products) => products.map(({ id }) => id);
  return {
    suggest(text, limit) {
      now += KEY_MS;
      return ids(checked(endcap.suggest(text, { products: limit })).products);
    },
    search: (text, limit) => ids(checked(endcap.search({ text, limit })).hits),
    click(product) {
      now += CLICK_MS;
      if (!checked(endcap.observe("view_item", { items: [{ item_id: product.id }] })).accepted) throw new Error(`the click on ${product.id} was not learned`);
    },
    forget: () => endcap.erase(),
    close: () => endcap.close(),
    facets: (query) => checked(endcap.facets(query)),
  };
}
