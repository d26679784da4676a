// Floor 3. A Khala record and an intent → the whole answer to a question about one market: stale mark, text, time. Pure.
import type { Analysis, StaleReason } from "#schemas/analysis.ts";
import type { Intent } from "#schemas/question.ts";
import { marketText } from "./render-market.ts";
import { timeLine } from "./render-text.ts";

/** Law 10: stands at the head of every answer of a simulated venue. */
const SIMULATED_NOTE = "SIMULATED – invented prices.";

export interface Served {
  readonly record: Analysis;
  /** Now minus data time. */
  readonly ageMs: number;
  /** Null for a fresh record. */
  readonly staleReason: StaleReason | null;
}

/** Stands before everything that is not fresh. */
export const staleMark = (reason: StaleReason | null): string => (reason === null ? "" : `STALE (${reason}): `);

/** The answer to a question about a market. */
export const renderAnalysis = (intent: Intent, { record, ageMs, staleReason }: Served): string =>
  `${staleMark(staleReason)}${marketText(intent, record)} ${timeLine(record.asOfMs, ageMs)}`;

/** Marks simulated prices, and takes out what could move a terminal's cursor. */
export function finishText(text: string, simulated: boolean): string {
  const plain = text.replace(/[^\P{C}\n]/gu, " ");
  return simulated ? `${SIMULATED_NOTE} ${plain}` : plain;
}
