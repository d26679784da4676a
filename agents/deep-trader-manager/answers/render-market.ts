// Floor 3. One analysis and a kind of question → what the answer says of it. Every number comes from the record. Pure.
import { type DeskStrategy, type Saying, sayingsOf } from "#memory/said-of.ts";
import type { Analysis } from "#schemas/analysis.ts";
import { FULL_WARMUP_CANDLES, MIN_CANDLES } from "#schemas/indicator.ts";
import type { Intent } from "#schemas/question.ts";
import type { MarketView } from "#schemas/reading.ts";
import { mayEnter, type SecurityCheck, verdictWord } from "#schemas/security.ts";
import { type Timeframe, timeframeMs, toIso } from "#schemas/units.ts";
import { chainName } from "#toolkits/identity/chains.ts";
import { levelsText } from "./render-levels.ts";
import { capital, price, sentence, signedPct } from "./render-text.ts";

/** The text of a question about one market; without the line that says how old it is. Empty for other kinds. */
export function marketText(intent: Intent, record: MarketView, strategies: readonly DeskStrategy[]): string {
  switch (intent.kind) {
    case "rsi":
      return `${capital(rsiText(record))}${warmupNote(record)}`;
    case "bollinger":
      return `${capital(bollingerText(record))}${warmupNote(record)}`;
    case "atr":
      return `${capital(atrText(record))}${warmupNote(record)}`;
    case "price":
      return `${market(record)} closed at ${price(record.price)}.`;
    case "trend":
      return `${trendText(record)}${pastHorizonNote(intent)}`;
    case "security":
      return securityText(record);
    case "signal":
      return `${signalText(record, strategies)} Close ${price(record.price)}.${horizonNote(intent, record)}`;
    case "trigger":
      return `${triggerText(intent, record, strategies)}${horizonNote(intent, record)}`;
    case "summary":
      return summaryText(record, strategies);
    default:
      return "";
  }
}

const market = (record: Analysis): string => `${record.symbol} ${record.timeframe}`;

function rsiText(record: Analysis): string {
  const { rsiWilder, flat } = record.indicators;
  if (rsiWilder === null) return `no RSI of ${market(record)}${tooFew(record)}.`;
  return `the RSI (Wilder, 14) of ${market(record)} is ${rsiWilder.toFixed(2)}${flat ? "; the price has not moved" : ""}.`;
}

function bollingerText(record: Analysis): string {
  const { bollinger } = record.indicators;
  if (bollinger === null) return `no Bollinger bands of ${market(record)}${tooFew(record)}.`;
  const { lower, middle, upper, percentB } = bollinger;
  const place = percentB === null ? "the band has no width" : `%B ${percentB.toFixed(2)}`;
  return `the Bollinger bands (20, 2) of ${market(record)} are ${price(lower)} / ${price(middle)} / ${price(upper)}; close ${price(record.price)}, ${place}.`;
}

function atrText(record: Analysis): string {
  const { atr } = record.indicators;
  if (atr === null) return `no ATR of ${market(record)}${tooFew(record)}.`;
  return `the ATR (Wilder, 14) of ${market(record)} is ${price(atr)}, ${((atr / record.price) * 100).toFixed(2)} % of the close.`;
}

const tooFew = ({ indicators }: Analysis): string =>
  indicators.candles < MIN_CANDLES
    ? `: the market has ${indicators.candles} candles, at least ${MIN_CANDLES} are needed`
    : `: ${indicators.filled} candles of the window are missing`;

const warmupNote = ({ indicators }: Analysis): string =>
  indicators.warmup === "partial"
    ? ` Warm-up is partial: ${indicators.candles} of ${FULL_WARMUP_CANDLES} candles.`
    : "";

const DIRECTION = {
  up: "going up: the close is over the mean of the last 50 closes, and that mean has risen",
  down: "going down: the close is under the mean of the last 50 closes, and that mean has fallen",
  sideways: "going sideways: close and mean of the last 50 closes do not agree on a way",
} as const;

/** What the hour's change is measured over where a candle is longer than an hour. */
export const hourWords = (timeframe: Timeframe): string =>
  timeframeMs(timeframe) <= timeframeMs("1h") ? "in an hour" : `in one ${timeframe} candle`;

function trendText(record: Analysis): string {
  const { direction, changeHourPct, changeDayPct, dayHigh, dayLow } = record.trend;
  const way =
    direction === null
      ? `The way of ${market(record)} is not known${tooFewForTrend(record)}.`
      : `${market(record)} is ${DIRECTION[direction]}.`;
  const moves = [
    ...(changeHourPct === null ? [] : [`${signedPct(changeHourPct)} ${hourWords(record.timeframe)}`]),
    ...(changeDayPct === null ? [] : [`${signedPct(changeDayPct)} in 24 hours`]),
  ];
  const moved = moves.length === 0 ? "" : `, ${moves.join(", ")}`;
  const range =
    dayHigh === null || dayLow === null ? "" : ` In 24 hours it was between ${price(dayLow)} and ${price(dayHigh)}.`;
  return `${way} Close ${price(record.price)}${moved}.${range} That is what was, not a forecast.${warmupNote(record)}`;
}

const tooFewForTrend = ({ indicators }: Analysis): string =>
  indicators.candles < FULL_WARMUP_CANDLES ? `: the market has ${indicators.candles} candles` : "";

/** A line a strategy where there are several. */
function signalText(record: MarketView, strategies: readonly DeskStrategy[]): string {
  const sayings = sayingsOf(record, strategies);
  const lines = sayings.map((saying) => {
    if (saying.status === "silent") return silentText(saying, record);
    const { action, strength, reasons } = saying.reading.signal;
    const because = reasons.length > 0 ? `: ${reasons.join("; ")}` : "";
    const whose = sayings.length === 1 ? "The strategy's signal" : `The signal of ${saying.strategyId}`;
    return `${whose} for ${market(record)} is ${action} (strength ${strength.toFixed(2)})${because}.`;
  });
  return `${lines.join("\n")}${lines.length > 1 ? "\n" : " "}${capital(securityGate(record))}.${warmupNote(record)}`;
}

function securityGate({ security: { verdict, reason } }: Analysis): string {
  return mayEnter(verdict)
    ? `security ${verdictWord(verdict)}`
    : `security ${verdict}, so the desk does not enter: ${reason.replace(/\.$/, "")}`;
}

/** A signal is a rule on candles of one length; what the asker wants it for changes nothing in it. */
const horizonNote = ({ horizon }: Intent, { timeframe }: Analysis): string =>
  horizon === null ? "" : ` It speaks of ${timeframe} candles, and says nothing about "${horizon}".`;

/** Changes are counted over a day at most: asked for longer, an answer says that it does not speak of it. */
export const pastHorizonNote = ({ horizon }: Pick<Intent, "horizon">): string =>
  horizon === null || horizon === "today" ? "" : ` It says nothing about "${horizon}".`;

const ACTS = { buy: ["enter"], sell: ["exit"] } as const;

/** A line a strategy where there are several; the security once, since it bars all of them. */
function triggerText({ side }: Intent, record: MarketView, strategies: readonly DeskStrategy[]): string {
  const acts = side === null ? (["enter", "exit"] as const) : ACTS[side];
  const sayings = sayingsOf(record, strategies);
  const lines = sayings.map((saying) =>
    saying.status === "silent"
      ? silentText(saying, record)
      : levelsText({ view: record, reading: saying.reading, subject: subjectOf(saying, sayings) }, acts),
  );
  const gap = lines.length > 1 ? "\n" : " ";
  const isKnown = sayings.some((one) => one.status === "read" && one.reading.levels.status !== "not-worked-out");
  const gate = side === "sell" ? "" : `${capital(securityGate(record))}. `;
  const closesAt = toIso(record.asOfMs + timeframeMs(record.timeframe));
  const when = isKnown ? `That holds for the very next candle only, the one that closes at ${closesAt}.` : "";
  return `${`${lines.join("\n")}${gap}${gate}${when}`.trimEnd()}${warmupNote(record)}`;
}

/** Named where there are several. */
const subjectOf = ({ strategyId }: Saying, sayings: readonly Saying[]): string =>
  sayings.length === 1 ? "The strategy" : strategyId;

const silentText = ({ strategyId, why }: Extract<Saying, { status: "silent" }>, record: Analysis): string =>
  `${strategyId} says nothing of ${market(record)}: ${sentence(why)}`;

function summaryText(record: MarketView, strategies: readonly DeskStrategy[]): string {
  const values = [rsiText(record), bollingerText(record), atrText(record)].map(capital).join(" ");
  return `${market(record)} closed at ${price(record.price)}. ${values} ${signalText(record, strategies)}`;
}

function securityText(record: Analysis): string {
  const { verdict, reason, checks, chain, contract } = record.security;
  const where = contract === null ? "" : ` (${contract} on ${chain === null ? "a chain not known" : chainName(chain)})`;
  const failing = checks.filter((check) => check.state === "fail");
  const unknown = checks.filter((check) => check.state === "unknown");
  return [
    `Token security of ${record.symbol}${where}: ${verdictWord(verdict)}. ${sentence(reason)}`,
    failing.length > 0 ? `Failing: ${failing.map(checkText).join("; ")}.` : "No check fails.",
    ...(unknown.length > 0 ? [`Not known: ${unknown.map((check) => check.id).join(", ")}.`] : []),
    ...(mayEnter(verdict)
      ? ["Security bars no entry."]
      : ["The desk does not enter it.", barredBy(failing), "What is held may still be sold."]),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

const checkText = ({ id, severity, source, evidence }: SecurityCheck): string =>
  `${id} (${severity}, ${source})${evidence === "" ? "" : ` ${evidence}`}`;

/** Failed critical and high checks block (the rubric's rule); without one it is what is not known that bars the entry. */
function barredBy(failing: readonly SecurityCheck[]): string {
  const gating = failing.filter(({ severity }) => severity === "critical" || severity === "high");
  return gating.length === 0
    ? "What is not known bars the entry: unknown is not safe."
    : `It is barred by ${gating.map(({ id }) => id).join(", ")}.`;
}
