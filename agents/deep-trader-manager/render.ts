// Floor 3. A Khala record and an intent -> the text of the answer. Every number in it comes from the record; no model
// text is in it. Pure.
import type { Analysis, StaleReason } from "#schemas/analysis.ts";
import { FULL_WARMUP_CANDLES, MIN_CANDLES } from "#schemas/indicator.ts";
import type { Intent } from "#schemas/question.ts";
import { mayEnter, type SecurityCheck } from "#schemas/security.ts";
import { toIso } from "#schemas/units.ts";

/** Law 10: stands at the head of every answer of a simulated venue. */
const SIMULATED_NOTE = "SIMULATED – invented prices.";

export interface Served {
  readonly record: Analysis;
  /** Now minus data time. */
  readonly ageMs: number;
  /** Null for a fresh record. */
  readonly staleReason: StaleReason | null;
}

/** The answer to a question about a market. */
export function renderAnalysis(intent: Intent, served: Served): string {
  const stale = served.staleReason === null ? "" : `STALE (${served.staleReason}): `;
  return `${stale}${body(intent, served.record)} ${timeLine(served)}`;
}

/** Marks simulated prices, and takes out what could move a terminal's cursor. */
export function finishText(text: string, simulated: boolean): string {
  const plain = text.replace(/[^\P{C}\n]/gu, " ");
  return simulated ? `${SIMULATED_NOTE} ${plain}` : plain;
}

function body(intent: Intent, record: Analysis): string {
  switch (intent.kind) {
    case "rsi":
      return `${capital(rsiText(record))}${warmupNote(record)}`;
    case "bollinger":
      return `${capital(bollingerText(record))}${warmupNote(record)}`;
    case "atr":
      return `${capital(atrText(record))}${warmupNote(record)}`;
    case "price":
      return `${market(record)} closed at ${price(record.price)}.`;
    case "security":
      return securityText(record);
    case "signal":
      return `${signalText(record)} Close ${price(record.price)}.`;
    case "summary":
      return summaryText(record);
    default:
      return "";
  }
}

const market = (record: Analysis): string => `${record.symbol} ${record.timeframe}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

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

function signalText(record: Analysis): string {
  const { action, strength, reasons } = record.signal;
  const because = reasons.length > 0 ? `: ${reasons.join("; ")}` : "";
  const head = `The strategy's signal for ${market(record)} is ${action} (strength ${strength.toFixed(2)})${because}.`;
  const { verdict, reason } = record.security;
  const gate = mayEnter(verdict) ? `security ${verdict}` : `security ${verdict}, so the desk does not enter: ${reason}`;
  return `${head} ${capital(gate)}.${warmupNote(record)}`;
}

function summaryText(record: Analysis): string {
  const values = [rsiText(record), bollingerText(record), atrText(record)].map(capital).join(" ");
  return `${market(record)} closed at ${price(record.price)}. ${values} ${signalText(record)}`;
}

function securityText(record: Analysis): string {
  const { verdict, reason, checks, chain, contract } = record.security;
  const where = contract === null ? "" : ` (${chain ?? "chain unknown"}, ${contract})`;
  const failing = checks.filter((check) => check.state === "fail");
  const unknown = checks.filter((check) => check.state === "unknown");
  return [
    `Token security of ${record.symbol}${where}: ${verdict}. ${sentence(reason)}`,
    failing.length > 0 ? `Failing: ${failing.map(checkText).join("; ")}.` : "No check fails.",
    ...(unknown.length > 0 ? [`Not known: ${unknown.map((check) => check.id).join(", ")}.`] : []),
    ...(mayEnter(verdict) ? [] : ["The desk does not enter it."]),
  ].join(" ");
}

const checkText = ({ id, severity, source, evidence }: SecurityCheck): string =>
  `${id} (${severity}, ${source})${evidence === "" ? "" : ` ${evidence}`}`;

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const timeLine = ({ record, ageMs }: Served): string => `As of ${toIso(record.asOfMs)}, ${duration(ageMs)} old.`;

/** Two decimals from 1,000 on, four from 1 on, six significant digits below; never an exponent. */
export function price(value: number): string {
  const size = Math.abs(value);
  if (size >= 1) return value.toFixed(size >= 1000 ? 2 : 4);
  return value.toLocaleString("en-US", { maximumSignificantDigits: 6, useGrouping: false });
}

/** `45 s`, `5 min`, `3 h 20 min`, `2 d 4 h`. */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const two = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
  if (days > 0) return two(days, "d", hours % 24, "h");
  if (hours > 0) return two(hours, "h", minutes % 60, "min");
  return minutes > 0 ? `${minutes} min` : `${Math.floor(ms / 1000)} s`;
}
