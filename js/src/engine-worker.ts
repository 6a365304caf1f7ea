// The engine away from the page's thread; `worker.ts` speaks to it.
import init, { Engine, type KnowledgeInfo } from "./endcap.js";
import { asEndcapError } from "./error.js";
import { live } from "./live.js";
import { type Fetched, type PackFeed, fetchPack, trustOf } from "./pack.js";
import { startOnce } from "./start.js";

/** What the page says, and in this order is done. */
export interface Opening {
  wasm: string | undefined;
  /** Bytes, or an absolute address; with `live` that of a manifest which is followed. */
  pack: string | Uint8Array | undefined;
  packKey: string | readonly string[] | undefined;
  knowledge: string | Uint8Array | undefined;
  live: { poll?: number; keep?: boolean; head?: boolean } | undefined;
  language: string | undefined;
  timeout: number;
  replica: bigint;
}
export type Said = { id: number; open: Opening } | { id: number; call: string; args: unknown[] } | { close: true };

/** What came of it. `state` comes with every answer after which it may be another one. */
export interface State {
  catalogue: unknown;
  profile: Uint8Array;
  session: Uint8Array;
  /** As it is recorded: tier, source, time. */
  consent: Float64Array;
}
export type Told = { id: number; answer?: unknown; error?: Fault; state?: State } | { updated: State } | { knowledge: KnowledgeInfo | null } | { report: Fault };
export interface Fault {
  code: string;
  message: string;
}

interface Scope {
  onmessage: ((event: MessageEvent<Said>) => void) | null;
  postMessage(message: Told): void;
}
const scope = globalThis as unknown as Scope;

let engine: Engine | undefined;
let unfollow = () => {};

const CHANGING = ["observe", "joinProfile", "joinDelta", "restoreSession", "erase", "replica", "setOwner", "mute", "recordConsent", "eraseEverywhere"];

/** Calls before the engine stands wait for it. */
let opened: Promise<void> = Promise.resolve();

scope.onmessage = async ({ data }) => {
  if ("close" in data) {
    unfollow();
    engine?.free();
    engine = undefined;
    return;
  }
  const { id } = data;
  try {
    if ("open" in data) {
      opened = open(data.open);
      await opened;
      return scope.postMessage({ id, state: state() });
    }
    await opened;
    const answer = call(data.call, data.args);
    scope.postMessage(CHANGING.includes(data.call) ? { id, answer, state: state() } : { id, answer });
  } catch (error) {
    // A trap leaves the engine in the midst of something: the page goes on without it.
    if (error instanceof WebAssembly.RuntimeError) engine = undefined;
    scope.postMessage({ id, error: fault(error, "call/invalid", "the call could not be answered") });
  }
};

async function open({ wasm, pack, packKey, knowledge, live: following, language, timeout, replica }: Opening): Promise<void> {
  const signal = AbortSignal.timeout(timeout);
  const trust = trustOf(packKey);
  const feed: PackFeed | undefined = following && typeof pack === "string" ? live(pack, following) : undefined;
  const fetched: Promise<Fetched | undefined> = feed ? feed.first(language, signal, trust) : pack === undefined ? Promise.resolve(undefined) : fetchPack(pack, language, signal, trust);
  fetched.catch(() => {}); // Awaited below; until then its failure is nobody's.
  let more: Fetched["more"] = knowledge == null ? undefined : async () => (await fetchPack(knowledge, undefined, undefined, trust)).bytes;
  await startOnce(init, () => wasm ?? new URL("./endcap_bg.wasm", import.meta.url));
  try {
    const first = await fetched;
    engine = first ? Engine.withPack(first.bytes, replica) : new Engine(replica);
    const hash = engine.catalogue()?.hash;
    more ??= first?.more;
    if (first?.hash && first.hash !== hash) throw { name: "EndcapError", code: "pack/other", message: `the manifest promises pack ${first.hash}, ${hash} came; purge the cache in between` };
  } catch (error) {
    scope.postMessage({ report: fault(error, "pack/failed", "the pack cannot be used") });
    engine?.free();
    engine = new Engine(replica);
  }
  unfollow = feed?.follow({
    get engine() { return engine; },
    patch: Engine.patch,
    updated: () => scope.postMessage({ updated: state() }),
    report: (error) => scope.postMessage({ report: fault(error, "pack/failed", "the pack cannot be used") }),
  }) ?? unfollow;
  void learn(more);
}

/** What all shoppers' logs teach comes behind the catalogue; without it everything works. */
async function learn(load: Fetched["more"]): Promise<void> {
  let knowledge: KnowledgeInfo | null = null;
  try {
    const bytes = await load?.();
    if (bytes) knowledge = engine?.attachKnowledge(bytes) ?? null;
    if (knowledge) scope.postMessage({ updated: state() });
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) engine = undefined;
    scope.postMessage({ report: fault(error, "knowledge/failed", "the knowledge pack cannot be used") });
  }
  scope.postMessage({ knowledge });
}

function call(name: string, args: unknown[]): unknown {
  if (!engine) throw { name: "EndcapError", code: "engine/lost", message: "the engine has stopped; open a new one" };
  if (name === "replica") return void (engine.replica = args[0] as bigint);
  const method = (engine as unknown as Record<string, (...args: unknown[]) => unknown>)[name];
  return method?.apply(engine, args);
}

const state = (): State => ({ catalogue: engine?.catalogue() ?? null, profile: engine?.profile() ?? new Uint8Array(), session: engine?.session() ?? new Uint8Array(), consent: engine?.consent() ?? new Float64Array() });

function fault(error: unknown, code: string, what: string): Fault {
  const told = asEndcapError(error, code, what);
  return { code: told.code, message: told.message };
}
