// Ours, as a customer drives it: a pack built by the `endcap` command, opened by the npm package.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { percentile } from "../metrics.mjs";
import { fileUrl } from "../peer.mjs";

// Copied at once, so that a build in the middle of a run does not change what is measured.
const own = mkdtempSync(join(tmpdir(), "endcap-peers-"));
process.on("exit", () => rmSync(own, { recursive: true, force: true }));
const pkg = join(own, "pkg");
const command = join(own, "endcap");
if (!process.env.ENDCAP_PKG || !process.env.ENDCAP_BIN) throw new Error("ENDCAP_PKG and ENDCAP_BIN name the built package and command: use `cargo xtask bench peers`");
cpSync(process.env.ENDCAP_PKG, pkg, { recursive: true });
cpSync(process.env.ENDCAP_BIN, command);

export const name = "endcap";
export const version = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8")).version;

/**
 * The pack's sections (docs/pack-format.md) that peers would call stored fields: what is shown, or looked up by an item's number. All others count as index, also
 * those that this list has not heard of.
 */
const STORED = "META IDOF IDBL IDHS TIOF TIBL MPOF MPBL IMOF IMBL LKOF LKBL GTIN PRCE SALE RVWS GRUP STAT FKOF FKBL FLOF FLBL VLOF VLBL".split(" ");
/** Index that no peer here has: values with their postings, and the values of each item, for facets and beliefs. */
const FACETS = "FVAL VNID VNOF VNBL CLVL FSET ISET VSOF VSBL FKND FUOF FUBL FNOF FNBL SWVL SWOF SWBL".split(" ");
const HEADER = 48;
const ENTRY = 16;
const FACET_CALLS = 100;

/** 2026-01-01; the same on every run, because decay depends on it. */
let now = 1_767_225_600_000;
const KEY_MS = 150;
const CLICK_MS = 30_000;

export function build(_products, data) {
  const folder = mkdtempSync(join(tmpdir(), "endcap-peers-"));
  try {
    const events = data.events === null ? [] : ["--events", data.events];
    // Named as one file: the whole catalogue, without the head that pages begin with.
    const file = join(folder, "catalogue.pack");
    execFileSync(command, ["pack", "build", data.feed, "--out", file, "--language", data.language, ...events], { stdio: ["ignore", "ignore", "pipe"] });
    return new Uint8Array(readFileSync(file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const dump = (pack) => pack;

export const indexBytes = (pack) => sections(pack, (tag) => !STORED.includes(tag));

/** Beside the table: how much of the index peers would have too, and the time of what no peer does. */
export function notes(pack, searcher, products) {
  const search = gzipSync(sections(pack, (tag) => !STORED.includes(tag) && !FACETS.includes(tag))).length / products.length;
  const times = Array.from({ length: FACET_CALLS }, () => {
    const start = performance.now();
    searcher.facets({});
    return performance.now() - start;
  });
  return [
    `${search.toFixed(0)} gz B/doc without what is for facets and beliefs`,
    `facets with counts over ${products.length} hits: p50 ${percentile(times, 50).toFixed(2)} ms, p99 ${percentile(times, 99).toFixed(2)} ms`,
  ];
}

function sections(pack, wanted) {
  const view = new DataView(pack.buffer, pack.byteOffset, pack.byteLength);
  const found = [];
  for (let n = 0; n < view.getUint32(40, true); n++) {
    const at = HEADER + n * ENTRY;
    const tag = String.fromCharCode(...pack.subarray(at, at + 4));
    const [offset, length] = [view.getUint32(at + 8, true), view.getUint32(at + 12, true)];
    if (wanted(tag)) found.push(pack.subarray(offset, offset + length));
  }
  return Buffer.concat(found);
}

// A copy of the package per catalogue has its own wasm instance: a memory that has grown for one does not shrink for the next.
let loaded = { data: null, module: null };

async function packageFor(data) {
  if (loaded.data !== data) {
    const copy = mkdtempSync(join(own, "pkg-"));
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
