// Floor 6. `close` and `write-off`: the operator's own way out of a position. Both ask on a terminal; neither asks a model.
import type { CloseReport, WriteOffReport } from "#desk/documents/close-report.ts";
import { formatAmount, formatTime } from "#desk/documents/format.ts";
import { closePosition, writeOffPosition } from "#desk/run-slot/close-position.ts";
import { UsageError } from "#schemas/errors.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { findListed } from "#toolkits/market/listed-names.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import type { OpenDesk } from "../wire.ts";
import { resolveSymbol } from "./symbols.ts";

const reasonOf = ({ reason }: CommandInput["flags"]): string =>
  typeof reason === "string" && reason.trim() !== "" ? reason.trim() : "by the operator";

/** Of a position first: the venue may no longer have its market. @throws UnknownNameError */
function symbolOf({ desk }: Pick<OpenDesk, "desk">, typed: string): MarketSymbol {
  return findListed(typed, desk.account.portfolio().positions.keys(), desk.quote) ?? resolveSymbol(desk, typed);
}

export const closeCommand = deskCommand<CloseReport>({
  name: "close",
  exclusive: true,
  writes: true,
  confirm: ({ args }) => `Sell all that is held of ${args[0]} at the market?`,
  execute: (open, { args, flags }, options) =>
    closePosition(open.desk, { symbol: symbolOf(open, args[0] ?? ""), reason: reasonOf(flags) }, options),
  failed: ({ refusal }) => refusal !== null,
  render: closeText,
});

function closeText({ symbol, quantity, price, asOfMs, order, refusal, fills, problems }: CloseReport): string {
  if (refusal !== null) return `${symbol} is not closed (${refusal.rule.replaceAll("-", " ")}): ${refusal.reason}`;
  const sold = fills.map((fill) => `sold ${fill.quantity} at ${formatAmount(fill.price)}`);
  const waits = order?.status === "filled" ? [] : [`${order?.status ?? "sent"}; it fills when the market next trades`];
  return [
    `Exit of ${quantity} ${symbol} (last price ${formatAmount(price)} of ${formatTime(asOfMs)} UTC): ${[...sold, ...waits].join(", ")}.`,
    ...problems,
  ].join("\n");
}

export const writeOffCommand = deskCommand<WriteOffReport>({
  name: "write-off",
  exclusive: true,
  writes: true,
  check: ({ flags }) => {
    if (typeof flags["reason"] === "string" && flags["reason"].trim() !== "") return;
    throw new UsageError({ was: "--reason was not given.", expected: "why it is gone", remedy: "Add --reason TEXT." });
  },
  confirm: ({ args }) => `Take ${args[0]} out of the account at 0? What it cost is then a loss.`,
  execute: (open, { args, flags }, options) =>
    writeOffPosition(open.desk, { symbol: symbolOf(open, args[0] ?? ""), reason: reasonOf(flags) }, options),
  render: ({ symbol, quantity, cost, quote, reason, problems }) =>
    [`${quantity} ${symbol} is written off: ${formatAmount(cost)} ${quote} are lost (${reason}).`, ...problems].join(
      "\n",
    ),
});
