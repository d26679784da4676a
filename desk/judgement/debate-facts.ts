// Floor 4. What is debated → the facts that bull, bear and judge are given, each with an id. Pure, and made of what live and backtest
// both have, so that a recorded answer is found again. No amount of the desk's money is in it.
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { FactTable } from "#agents/deep-trader-manager/talk/fact-table.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { Fact } from "#schemas/fact.ts";
import type { Language } from "#schemas/language.ts";
import { type Price, toNumber } from "#schemas/money.ts";
import type { Bracket } from "#schemas/order.ts";
import { plainLine } from "#schemas/plain-line.ts";
import type { Position } from "#schemas/portfolio.ts";
import type { MarketView, Reading } from "#schemas/reading.ts";
import type { Relationships } from "#schemas/relationship.ts";
import type { SecurityCheck } from "#schemas/security.ts";
import type { Timeframe } from "#schemas/units.ts";
import type { StrategyInfo } from "#toolkits/strategies/strategy.ts";
import { linkFacts, linkShared } from "../answering/sources/link-facts.ts";
import { factsOf, marketFactsOf } from "../answering/sources/make-facts.ts";
import { analysisFacts, levelFacts } from "../answering/sources/market-facts.ts";
import { statement } from "../answering/sources/statement.ts";
import type { SettledDebate } from "./debate-book.ts";
import { brierOf, DEBATE_ROLES, forecastsOf } from "./scores.ts";

/** The strategy whose entry is debated, and what would protect it. */
export interface DebatedStrategy extends Pick<StrategyInfo, "id" | "title" | "definitionId"> {
  readonly bracket: Bracket;
}

/** How the market stands to others at the slot. */
export interface Related {
  /** Null: not known. */
  readonly relationships: Relationships | null;
  /** The leader's move over the last hour in its daily standard deviations; null: not known. */
  readonly leaderHourSigmas: number | null;
}

export interface FactsInput {
  readonly view: MarketView;
  readonly reading: Reading;
  readonly strategy: DebatedStrategy;
  /** Null: the strategy does not hold the market. */
  readonly position: Position | null;
  /** Its newest analysis of the timeframe above; null: it cannot be had. */
  readonly higher: Analysis | null;
  readonly related: Related;
  /** All debates whose outcome is known, in order. */
  readonly settled: readonly SettledDebate[];
  /** Those that concern them; left out: none. */
  readonly lessons?: readonly NewFact[];
}

/** The timeframe above: a trend that one candle does not show. Null: there is none. */
export const HIGHER_TIMEFRAME: Readonly<Record<Timeframe, Timeframe | null>> = {
  "1m": "15m",
  "5m": "1h",
  "15m": "4h",
  "1h": "4h",
  "4h": "1d",
  "1d": null,
};

const MOST_PAST = 5;
const MOST_CHECKS = 8;

export function debateFacts(input: FactsInput): readonly Fact[] {
  const { view, reading, strategy, position, higher, related, settled } = input;
  const { symbol } = view;
  return new FactTable().add([
    ...analysisFactsSafely(view),
    ...checkFacts(view),
    ...readingFacts(view, reading),
    ...strategyFacts(strategy),
    ...(position === null ? [statement("not-held", "en", { market: symbol })] : positionFacts(position, view)),
    ...(higher === null ? [statement("higher-unknown", "en", { market: symbol })] : higherFacts(higher)),
    ...relatedFacts(related, view),
    ...pastFacts(view, strategy, settled),
    ...scoreFacts(settled),
    ...(input.lessons ?? []),
  ]);
}

/**
 * All facts that a view of a market gives to a debate, of whichever strategy: a stored one is looked up among them.
 */
export const factsOfView = (view: MarketView): readonly NewFact[] => [
  ...analysisFactsSafely(view),
  ...checkFacts(view),
  ...view.readings.flatMap((reading) => readingFacts(view, reading)),
];

/** An analysis of the timeframe above is the same but for what no strategy has said of it. */
const higherFacts = (higher: Analysis): readonly NewFact[] =>
  analysisFactsSafely({ ...higher, readings: [] }).filter(({ kind }) => kind !== "verdict" && kind !== "reason");

/** Why a token has its verdict may be a stranger's text: one line, as a line of its own is a fact, and in quotation marks. */
const analysisFactsSafely = (view: MarketView): readonly NewFact[] =>
  analysisFacts(view).map((fact) =>
    fact.kind === "reason" ? { ...fact, value: plainLine(String(fact.value)), quoted: true } : fact,
  );

const isOpen = ({ state }: SecurityCheck): boolean => state === "fail" || state === "unknown";

/** Checks of the token that were not passed; what a scanner or an issuer wrote is quoted. */
function checkFacts({ symbol, timeframe, asOfMs, id, security }: MarketView): readonly NewFact[] {
  const make = factsOf({ market: symbol, timeframe, asOfMs, recordId: id, quoted: true });
  return security.checks
    .filter(isOpen)
    .slice(0, MOST_CHECKS)
    .map(({ id: check, state, severity, evidence }) =>
      make.text("reason", plainLine(evidence), `token check ${plainLine(check)}: ${state}, ${severity}`),
    );
}

function readingFacts(view: MarketView, reading: Reading): readonly NewFact[] {
  const { symbol, timeframe, asOfMs, id } = view;
  const { strategyId, signal, levels } = reading;
  const make = factsOf({ market: symbol, timeframe, asOfMs, recordId: id, strategyId });
  return [
    make.text("signal", signal.action, "signal of the rule at the newest close"),
    ...signal.reasons.map((reason) => make.text("reason", plainLine(reason), "why it says so")),
    ...(levels.status === "not-worked-out"
      ? [make.text("reason", plainLine(levels.note), "levels not worked out")]
      : levelFacts(view, reading)),
  ];
}

function strategyFacts({ id, title, bracket }: DebatedStrategy): readonly NewFact[] {
  const make = factsOf({ recordId: "config", strategyId: id });
  const { stopPct, takeProfit, trailing, maxHoldMs } = bracket;
  const [target] = takeProfit;
  const [trail] = trailing;
  return [
    make.text("name", plainLine(title), "the rule"),
    make.pct("limit", stopPct, "stop this far below an entry"),
    ...(target === undefined ? [] : [make.pct("limit", target.gainPct, "target this far above an entry")]),
    ...(trail === undefined
      ? []
      : [make.pct("limit", trail.distancePct, "stop that follows the high at this distance")]),
    ...(maxHoldMs === null ? [] : [make.duration("limit", maxHoldMs, "sold after so long at the latest")]),
  ];
}

function positionFacts(position: Position, { symbol, timeframe, asOfMs, price }: MarketView): readonly NewFact[] {
  const { averagePrice, openedAtMs, stopPrice, targetPrice, strategyId } = position;
  const make = marketFactsOf(symbol, { timeframe, asOfMs, recordId: "account", strategyId });
  const bound = (kind: "stop" | "target", at: Price | null) =>
    at === null ? [] : [make.price(kind, at, `${kind} of the position`)];
  return [
    make.price("entry", averagePrice, "average entry price of the position"),
    make.pct("pnl", (price / toNumber(averagePrice) - 1) * 100, "open result of the position, before fees"),
    ...bound("stop", stopPrice),
    ...bound("target", targetPrice),
    make.time("time", openedAtMs, "when the position was opened"),
  ];
}

function relatedFacts({ relationships, leaderHourSigmas }: Related, { symbol }: MarketView): readonly NewFact[] {
  if (relationships === null) return [statement("relationships-unknown", "en")];
  const { leader } = relationships;
  const make = factsOf({ ...linkShared(relationships, symbol), ...(leader === null ? {} : { market: leader }) });
  return [
    ...linkFacts(relationships, symbol, "en"),
    make.index("statistic", leaderHourSigmas, "the leading market's move of an hour, in its daily standard deviations"),
  ];
}

/** The newest debates on this rule's entries into this market, newest first: what was said, and what came. */
function pastFacts(
  { symbol, timeframe }: MarketView,
  { id }: DebatedStrategy,
  settled: readonly SettledDebate[],
): readonly NewFact[] {
  const own = settled.filter(({ debate }) => debate.symbol === symbol && debate.strategyId === id).slice(-MOST_PAST);
  if (own.length === 0) return [statement("no-earlier-debates", "en", { market: symbol })];
  return own.toReversed().flatMap((one) => outcomeFacts(one, timeframe));
}

/** Of one debate and the entry that it met. */
export function outcomeFacts({ debate, outcome }: SettledDebate, timeframe: Timeframe): readonly NewFact[] {
  const { symbol: market, strategyId, debateId, probability, madeAtMs, verdict } = debate;
  const make = factsOf({ market, timeframe, strategyId, recordId: `debate ${debateId}`, asOfMs: madeAtMs });
  return [
    make.ratio("probability", probability, "what the judge of that debate gave the target before the stop"),
    make.text("event", `${verdict}; ${OUTCOME_WORDS[outcome.outcome]}`, "verdict of that debate, and what came"),
  ];
}

const OUTCOME_WORDS = {
  stop: "the stop came first",
  target: "the target came first",
  horizon: "neither came within the horizon",
  "not-filled": "no entry could be made",
  unknown: "the end is not known",
} as const satisfies Record<SettledDebate["outcome"]["outcome"], string>;

/** How the roles have done so far, over all markets. */
export function scoreFacts(settled: readonly SettledDebate[], language: Language = "en"): readonly NewFact[] {
  const make = factsOf({ recordId: "debates" });
  const roles = DEBATE_ROLES.flatMap((role) => {
    const forecasts = forecastsOf(settled, role);
    const brier = brierOf(forecasts);
    if (brier === null) return [];
    return [
      make.ratio("statistic", brier, `Brier score of the ${role} so far`),
      make.count("count", forecasts.length, `outcomes that the ${role}'s score rests on`),
    ];
  });
  return roles.length === 0 ? [statement("no-debate-scores", language)] : roles;
}
