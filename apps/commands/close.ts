// Floor 6. `close` and `write-off`: the operator's own way out of a position. Both ask on a terminal; neither asks a model.
import { z } from "zod";
import { sellPosition } from "#desk/acts/sell.ts";
import { writeOffPosition } from "#desk/acts/write-off.ts";
import { CloseReport, salesLines, WriteOffReport } from "#desk/documents/close-report.ts";
import { formatAmount } from "#desk/documents/format.ts";
import { namedStrategy, ofStrategy, strategyIdsOf } from "#desk/documents/strategy-names.ts";
import { UsageError } from "#schemas/errors.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import type { OpenDesk } from "../wire.ts";
import { proposable, saidOf } from "./act-command.ts";
import { heldSymbol } from "./symbols.ts";

/** What is asked, and by which names its positions are told apart. */
const positionOf = ({ desk }: Pick<OpenDesk, "desk">, { args, flags }: CommandInput) => ({
  symbol: heldSymbol(desk, args[0] ?? ""),
  strategyId: namedStrategy(desk, flags["strategy"]),
});

const named = {
  strategies: z
    .array(z.string())
    .readonly()
    .describe("of the desk; where there are several, each position is named by its own"),
};

const close = deskCommand({
  name: "close",
  document: CloseReport.extend(named),
  exclusive: true,
  writes: true,
  confirm: ({ args, flags }) =>
    `Sell all that ${flags["strategy"] === undefined ? "is held" : `${flags["strategy"]} holds`} of ${args[0]} at the market?`,
  execute: async (open, input, options) => {
    const strategies = strategyIdsOf(open.desk);
    const asked = { ...positionOf(open, input), ...saidOf(input), amount: null };
    return { ...(await sellPosition(open.desk, asked, options)), strategies };
  },
  failed: ({ positions }) => positions.some(({ refusal }) => refusal !== null),
  render: (report) => [...salesLines(report, report.strategies), ...report.problems].join("\n"),
});

export const closeCommand = proposable(close, (open, input) => ({ kind: "close", ...positionOf(open, input) }));

export const writeOffCommand = deskCommand({
  name: "write-off",
  document: WriteOffReport.extend(named),
  exclusive: true,
  writes: true,
  check: ({ flags }) => {
    if (typeof flags["reason"] === "string" && flags["reason"].trim() !== "") return;
    throw new UsageError({ was: "--reason was not given.", expected: "why it is gone", remedy: "Add --reason TEXT." });
  },
  confirm: ({ args, flags }) =>
    `Take ${args[0]} out of the account${flags["strategy"] === undefined ? "" : ` for ${flags["strategy"]}`} at 0? What it cost is then a loss.`,
  execute: async (open, input, options) => {
    const strategies = strategyIdsOf(open.desk);
    const asked = { ...positionOf(open, input), reason: saidOf(input).reason };
    return { ...(await writeOffPosition(open.desk, asked, options)), strategies };
  },
  render: ({ symbol, positions, quote, reason, problems, strategies }) => {
    const lines = positions.map(({ strategyId, quantity, cost }) => {
      const name = `${symbol}${ofStrategy(strategyId, strategies)}`;
      return `${quantity} ${name} is written off: ${formatAmount(cost)} ${quote} are lost (${reason}).`;
    });
    return [...lines, ...problems].join("\n");
  },
});
