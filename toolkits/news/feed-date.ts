// Floor 2. The date of an item → a moment. One without a zone is hours away from the moment that it means, so it is none.
import { type UnixMs, unixMs } from "#schemas/units.ts";

/** `2026-01-05T10:00:00Z`, seconds and their fraction optional. https://www.rfc-editor.org/rfc/rfc3339 */
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?\s?(?:Z|[+-]\d\d:?\d\d)$/i;
/** `Mon, 05 Jan 2026 10:00:00 GMT`. https://www.rfc-editor.org/rfc/rfc822#section-5 */
const RFC822 =
  /^(?:[a-z]{3,9},?\s+)?\d{1,2}\s+[a-z]{3,9}\s+\d{4}\s+\d{1,2}:\d\d(?::\d\d)?\s+(?:GMT|UTC?|Z|[ECMP][SD]T|[+-]\d\d:?\d\d)$/i;

/** Null where it is no date with a zone. */
export function feedDate(text: string): UnixMs | null {
  const trimmed = text.trim();
  const read = ISO.test(trimmed) ? trimmed.replace(" ", "T").replace(/\s/g, "") : RFC822.test(trimmed) ? trimmed : null;
  const atMs = read === null ? Number.NaN : Date.parse(read.replace(/\bUT$/i, "GMT"));
  return Number.isSafeInteger(atMs) && atMs >= 0 ? unixMs(atMs) : null;
}
