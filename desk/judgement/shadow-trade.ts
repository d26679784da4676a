// Floor 4. The shadow trade: an entry that a debate met → how the whole of it ended, or would have, by the rules that settle every
// order, and what the debate saved or cost by it. Pure; an account, not an argument: few cases prove nothing.
import type { Costs, RiskLimits } from "#schemas/config.ts";
import type { DebateOutcome, EntryOutcome } from "#schemas/debate.ts";
import { type CandleSeries, candleAt, type Market } from "#schemas/market.ts";
import {
  decimalFromNumber,
  type Money,
  type Price,
  type Quantity,
  subtract,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import { type Bracket, clientOrderIdOf, type Order, type OrderRole } from "#schemas/order.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { ShadowAccount } from "#toolkits/execution/shadow-account.ts";
import { equityOf } from "#toolkits/portfolio/equity.ts";
import { emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { sizeEntry } from "#toolkits/risk/size.ts";
import { deskTerms } from "#toolkits/risk/strategy-terms.ts";
import type { MetDebate } from "./debate-book.ts";

/** So long a position of the account is held at most, candles: a day of 5-minute ones. */
export const ACCOUNT_HORIZON_CANDLES = 288;

export interface ShadowInput {
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly limits: RiskLimits;
  /** Of each strategy that has decided; what is configured no more is reckoned by the desk's own terms. */
  readonly strategies: ReadonlyMap<string, StrategyTerms>;
  readonly costs: Costs;
  /** Candles that close after it are not looked at. */
  readonly nowMs: UnixMs;
  readonly horizonCandles?: number;
}

/**
 * The entry is reckoned at the open after its close, at the size it would have had, with its strategy's stop and target, fees and
 * slippage; what neither ends is sold at the first open after the horizon. The strategy's own exits, the cash it would
 * have tied up and the entries that took its place are left out.
 * @param candles of its market, from the decision on; null: there are none
 * @returns null while it would still be open; `unknown` where candles have not told for twice the horizon
 */
export function outcomeOf(met: MetDebate, candles: CandleSeries | null, input: ShadowInput): DebateOutcome | null {
  const { debate, decision } = met;
  const { decisionId, asOfMs } = decision;
  const known = { debateId: debate.debateId, decisionId, asOfMs, met: met.met };
  const played = playBoth(met, candles, input);
  if (played !== null) return { ...known, ...played };
  const stepMs = timeframeMs(decision.timeframe);
  const longestMs = 2 * (input.horizonCandles ?? ACCOUNT_HORIZON_CANDLES) * stepMs;
  return input.nowMs - asOfMs > longestMs ? { ...known, outcome: "unknown", pnl: null, saved: null } : null;
}

/** The whole entry, and beside it what was ordered. */
function playBoth({ decision, equity, ordered, bracket }: MetDebate, candles: CandleSeries | null, input: ShadowInput) {
  const { symbol } = decision;
  const market = input.markets.get(symbol);
  if (market === undefined || candles === null) return null;
  const terms = termsOf(decision, input);
  const price = decimalFromNumber(decision.price) as Price;
  const size = sizeEntry({ equity, price, limits: input.limits, terms, costs: input.costs, market });
  // Too small to be made: nothing came of it, whatever the debate said.
  if (size.status !== "sized" && ordered === null) return NOT_MADE;
  const quantity = size.status === "sized" ? size.quantity : (ordered ?? ZERO_QUANTITY);
  const horizonCandles = input.horizonCandles ?? ACCOUNT_HORIZON_CANDLES;
  const bracketOf = (quantity: Quantity) =>
    playBracket({ decision, quantity, equity, market, candles, horizonCandles, own: bracket ?? terms.bracket }, input);
  const whole = bracketOf(quantity);
  const taken = ordered === null ? NOTHING_TAKEN : bracketOf(ordered);
  if (whole.pnl === null || taken.pnl === null || whole.outcome === "unknown") return null;
  return { outcome: whole.outcome, pnl: whole.pnl, saved: subtract(taken.pnl, whole.pnl) };
}

const NOT_MADE = { outcome: "not-filled", pnl: ZERO_MONEY, saved: ZERO_MONEY } as const;

const termsOf = (
  { strategyId }: MetDebate["decision"],
  { strategies, limits }: Pick<ShadowInput, "strategies" | "limits">,
): StrategyTerms => strategies.get(strategyId) ?? deskTerms(limits, "next-open");

interface Played {
  readonly outcome: EntryOutcome;
  /** Null: undecided. */
  readonly pnl: Money | null;
}

const NOTHING_TAKEN: Played = { outcome: "not-filled", pnl: ZERO_MONEY };
const UNDECIDED: Played = { outcome: "unknown", pnl: null };

interface BracketRun {
  readonly decision: MetDebate["decision"];
  readonly quantity: Quantity;
  /** Also the cash at hand: more than any one entry takes. */
  readonly equity: Money;
  readonly market: Market;
  readonly candles: CandleSeries;
  readonly horizonCandles: number;
  /** Without the horizon. */
  readonly own: Bracket;
}

/** Matches the entry and its children candle by candle until nothing is held; at the horizon it is sold. */
function playBracket(run: BracketRun, input: ShadowInput): Played {
  const { costs, nowMs } = input;
  const { decision, equity, market, candles, horizonCandles, own } = run;
  const { timeframe, asOfMs, symbol } = decision;
  const stepMs = timeframeMs(timeframe);
  const rows = new Map(Array.from(candles.openMs, (openMs, row) => [openMs, row]));
  const account = new ShadowAccount({
    market,
    timeframe,
    costs,
    portfolio: emptyPortfolio({ quote: market.quote, cash: equity }),
  });
  const bracket = { ...own, maxHoldMs: Math.min(own.maxHoldMs ?? Number.POSITIVE_INFINITY, horizonCandles * stepMs) };
  account.order(entryOf(run, bracket), asOfMs);
  let lastClose = decision.price;
  for (let openMs = asOfMs; ; openMs = unixMs(openMs + stepMs)) {
    const closeMs = unixMs(openMs + stepMs);
    if (closeMs > nowMs) return UNDECIDED;
    const candle = candleAt(candles, rows.get(openMs) ?? -1);
    account.match(openMs, candle, closeMs);
    lastClose = candle?.close ?? lastClose;
    const portfolio = account.portfolio();
    if (portfolio.orders.size > 0) continue;
    // What the fee in coins leaves is too small to be sold, and counts at its price.
    const marked = equityOf(portfolio, new Map([[symbol, lastClose]]));
    return { outcome: OUTCOMES[account.lastRole], pnl: subtract(marked, equity) };
  }
}

const OUTCOMES: Readonly<Record<OrderRole, EntryOutcome>> = {
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
