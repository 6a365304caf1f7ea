// Vercel's edge runtime: wasm arrives compiled, and only asynchronous instantiation is allowed.
import module from "./endcap_bg.wasm?module";
import init, { Engine } from "./endcap.js";
import { Facade, type OpenOptions, startOnce } from "./facade.js";

export { EndcapError } from "./facade.js";
export type * from "./facade.js";

export class Endcap extends Facade {
  static open(options: OpenOptions = {}): Promise<Endcap> {
    return Endcap.start(async () => (await startOnce(init, () => module), Engine), options);
  }
}
