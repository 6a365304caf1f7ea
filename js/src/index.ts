// Browsers, and bundlers for them: the wasm lies beside this file.
import init, { Engine } from "./endcap.js";
import { Facade, type OpenOptions } from "./facade.js";

export { EndcapError } from "./facade.js";
export type * from "./facade.js";

export class Endcap extends Facade {
  static open(options: OpenOptions = {}): Promise<Endcap> {
    return Endcap.start(async () => (await init(options.wasm && { module_or_path: options.wasm }), Engine), options);
  }
}
