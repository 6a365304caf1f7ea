/** What went wrong, by a stable name: tell errors apart by `code`, never by `message`. */
export class EndcapError extends Error {
  override readonly name = "EndcapError";
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

export type Report = (error: EndcapError) => void;

/** Errors of the engine already have a code; everything else gets `code`. */
export function asEndcapError(error: unknown, code: string, what: string): EndcapError {
  if (error instanceof EndcapError) return error;
  const own = error as { name?: unknown; code?: unknown; message?: unknown } | null | undefined;
  if (own?.name === "EndcapError" && typeof own.code === "string") return new EndcapError(own.code, String(own.message), error);
  return new EndcapError(code, `${what}: ${own?.message ?? error}`, error);
}

/** A browser may refuse every kind of storage, by its settings or because it is full. */
export function refused(error: unknown): EndcapError {
  const full = (error as { name?: unknown } | null)?.name === "QuotaExceededError";
  return full
    ? new EndcapError("storage/full", "the browser's storage for this origin is full: what is new lasts as long as this page, unless room is made", error)
    : asEndcapError(error, "storage/refused", "the browser keeps nothing for this origin, so the profile lasts as long as this page");
}

/** What the shopper wants deleted may still be there: nothing may pass this over. */
export function notDeleted(error: unknown): EndcapError {
  const cause = (error as { message?: unknown } | null)?.message ?? error;
  return new EndcapError("storage/not-deleted", `what is stored of the shopper could not be deleted (${cause}): tell the shopper, and call again; deleting this site's data in the browser's settings helps, too`, error);
}
