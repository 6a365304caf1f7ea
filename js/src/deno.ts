// Deno reads `file:` addresses with `fetch`, so the browser's way serves it.
export * from "./index.js";
