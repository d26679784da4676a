// A desk on which the gate has nothing to object to; tests change one thing at a time.

import { ANALYSIS_SCHEMA_VERSION, type Analysis } from "#schemas/analysis.ts";
import { Costs, RiskLimits } from "#schemas/config.ts";
import type { Debate } from "#schemas/debate.ts";
import type { Decision } from "#schemas/decision.ts";
import { NO_TREND } from "#schemas/indicator.ts";
import { MarketPatterns } from "#schemas/market-patterns.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import { type LossState, type Portfolio, type Position, positionKey } from "#schemas/portfolio.ts";
import type { Relationships } from "#schemas/relationship.ts";
import { type MarketSymbol, unixMs, type VenueId } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { STRATEGY, TERMS } from "#test/support/strategy.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";
import type { GateInput } from "#toolkits/risk/gate.ts";

export const SLOT_MS = unixMs(1_700_000_100_000);
export const FIVE_MINUTES = 300_000;
export const BTC = "BTC/USDT" as MarketSymbol;
export const ETH = "ETH/USDT" as MarketSymbol;
/** What shows whether the quote stands at par. */
export const PEG = "USDC/USDT" as MarketSymbol;

export const market = testMarket(BTC);

export const decision: Decision = {
  decisionId: "d1".repeat(32),
  symbol: BTC,
  timeframe: "5m",
  asOfMs: SLOT_MS,
  action: "enter",
  strength: 0.5,
  reason: "oversold",
  strategyId: STRATEGY,
  analysisId: "a1",
  price: 100,
  path: "recalled",
};

export const analysis: Analysis = {
  venueId: "sim:1" as VenueId,
  symbol: BTC,
  timeframe: "5m",
  id: "a1",
  schemaVersion: ANALYSIS_SCHEMA_VERSION,
  definitionId: "def",
  venue: "sim",
  simulated: true,
  asOfMs: SLOT_MS,
  computedAtMs: SLOT_MS,
  checkedThroughMs: SLOT_MS,
  validUntilMs: unixMs(SLOT_MS + 86_400_000),
  origin: "sleep",
  price: 100,
  trend: NO_TREND,
  indicators: {
    rsiWilder: 25,
    bollinger: { upper: 110, middle: 105, lower: 100, bandwidth: 0.1, percentB: 0 },
    atr: 0.8,
    candles: 500,
    filled: 0,
    windowStartMs: SLOT_MS - 500 * FIVE_MINUTES,
    warmup: "full",
    flat: false,
  },
  security: {
    verdict: "clear",
    reason: "nothing found",
    chain: null,
    contract: null,
    checks: [],
    observedAtMs: SLOT_MS,
    validUntilMs: SLOT_MS + 86_400_000,
  },
  notes: [],
  sources: { candles: "c", security: "s" },
};

export const portfolio: Portfolio = {
  quote: "USDT",
  cash: "10000" as Money,
  startingCash: "10000" as Money,
  allotted: "0" as Money,
  dueFees: [],
  positions: new Map(),
  orders: new Map(),
  brackets: new Map(),
  lastExitMs: new Map(),
  realisedPnl: "0" as Money,
  feesPaid: "0" as Money,
  loss: null,
  control: "running",
  paused: new Set(),
  flattening: new Set(),
  haltCancels: false,
  blocked: new Map(),
  overrides: new Map(),
  tightened: new Map(),
  canceling: new Map(),
  operatorRows: 0,
  rules: new Map(),
  rulesMade: 0,
  plans: new Map(),
  recentEntries: [],
  debates: new Map(),
  settledThroughMs: SLOT_MS,
};

export const loss: LossState = {
  dayStartMs: 1_699_920_000_000,
  dayStartEquity: 10_000,
  peaks: [{ dayStartMs: 1_699_920_000_000, equity: 10_000 }],
  equity: 10_000,
  dayChangePct: 0,
  drawdownPct: 0,
  dayLossLatched: false,
  drawdownLatched: false,
};

export const position = (symbol: MarketSymbol, quantity: string, averagePrice = "100"): Position => ({
  strategyId: STRATEGY,
  symbol,
  base: symbol.slice(0, symbol.indexOf("/")),
  quantity: quantity as Quantity,
  averagePrice: averagePrice as Price,
  openedAtMs: SLOT_MS,
  stopPrice: null,
  targetPrice: null,
  dust: false,
});

export const held = (...positions: readonly Position[]): Portfolio["positions"] =>
  new Map(positions.map((p) => [positionKey(p), p]));

export const order = (change: Partial<Order> = {}): Order => ({
  clientOrderId: "e".repeat(32),
  decisionId: "e".repeat(64),
  strategyId: STRATEGY,
  parentId: null,
  symbol: ETH,
  side: "buy",
  type: "market",
  role: "entry",
  quantity: "2" as Quantity,
  filledQuantity: "0" as Quantity,
  limitPrice: null,
  triggerPrice: null,
  triggered: false,
  bracket: bracketOf({ stopPct: 10, targetPct: 20 }),
  createdAtMs: SLOT_MS,
  activeFromMs: SLOT_MS,
  generation: 0,
  trails: false,
  venueOrderId: null,
  expiresAtMs: unixMs(SLOT_MS + FIVE_MINUTES),
  status: "initialized",
  statusReason: "",
  ...change,
});

export const onOrder = (...orders: readonly Order[]): Portfolio["orders"] =>
  new Map(orders.map((o) => [o.clientOrderId, o]));

/** These markets count as one bet; the first of them leads. */
export const oneCluster = (symbols: readonly string[]): Relationships => {
  const members = symbols as readonly MarketSymbol[];
  const [leader = BTC] = members;
  return {
    hourMs: unixMs(1_699_999_200_000),
    timeframe: "5m",
    leader,
    clusters: [{ id: leader, members: [...members], minCorrelation: 0.8 }],
    linkedToLeader: members.slice(1),
    labels: {},
  };
};

/** Bought for the very candle that is decided on. */
export const agreeing: Debate = {
  debateId: "debate-1",
  strategyId: STRATEGY,
  symbol: BTC,
  timeframe: "5m",
  madeAtMs: unixMs(SLOT_MS - FIVE_MINUTES),
  forAsOfMs: SLOT_MS,
  validUntilMs: SLOT_MS,
  bounds: { above: null, below: null },
  probability: 0.4,
  verdict: "agree",
  sizeRatio: 1,
  bull: null,
  bear: null,
  judge: {
    probability: 0.4,
    points: [],
    author: {
      model: "test/model",
      instructions: "i",
      prompt: "p",
      inputTokens: 0,
      outputTokens: 0,
      estimatedTokens: 0,
    },
  },
  facts: [],
  analysisIds: ["a1"],
};

export const entry: GateInput = {
  decision,
  analysis,
  freshness: "fresh",
  market,
  markets: new Map([
    [BTC, market],
    [ETH, { ...market, symbol: ETH, base: "ETH" }],
  ]),
  portfolio,
  equity: "10000" as Money,
  marks: new Map([
    [BTC, 100],
    [ETH, 100],
  ]),
  entriesThisSlot: 0,
  limits: RiskLimits.parse({}),
  admitted: MarketPatterns.parse({}),
  costs: Costs.parse({}),
  quote: "USDT",
  slotMs: SLOT_MS,
  nowMs: SLOT_MS,
  late: false,
  haltFile: false,
  quoteOffPar: null,
  relationships: null,
  leaderHourSigmas: null,
  debate: null,
  terms: TERMS,
};

export const exit: GateInput = {
  ...entry,
  decision: { ...decision, action: "exit" },
  portfolio: { ...portfolio, positions: held(position(BTC, "2")) },
};
