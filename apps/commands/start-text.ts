// Floor 6. How a run ended, for people.
import { formatAmount } from "#desk/documents/format.ts";
import type { Style } from "../io.ts";
import { SIMULATED } from "../text/analysis-text.ts";
import { securityPolicyText } from "../text/security-policy-text.ts";
import { strategiesText } from "../text/strategies-text.ts";
import type { StartDocument } from "./start-summary.ts";

/** Slots were run, and no market was analysed in any: exit 1. */
export const nothingWasAnalysed = ({ cycles, analyses, repeatedSlots }: StartDocument): boolean =>
  cycles > repeatedSlots && analyses === 0;

export const renderStart = (d: StartDocument, style: Style): string =>
  [
    ...(d.simulated ? [style.warn(SIMULATED)] : []),
    `Stopped after ${d.cycles} ${d.cycles === 1 ? "slot" : "slots"}: ${d.analyses} analyses, ${d.decisions} decisions, ${d.refusals} refused, ${d.orders} orders, ${d.fills} fills, ${d.openPositions} positions open.`,
    `Equity ${formatAmount(d.equity)} ${d.quote} after ${d.feeBps} bps fee and ${d.slippageBps} bps slippage a side (${strategiesText(d.strategies)}, ${securityPolicyText(d)}).`,
    ...(nothingWasAnalysed(d)
      ? [style.bad(`No market was analysed. \`deeptrader doctor --venue ${d.venue}\` says what is wrong.`)]
      : []),
    style.dim(`run ${d.run}, decisionsHash ${d.decisionsHash}`),
  ].join("\n");
