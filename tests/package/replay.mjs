// Replays one shared vector on the wasm class, in any host. Returns the steps whose answers differ.

export function replay(Engine, vector, pack, knowledge) {
  const replica = BigInt(vector.replica);
  const engine = pack ? Engine.withPack(pack, replica) : new Engine(replica);
  if (knowledge) engine.attachKnowledge(knowledge);
  const differing = [];
  vector.steps.forEach(({ call, now, args, expect }, step) => {
    const got = answer(engine, call, args, now);
    const where = difference(got, expect, call);
    if (where) differing.push({ step, call, where });
  });
  engine.free();
  return differing;
}

function answer(engine, call, args, now) {
  try {
    switch (call) {
      case "rank": return [...engine.rank(args[0], now)];
      case "profile": return hex(engine.profile());
      case "session": return hex(engine.session());
      case "joinProfile": return engine.joinProfile(unhex(args[0])) ?? null;
      case "restoreSession": return engine.restoreSession(unhex(args[0]));
      case "catalogue": return engine.catalogue();
      case "erase": return engine.erase() ?? null;
      default: return engine[call](...args, now);
    }
  } catch (error) {
    return { error: error.code ?? String(error), message: error.message };
  }
}

/** Where two JSON values differ, numbers by their bits; undefined if nowhere. */
function difference(got, expected, path) {
  if (Object.is(got, expected)) return undefined;
  if (typeof got !== "object" || typeof expected !== "object" || !got || !expected || Array.isArray(got) !== Array.isArray(expected)) {
    return `${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`;
  }
  const keys = new Set([...Object.keys(got), ...Object.keys(expected)]);
  for (const key of keys) {
    if (!(key in got) || !(key in expected)) return `${path}.${key}: ${key in got ? "unexpected" : "missing"}`;
    const inner = difference(got[key], expected[key], `${path}.${key}`);
    if (inner) return inner;
  }
  return undefined;
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
