// Floor 4. What second opinions saved or cost: journal + candles → for each entry refused or made smaller, what its bracket
// would have brought, by the rules that settle every order. Pure; an account, not an argument: few cases prove nothing.
import type { Costs, RiskLimits } from "#schemas/config.ts";
import type { Decision } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { type CandleSeries, candleAt, type Market } from "#schemas/market.ts";
import {
  add,
  decimalFromNumber,
  isPositive,
  type Money,
  type Price,
  type Quantity,
  subtract,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import type { Opinion } from "#schemas/opinion.ts";
import { type Bracket, clientOrderIdOf, type Order, type OrderRole } from "#schemas/order.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { type AccountAtHand, matchSlot, sendOrders } from "#toolkits/execution/answer.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { exchangeStateOf, SimulatedExchange } from "#toolkits/execution/simulated-exchange.ts";
import { equityOf } from "#toolkits/portfolio/equity.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { sizeEntry } from "#toolkits/risk/size.ts";
import { deskTerms } from "#toolkits/risk/strategy-terms.ts";

/** So long a position of the account is held at most, candles: a day of 5-minute ones. */
export const ACCOUNT_HORIZON_CANDLES = 288;

export interface OpinionAccountInput {
  /** In order; of one run. */
  readonly events: readonly JournalEvent[];
  /** Candles after the decisions; null: none at hand. */
  readonly candlesOf: (symbol: MarketSymbol) => CandleSeries | null;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly limits: RiskLimits;
  /** Of each strategy that has decided; what is configured no more is reckoned by the desk's own terms. */
  readonly strategies: ReadonlyMap<string, StrategyTerms>;
  readonly costs: Costs;
  /** Candles that close after it are not looked at. */
  readonly nowMs: UnixMs;
  readonly horizonCandles?: number;
}

/** One entry that an opinion refused or made smaller. */
export interface OpinionEffect {
  readonly symbol: MarketSymbol;
  readonly asOfMs: UnixMs;
  readonly decisionId: string;
  readonly model: string;
  /** `veto`: not made at all; a shrink below the market's minimum counts as one. */
  readonly kind: "veto" | "shrink";
  /** How the whole entry would have ended; `undecided`: it would still be open, or its candles are not there. */
  readonly outcome: Outcome;
  /** In quote, after costs: positive where the opinion saved money, negative where it cost some; null: undecided. */
  readonly saved: Money | null;
}

type Outcome = "stop" | "target" | "horizon" | "not-filled" | "undecided";

export interface OpinionAccount {
  readonly horizonCandles: number;
  /** Entries refused or made smaller. */
  readonly n: number;
  readonly undecided: number;
  /** Sums over the decided ones, both 0 or positive. */
  readonly saved: Money;
  readonly cost: Money;
  readonly net: Money;
  readonly effects: readonly OpinionEffect[];
}

/**
 * The entry is reckoned at the open after its close, at the size it would have had, with its strategy's stop and target, fees and
 * slippage; what neither ends is sold at the first open after the horizon. The strategy's own exits, the cash it would
 * have tied up and the entries that took its place are left out.
 */
export function opinionAccount(input: OpinionAccountInput): OpinionAccount {
  const horizonCandles = input.horizonCandles ?? ACCOUNT_HORIZON_CANDLES;
  const effects = casesOf(input.events).flatMap((one) => {
    const effect = effectOf(one, input, horizonCandles);
    return effect === null ? [] : [effect];
  });
  const decided = effects.flatMap(({ saved }) => (saved === null ? [] : [saved]));
  const sum = (amounts: readonly Money[]): Money => amounts.reduce((total, amount) => add(total, amount), ZERO_MONEY);
  const net = sum(decided);
  const saved = sum(decided.filter(isPositive));
  return {
    horizonCandles,
    n: effects.length,
    undecided: effects.length - decided.length,
    saved,
    cost: subtract(saved, net),
    net,
    effects,
  };
}

/** An entry decision that met an opinion which objected, and what became of it. */
interface Case {
  readonly decision: Decision;
  readonly opinion: Opinion;
  /** Equity at its slot. */
  readonly equity: Money;
  /** What was ordered after all; null: nothing. */
  readonly ordered: Quantity | null;
}

function casesOf(events: readonly JournalEvent[]): readonly Case[] {
  const cases: Case[] = [];
  const opinions = new Map<string, Opinion>();
  const decisions = new Map<string, Decision>();
  let equity: Money | null = null;
  for (const event of events) {
    if (event.type === "run-started") equity = event.cash;
    else if (event.type === "equity") equity = event.equity;
    else if (event.type === "opinion") opinions.set(aboutOf(event.opinion, event.opinion.forAsOfMs), event.opinion);
    else if (event.type === "decision") decisions.set(event.decision.decisionId, event.decision);
    else if (event.type === "refusal" || event.type === "order-list") {
      const entry = event.type === "refusal" ? null : (event.orders.find(({ role }) => role === "entry") ?? null);
      const decision = decisions.get(event.type === "refusal" ? event.refusal.decisionId : (entry?.decisionId ?? ""));
      if (decision?.action !== "enter" || equity === null) continue;
      const opinion = opinions.get(aboutOf(decision, decision.asOfMs));
      if (opinion === undefined || opinion.verdict === "agree") continue;
      if (event.type === "order-list") {
        if (entry !== null) cases.push({ decision, opinion, equity, ordered: entry.quantity });
      } else if (event.refusal.rule === (opinion.verdict === "veto" ? "second-opinion" : "market-filters")) {
        cases.push({ decision, opinion, equity, ordered: null });
      }
    }
  }
  return cases;
}

const aboutOf = ({ symbol, strategyId }: Pick<Opinion, "symbol" | "strategyId">, asOfMs: UnixMs): string =>
  `${strategyId} ${symbol} ${asOfMs}`;

/** Null: the whole entry would have been too small as well, so the opinion changed nothing. */
function effectOf({ decision, opinion, equity, ordered }: Case, input: OpinionAccountInput, horizonCandles: number) {
  const { symbol, asOfMs, decisionId } = decision;
  const market = input.markets.get(symbol);
  if (market === undefined) return null;
  const price = decimalFromNumber(decision.price) as Price;
  const terms = termsOf(decision, input);
  const size = sizeEntry({ equity, price, limits: input.limits, terms, costs: input.costs, market });
  if (size.status !== "sized") return null;
  const kind = ordered === null ? "veto" : "shrink";
  const about = { symbol, asOfMs, decisionId, model: opinion.model, kind } as const;
  const candles = input.candlesOf(symbol);
  if (candles === null) return { ...about, outcome: UNDECIDED.outcome, saved: null };
  const bracketOf = (quantity: Quantity) =>
    playBracket({ decision, quantity, equity, market, candles, horizonCandles }, input);
  const whole = bracketOf(size.quantity);
  const taken = ordered === null ? NOTHING_TAKEN : bracketOf(ordered);
  const saved = whole.pnl === null || taken.pnl === null ? null : subtract(taken.pnl, whole.pnl);
  return { ...about, outcome: saved === null ? UNDECIDED.outcome : whole.outcome, saved };
}

const termsOf = ({ strategyId }: Decision, { strategies, limits }: OpinionAccountInput): StrategyTerms =>
  strategies.get(strategyId) ?? deskTerms(limits, "next-open");

interface Played {
  readonly outcome: Outcome;
  /** Null: undecided. */
  readonly pnl: Money | null;
}

const NOTHING_TAKEN: Played = { outcome: "not-filled", pnl: ZERO_MONEY };
const UNDECIDED: Played = { outcome: "undecided", pnl: null };

interface BracketRun {
  readonly decision: Decision;
  readonly quantity: Quantity;
  /** Also the cash at hand: more than any one entry takes. */
  readonly equity: Money;
  readonly market: Market;
  readonly candles: CandleSeries;
  readonly horizonCandles: number;
}

/** Matches the entry and its children candle by candle until nothing is held; at the horizon it is sold. */
function playBracket(run: BracketRun, input: OpinionAccountInput): Played {
  const { costs, nowMs } = input;
  const { decision, equity, market, candles, horizonCandles } = run;
  const { timeframe, asOfMs, symbol } = decision;
  const stepMs = timeframeMs(timeframe);
  const rows = new Map(Array.from(candles.openMs, (openMs, row) => [openMs, row]));
  const markets = new Map([[symbol, market]]);
  let portfolio = emptyPortfolio({ quote: market.quote, cash: equity });
  let lastSale: OrderRole = "entry";
  const account: AccountAtHand = {
    portfolio: () => portfolio,
    take: (events) => {
      for (const event of events) {
        portfolio = applyEvent(portfolio, event);
        if (event.type === "fill") lastSale = event.fill.role;
      }
    },
  };
  const exchange = new SimulatedExchange({ markets, timeframe, costs, restore: exchangeStateOf(portfolio) });
  const own = termsOf(decision, input).bracket;
  const bracket = { ...own, maxHoldMs: Math.min(own.maxHoldMs ?? Number.POSITIVE_INFINITY, horizonCandles * stepMs) };
  const orders = [...orderListOf(entryOf(run, bracket))];
  account.take([{ type: "order-list", atMs: asOfMs, orders }]);
  sendOrders(exchange, account, { markets, timeframe, nowMs: asOfMs });
  let lastClose = decision.price;
  for (let openMs = asOfMs; ; openMs = unixMs(openMs + stepMs)) {
    const closeMs = unixMs(openMs + stepMs);
    if (closeMs > nowMs) return UNDECIDED;
    const candle = candleAt(candles, rows.get(openMs) ?? -1);
    matchSlot(exchange, account, { openMs, candleOf: () => candle }, { markets, timeframe, nowMs: closeMs });
    lastClose = candle?.close ?? lastClose;
    if (portfolio.orders.size > 0) continue;
    // What the fee in coins leaves is too small to be sold, and counts at its price.
    const marked = equityOf(portfolio, new Map([[symbol, lastClose]]));
    return { outcome: OUTCOMES[lastSale], pnl: subtract(marked, equity) };
  }
}

const OUTCOMES: Readonly<Record<OrderRole, Outcome>> = {
  entry: "not-filled",
  "stop-loss": "stop",
  "take-profit": "target",
  exit: "horizon",
};

function entryOf({ decision, quantity }: BracketRun, bracket: Bracket): Order {
  const { decisionId, strategyId, symbol, asOfMs, timeframe } = decision;
  return {
    clientOrderId: clientOrderIdOf(decisionId, "entry", 0),
    decisionId,
    strategyId,
    parentId: null,
    symbol,
    side: "buy",
    type: "market",
    role: "entry",
    generation: 0,
    quantity,
    filledQuantity: ZERO_QUANTITY,
    limitPrice: null,
    triggerPrice: null,
    triggered: false,
    trails: false,
    bracket,
    createdAtMs: asOfMs,
    activeFromMs: asOfMs,
    expiresAtMs: unixMs(asOfMs + timeframeMs(timeframe)),
    venueOrderId: null,
    status: "initialized",
    statusReason: "",
  };
}
