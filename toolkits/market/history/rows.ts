// Floor 2. Columns of candles joined, cut and compared; all of them ascending in time.
import { type Candle, type CandleColumns, candleColumns } from "#schemas/market.ts";
import { firstIndexAbove } from "../closed-candles.ts";

const FIELDS = ["openMs", "open", "high", "low", "close", "volume"] as const satisfies readonly (keyof Candle)[];

/** One candle in two versions. */
export interface Conflict {
  readonly openMs: number;
  readonly field: keyof Candle;
  readonly mine: number;
  readonly theirs: number;
}

export const sliceRows = (columns: CandleColumns, from: number, to: number): CandleColumns =>
  candleColumns((field) => columns[field].subarray(from, to));

/** Rows that open from `fromMs` up to but not at `toMs`. */
export const rowsWithin = (columns: CandleColumns, fromMs: number, toMs: number): CandleColumns =>
  sliceRows(columns, firstIndexAbove(columns.openMs, fromMs - 1), firstIndexAbove(columns.openMs, toMs - 1));

/** One behind the other. */
export const joinRows = (parts: readonly CandleColumns[]): CandleColumns => {
  const length = parts.reduce((sum, { openMs }) => sum + openMs.length, 0);
  return candleColumns((field) => {
    const all = new Float64Array(length);
    let at = 0;
    for (const part of parts) {
      all.set(part[field], at);
      at += part.openMs.length;
    }
    return all;
  });
};

/** Every row of both, each time once. Equal rows fall together; where two differ, `theirs` is left out and the conflict told. */
export function mergeRows(mine: CandleColumns, theirs: CandleColumns) {
  const conflicts: Conflict[] = [];
  const added: number[] = [];
  for (let row = 0; row < theirs.openMs.length; row++) {
    const openMs = theirs.openMs[row] ?? 0;
    const at = firstIndexAbove(mine.openMs, openMs - 1);
    if (mine.openMs[at] !== openMs) added.push(row);
    else conflicts.push(...differences(mine, at, theirs, row));
  }
  return { rows: added.length === 0 ? mine : inOrder(mine, theirs, added), added: added.length, conflicts };
}

/** At most the first field that differs. */
export function differences(a: CandleColumns, rowA: number, b: CandleColumns, rowB: number): readonly Conflict[] {
  const field = FIELDS.find((one) => a[one][rowA] !== b[one][rowB]);
  if (field === undefined) return [];
  const [mine = Number.NaN, theirs = Number.NaN] = [a[field][rowA], b[field][rowB]];
  return [{ openMs: a.openMs[rowA] ?? 0, field, mine, theirs }];
}

function inOrder(mine: CandleColumns, theirs: CandleColumns, added: readonly number[]): CandleColumns {
  const length = mine.openMs.length + added.length;
  const merged = candleColumns(() => new Float64Array(length));
  let from = 0;
  let next = 0;
  for (let to = 0; to < length; to++) {
    const row = added[next];
    const takesTheirs =
      row !== undefined && !((mine.openMs[from] ?? Number.POSITIVE_INFINITY) < (theirs.openMs[row] ?? 0));
    for (const field of FIELDS) {
      merged[field][to] = (takesTheirs ? theirs[field][row] : mine[field][from]) ?? Number.NaN;
    }
    if (takesTheirs) next += 1;
    else from += 1;
  }
  return merged;
}
