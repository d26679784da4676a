// Floor 1. What the manager decides, and what the risk gate answers.
import { z } from "zod";
import type { Analysis } from "./analysis.ts";
import { hashOf } from "./hash.ts";
import { FloatPrice } from "./money.ts";
import { StrategyIdOfRow } from "./order.ts";
import { Tag } from "./reading.ts";
import { type DeskId, MarketSymbol, type RunId, Timeframe, UnixMs, type VenueId } from "./units.ts";

export const DecisionAction = z.enum(["enter", "exit", "hold"]);
export type DecisionAction = z.infer<typeof DecisionAction>;

/** How the analysis behind a decision was come by. */
export const AnalysisPath = z.enum(["recalled", "delegated"]);
export type AnalysisPath = z.infer<typeof AnalysisPath>;

export const Decision = z.object({
  decisionId: z.string(),
  symbol: MarketSymbol,
  timeframe: Timeframe,
  asOfMs: UnixMs.describe("data time of the analysis decided on"),
  action: DecisionAction,
  strength: z.number().min(0).max(1).describe("0 to 1; ranks entries of one slot"),
  reason: z.string(),
  strategyId: z.string(),
  analysisId: z.string(),
  price: FloatPrice.describe("close at asOfMs, from the analysis"),
  path: AnalysisPath,
  tag: Tag.optional().describe("what the strategy lets its trade go by in statistics; left out: nothing"),
});
export type Decision = z.infer<typeof Decision>;

/**
 * A decision that names itself and its analysis when it is asked to: most are refused, and nobody asks a backtest's for its ids,
 * which cost more than all the rest of it. Own properties, so that copies and JSON have them as any other, in their places (hence
 * `declare`: the constructor says the order); one accessor for all decisions, so that they keep one shape.
 */
export class CitingDecision implements Decision {
  declare readonly decisionId: string;
  declare readonly symbol: Decision["symbol"];
  declare readonly timeframe: Decision["timeframe"];
  declare readonly asOfMs: Decision["asOfMs"];
  declare readonly action: Decision["action"];
  declare readonly strength: number;
  declare readonly reason: string;
  declare readonly strategyId: string;
  declare readonly analysisId: string;
  declare readonly price: number;
  declare readonly path: AnalysisPath;
  declare readonly tag?: string;
  readonly #analysis: Pick<Analysis, "id">;
  readonly #made: () => string;
  #id: string | null = null;

  static readonly #ID: PropertyDescriptor & ThisType<CitingDecision> = {
    enumerable: true,
    get() {
      this.#id ??= this.#made();
      return this.#id;
    },
  };

  static readonly #CITATION: PropertyDescriptor & ThisType<CitingDecision> = {
    enumerable: true,
    get() {
      return this.#analysis.id;
    },
  };

  constructor(said: Omit<Decision, "decisionId" | "analysisId">, analysis: Pick<Analysis, "id">, id: () => string) {
    Object.defineProperty(this, "decisionId", CitingDecision.#ID);
    this.symbol = said.symbol;
    this.timeframe = said.timeframe;
    this.asOfMs = said.asOfMs;
    this.action = said.action;
    this.strength = said.strength;
    this.reason = said.reason;
    this.strategyId = said.strategyId;
    Object.defineProperty(this, "analysisId", CitingDecision.#CITATION);
    this.price = said.price;
    this.path = said.path;
    if (said.tag !== undefined) this.tag = said.tag;
    this.#analysis = analysis;
    this.#made = id;
  }

  /** Whether it was made on this very object. */
  static isMadeOn(decision: Decision, analysis: Pick<Analysis, "id">): boolean {
    return #analysis in decision && decision.#analysis === analysis;
  }
}

/** How the reasons of sales begin that are no strategy's: statistics go by them. */
export const DESK_SALES = [
  { begins: "held token turned to block: ", name: "token blocked" },
  { begins: "your rule ", name: "operator rule" },
  { begins: "closed by ", name: "closed by hand" },
  { begins: "reduced by ", name: "closed by hand" },
] as const;

/** Whether a decision cites an analysis. Of the one it was made on no id is asked. */
export const cites = (decision: Decision, analysis: Pick<Analysis, "id">): boolean =>
  CitingDecision.isMadeOn(decision, analysis) || decision.analysisId === analysis.id;

/**
 * One decision per desk, run, venue, strategy, market, candle and action (64 hex digits): the same candle cannot enter
 * twice, whatever the slots or restarts.
 */
export const decisionId = (parts: {
  readonly deskId: DeskId;
  readonly runId: RunId;
  readonly venueId: VenueId;
  readonly strategyId: string;
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly asOfMs: UnixMs;
  readonly action: DecisionAction;
}): string => hashOf(parts, 64);

/** The rules of the gate, in the order in which they are asked. The first refusal is named. */
export const RiskRule = z.enum([
  // any order
  "halt",
  "price",
  "market-filters",
  "position",
  // entries only
  "pause",
  "market-inactive",
  "quote-currency",
  "excluded-market",
  "blocked-by-operator",
  "operator-rule",
  "late-slot",
  "blind",
  "account-differs",
  "analysis-fresh",
  "warm-up",
  "security",
  "already-open",
  "cooldown",
  "day-loss",
  "drawdown",
  "leader-shock",
  "max-positions",
  "cluster-cap",
  "slot-limit",
  "exposure",
  "strategy-share",
  "cash",
  "quote-peg",
  "entry-price",
  "second-opinion",
  // of an entry that waits for the operator: he said no, or nothing in time
  "approval",
]);
export type RiskRule = z.infer<typeof RiskRule>;

export const Refusal = z.object({
  decisionId: z.string(),
  strategyId: StrategyIdOfRow,
  symbol: MarketSymbol,
  action: DecisionAction,
  asOfMs: UnixMs,
  rule: RiskRule,
  reason: z.string().describe("what was · what the limit is"),
});
export type Refusal = z.infer<typeof Refusal>;

/** The refusal of a decision, whose id it asks for when it is asked itself. */
export class NamingRefusal implements Refusal {
  declare readonly decisionId: string;
  declare readonly strategyId: string;
  declare readonly symbol: Refusal["symbol"];
  declare readonly action: Refusal["action"];
  declare readonly asOfMs: Refusal["asOfMs"];
  declare readonly rule: RiskRule;
  declare readonly reason: string;
  readonly #decision: Decision;

  static readonly #ID: PropertyDescriptor & ThisType<NamingRefusal> = {
    enumerable: true,
    get() {
      return this.#decision.decisionId;
    },
  };

  constructor(decision: Decision, rule: RiskRule, reason: string) {
    Object.defineProperty(this, "decisionId", NamingRefusal.#ID);
    this.strategyId = decision.strategyId;
    this.symbol = decision.symbol;
    this.action = decision.action;
    this.asOfMs = decision.asOfMs;
    this.rule = rule;
    this.reason = reason;
    this.#decision = decision;
  }
}
