// Floor 4. The portfolio valued at what Khala last saw: what `status`, `positions` and the slot line show.
import { z } from "zod";
import type { Analysis } from "#schemas/analysis.ts";
import { isGone } from "#schemas/market.ts";
import {
  add,
  Decimal,
  decimalFromNumber,
  isPositive,
  Money,
  multiply,
  subtract,
  toNumber,
  ZERO_MONEY,
} from "#schemas/money.ts";
import type { Position } from "#schemas/portfolio.ts";
import { Count, MarketSymbol, Percent, TIMEFRAMES, type Timeframe, UnixMs } from "#schemas/units.ts";
import { targetHeld } from "#toolkits/execution/protection.ts";
import { equityOf } from "#toolkits/portfolio/equity.ts";
import { marketsHeld } from "#toolkits/portfolio/positions.ts";
import type { Desk } from "../desk.ts";
import { silenceMs, slotAt } from "../slots.ts";
import { formatAge, formatAmount, formatTime } from "./format.ts";
import { ofStrategy, strategyIdsOf } from "./strategy-names.ts";

export const PositionView = z.object({
  strategyId: z.string(),
  symbol: MarketSymbol,
  quantity: Decimal.describe("in the base coin"),
  averagePrice: Decimal.describe("average fill price of what is held, quote per base"),
  price: z.number().nullable().describe("newest known close, quote per base; null where Khala has none"),
  priceAsOfMs: UnixMs.nullable().describe("close time of the candle that the price is of"),
  priceAgeMs: z.number().nullable().describe("from there to now, ms"),
  isPriceOld: z
    .boolean()
    .describe(
      "not known, of an earlier candle than the slot's, or of a market that has gone: what it is worth now is not known",
    ),
  isListed: z.boolean().describe("false where the venue no longer has the market: its price is the last there was"),
  market: z
    .enum(["trading", "gone", "halted", "silent"])
    .describe(
      "`gone`: no longer listed; `halted`: listed, not open; `silent`: no candle for a day, or for three of them",
    ),
  value: Money.describe("at the price; where none is known, at what it was bought for"),
  pnlPct: Percent.nullable().describe("from the average price to the price; null where no price is known"),
  stopPrice: Decimal.nullable().describe("quote per base; null: it has no stop"),
  stopDistancePct: Percent.nullable().describe(
    "from the price to the stop, negative below; null without a stop or a price",
  ),
  targetPrice: Decimal.nullable().describe("quote per base; null: it has no target"),
  targetDistancePct: Percent.nullable().describe("from the price to the target; null without a target or a price"),
  openedAtMs: z.number().describe("UTC epoch ms"),
  openedBecause: z
    .string()
    .nullable()
    .describe("reason of the entry's decision, as it was decided; null: the journal has none"),
  dust: z.boolean().describe("too small to sell: counts towards equity, not towards open positions"),
});
export type PositionView = Readonly<z.infer<typeof PositionView>>;

export const PortfolioView = z.object({
  strategies: z.array(z.string()).readonly().describe("those that trade, and those that still hold something"),
  quote: z.string().describe("the settlement currency"),
  cash: Money,
  equity: Money.describe("cash and what is held"),
  valueAtOldPrices: Money.describe(
    "in the equity, of positions whose price is old, at that price; where none is known, at cost",
  ),
  positions: z.array(PositionView.readonly()).readonly(),
  openPositions: Count.describe("without dust"),
  exposurePct: Percent.describe("value of what is held, of equity"),
  allStopsHitPct: Percent.describe("change of equity if every resting stop were hit at its price"),
});
export type PortfolioView = Readonly<z.infer<typeof PortfolioView>>;

export async function viewPortfolio(desk: Desk, options: { readonly signal: AbortSignal }): Promise<PortfolioView> {
  const portfolio = desk.account.portfolio();
  const symbols = [...marketsHeld(portfolio)];
  const marks = await marksOf(desk, symbols, options);
  const prices = new Map([...marks].map(([symbol, { price }]) => [symbol, price]));
  const equity = equityOf(portfolio, prices);
  const nowMs = desk.clock.now();
  const slotMs = slotAt(nowMs, desk.config.timeframe, desk.marketData.graceMs);
  const positions = [...portfolio.positions.values()].map((position) =>
    viewPosition(position, marks.get(position.symbol), { desk, slotMs, nowMs }),
  );
  const invested = positions.reduce((sum, position) => sum + toNumber(position.value), 0);
  const atStops = positions.reduce((sum, p) => sum + lossAtStop(p), 0);
  const equityNumber = toNumber(equity);
  return {
    strategies: strategyIdsOf(desk),
    quote: portfolio.quote,
    cash: portfolio.cash,
    equity,
    valueAtOldPrices: positions.reduce((sum, p) => (p.isPriceOld ? add(sum, p.value) : sum), ZERO_MONEY),
    positions,
    openPositions: positions.filter((position) => !position.dust).length,
    exposurePct: equityNumber > 0 ? (invested / equityNumber) * 100 : 0,
    allStopsHitPct: equityNumber > 0 ? (atStops / equityNumber) * 100 : 0,
  };
}

type Mark = Pick<Analysis, "price" | "asOfMs" | "checkedThroughMs">;

async function marksOf(
  desk: Desk,
  symbols: readonly MarketSymbol[],
  options: { readonly signal: AbortSignal },
): Promise<ReadonlyMap<MarketSymbol, Mark>> {
  const marks = new Map<MarketSymbol, Mark>();
  const { timeframe } = desk.config;
  // A look may be of another timeframe than the desk traded: a market that was not read at this one has its newest close of any.
  for (const timeframes of [[timeframe], TIMEFRAMES.filter((other) => other !== timeframe)]) {
    const unknown = symbols.filter((symbol) => !marks.has(symbol));
    for (const record of await newestRecords(desk, unknown, timeframes, options)) {
      const mark = marks.get(record.symbol);
      if (mark === undefined || mark.asOfMs < record.asOfMs) marks.set(record.symbol, record);
    }
  }
  return marks;
}

async function newestRecords(
  { khala, clock, marketData: { venueId } }: Desk,
  symbols: readonly MarketSymbol[],
  timeframes: readonly Timeframe[],
  options: { readonly signal: AbortSignal },
): Promise<readonly Analysis[]> {
  if (symbols.length === 0) return [];
  const keys = symbols.flatMap((symbol) => timeframes.map((timeframe) => ({ venueId, symbol, timeframe })));
  const recalls = await khala.recallMany(keys, { nowMs: clock.now() }, options);
  return recalls.flatMap((recall) => (recall.status === "missing" ? [] : [recall.record]));
}

function viewPosition(
  position: Position,
  mark: Mark | undefined,
  { desk, slotMs, nowMs }: { readonly desk: Desk; readonly slotMs: UnixMs; readonly nowMs: UnixMs },
): PositionView {
  const market = marketState(desk, position.symbol, mark);
  const isListed = market !== "gone";
  const price = mark?.price ?? null;
  const distance = (level: string | null): number | null =>
    level === null || price === null ? null : (toNumber(level) / price - 1) * 100;
  const { targets } = desk.execution.capabilities;
  const target =
    position.targetPrice ??
    targetHeld(desk.account.portfolio(), position, { ...(targets ? { targets } : {}), nowMs, markets: desk.markets });
  return {
    strategyId: position.strategyId,
    symbol: position.symbol,
    quantity: position.quantity,
    averagePrice: position.averagePrice,
    price,
    priceAsOfMs: mark?.asOfMs ?? null,
    priceAgeMs: mark === undefined ? null : nowMs - mark.asOfMs,
    isPriceOld: mark === undefined || !isListed || mark.asOfMs < slotMs,
    isListed,
    market,
    value: multiply(position.quantity, price === null ? position.averagePrice : decimalFromNumber(price)) as Money,
    pnlPct: price === null ? null : (price / toNumber(position.averagePrice) - 1) * 100,
    stopPrice: position.stopPrice,
    stopDistancePct: distance(position.stopPrice),
    targetPrice: target,
    targetDistancePct: distance(target),
    openedAtMs: position.openedAtMs,
    openedBecause: desk.tradeMarks.openedBecause(position),
    dust: position.dust,
  };
}

function marketState(
  { markets, config: { timeframe } }: Pick<Desk, "markets" | "config">,
  symbol: MarketSymbol,
  mark: Mark | undefined,
): PositionView["market"] {
  if (isGone(markets, symbol)) return "gone";
  if (markets.get(symbol)?.active === false) return "halted";
  const silentMs = mark === undefined ? 0 : mark.checkedThroughMs - mark.asOfMs;
  return silentMs > silenceMs(timeframe) ? "silent" : "trading";
}

/** What is said of a position whose market does not trade; null: it does. */
export function notTradingText({ symbol, market }: Pick<PositionView, "symbol" | "market">, venue: string) {
  if (market === "trading") return null;
  const why = { gone: "no longer lists it", halted: "has halted it", silent: "has no new candle of it" }[market];
  return `${symbol}: ${venue} ${why}. If it is gone for good: deeptrader write-off ${symbol} --reason TEXT`;
}

/** `BTC/USDT`, and whose it is where several strategies trade. */
export const heldName = (p: Pick<PositionView, "symbol" | "strategyId">, view: Pick<PortfolioView, "strategies">) =>
  `${p.symbol}${ofStrategy(p.strategyId, view.strategies)}`;

/**
 * `4.5564`; with its time where it is older than the slot: `4.5564 (of 12:05, 25 min old)`, and of a market that has gone
 * `last price 4.5564 (of 12:05, 3.0 d old, market gone)`.
 */
export function priceText({ price, priceAsOfMs, priceAgeMs, isListed, isPriceOld, market }: PricedView): string {
  if (price === null || priceAsOfMs === null || priceAgeMs === null)
    return isListed ? "price not known" : "price not known, market gone";
  if (!isPriceOld) return formatAmount(price);
  const age = `(of ${formatTime(priceAsOfMs)}, ${formatAge(priceAgeMs)} old${market === "trading" ? "" : `, market ${market}`})`;
  return `${isListed ? "" : "last price "}${formatAmount(price)} ${age}`;
}

type PricedView = Pick<PositionView, "price" | "priceAsOfMs" | "priceAgeMs" | "isListed" | "isPriceOld" | "market">;

/** `9,999.5 USDT (of it 123.4 at old prices)` */
export const equityText = ({
  equity,
  valueAtOldPrices,
  quote,
}: Pick<PortfolioView, "equity" | "valueAtOldPrices" | "quote">): string =>
  `${formatAmount(equity)} ${quote}${isPositive(valueAtOldPrices) ? ` (of it ${formatAmount(valueAtOldPrices)} at old prices)` : ""}`;

/** Negative: what the fall from the present value to the stop would cost. A position without a stop is not in it. */
const lossAtStop = (p: PositionView): number =>
  p.stopPrice === null ? 0 : toNumber(subtract(multiply(p.quantity, p.stopPrice), p.value));
