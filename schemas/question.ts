// Floor 1. Questions, intents and answers.
import { z } from "zod";
import { Fact } from "./fact.ts";
import { Shock } from "./stress.ts";
import { Count, type DeskId, DurationMs, MarketSymbol, Timeframe, UnixMs, type VenueId } from "./units.ts";
import { Work } from "./work.ts";

/** About one market; about two; about all of them; about the desk itself. */
export const MARKET_KINDS = [
  "rsi",
  "bollinger",
  "atr",
  "price",
  "trend",
  "security",
  "signal",
  "trigger",
  "summary",
] as const;
export const BREADTH_KINDS = ["oversold", "overbought", "movers", "riskiest", "market"] as const;
export const DESK_KINDS = [
  "portfolio",
  "account",
  "stop-loss",
  "stress",
  "fees",
  "benchmark",
  "why",
  "since",
  "health",
  "news",
] as const;

export const QuestionKind = z.enum([...MARKET_KINDS, "compare", ...BREADTH_KINDS, ...DESK_KINDS]);
export type QuestionKind = z.infer<typeof QuestionKind>;

/** What stored answers are put under quarantine by: their kind of question, the briefs that they were made from, or debates. */
export const QuarantineKind = z.enum([...QuestionKind.options, "brief", "debate"]);
export type QuarantineKind = z.infer<typeof QuarantineKind>;

/** Figures of closed trades, purchases and sales are kept with their times; those of positions are of this moment. */
export const TRADE_FIGURES = [
  "bought",
  "sold",
  "realised",
  "profit",
  "trades",
  "trade-count",
  "win-rate",
  "profit-factor",
  "best-trade",
  "worst-trade",
  "last-trade",
] as const;
export const POSITION_FIGURES = [
  "entry-price",
  "entry-time",
  "unrealised",
  "cash",
  "drawdown",
  "oldest-position",
  "newest-position",
  "largest-position",
  "best-position",
  "worst-position",
  "losing-positions",
  "winning-positions",
  "stop-distance",
  "quantity",
] as const;
/** Which figure of the desk's own trades and positions a question of kind `account` asks for. */
export const AccountFigure = z.enum([...TRADE_FIGURES, ...POSITION_FIGURES]);
export type AccountFigure = z.infer<typeof AccountFigure>;

/**
 * A stretch of time that was named: `today`, `last-week`, `last:6h`, `since:09:30`, `since:monday`, `on:2026-01-04`. Its
 * bounds are worked out in UTC when the question is answered.
 */
export const Period = z
  .string()
  .regex(/^(?:today|yesterday|(?:this|last)-(?:week|month)|last:\d{1,4}[mhdw]|(?:since|on):[a-z0-9:-]+)$/);
export type Period = z.infer<typeof Period>;

/** A question parsed to slots, by grammar and tables only. A slot that was not said is null, never guessed. */
export const Intent = z.object({
  kind: QuestionKind,
  symbol: MarketSymbol.nullable().describe("null for questions about all markets, or about the desk itself"),
  other: MarketSymbol.nullable().default(null).describe("the second market of a comparison; null for every other kind"),
  timeframe: Timeframe,
  side: z.enum(["buy", "sell"]).nullable(),
  negation: z.boolean(),
  horizon: z.string().nullable(),
  figure: AccountFigure.exactOptional().describe("of kind `account` only"),
  shock: Shock.exactOptional().describe("of kind `stress` only: the move that is asked about"),
  period: Period.exactOptional().describe("of questions about the desk only; left out: the whole run"),
});
export type Intent = z.infer<typeof Intent>;

/**
 * The exact key of an intent: every slot, and whose desk asks at which venue. Two questions share an answer only where all
 * of it is equal; nothing fuzzy is in it.
 */
export const intentKey = (intent: Intent, of: { readonly deskId: DeskId; readonly venueId: VenueId }): string =>
  [
    of.deskId,
    of.venueId,
    intent.timeframe,
    intent.kind,
    intent.symbol ?? "-",
    intent.other ?? "-",
    intent.side ?? "-",
    intent.negation ? "not" : "-",
    intent.horizon ?? "-",
    ...[intent.figure, shockKey(intent.shock), intent.period].filter((slot) => slot !== undefined),
  ].join(" ");

const shockKey = (shock: Shock | undefined): string | undefined =>
  shock === undefined ? undefined : `${shock.movePct}%in${shock.minutes}m`;

export const AnswerPath = z.enum(["pre-answered", "recalled", "distilled", "delegated", "reasoned", "declined"]);
export type AnswerPath = z.infer<typeof AnswerPath>;

export const Answer = z.object({
  answer: z.string().describe("for people"),
  path: AnswerPath.describe(
    "what it came from; `reasoned`: the manager's model, `declined`: there is no answer of any other kind",
  ),
  model: z
    .string()
    .nullable()
    .describe("the model that reasoned, as the setting names it; null where none was asked, or none was of use"),
  asOfMs: UnixMs.nullable().describe("data time of what the answer says; null where it was declined"),
  ageMs: z.number().nullable().describe("from `asOfMs` to the answer, ms; null where it was declined"),
  analysisIds: z.array(z.string()).describe("records that it stands on"),
  facts: z.array(Fact).default([]).describe("what a reasoned answer refers to; empty elsewhere"),
  leftOut: Count.default(0).describe("sentences of a model that the fact check left out"),
  topicIds: z.array(z.string()).default([]).describe("topics served from (pre-answer, digest); empty elsewhere"),
  stale: z.boolean().default(false).describe("a stale answer is marked so in its text, and a refresh is under way"),
  intent: Intent.nullable().describe("the question as it was read; null: in no exact form"),
  simulated: z.boolean().describe("true where prices are invented"),
  latencyMs: DurationMs.describe("from question to answer, of this machine"),
  work: Work,
});
export type Answer = z.infer<typeof Answer>;
