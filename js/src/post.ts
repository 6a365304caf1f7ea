import type { EndcapError } from "./error.js";

export const BYTES = "application/octet-stream";
/** A request that takes longer has died on a mobile network. */
const TIMEOUT_MS = 15_000;
const RETRY_MS = 4_000;
const RETRY_MOST_MS = 120_000;
/** A server that wants to be left alone for longer is asked again after this. */
const AFTER_MOST_MS = 3_600_000;

/** The server reads nothing that this version of the package writes; its problems with a later version's bytes are these. */
const OLDER = "sync/older-server";
const FOREIGN = /^profile\/(foreign|newer-version)$/;

/** It passes: the server's or the line's fault. */
const UNREACHABLE = "sync/unreachable";
/** A device erases its profile when the server says this of it. */
const ERASED = "profile/erased";
/** And goes on under a new id when it says this. */
export const LINKED = "profile/linked";
/** What has a code is the server's own word (RFC 9457); everything else may come from whatever stands in between. */
const PROBLEM = /^application\/problem\+json\s*(;|$)/i;

/** Why the server has not taken what it was sent. */
export class Refused extends Error {
  /** The server's fault, or the line's, or of what stands in between: it passes, ours does not. */
  readonly passes: boolean;
  /** What we said, or how. */
  readonly isOurs: boolean;
  readonly code: string;
  /** Milliseconds that the server asks to be left alone for. */
  readonly after: number;

  /** `isProven`: the server itself has said so, by a problem with a code. Without that nothing is given up for good. */
  constructor(code: string, message: string, after = 0, isProven = false) {
    super(message);
    this.code = code;
    this.passes = !isProven;
    // Needs no proof: whoever offers the whole profile in place of a message gives nothing up.
    this.isOurs = code === "sync/refused" || code === OLDER;
    this.after = after;
  }

  static of(error: unknown, what: string): Refused {
    if (error instanceof Refused) return error;
    return new Refused("sync/unreachable", `${what}: ${(error as { message?: string } | null)?.message ?? error}`);
  }

  /** As the shop is told it. */
  told(code = this.code): EndcapError {
    // The façade knows its own errors by their name, so that its class need not come along.
    return Object.assign(this, { name: "EndcapError" as const, code });
  }
}

/** Sends `body`; what is not answered well is a `Refused`. `leaving` outlives the page. */
export async function post(url: string, body: Uint8Array | string, headers: Record<string, string>, leaving = false): Promise<Response> {
  const content = typeof body === "string" ? body : asBody(body);
  if (leaving && !("keepalive" in Request.prototype)) {
    // It tells only whether it has been queued, so that whoever is still here has to ask again.
    navigator.sendBeacon(url, new Blob([content], { type: headers["content-type"] ?? BYTES }));
    throw new Refused("sync/unreachable", "sent by a beacon, whose answer nobody hears");
  }
  // The server is not to learn more than it is told: neither who is logged in at the shop nor which page this is.
  const answer = await fetch(url, { method: "POST", headers, body: content, keepalive: leaving, credentials: "omit", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (answer.ok) return answer;
  const problem = await problemOf(answer);
  const { status } = answer;
  const code = status >= 500 || status === 429 || status === 408 ? UNREACHABLE : problem?.code === ERASED && status === 410 ? ERASED : problem?.code === LINKED && status === 409 ? LINKED : FOREIGN.test(problem?.code ?? "") ? OLDER : "sync/refused";
  const detail = problem ? `${problem.code}: ${problem.detail ?? "no detail"}` : "without a problem of its own, so perhaps something in between answered";
  throw new Refused(code, `the server answered ${status} ${detail}`, retryAfter(answer.headers.get("retry-after"), Date.now()), problem !== undefined && code !== UNREACHABLE);
}

/** What the server itself says is wrong; undefined where the answer need not be its own. */
async function problemOf(answer: Response): Promise<{ code: string; detail?: unknown } | undefined> {
  if (answer.redirected || !PROBLEM.test(answer.headers.get("content-type") ?? "")) return undefined;
  const problem = (await answer.json().catch(() => undefined)) as { code?: unknown; detail?: unknown } | null | undefined;
  return typeof problem?.code === "string" ? { code: problem.code, detail: problem.detail } : undefined;
}

/** Milliseconds of a `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. */
export function retryAfter(text: string | null, now: number): number {
  if (!text) return 0;
  const ms = /^\s*\d+\s*$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), AFTER_MOST_MS) : 0;
}

/**
 * How long to wait before the next attempt: exponential backoff with full jitter (Brooker, "Exponential Backoff And Jitter",
 * AWS Architecture Blog, 2015), so that a server that comes back is not met by everybody at once.
 */
export class Pauses {
  readonly #random: () => number;
  failures = 0;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Never less than what the server has asked for. */
  next(after = 0): number {
    return after + this.#random() * Math.min(RETRY_MS * 2 ** this.failures++, RETRY_MOST_MS);
  }

  reset(): void {
    this.failures = 0;
  }
}

export function isOffline(): boolean {
  return (globalThis.navigator as { onLine?: boolean } | undefined)?.onLine === false;
}

/** Profiles are at most 4 KB, so the copy that the type system asks for is nothing. */
export function asBody(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer;
}
