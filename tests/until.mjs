// Waiting in tests: for what will be, never for a time that ought to be long enough.
//
// Playwright's `waitForFunction` is for conditions that a page can answer at once. One that is `async` it asks a single time: the promise
// itself counts as true. What a page must await is asked from here: `until(() => page.evaluate(async () => …))`.
import assert from "node:assert/strict";
import { setTimeout as rest } from "node:timers/promises";

/** Waits until `check` answers something true, and answers that. */
export async function until(check, milliseconds = 30_000) {
  for (const end = Date.now() + milliseconds; ; await rest(50)) {
    const answer = await check();
    if (answer) return answer;
    assert.ok(Date.now() < end, `in vain: ${check}`);
  }
}

/** Waits until `check` throws nothing, and answers what it answers; in the end it throws what `check` threw last. */
export async function eventually(check, milliseconds = 30_000) {
  for (const end = Date.now() + milliseconds; ; await rest(100)) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
