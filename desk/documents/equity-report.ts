// Floor 4. The equity curve of the run beside buy and hold, its days and its fills: the document of `equity`.
import { z } from "zod";
import { Decimal, decimalFromNumber, Money, Price, Quantity, toNumber } from "#schemas/money.ts";
import { OrderRole, Side } from "#schemas/order.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { MarketSymbol, startOfDay, UnixMs, unixMs } from "#schemas/units.ts";
import { thinned } from "../account/equity-curve.ts";
import type { Desk } from "../desk.ts";
import { formatTime } from "./format.ts";
import { holdLine } from "./hold-line.ts";
import { viewPortfolio } from "./portfolio-view.ts";
import { type Period, runMetrics, runSpan } from "./run-metrics.ts";

const pct = z.number();

const EquityPointShown = z.object({
  atMs: UnixMs.describe("Close of the slot, epoch ms"),
  equity: Money.describe("As marked at that close, in quote"),
  drawdownPct: pct.nonnegative().describe("Percent below the 30-day peak, 0 or positive"),
  holdEquity: Money.nullable().describe(
    "What the starting cash had become if bought and held, grown or shrunk with what was put in or taken out as the desk's own was, in quote; null: not worked out at this point",
  ),
  holdPct: pct.nullable().describe("The same as a return since the run's first slot, percent"),
});

export const TradeMarkShown = z.object({
  atMs: UnixMs.describe("Time of the fill, epoch ms"),
  symbol: MarketSymbol,
  strategyId: z.string(),
  side: Side,
  role: OrderRole,
  quantity: Quantity.describe("In base"),
  price: Price.describe("Before the fee, in quote per base"),
  basis: z.string().describe("How the price was found, for example next-open or stop"),
  clientOrderId: z.string(),
  reason: z.string().nullable().describe("As decided then; null: its stop or target did it, or no decision is known"),
});

export const EquityReport = z.object({
  run: z.string(),
  quote: z.string(),
  nowMs: UnixMs,
  sinceMs: UnixMs.nullable().describe("Points, days and fills before it are left out, epoch ms; null: the whole run"),
  startMs: UnixMs.nullable().describe("The run's first slot, epoch ms; null before two slots are settled"),
  endMs: UnixMs.nullable().describe("The newest settled slot, epoch ms; null before two are"),
  startingCash: Money.describe("In quote"),
  allotted: Money.describe("Put in since the start less what was taken out, in quote: neither profit nor loss"),
  equity: Money.describe("Now, at the newest known prices, in quote; as in `status`"),
  totalReturnPct: pct.nullable().describe("Since the start, at the newest settled slot, percent; as in `report`"),
  buyAndHoldPct: pct.nullable().describe("Buy and hold over the same slots, percent; as in `report`. Null: not known"),
  buyAndHold: z.string().describe("What buy and hold is, in words"),
  drawdownPct: pct.nonnegative().nullable().describe("Below the 30-day peak now, percent; null before the first slot"),
  maxDrawdownPct: pct.nonnegative().describe("Largest of the whole run, from its peak, percent"),
  today: z
    .object({
      dayStartMs: UnixMs.describe("00:00 UTC of the day, epoch ms"),
      startEquity: Money.describe("At 00:00 UTC, or at the first start of the day, in quote"),
      changePct: pct.describe("Percent of it"),
    })
    .nullable()
    .describe("The newest day that a slot was settled in; null before the first"),
  settled: z.int().describe("Points kept of the run; older slots are thinned"),
  points: z.array(EquityPointShown).readonly().describe("Oldest first; thinned, with every extreme kept"),
  days: z
    .array(
      z.object({
        dayStartMs: UnixMs.describe("00:00 UTC of the day, epoch ms"),
        endEquity: Money.describe("At its last settled slot, in quote"),
        changePct: pct.describe("Of the equity at its start, percent"),
      }),
    )
    .readonly()
    .describe("UTC days, oldest first; the last one goes on"),
  fills: z.array(TradeMarkShown).readonly().describe("Entries and exits, oldest first, the newest 1,000 at most"),
  fillsLeftOut: z.int().nonnegative().describe("Older fills of the same time that are not in it"),
});
export type EquityReport = z.infer<typeof EquityReport>;

const MOST_FILLS = 1000;
/** Below a cent of any currency. */
const HOLD_DECIMALS = 8;

/** @throws StoreError */
export async function equityReportOf(
  desk: Desk,
  { sinceMs, points: count }: { readonly sinceMs: UnixMs | null; readonly points: number },
  options: CallOptions,
): Promise<EquityReport> {
  const { equityCurve, account, runId, quote, clock } = desk;
  const { startingCash, allotted, loss } = account.portfolio();
  const { equity } = await viewPortfolio(desk, options);
  const started = equityCurve.started();
  const span = runSpan(desk, started === null ? [] : [started]);
  const run = span === null ? null : await runMetrics(desk, span, options);
  const from = sinceMs ?? 0;
  const kept = equityCurve.points().filter(({ atMs }) => atMs >= from);
  const shown = thinned(kept, count);
  const times = shown.map(({ atMs }) => atMs);
  const hold = span === null || run === null ? new Map() : await holdLine(desk, run.held, span, times, options);
  const fills = desk.tradeMarks.all().filter(({ atMs }) => atMs >= from);
  return {
    run: runId,
    quote,
    nowMs: clock.now(),
    sinceMs,
    startMs: span?.startMs ?? null,
    endMs: span?.endMs ?? null,
    startingCash,
    allotted,
    equity,
    totalReturnPct: run?.metrics.totalReturnPct ?? null,
    buyAndHoldPct: run?.metrics.buyAndHoldPct ?? null,
    buyAndHold: holdText(desk, span, run?.held.markets ?? 0),
    drawdownPct: loss?.drawdownPct ?? null,
    maxDrawdownPct: account.statistics().maxDrawdownPct(),
    today:
      loss === null
        ? null
        : {
            dayStartMs: unixMs(loss.dayStartMs),
            startEquity: moneyOf(loss.dayStartEquity),
            changePct: loss.dayChangePct,
          },
    settled: kept.length,
    points: shown.map(({ atMs, equity: marked, growth, drawdownPct }) => {
      const holdPct: number | null = hold.get(atMs) ?? null;
      return {
        atMs,
        equity: marked,
        drawdownPct,
        holdEquity: heldMoney(toNumber(startingCash) * growth, holdPct),
        holdPct,
      };
    }),
    days: equityCurve
      .days()
      .filter(({ dayStartMs }) => dayStartMs >= startOfDay(from))
      .map(({ dayStartMs, endEquity, changePct }) => ({
        dayStartMs: unixMs(dayStartMs),
        endEquity: moneyOf(endEquity),
        changePct,
      })),
    fills: fills.slice(-MOST_FILLS),
    fillsLeftOut: Math.max(0, fills.length - MOST_FILLS),
  };
}

const moneyOf = (value: number): Money => Decimal.parse(decimalFromNumber(value)) as Money;

const heldMoney = (cash: number, holdPct: number | null): Money | null =>
  holdPct === null ? null : moneyOf(Number((cash * (1 + holdPct / 100)).toFixed(HOLD_DECIMALS)));

function holdText({ quote }: Pick<Desk, "quote">, span: Period | null, markets: number): string {
  if (span === null) return "Fewer than two slots are settled: there is nothing to compare.";
  if (markets === 0) return "No market has a price at both ends: buy and hold is not known.";
  return `Buy and hold: the starting cash in equal parts in ${markets} ${markets === 1 ? "market" : "markets"} of today's universe in ${quote}, bought at the close of ${formatTime(span.startMs)} UTC and held to ${formatTime(span.endMs)} UTC, without costs. Earlier points take the newest price kept of then: every close for a day, then the last of each hour, after 30 days the last of each day.`;
}
