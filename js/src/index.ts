// Browsers, and bundlers for them: the wasm lies beside this file.
import init, { Engine } from "./endcap.js";
import { Facade, type OpenOptions, startOnce } from "./facade.js";

export { EndcapError } from "./facade.js";
export type * from "./facade.js";

export class Endcap extends Facade {
  static open(options: OpenOptions = {}): Promise<Endcap> {
    return Endcap.start(async (signal) => (await startOnce(init, () => options?.wasm || new URL("./endcap_bg.wasm", import.meta.url), signal), Engine), options);
  }
}
