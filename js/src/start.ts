/** Where the wasm comes from. */
export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module;

type Init = (how: { module_or_path: WebAssembly.Module }) => Promise<unknown>;

let started: Promise<unknown> | undefined;

/**
 * Starts the glue's one instance of the wasm, whatever comes together: the glue remembers a single memory, and an engine with a pointer into another
 * one would read whatever lies there. What may fail or take for ever, the loading, belongs to each call and ends with its `signal`, so that another one can
 * try again; only what was compiled is started, and the first one to be so is the last.
 */
export async function startOnce(init: Init, source: () => WasmSource | Promise<WasmSource>, signal?: AbortSignal): Promise<void> {
  const module = started ? undefined : await compiled(await source(), signal);
  started ??= init({ module_or_path: module as WebAssembly.Module }).catch((error) => {
    started = undefined;
    throw error;
  });
  await started;
}

async function compiled(source: WasmSource, signal?: AbortSignal): Promise<WebAssembly.Module> {
  // By their names and not by their classes, which differ between a page and its frames.
  const kind = Object.prototype.toString.call(source);
  if (kind === "[object WebAssembly.Module]") return source as WebAssembly.Module;
  if (typeof source === "string" || kind === "[object URL]") return compiled(await fetch(source as string | URL, signal && { signal }));
  if (kind !== "[object Response]") return WebAssembly.compile(source as BufferSource);
  const response = source as Response;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  // Browsers keep what they compiled of a stream, but take none that is not named as what it is.
  const isNamed = /^application\/wasm\b/i.test(response.headers.get("content-type") ?? "");
  return isNamed && typeof WebAssembly.compileStreaming === "function" ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
