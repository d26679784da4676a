// Floor 2. A hint ↔ the text that a bus carries, which says who sent it.
import { z } from "zod";
import { AnalysisKey } from "#schemas/analysis.ts";
import { parseJson } from "#schemas/json.ts";
import type { BusHint } from "#schemas/ports/memory.ts";

/** NOTIFY takes less than 8,000 bytes: https://www.postgresql.org/docs/15/sql-notify.html */
const MAX_BYTES = 7900;
const EVERYTHING: BusHint = { kind: "everything" };

/** The channel on every bus. */
export const CHANNEL = "khala_hints";

// Keys as bare triples: a hint of a whole cycle should stay within the limit.
const Letter = z.object({
  from: z.string(),
  keys: z.array(z.tuple([z.string(), z.string(), z.string()])).nullable(),
});

/** A hint that is too long becomes `everything`, which costs the others a read and is never wrong. */
export function encodeHint(from: string, hint: BusHint): string {
  const keys = hint.kind === "everything" ? null : hint.keys.map((key) => [key.venueId, key.symbol, key.timeframe]);
  const text = JSON.stringify({ from, keys });
  return Buffer.byteLength(text) <= MAX_BYTES ? text : JSON.stringify({ from, keys: null });
}

/** Null for one's own. What cannot be read is taken for `everything`. */
export function decodeHint(self: string, text: string): BusHint | null {
  const letter = Letter.safeParse(parseJson(text));
  if (!letter.success) return EVERYTHING;
  const { from, keys } = letter.data;
  if (from === self) return null;
  if (keys === null) return EVERYTHING;
  const parsed = z
    .array(AnalysisKey)
    .safeParse(keys.map(([venueId, symbol, timeframe]) => ({ venueId, symbol, timeframe })));
  return parsed.success ? { kind: "analyses", keys: parsed.data } : EVERYTHING;
}
