// Floor 2. How many rows of a window were received, and how many of its newest are filled → whether it can be used.
import { FILLED_LIMITS, FULL_WARMUP_CANDLES, MIN_CANDLES, type Warmup } from "#schemas/indicator.ts";

/** Of a window that ends with a received row, or with one that is pending. */
export interface RowCounts {
  readonly received: number;
  /** Filled rows among its newest 20 and its newest 100. */
  readonly filledLately: number;
  readonly filledBefore: number;
  /** Its newest row is filled, since the candle there is in doubt. */
  readonly pending?: boolean;
  /** Received rows from which it is full; left out: 250. */
  readonly fullFrom?: number;
}

const { lately, before } = FILLED_LIMITS;

export function warmupOf({ received, filledLately, filledBefore, pending, fullFrom }: RowCounts): Warmup {
  if (pending === true || received < MIN_CANDLES || filledLately > lately.max || filledBefore > before.max)
    return "insufficient";
  return received >= (fullFrom ?? FULL_WARMUP_CANDLES) ? "full" : "partial";
}

/** The same of the window that ends with row `row` of a block, which may be a filled one. */
export function warmupAt(
  { receivedThrough, fullFrom }: Pick<RowCounts, "fullFrom"> & { readonly receivedThrough: Uint32Array | null },
  row: number,
): Warmup {
  const floor = fullFrom === undefined ? {} : { fullFrom };
  if (receivedThrough === null) return warmupOf({ received: row + 1, filledLately: 0, filledBefore: 0, ...floor });
  const receivedBy = (at: number): number => (at < 0 ? 0 : (receivedThrough[at] ?? 0));
  const filledOf = (rows: number): number => Math.min(rows, row + 1) - (receivedBy(row) - receivedBy(row - rows));
  if (filledOf(1) > 0) return "insufficient";
  return warmupOf({
    received: receivedBy(row),
    filledLately: filledOf(lately.rows),
    filledBefore: filledOf(before.rows),
    ...floor,
  });
}
