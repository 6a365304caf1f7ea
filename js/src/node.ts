// Node and Bun: the wasm is read from disk.
import { readFileSync } from "node:fs";
import { Engine, initSync } from "./endcap.js";
import { Facade, type OpenOptions } from "./facade.js";

export { EndcapError } from "./facade.js";
export type * from "./facade.js";

export class Endcap extends Facade {
  static open(options: OpenOptions = {}): Promise<Endcap> {
    return Endcap.start(() => (initSync({ module: readFileSync(new URL("./endcap_bg.wasm", import.meta.url)) }), Engine), options);
  }
}
