// Floor 4. What second opinions saved or cost: journal + candles -> for each entry refused or made smaller, what its bracket
// would have brought, by the rules that settle every order. Pure; an account, not an argument: few cases prove nothing.
import type { Costs, RiskLimits } from "#schemas/config.ts";
import type { Decision } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Candle, CandleSeries, Market } from "#schemas/market.ts";
import {
  add,
  decimalFromNumber,
  isPositive,
  type Money,
  multiply,
  type Price,
  type Quantity,
  subtract,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import type { Opinion } from "#schemas/opinion.ts";
import { clientOrderIdOf, isWorking, type Order } from "#schemas/order.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { matchCandle, mayFill, untradedCandle } from "#toolkits/execution/match-candle.ts";
import { sizeEntry } from "#toolkits/risk/size.ts";

/** So long a position of the account is held at most, candles: a day of 5-minute ones. */
export const ACCOUNT_HORIZON_CANDLES = 288;

export interface OpinionAccountInput {
  /** In order; of one run. */
  readonly events: readonly JournalEvent[];
  /** Candles after the decisions; null: none at hand. */
  readonly candlesOf: (symbol: MarketSymbol) => CandleSeries | null;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly limits: RiskLimits;
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
 * The entry is reckoned at the open after its close, at the size it would have had, with the desk's stop and target, fees and
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
    else if (event.type === "opinion")
      opinions.set(`${event.opinion.symbol} ${event.opinion.forAsOfMs}`, event.opinion);
    else if (event.type === "decision") decisions.set(event.decision.decisionId, event.decision);
    else if (event.type === "refusal" || (event.type === "order" && event.order.status === "intended")) {
      const about = event.type === "refusal" ? event.refusal : event.order;
      const decision = decisions.get(about.decisionId);
      if (decision?.action !== "enter" || equity === null) continue;
      const opinion = opinions.get(`${decision.symbol} ${decision.asOfMs}`);
      if (opinion === undefined || opinion.verdict === "agree") continue;
      if (event.type === "order") {
        if (event.order.role === "entry") cases.push({ decision, opinion, equity, ordered: event.order.quantity });
      } else if (event.refusal.rule === (opinion.verdict === "veto" ? "second-opinion" : "market-filters")) {
        cases.push({ decision, opinion, equity, ordered: null });
      }
    }
  }
  return cases;
}

/** Null: the whole entry would have been too small as well, so the opinion changed nothing. */
function effectOf(
  { decision, opinion, equity, ordered }: Case,
  input: OpinionAccountInput,
  horizonCandles: number,
): OpinionEffect | null {
  const { symbol, asOfMs, decisionId } = decision;
  const market = input.markets.get(symbol);
  if (market === undefined) return null;
  const price = decimalFromNumber(decision.price) as Price;
  const size = sizeEntry({ equity, price, limits: input.limits, costs: input.costs, market });
  if (size.status !== "sized") return null;
  const kind = ordered === null ? "veto" : "shrink";
  const about = { symbol, asOfMs, decisionId, model: opinion.model, kind } as const;
  const candles = input.candlesOf(symbol);
  if (candles === null) return { ...about, outcome: "undecided", saved: null };
  const bracketOf = (quantity: Quantity) =>
    playBracket({ decision, quantity, equity, market, candles, horizonCandles }, input);
  const whole = bracketOf(size.quantity);
  const taken = ordered === null ? NOTHING_TAKEN : bracketOf(ordered);
  const saved = whole.pnl === null || taken.pnl === null ? null : subtract(taken.pnl, whole.pnl);
  return { ...about, outcome: saved === null ? "undecided" : whole.outcome, saved };
}

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

/** Settles the entry and its children candle by candle until nothing is held. */
function playBracket(run: BracketRun, { limits, costs, nowMs }: OpinionAccountInput): Played {
  const { decision, equity, market, candles, horizonCandles } = run;
  const { timeframe, asOfMs } = decision;
  const stepMs = timeframeMs(timeframe);
  const rows = new Map(Array.from(candles.openMs, (openMs, row) => [openMs, row]));
  let orders: readonly Order[] = [entryOf(run, limits)];
  let [cash, held]: [Money, Quantity] = [equity, ZERO_QUANTITY];
  let lastClose = decision.price;
  let lastSale: Order["role"] = "entry";
  for (let index = 0; ; index++) {
    const openMs = unixMs(asOfMs + index * stepMs);
    if (openMs + stepMs > nowMs) return UNDECIDED;
    const candle = candleOf(candles, rows.get(openMs)) ?? untradedCandle(openMs);
    if (index >= horizonCandles && !orders.some(({ role }) => role === "exit")) {
      orders = [...orders, exitOf(run, held, openMs)];
    }
    if (orders.some((order) => mayFill(order, candle))) {
      const settled = matchCandle({ orders, candle, timeframe, market, costs, cash, held });
      ({ orders, cash, held } = settled);
      for (const event of settled.events) if (event.type === "fill") lastSale = event.fill.role;
    }
    if (rows.has(openMs)) lastClose = candle.close;
    if (orders.some(isWorking)) continue;
    // What the fee in coins leaves is too small to be sold, and counts at its price.
    const rest = multiply(held, decimalFromNumber(lastClose)) as Money;
    return { outcome: OUTCOMES[lastSale], pnl: subtract(add(cash, rest), equity) };
  }
}

const OUTCOMES = { entry: "not-filled", stop: "stop", target: "target", exit: "horizon" } as const;

function entryOf({ decision, quantity }: BracketRun, { stopPct, targetPct }: RiskLimits): Order {
  const { decisionId, symbol, asOfMs, timeframe } = decision;
  return {
    clientOrderId: clientOrderIdOf(decisionId),
    decisionId,
    parentId: null,
    symbol,
    side: "buy",
    kind: "market",
    role: "entry",
    quantity,
    filledQuantity: ZERO_QUANTITY,
    limitPrice: null,
    triggerPrice: null,
    triggered: false,
    bracket: { stopPct, targetPct },
    createdAtMs: asOfMs,
    workingFromMs: asOfMs,
    expiresAtMs: unixMs(asOfMs + timeframeMs(timeframe)),
    status: "open",
    statusReason: "",
  };
}

const exitOf = (run: BracketRun, quantity: Quantity, openMs: UnixMs): Order => ({
  ...entryOf(run, { stopPct: 1, targetPct: 1 } as RiskLimits),
  clientOrderId: clientOrderIdOf([...run.decision.decisionId].reverse().join("")),
  side: "sell",
  role: "exit",
  quantity,
  bracket: null,
  createdAtMs: openMs,
  workingFromMs: openMs,
  expiresAtMs: null,
});

function candleOf(series: CandleSeries, row: number | undefined): Candle | null {
  if (row === undefined) return null;
  const at = (column: Float64Array): number => column[row] ?? Number.NaN;
  return {
    openMs: at(series.openMs),
    open: at(series.open),
    high: at(series.high),
    low: at(series.low),
    close: at(series.close),
    volume: at(series.volume),
  };
}
