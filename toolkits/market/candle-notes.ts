// Floor 2. Two neighbouring candles → what is worth a note about the step from one to the other.
import type { Candle, DataNote } from "#schemas/market.ts";
import { toIso } from "#schemas/units.ts";

/** A close further than this share from the close before it is noted: a bad tick or a redenomination. */
const JUMP_RATIO = 0.5;

/** The run of missing candles between two open times, at the first missing one; null where nothing is missing. */
function holeNote(beforeOpenMs: number, openMs: number, lengthMs: number): DataNote | null {
  const missing = (openMs - beforeOpenMs) / lengthMs - 1;
  if (missing <= 0) return null;
  const atMs = beforeOpenMs + lengthMs;
  return { kind: "hole", atMs, text: `${missing} ${missing === 1 ? "candle" : "candles"} missing from ${toIso(atMs)}` };
}

/** A close more than 50 % from the one before; null where the move is smaller. */
function jumpNote(beforeClose: number, close: number, openMs: number): DataNote | null {
  const move = close / beforeClose - 1;
  if (Math.abs(move) <= JUMP_RATIO) return null;
  return {
    kind: "jump",
    atMs: openMs,
    text: `close moved ${(100 * move).toFixed(1)} % in the candle ${toIso(openMs)}`,
  };
}

/** What is worth a note between two neighbouring candles: a hole, then a jump. */
export const stepNotes = (
  before: Pick<Candle, "openMs" | "close">,
  { openMs, close }: Pick<Candle, "openMs" | "close">,
  lengthMs: number,
): readonly DataNote[] =>
  [holeNote(before.openMs, openMs, lengthMs), jumpNote(before.close, close, openMs)].filter((note) => note !== null);

/** The same candle came again with the same values. */
export const duplicateNote = (openMs: number): DataNote => ({
  kind: "duplicate",
  atMs: openMs,
  text: `candle ${toIso(openMs)} came more than once, identical`,
});
