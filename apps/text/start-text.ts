// Floor 6. How a run ended: its document, and the same for people.

import { formatAmount } from "#desk/documents/format.ts";
import type { Style } from "../io.ts";
import { SIMULATED } from "./analysis-text.ts";

export interface StartDocument {
  /** Slots run. */
  readonly cycles: number;
  /** Analyses made at sleep time. */
  readonly analyses: number;
  /** Decisions other than hold. */
  readonly decisions: number;
  readonly refusals: number;
  readonly orders: number;
  readonly fills: number;
  readonly equity: string;
  readonly quote: string;
  readonly decisionsHash: string;
  readonly venue: string;
  readonly simulated: boolean;
  readonly run: string;
  readonly openPositions: number;
  readonly feeBps: number;
  readonly slippageBps: number;
  readonly security: string;
  /** Scheduler ticks that were due and not run, and that came while one was at work; 0 under a simulated clock. */
  readonly missedTicks: number;
  readonly overlappedTicks: number;
  /** Slots that were never run for that, and how often one run of the then current slot made up for them. */
  readonly skippedSlots: number;
  readonly catchUps: number;
}

export const renderStart = (d: StartDocument, style: Style): string =>
  [
    ...(d.simulated ? [style.warn(SIMULATED)] : []),
    `Stopped after ${d.cycles} ${d.cycles === 1 ? "slot" : "slots"}: ${d.analyses} analyses, ${d.decisions} decisions, ${d.refusals} refused, ${d.orders} orders, ${d.fills} fills, ${d.openPositions} positions open.`,
    `Equity ${formatAmount(d.equity)} ${d.quote} after ${d.feeBps} bps fee and ${d.slippageBps} bps slippage a side (example strategy, security ${d.security}).`,
    style.dim(`run ${d.run}, decisionsHash ${d.decisionsHash}`),
  ].join("\n");
