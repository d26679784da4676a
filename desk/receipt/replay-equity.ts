// Floor 4. The mark of a slot, and the account before it → equity at the prices that Khala has of that close, and the loss meter after it.
import { InvariantError } from "#schemas/errors.ts";
import { canonicalJson } from "#schemas/hash.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { isWorking } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { limitsNow } from "#schemas/tightened-limits.ts";
import { type MarketSymbol, timeframeMs, type UnixMs } from "#schemas/units.ts";
import { Worth } from "#toolkits/portfolio/equity.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";
import { advanceLoss } from "#toolkits/risk/loss-meter.ts";
import type { Desk } from "../desk.ts";
import type { Archive } from "./evidence.ts";
import type { RowVerdict } from "./replay-order.ts";

interface Marks {
  readonly marks: ReadonlyMap<MarketSymbol, number>;
  /** False: a price of that close is kept no more. */
  readonly isPriced: boolean;
}

/** Prices of what is held and what is being bought, as they were known. @throws StoreError */
export async function marksAt(
  archive: Archive,
  portfolio: Portfolio,
  { slotMs, atMs }: { readonly slotMs: UnixMs; readonly atMs: UnixMs },
  options: CallOptions,
): Promise<Marks> {
  const working = [...portfolio.orders.values()].filter(isWorking);
  const marks = new Map<MarketSymbol, number>();
  let isPriced = true;
  for (const symbol of new Set([...openPositions(portfolio), ...working].map(({ symbol }) => symbol))) {
    const mark = await archive.markOf(symbol, slotMs, atMs, options);
    if (mark !== null) marks.set(symbol, mark.price);
    if (mark === null || (mark.isBehind && archive.isThinned(slotMs))) isPriced = false;
  }
  return { marks, isPriced };
}

type EquityRow = Extract<JournalEvent, { type: "equity" }>;

export function replayEquity(
  { config }: Pick<Desk, "config">,
  portfolio: Portfolio,
  row: EquityRow,
  { marks, isPriced, isThinned }: Marks & { readonly isThinned: boolean },
): RowVerdict {
  const worth = new Worth(portfolio, marks);
  if (worth.exact !== row.equity) {
    const text = `equity ${row.equity} in the journal, ${worth.exact} again`;
    return isPriced
      ? { cause: "unexplained", text }
      : { cause: "record-pruned", text: `${text}: prices of that close are not kept any more` };
  }
  const before = portfolio.loss;
  // Marks between may have been thinned out of the journal since: then the meter began elsewhere.
  const isNext = before === null || before.slotMs === row.slotMs - timeframeMs(config.timeframe);
  if (isThinned && !isNext) return { cause: null, text: "" };
  const limits = limitsNow(config.limits, portfolio.tightened);
  try {
    const again = advanceLoss(before, { slotMs: row.slotMs, equity: worth.number }, limits);
    if (canonicalJson(again) === canonicalJson(row.loss)) return { cause: null, text: "" };
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
  }
  return { cause: "unexplained", text: `equity ${row.equity}: the loss meter of the journal does not follow from it` };
}
