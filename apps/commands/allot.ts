// Floor 6. `allot`: money that the operator puts into the desk or takes out of it. It asks on a terminal; no chat and no model proposes it.
import { AllotReport, allot } from "#desk/acts/allot.ts";
import { formatAmount } from "#desk/documents/format.ts";
import { UsageError } from "#schemas/errors.ts";
import { Decimal, type Money } from "#schemas/money.ts";
import { deskCommand } from "../command.ts";
import { saidOf } from "./act-command.ts";

export const allotCommand = deskCommand({
  name: "allot",
  document: AllotReport,
  exclusive: true,
  writes: true,
  check: ({ args, flags }) => {
    amountOf(args[0]);
    if (typeof flags["reason"] === "string" && flags["reason"].trim() !== "") return;
    throw new UsageError({ was: "--reason was not given.", expected: "why it is moved", remedy: "Add --reason TEXT." });
  },
  confirm: ({ args }) => {
    const amount = amountOf(args[0]);
    return amount.startsWith("-")
      ? `Take ${amount.slice(1)} out of what the desk trades with?`
      : `Let the desk trade with ${amount} more?`;
  },
  execute: ({ desk }, input, options) => allot(desk, amountOf(input.args[0]), saidOf(input), options),
  render: ({ amount, quote, cash, equity, spare }) => {
    const isOut = amount.startsWith("-");
    const what = `${formatAmount(amount.replace("-", ""))} ${quote} ${isOut ? "are the desk's no more" : "more are the desk's"}`;
    const left = spare === null ? "" : `; ${formatAmount(spare)} ${quote} more are free at the venue`;
    return `${what}: cash ${formatAmount(cash)}, equity ${formatAmount(equity)}${left}. It is neither profit nor loss.`;
  },
});

/** `500`, `+500`, `-200.5`. @throws UsageError */
function amountOf(typed = ""): Money {
  if (/^[+-]?\d{1,15}(\.\d{1,18})?$/.test(typed.trim())) return Decimal.parse(typed.trim().replace("+", "")) as Money;
  throw new UsageError({
    was: `${JSON.stringify(typed)} is no amount.`,
    expected: "an amount in the settlement currency, such as 500 or -200",
    remedy: "Correct it.",
  });
}
