// Loads a catalogue away from the page's thread; see `live.ts`.
import init, { Engine } from "./endcap.js";
import { type Wanted, loadWhole } from "./load.js";
import { startOnce } from "./start.js";

interface Scope {
  onmessage: ((event: MessageEvent<{ wanted: Wanted; wasm?: string }>) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}
const scope = globalThis as unknown as Scope;

scope.onmessage = async ({ data: { wanted, wasm } }) => {
  const told = (error: unknown) => {
    const { code = "pack/failed", message = String(error) } = error as { code?: string; message?: string };
    return { code, message };
  };
  // The engine is needed for deltas alone.
  const patch = async () => (await startOnce(init, () => wasm ?? new URL("./endcap_bg.wasm", import.meta.url)), Engine.patch);
  try {
    const bytes = await loadWhole(wanted, patch, (error) => scope.postMessage({ report: told(error) }), new AbortController().signal);
    scope.postMessage({ bytes }, [bytes.buffer]);
  } catch (error) {
    scope.postMessage({ error: told(error) });
  }
};
