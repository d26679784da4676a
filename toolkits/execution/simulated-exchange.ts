// Floor 2, execution. A simulated exchange over closed candles: it takes orders, matches slot after slot, and stops within a
// slot where the owner of the orders may have something to add: children of an entry that has just filled, a raised stop.
import type { Costs } from "#schemas/config.ts";
import type { Candle, Market } from "#schemas/market.ts";
import { isPositive } from "#schemas/money.ts";
import { isAtVenue, type Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { ExecutionReport } from "#schemas/ports/trading.ts";
import type { MarketSymbol, Timeframe, UnixMs } from "#schemas/units.ts";
import { type CandleDetail, readingOf } from "./candle-detail.ts";
import { matchCandle, mayFill, type Phase, type QuietRange, quietRanges, untradedCandle } from "./match-candle.ts";
import { type EngineState, MatchingEngine } from "./matching-engine.ts";

/** What the exchange holds for an account whose journal ends here. Orders in doubt were never seen by it. */
export const exchangeStateOf = ({ quote, cash, positions, orders }: Portfolio): EngineState => ({
  quote,
  cash,
  held: [...positions.values()],
  orders: [...orders.values()].filter(isAtVenue),
});

export interface SimulatedExchangeSettings {
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly timeframe: Timeframe;
  readonly costs: Costs;
  readonly restore: EngineState;
  /** Shorter candles, where they decide what happens within one; left out: a stop comes before a take-profit. */
  readonly detail?: CandleDetail;
  /** Left out: each candle is looked at when it is matched. */
  readonly withinUntil?: WithinUntil;
}

/**
 * Of a market's candles from `openMs` on, when the first opens that is not known to lie above `low` and below `high`. Candles at hand
 * are read ahead once instead of one by one: what it says is no later than what each of them would.
 */
export type WithinUntil = (range: Pick<QuietRange, "symbol" | "low" | "high">, openMs: UnixMs) => number;

type WholePhase = Exclude<Phase, "part">;

const NEXT: Readonly<Record<WholePhase, WholePhase | null>> = { open: "range", range: "trail", trail: null };

type CandleOf = (symbol: MarketSymbol) => Candle | null;

const NOTHING_TOUCHED: ReadonlyMap<MarketSymbol, Candle> = new Map();

export class SimulatedExchange {
  readonly engine: MatchingEngine;
  readonly #timeframe: Timeframe;
  /** As of so many changes of the orders. */
  #quiet: { readonly changes: number; readonly ranges: ReadonlyMap<MarketSymbol, QuietRange> } = {
    changes: -1,
    ranges: new Map(),
  };
  readonly #withinUntil: WithinUntil | null;
  readonly #detail: CandleDetail | null;
  #pausedAt: { readonly openMs: UnixMs; readonly phase: WholePhase } | null = null;
  /** A slot that is matched in detail, and has stopped within. */
  #inDetail: { readonly openMs: UnixMs; readonly steps: Iterator<void> } | null = null;

  constructor({ markets, timeframe, costs, restore, detail, withinUntil }: SimulatedExchangeSettings) {
    this.engine = new MatchingEngine(restore, markets, costs);
    this.#timeframe = timeframe;
    this.#detail = detail ?? null;
    this.#withinUntil = withinUntil ?? null;
  }

  /** Takes an order, or says no at once; an order that it knows stays as it is. */
  submit(order: Order, nowMs: UnixMs): void {
    const { engine } = this;
    if (engine.find(order.clientOrderId) !== null) return;
    if (!engine.markets.has(order.symbol)) {
      engine.refuse(order, { type: "rejected", reason: `${order.symbol} is not listed here` }, nowMs);
    } else if (order.side === "sell" && !isPositive(engine.heldFor(order))) {
      engine.refuse(order, { type: "rejected", reason: "nothing is held" }, nowMs);
    } else if (order.expiresAtMs !== null && nowMs >= order.expiresAtMs) {
      engine.refuse(order, { type: "expired", reason: "it came after its time" }, nowMs);
    } else engine.accept(order, nowMs);
  }

  cancel(clientOrderId: string, reason: string, nowMs: UnixMs): void {
    const order = this.engine.find(clientOrderId);
    if (order !== null) this.engine.end(order, "canceled", reason, nowMs);
  }

  takeReports(): readonly ExecutionReport[] {
    return this.engine.takeReports();
  }

  /**
   * Matches the candles that opened at `openMs`, market after market, out of one account; goes on where it stopped.
   * @param mayMatch orders that candles match here
   * @returns true: it has stopped within the slot; read the reports, answer, and call again
   */
  advance(
    openMs: UnixMs,
    candleOf: (symbol: MarketSymbol) => Candle | null,
    mayMatch: (order: Order) => boolean = () => true,
  ): boolean {
    if (this.#detail !== null) return this.#advanceInDetail(this.#detail, openMs, candleOf, mayMatch);
    let phase: WholePhase | null = this.#pausedAt?.openMs === openMs ? this.#pausedAt.phase : "open";
    this.#pausedAt = null;
    while (phase !== null) {
      const touched = this.#touched(openMs, candleOf, mayMatch);
      // What can change nothing in this phase leaves all as it is for the next.
      if (touched.size === 0) return false;
      const stops = this.#match(phase, touched, mayMatch);
      phase = NEXT[phase];
      if (!stops || phase === null) continue;
      this.#pausedAt = { openMs, phase };
      return true;
    }
    return false;
  }

  #advanceInDetail(detail: CandleDetail, openMs: UnixMs, ...given: [CandleOf, (order: Order) => boolean]): boolean {
    const steps = this.#inDetail?.openMs === openMs ? this.#inDetail.steps : this.#stepsOf(detail, openMs, ...given);
    const isDone = steps.next().done === true;
    this.#inDetail = isDone ? null : { openMs, steps };
    return !isDone;
  }

  /**
   * The same phases; but where shorter candles decide, a market meets those instead of the whole. It stops (yields) where the owner may
   * answer: after each of them where a stop follows the price.
   */
  *#stepsOf(detail: CandleDetail, openMs: UnixMs, candleOf: CandleOf, mayMatch: (order: Order) => boolean) {
    const opened = this.#touched(openMs, candleOf, mayMatch);
    if (opened.size > 0 && this.#match("open", opened, mayMatch)) yield;
    const touched = this.#touched(openMs, candleOf, mayMatch);
    const { timeframe } = detail;
    const base = { timeframe: this.#timeframe, mayMatch };
    const trailsIn = (symbol: MarketSymbol): boolean =>
      this.engine.workingIn(symbol, (o) => o.trails && !o.triggered && mayMatch(o)).length > 0;
    const inSteps: { readonly symbol: MarketSymbol; readonly candle: Candle; readonly parts: readonly Candle[] }[] = [];
    const whole = new Map<MarketSymbol, Candle>();
    let stops = false;
    for (const [symbol, candle] of [...touched].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const given = { symbol, candle, ...base };
      const reading = readingOf(detail, given, this.engine.workingIn(symbol, mayMatch));
      if (reading.way === "step-by-step") {
        inSteps.push({ symbol, candle, parts: reading.parts });
        continue;
      }
      const parts = reading.way === "at-once" ? reading.parts : [];
      if (trailsIn(symbol) && candle.volume > 0) stops = true;
      for (const part of parts) matchCandle(this.engine, "part", { ...given, part: { candle: part, timeframe } });
      // What its parts have touched is over: the whole only reports, and lets expire.
      matchCandle(this.engine, "range", given);
      whole.set(symbol, candle);
    }
    if (stops) yield;
    const trailed = this.#touched(openMs, (symbol) => whole.get(symbol) ?? null, mayMatch);
    this.#match("trail", new Map([...trailed].filter(([symbol]) => whole.has(symbol))), mayMatch);
    for (const { symbol, candle, parts } of inSteps) {
      for (const part of parts) {
        const given = { symbol, candle, ...base, part: { candle: part, timeframe } };
        const trails = trailsIn(symbol);
        matchCandle(this.engine, "range", given);
        if (!trails) continue;
        yield;
        matchCandle(this.engine, "trail", given);
      }
    }
  }

  /** Whether the candles that opened at `openMs` may change anything: false only where `advance` would do nothing. */
  mayChange(
    openMs: UnixMs,
    candleOf: (symbol: MarketSymbol) => Candle | null,
    mayMatch: (order: Order) => boolean,
  ): boolean {
    return this.#touched(openMs, candleOf, mayMatch).size > 0;
  }

  /** The candles of markets in which some order may change. */
  #touched(
    openMs: UnixMs,
    candleOf: (symbol: MarketSymbol) => Candle | null,
    mayMatch: (order: Order) => boolean,
  ): ReadonlyMap<MarketSymbol, Candle> {
    let touched: Map<MarketSymbol, Candle> | null = null;
    for (const range of this.#quietRanges().values()) {
      if (this.#isWithin(range, openMs)) continue;
      const { symbol, low, high } = range;
      const candle = candleOf(symbol) ?? untradedCandle(openMs);
      if (candle.low > low && candle.high < high) continue;
      for (const order of this.engine.orders()) {
        if (order.symbol !== symbol || !mayMatch(order) || !mayFill(order, candle)) continue;
        touched ??= new Map();
        touched.set(symbol, candle);
        break;
      }
    }
    return touched ?? NOTHING_TOUCHED;
  }

  /** Whether the market's candle is known not to touch an order. */
  #isWithin(range: QuietRange, openMs: UnixMs): boolean {
    const withinUntil = this.#withinUntil;
    if (withinUntil === null || range.low === Number.POSITIVE_INFINITY) return false;
    if (openMs < range.fromMs || openMs >= range.untilMs) {
      range.fromMs = openMs;
      range.untilMs = withinUntil(range, openMs);
    }
    return openMs < range.untilMs;
  }

  /** Orders rest unchanged for most slots: reading their prices in each would cost more than all matching. */
  #quietRanges(): ReadonlyMap<MarketSymbol, QuietRange> {
    const changes = this.engine.changes();
    if (this.#quiet.changes === changes) return this.#quiet.ranges;
    const before = this.#quiet.ranges;
    const ranges = quietRanges(this.engine.orders());
    for (const range of ranges.values()) {
      const known = before.get(range.symbol);
      if (known?.low !== range.low || known.high !== range.high) continue;
      range.fromMs = known.fromMs;
      range.untilMs = known.untilMs;
    }
    this.#quiet = { changes, ranges };
    return ranges;
  }

  /** Whether the owner may answer: something filled at the open, or a stop follows the price. */
  #match(phase: WholePhase, touched: ReadonlyMap<MarketSymbol, Candle>, mayMatch: (order: Order) => boolean): boolean {
    const { engine } = this;
    const before = engine.fills();
    let stops = false;
    for (const [symbol, candle] of [...touched].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const trails = engine.workingIn(symbol, (o) => o.trails && !o.triggered && mayMatch(o)).length > 0;
      matchCandle(engine, phase, { symbol, candle, timeframe: this.#timeframe, mayMatch });
      if (phase === "range" && trails && candle.volume > 0) stops = true;
    }
    return phase === "open" ? engine.fills() > before : stops;
  }
}
