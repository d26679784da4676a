// Floor 4. The document of `receipt`: what a day's journal says, beside what its inputs give now.
import { z } from "zod";
import { MarketSymbol, UnixMs } from "#schemas/units.ts";

/** Why a row is not what its inputs give now. All but `unexplained` are no fault of the row. */
export const ReceiptCause = z.enum([
  "candle-corrected",
  "record-pruned",
  "strategy-changed",
  "settings-changed",
  "person",
  "input-not-kept",
  "unexplained",
]);
export type ReceiptCause = z.infer<typeof ReceiptCause>;

/** What is looked at of a day. Decisions stand with the orders or the refusal that came of them. */
export const ReceiptSubject = z.enum(["decision", "order", "fill", "equity"]);
export type ReceiptSubject = z.infer<typeof ReceiptSubject>;

export const ReceiptDifference = z.object({
  seq: z.int().positive().describe("number of the row in the journal of the desk"),
  atMs: UnixMs,
  subject: ReceiptSubject,
  symbol: MarketSymbol.nullable(),
  strategyId: z.string().nullable(),
  cause: ReceiptCause,
  text: z.string().describe("what the journal has, and what its inputs give"),
});
export type ReceiptDifference = z.infer<typeof ReceiptDifference>;

const rows = z.int().nonnegative().describe("rows of the journal");
const Counts = z.object({ looked: rows, reproduced: rows });

/** The figures of a receipt: what is kept of the one made at night. */
export const ReceiptSummary = z.object({
  day: z.string().describe("UTC day, YYYY-MM-DD"),
  madeAtMs: UnixMs,
  looked: rows,
  reproduced: rows.describe("rows that their inputs give again to the last digit"),
  bySubject: z.record(ReceiptSubject, Counts),
  causes: z.record(ReceiptCause, rows).describe("rows that differ, by cause; a row counts once, under its gravest"),
  closingEquity: z.string().nullable().describe("of the last close journaled that day, in quote; null: there was none"),
});
export type ReceiptSummary = Readonly<z.infer<typeof ReceiptSummary>>;

export const ReceiptReport = ReceiptSummary.extend({
  run: z.string().describe("id of the run"),
  quote: z.string().describe("settlement currency"),
  isWhole: z.boolean().describe("false: the day is not over yet"),
  fromStored: rows.describe(
    "decisions replayed from the stored analysis and reading: their candles are not kept whole",
  ),
  differences: z.array(ReceiptDifference).readonly().describe("in the order of the journal, the first 500"),
  night: ReceiptSummary.nullable().describe("the receipt of this day that the desk made asleep; null: it is not kept"),
});
export type ReceiptReport = Readonly<z.infer<typeof ReceiptReport>>;
