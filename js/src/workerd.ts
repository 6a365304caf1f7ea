// Cloudflare's workerd: wasm arrives compiled, as a module.
import module from "./endcap_bg.wasm";
import { Engine, initSync } from "./endcap.js";
import { Facade, type OpenOptions } from "./facade.js";

export { EndcapError } from "./facade.js";
export type * from "./facade.js";

export class Endcap extends Facade {
  static open(options: OpenOptions = {}): Promise<Endcap> {
    return Endcap.start(() => (initSync({ module }), Engine), options);
  }
}
