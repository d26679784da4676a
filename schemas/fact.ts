// Floor 1. Facts: every value that a model may mention in one run, with an id to mention it by; and the two kinds of text,
// what a model wrote and what a person may read. Only toolkits/fact-check makes the second from the first.
import { z } from "zod";
import { MarketSymbol, Timeframe, UnixMs } from "./units.ts";

/** What a value is: the word beside a reference must fit it. */
export const FACT_KINDS = [
  "price",
  "change",
  "rsi",
  "atr",
  "percent-b",
  "indicator",
  "band-upper",
  "band-middle",
  "band-lower",
  "level-enter",
  "level-exit",
  "distance",
  "stop",
  "target",
  "entry",
  "exit",
  "pnl",
  "quantity",
  "value",
  "volume",
  "equity",
  "cash",
  "exposure",
  "drawdown",
  "fees",
  "risk",
  "limit",
  "size",
  "threshold-oversold",
  "threshold-overbought",
  "threshold",
  "count-positions",
  "count-trades",
  "count-markets",
  "count-orders",
  "count-refusals",
  "count",
  "win-rate",
  "return",
  "interval",
  "statistic",
  "high",
  "low",
  "correlation",
  "concentration",
  "scenario",
  "probability",
  "verdict",
  "signal",
  "trend",
  "reason",
  "event",
  "headline",
  "time",
  "duration",
  "name",
  "statement",
  "operator",
] as const;
export const FactKind = z.enum(FACT_KINDS);
export type FactKind = z.infer<typeof FactKind>;

/**
 * `price` in the quote and `money` in the settlement currency, decimal strings or numbers; `pct` in percent (4.6 is 4.6 %);
 * `index` a number on a scale of its own (RSI 0–100); `ratio` 0–1 or a multiple; `time` epoch ms; `duration` in ms;
 * `verdict` and `text` words of the desk; `sentence` a whole sentence of the desk's own.
 */
export const FACT_UNITS = [
  "price",
  "money",
  "pct",
  "index",
  "ratio",
  "count",
  "quantity",
  "time",
  "duration",
  "text",
  "verdict",
  "sentence",
] as const;
export const FactUnit = z.enum(FACT_UNITS);
export type FactUnit = z.infer<typeof FactUnit>;

const UNITS_OF_NO_FIGURE: readonly FactUnit[] = ["time", "text", "verdict", "sentence"];
/** Units of what is a figure: it may be compared, and is never written as a word. */
export const FIGURE_UNITS: ReadonlySet<FactUnit> = new Set(
  FACT_UNITS.filter((unit) => !UNITS_OF_NO_FIGURE.includes(unit)),
);

export const FactId = z.string().regex(/^f[1-9]\d{0,5}$/, "expected f and a number, for example f12");

export const Fact = z.object({
  id: FactId.describe("never used twice in a conversation: earlier turns stay resolvable"),
  kind: FactKind,
  value: z
    .union([z.number(), z.string(), z.null()])
    .describe('null is shown as "not known", never as a number. Money and quantities are decimal strings.'),
  unit: FactUnit,
  currency: z
    .string()
    .nullable()
    .default(null)
    .describe("of a price its quote, of money the settlement currency, of a quantity the base; null elsewhere"),
  market: MarketSymbol.nullable().default(null),
  timeframe: Timeframe.nullable().default(null),
  /** Over how long: `1h`, `1d`, `30d`; on every change, high, low and result. */
  window: z
    .string()
    .regex(/^\d{1,4}[mhdw]$/)
    .nullable()
    .default(null),
  asOfMs: UnixMs.nullable()
    .default(null)
    .describe("data time; null of settings, statements and the operator's own figures"),
  recordId: z
    .string()
    .nullable()
    .default(null)
    .describe("Khala record, journal entry, fold or setting that it was read from; null of statements"),
  strategyId: z.string().nullable().default(null),
  rank: z.enum(["highest", "lowest"]).nullable().default(null).describe("only where code ranked a list"),
  quoted: z.boolean().default(false).describe("a stranger's text (a token's name, a headline): shown in quotes only"),
  label: z.string().describe("what the model reads beside the value, for example `RSI (Wilder, 14)`"),
});
export type Fact = z.infer<typeof Fact>;

declare const MODEL_TEXT: unique symbol;
declare const SHOWN_TEXT: unique symbol;

/** Words of a model. They are no string to the compiler, so that no door takes them. */
export interface ModelText {
  readonly [MODEL_TEXT]: true;
}
/** Words that a person may read: a model's that have passed the fact check, or the desk's own. */
export type ShownText = string & { readonly [SHOWN_TEXT]: true };

/** Brands what a model wrote, where it arrives. */
export const modelText = (text: string): ModelText => text as unknown as ModelText;
/** The words themselves: for what checks them, parses them by a schema, or hides their figures. Never for a door. */
export const uncheckedWords = (text: ModelText): string => text as unknown as string;
/** Brands a text that code has made from records. Never used on what came from a model: the fact check alone does that. */
export const deskText = (text: string): ShownText => text as ShownText;
