// What the peers share: where their packages are, and how an index that is JSON travels.
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const modules = new URL("../../js/node_modules/", import.meta.url);

/** A file of a package that js/package.json pins, as an ES module where there is one. */
export const peer = (file) => import(new URL(file, modules));

export const version = (name) => JSON.parse(readFileSync(fileURLToPath(new URL(`${name}/package.json`, modules)), "utf8")).version;

export const fileUrl = (path) => pathToFileURL(path).href;

/** The catalogue's row numbers → its ids. */
export const idsOf = (products) => products.map(({ id }) => id);
