// Floor 6. `close` and `write-off`: the operator's own way out of a position. Both ask on a terminal; neither asks a model.
import type { CloseReport, WriteOffReport } from "#desk/documents/close-report.ts";
import { formatAmount, formatTime } from "#desk/documents/format.ts";
import { namedStrategy, ofStrategy, strategyIdsOf } from "#desk/documents/strategy-names.ts";
import { closePosition, writeOffPosition } from "#desk/run-slot/close-position.ts";
import { UsageError } from "#schemas/errors.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { findListed } from "#toolkits/market/listed-names.ts";
import { marketsHeld } from "#toolkits/portfolio/positions.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import type { OpenDesk } from "../wire.ts";
import { resolveSymbol } from "./symbols.ts";

const reasonOf = ({ reason }: CommandInput["flags"]): string =>
  typeof reason === "string" && reason.trim() !== "" ? reason.trim() : "by the operator";

/** Of a position first: the venue may no longer have its market. @throws UnknownNameError */
function symbolOf({ desk }: Pick<OpenDesk, "desk">, typed: string): MarketSymbol {
  return findListed(typed, marketsHeld(desk.account.portfolio()), desk.quote) ?? resolveSymbol(desk, typed);
}

/** What is asked, and by which names its positions are told apart. */
function askedOf(open: Pick<OpenDesk, "desk">, { args, flags }: CommandInput) {
  const strategyId = namedStrategy(open.desk, flags["strategy"]);
  return { symbol: symbolOf(open, args[0] ?? ""), strategyId, reason: reasonOf(flags) };
}

interface Named {
  /** Where there are several, each position is named by its own. */
  readonly strategies: readonly string[];
}

export const closeCommand = deskCommand<CloseReport & Named>({
  name: "close",
  exclusive: true,
  writes: true,
  confirm: ({ args, flags }) =>
    `Sell all that ${flags["strategy"] === undefined ? "is held" : `${flags["strategy"]} holds`} of ${args[0]} at the market?`,
  execute: async (open, input, options) => {
    const strategies = strategyIdsOf(open.desk);
    return { ...(await closePosition(open.desk, askedOf(open, input), options)), strategies };
  },
  failed: ({ positions }) => positions.some(({ refusal }) => refusal !== null),
  render: closeText,
});

function closeText({ symbol, price, asOfMs, positions, problems, strategies }: CloseReport & Named): string {
  const lines = positions.map(({ strategyId, quantity, order, refusal, fills }) => {
    const name = `${symbol}${ofStrategy(strategyId, strategies)}`;
    if (refusal !== null) return `${name} is not closed (${refusal.rule.replaceAll("-", " ")}): ${refusal.reason}`;
    const sold = fills.map((fill) => `sold ${fill.quantity} at ${formatAmount(fill.price)}`);
    const waits =
      order?.status === "filled" ? [] : [`${order?.status ?? "sent"}; it fills when the market next trades`];
    return `Exit of ${quantity} ${name} (last price ${formatAmount(price)} of ${formatTime(asOfMs)} UTC): ${[...sold, ...waits].join(", ")}.`;
  });
  return [...lines, ...problems].join("\n");
}

export const writeOffCommand = deskCommand<WriteOffReport & Named>({
  name: "write-off",
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
    return { ...(await writeOffPosition(open.desk, askedOf(open, input), options)), strategies };
  },
  render: ({ symbol, positions, quote, reason, problems, strategies }) => {
    const lines = positions.map(({ strategyId, quantity, cost }) => {
      const name = `${symbol}${ofStrategy(strategyId, strategies)}`;
      return `${quantity} ${name} is written off: ${formatAmount(cost)} ${quote} are lost (${reason}).`;
    });
    return [...lines, ...problems].join("\n");
  },
});
