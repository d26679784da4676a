// Floor 6. `reduce`, `cancel`, `block`, `unblock` and `tighten`: words of the command line → an act of the desk.
import { z } from "zod";
import { clearLimit } from "#desk/acts/kinds/tighten.ts";
import { ActReport } from "#desk/documents/act-report.ts";
import { namedStrategy } from "#desk/documents/strategy-names.ts";
import { standingOf } from "#desk/run-slot/last-candle.ts";
import type { Act, SaleAmount } from "#schemas/act.ts";
import { PositionError, UsageError } from "#schemas/errors.ts";
import { decimalFromNumber, multiply, type Price, percent, Quantity, subtract } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { LimitName } from "#schemas/tightened-limits.ts";
import { namesPhrase } from "#toolkits/market/nearest-names.ts";
import { type CommandInput, type DeskCommand, deskCommand } from "../command.ts";
import type { OpenDesk } from "../wire.ts";
import { actCommand, isPercent, numberOf, saidOf } from "./act-command.ts";
import { heldSymbol } from "./symbols.ts";

type Open = Pick<OpenDesk, "desk">;

const reduceCommand = actCommand({
  name: "reduce",
  check: ({ args }) => void amountOf(args[1] ?? ""),
  confirm: ({ args: [symbol, amount], flags }) =>
    `Sell ${amount} of what ${flags["strategy"] === undefined ? "is held" : `${flags["strategy"]} holds`} of ${symbol} at the market?`,
  actOf: ({ desk }, { args: [typed = "", amount = ""], flags }) => ({
    kind: "reduce",
    symbol: heldSymbol(desk, typed),
    strategyId: namedStrategy(desk, flags["strategy"]),
    amount: amountOf(amount),
  }),
});

/** `50%` of it, or so many coins. @throws UsageError */
function amountOf(typed: string): SaleAmount {
  const expected = (was: string) =>
    new UsageError({
      was,
      expected: "a part such as 50% (above 0, below 100), or a quantity of the coin such as 0.25",
      remedy: "To sell all of it use `deeptrader close`.",
    });
  if (isPercent(typed)) {
    const pct = numberOf(typed, "The part");
    if (pct > 0 && pct < 100) return { pct };
    throw expected(`The part is ${typed}.`);
  }
  const quantity = Quantity.safeParse(typed.trim());
  if (quantity.success && Number(quantity.data) > 0) return { quantity: quantity.data };
  throw expected(`The amount is ${JSON.stringify(typed)}.`);
}

const cancelCommand = actCommand({
  name: "cancel",
  confirm: ({ args }) => `Cancel the working order ${args[0]}?`,
  actOf: (_open, { args }) => ({ kind: "cancel", order: args[0] ?? "" }),
});

const blockCommand = actCommand({
  name: "block",
  actOf: (_open, { args }) => ({ kind: "block", what: args[0] ?? "" }),
});

const unblockCommand = actCommand({
  name: "unblock",
  actOf: (_open, { args }) => ({ kind: "unblock", what: args[0] ?? "" }),
});

const STOP = "stop";

const tightenAct = actCommand({
  name: "tighten",
  check: checkTighten,
  confirm: ({ args: [limit, ...values] }) =>
    limit === STOP ? `Move the stop of ${values[0]} to ${values[1]}?` : `Tighten ${limit} to ${values[0]}?`,
  actOf: ({ desk }, { args, flags }, options) => {
    const [limit = "", ...values] = args;
    if (limit === STOP) return stopAct({ desk }, values, flags, options);
    return { kind: "tighten", limit: limitNamed(limit), value: numberOf(values[0] ?? "", limit) };
  },
});

const Cleared = ActReport.pick({ lines: true, by: true, reason: true }).extend({
  cleared: LimitName.describe("the limit that is as configured again"),
});

/** Loosening back to what is configured stands beside it: a command, and nothing that can be proposed. */
const tightenCommand: DeskCommand = {
  ...tightenAct,
  document: z.union([tightenAct.document, Cleared]),
  confirm: (input) =>
    input.flags["clear"] === true
      ? `Take ${input.args[0]} back to what is configured?`
      : (tightenAct.confirm?.(input) ?? ""),
  execute: (open, input, options) =>
    (input.flags["clear"] === true ? clearing : tightenAct).execute(open, input, options),
  failed: (document) => ("cleared" in (document as object) ? false : (tightenAct.failed?.(document) ?? false)),
  render: (document, style) => ("cleared" in (document as object) ? clearing : tightenAct).render(document, style),
};

const clearing = deskCommand({
  name: "tighten",
  document: Cleared,
  execute: async ({ desk }, input, options) => {
    checkTighten(input);
    const cleared = limitNamed(input.args[0] ?? "");
    const said = saidOf(input);
    return { cleared, lines: await clearLimit(desk, cleared, said, options), ...said };
  },
  render: ({ lines }) => lines.join("\n"),
});

/** @throws UsageError */
function checkTighten({ args: [limit = "", ...values], flags }: CommandInput): void {
  const wrong = (was: string, remedy: string) =>
    new UsageError({ was, expected: "LIMIT VALUE, `stop SYMBOL VALUE`, or `--clear LIMIT`", remedy });
  if (flags["clear"] === true) {
    if (flags["propose"] === true)
      throw wrong("--clear loosens a limit and cannot be proposed.", "Leave --propose out.");
    if (typeof flags["reason"] !== "string" || flags["reason"].trim() === "") {
      throw wrong("--clear was given without --reason.", "Add --reason TEXT.");
    }
    if (values.length > 0) throw wrong("--clear was given with a value.", "Leave the value out.");
    limitNamed(limit);
    return;
  }
  if (limit === STOP) {
    if (values.length !== 2)
      throw wrong("`tighten stop` needs a market and a value.", "Add them: `tighten stop SOL 3%`.");
    numberOf(values[1] ?? "", "The stop");
    return;
  }
  limitNamed(limit);
  if (values.length !== 1) throw wrong(`${limit} was given ${values.length} values.`, "Give one.");
  numberOf(values[0] ?? "", limit);
}

/** `maxOpenPositions`, `max-open-positions`, `limits.maxOpenPositions`. @throws UsageError naming the nearest */
function limitNamed(typed: string): LimitName {
  const name = typed.replace(/^limits\./, "").replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const found = LimitName.options.find((option) => option.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError({
    was: `There is no limit ${JSON.stringify(typed)} that can be tightened.`,
    expected: `stop, or one of ${namesPhrase(name, LimitName.options, LimitName.options.length)}`,
    remedy: "Correct it.",
  });
}

/** A price, or a distance below the last price in percent. @throws PositionError where there is no price */
async function stopAct(
  { desk }: Open,
  [typed = "", value = ""]: readonly string[],
  flags: CommandInput["flags"],
  options: CallOptions,
): Promise<Act> {
  const symbol = heldSymbol(desk, typed);
  const strategyId = namedStrategy(desk, flags["strategy"]);
  const act = { kind: "tighten-stop", symbol, strategyId } as const;
  if (!isPercent(value)) return { ...act, price: decimalFromNumber(numberOf(value, "The stop")) as Price };
  const pct = numberOf(value, "The stop");
  if (pct <= 0 || pct >= 100) {
    throw new UsageError({
      was: `The stop is ${value} below.`,
      expected: "above 0 and below 100 %",
      remedy: "Correct it.",
    });
  }
  const standing = await standingOf(desk, symbol, options);
  if (!standing.trades) {
    throw new PositionError({ was: `${symbol} has no price: ${standing.why}.`, remedy: "Give the stop as a price." });
  }
  const price = multiply(decimalFromNumber(standing.price), subtract("1", percent("1", pct))) as Price;
  return { ...act, price };
}

export const actCommands = [reduceCommand, cancelCommand, blockCommand, unblockCommand, tightenCommand] as const;
