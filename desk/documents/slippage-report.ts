// Floor 4. What a live run's orders got beside the quote that they were sent at and beside paper: the document of `slippage`.
import { z } from "zod";
import { bootstrapMean95, Interval } from "#agents/learning-coordinator/intervals.ts";
import { Count, MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { MeasuredOrder } from "#toolkits/execution/slippage.ts";
import { slippageBpsOf } from "#toolkits/portfolio/fees.ts";
import type { Desk } from "../desk.ts";

/** Under so many orders there is no interval, and no line for the costs. */
export const LEAST_ORDERS = 30;

const Spread = z
  .object({
    orders: Count,
    medianBps: z.number().describe("basis points"),
    meanBps: z.number().describe("basis points, every order alike"),
    p90Bps: z.number().describe("one order in ten was worse"),
    worstBps: z.number().describe("basis points"),
    interval: Interval.nullable().describe(`of the mean; null: fewer than ${LEAST_ORDERS} orders`),
  })
  .describe("basis points worse than what it is held against; below 0: better");
export type Spread = Readonly<z.infer<typeof Spread>>;

const figures = {
  orders: Count.describe("that the venue took and that have ended; of stops those that were touched"),
  unfilled: Count.describe("of them, without any fill: an entry never rests"),
  partly: Count.describe("of them, filled in part"),
  onlyOnPaper: Count.describe("not filled, and paper would have filled them"),
  notOnPaper: Count.describe("filled, and paper would not have filled them"),
  againstQuote: Spread.nullable().describe(
    "against the ask (buys) or bid (sales) when the order was sent; of stops against the trigger, of targets against their price. Null: nothing to measure",
  ),
  againstPaper: Spread.nullable().describe("against what paper would have got; null likewise"),
  feeBps: z.number().nullable().describe("fees of the notional; null: none was taken in a coin of the market"),
};

const Figures = z.object(figures);
export type SlippageFigures = Readonly<z.infer<typeof Figures>>;

const CostLine = z.object({
  symbol: MarketSymbol.nullable().describe("null: all markets"),
  orders: Count,
  slippageBps: z
    .number()
    .describe(
      "mean against the middle of bid and ask (stops: the trigger), as `slippageBps` of costs and of a folder's markets.json means it",
    ),
  interval: Interval.describe("of that mean"),
  feeBps: z.number().nullable().describe("null: not known"),
  assumedSlippageBps: z.number().describe("a side, by the market or the configuration"),
  assumedFeeBps: z.number().describe("likewise"),
});
export type CostLine = Readonly<z.infer<typeof CostLine>>;

export const SlippageReport = z.object({
  mode: z.enum(["paper", "live"]),
  run: z.string(),
  venue: z.string(),
  nowMs: UnixMs.describe("the desk's clock"),
  sinceMs: UnixMs.nullable().describe("null: from the run's beginning"),
  symbol: MarketSymbol.nullable().describe("the only market looked at; null: all"),
  withoutQuote: Count.describe("entries, exits and targets for which no quote of their moment could be had"),
  all: Figures,
  byMarket: z.array(z.object({ symbol: MarketSymbol, ...figures })),
  byRole: z.array(z.object({ role: z.enum(["entry", "exit", "stop-loss", "take-profit"]), ...figures })),
  byHour: z.array(z.object({ hour: z.int().min(0).max(23).describe("of the day, UTC"), ...figures })),
  costs: z
    .array(CostLine)
    .describe(`what backtests would assume by these orders, from ${LEAST_ORDERS} on; nothing is changed by itself`),
});
export type SlippageReport = z.infer<typeof SlippageReport>;

const ROLES = ["entry", "exit", "stop-loss", "take-profit"] as const;
const SEED = 1;

/** The orders of a run, oldest first; of a run on paper none. */
export const ordersOfRun = ({ config, markets, venueBook }: Pick<Desk, "config" | "markets" | "venueBook">) =>
  venueBook.orderCosts.measured((symbol) => slippageBpsOf(markets.get(symbol) ?? {}, config.costs));

export function slippageReportOf(
  desk: Pick<Desk, "config" | "markets" | "marketData" | "runId" | "venueBook">,
  asked: Pick<SlippageReport, "nowMs" | "sinceMs" | "symbol">,
): SlippageReport {
  const { sinceMs, symbol } = asked;
  const orders = ordersOfRun(desk).filter(
    (order) => (sinceMs === null || order.atMs >= sinceMs) && (symbol === null || order.symbol === symbol),
  );
  const symbols = [...new Set(orders.map((order) => order.symbol))].sort();
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  return {
    ...asked,
    mode: desk.config.mode,
    run: desk.runId,
    venue: desk.marketData.venue,
    withoutQuote: orders.filter(({ fillsOnPaper }) => fillsOnPaper === null).length,
    all: figuresOf(orders),
    byMarket: symbols.map((one) => ({ symbol: one, ...figuresOf(orders.filter((order) => order.symbol === one)) })),
    byRole: groups(ROLES, orders, (order) => order.role).map(([role, of]) => ({ role, ...figuresOf(of) })),
    byHour: groups(hours, orders, ({ atMs }) => new Date(atMs).getUTCHours()).map(([hour, of]) => ({
      hour,
      ...figuresOf(of),
    })),
    costs: [null, ...symbols].flatMap((one) => costLine(desk, one, orders) ?? []),
  };
}

const groups = <K>(keys: readonly K[], orders: readonly MeasuredOrder[], keyOf: (order: MeasuredOrder) => K) =>
  keys.map((key) => [key, orders.filter((order) => keyOf(order) === key)] as const).filter(([, of]) => of.length > 0);

function figuresOf(orders: readonly MeasuredOrder[]): SlippageFigures {
  const isUnfilled = ({ filledRatio }: MeasuredOrder): boolean => filledRatio === 0;
  const count = (wanted: (order: MeasuredOrder) => boolean): number => orders.filter(wanted).length;
  return {
    orders: orders.length,
    unfilled: count(isUnfilled),
    partly: count(({ filledRatio }) => filledRatio > 0 && filledRatio < 1),
    onlyOnPaper: count((order) => isUnfilled(order) && order.fillsOnPaper === true),
    notOnPaper: count((order) => !isUnfilled(order) && order.fillsOnPaper === false),
    againstQuote: spreadOf(orders.map(({ worseBps }) => worseBps)),
    againstPaper: spreadOf(orders.map(({ worseThanPaperBps }) => worseThanPaperBps)),
    feeBps: feeOfAll(orders),
  };
}

function spreadOf(values: readonly (number | null)[]): Spread | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const worstBps = sorted.at(-1);
  if (worstBps === undefined) return null;
  const n = sorted.length;
  const at = (index: number): number => sorted[index] ?? worstBps;
  return {
    orders: n,
    medianBps: (at(Math.floor((n - 1) / 2)) + at(Math.ceil((n - 1) / 2))) / 2,
    meanBps: meanOf(sorted),
    // Nearest rank.
    p90Bps: at(Math.ceil(0.9 * n) - 1),
    worstBps,
    interval: n < LEAST_ORDERS ? null : bootstrapMean95(sorted, SEED),
  };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** By notional, of the orders whose fee is known. */
function feeOfAll(orders: readonly MeasuredOrder[]): number | null {
  let [paid, notional] = [0, 0];
  for (const order of orders) {
    if (order.feeBps === null) continue;
    paid += order.feeBps * order.notional;
    notional += order.notional;
  }
  return notional === 0 ? null : paid / notional;
}

/** Null: too few orders. Targets are left out: they fill at their price or not at all. */
function costLine(
  { config, markets }: Pick<Desk, "config" | "markets">,
  symbol: MarketSymbol | null,
  orders: readonly MeasuredOrder[],
): CostLine | null {
  const of = orders.filter((order) => order.role !== "take-profit" && (symbol === null || order.symbol === symbol));
  const worse = of.map(({ worseThanMidBps }) => worseThanMidBps).filter((value) => value !== null);
  if (worse.length < LEAST_ORDERS) return null;
  const market = symbol === null ? undefined : markets.get(symbol);
  return {
    symbol,
    orders: worse.length,
    slippageBps: meanOf(worse),
    interval: bootstrapMean95(worse, SEED),
    feeBps: feeOfAll(of),
    assumedSlippageBps: slippageBpsOf(market ?? {}, config.costs),
    assumedFeeBps: market?.feeBps ?? config.costs.feeBps,
  };
}
