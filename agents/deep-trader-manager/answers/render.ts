// Floor 3. What stands around the text of an answer: the stale mark before it, SIMULATED at its head. Pure.
import type { StaleReason } from "#schemas/analysis.ts";

/** Law 10: stands at the head of every answer of a simulated venue. */
const SIMULATED_NOTE = "SIMULATED – invented prices.";

/** Stands before everything that is not fresh. */
export const staleMark = (reason: StaleReason | null): string => (reason === null ? "" : `STALE (${reason}): `);

/** Marks simulated prices, and takes out what could move a terminal's cursor. */
export function finishText(text: string, simulated: boolean): string {
  const plain = text.replace(/[^\P{C}\n]/gu, " ");
  return simulated ? `${SIMULATED_NOTE} ${plain}` : plain;
}
