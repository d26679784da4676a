// Floor 6. `adopt`: what is at the venue and in no journal becomes the desk's, one thing at a time, by hand.
import { AdoptReport, adoptCoins, adoptOrder } from "#desk/acts/adopt.ts";
import { formatAmount, formatTime } from "#desk/documents/format.ts";
import { namedStrategy } from "#desk/documents/strategy-names.ts";
import { UsageError } from "#schemas/errors.ts";
import { compare, Decimal, type Price, type Quantity } from "#schemas/money.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { saidOf } from "./act-command.ts";
import { resolveSymbol } from "./symbols.ts";

const shared = {
  document: AdoptReport,
  exclusive: true,
  writes: true,
  render: adoptText,
} as const;

const adoptOrderCommand = deskCommand({
  ...shared,
  name: "adopt order",
  check: (input) => {
    requireReason(input);
    amountOf("--price", input.flags["price"]);
  },
  confirm: ({ args }) => `Take over the stop ${args[0]} and the coins that it sells?`,
  execute: ({ desk }, input, options) => {
    const asked = {
      id: input.args[0] ?? "",
      strategyId: namedStrategy(desk, input.flags["strategy"]),
      price: amountOf("--price", input.flags["price"]),
    };
    return adoptOrder(desk, asked, saidOf(input), options);
  },
});

const adoptPositionCommand = deskCommand({
  ...shared,
  name: "adopt position",
  check: (input) => {
    requireReason(input);
    coinsOf(input);
  },
  confirm: ({ args, flags }) =>
    `Take over ${args[1]} ${args[0]} at ${String(flags["price"])}? The desk may sell it from then on.`,
  execute: ({ desk }, input, options) => {
    const asked = {
      ...coinsOf(input),
      symbol: resolveSymbol(desk, input.args[0] ?? ""),
      strategyId: namedStrategy(desk, input.flags["strategy"]),
    };
    return adoptCoins(desk, asked, saidOf(input), options);
  },
});

export const adoptCommands = [adoptOrderCommand, adoptPositionCommand] as const;

function coinsOf({ args, flags }: CommandInput) {
  const quantity = amountOf("QUANTITY", args[1] ?? "");
  const price = amountOf("--price", flags["price"]);
  if (price === null || quantity === null) {
    throw new UsageError({
      was: "--price was not given.",
      expected: "what a coin of it cost",
      remedy: "Add --price PRICE.",
    });
  }
  return { quantity: quantity as string as Quantity, price, stopPct: stopOf(flags["stop"]) };
}

function stopOf(typed: unknown): number | null {
  if (typed === undefined) return null;
  const pct = Number(typed);
  if (Number.isFinite(pct) && pct > 0 && pct < 100) return pct;
  throw new UsageError({
    was: `--stop was ${JSON.stringify(typed)}.`,
    expected: "percent below the price, above 0 and below 100",
    remedy: "Correct it, for example --stop 5.",
  });
}

/** Null: it was not given. */
function amountOf(name: string, typed: unknown): Price | null {
  if (typed === undefined) return null;
  const parsed = Decimal.safeParse(typed);
  if (parsed.success && compare(parsed.data, "0") > 0) return parsed.data as Price;
  throw new UsageError({
    was: `${name} was ${JSON.stringify(typed)}.`,
    expected: "a decimal above 0, such as 0.01",
    remedy: "Correct it.",
  });
}

function requireReason({ flags }: CommandInput): void {
  if (typeof flags["reason"] === "string" && flags["reason"].trim() !== "") return;
  throw new UsageError({
    was: "--reason was not given.",
    expected: "why it is taken over",
    remedy: "Add --reason TEXT.",
  });
}

function adoptText(report: AdoptReport): string {
  const { symbol, strategyId, quantity, price, priceFrom, cost, boughtAtMs, stopPrice, venueOrderId } = report;
  const whence =
    priceFrom === "trades" ? `as bought ${formatTime(boughtAtMs)} UTC, by the venue's trades` : "as you say";
  return [
    `${quantity} ${symbol} is the desk's (${strategyId}), at ${formatAmount(price)}, ${whence}.`,
    `${formatAmount(cost)} was added to its money for it: no profit and no loss.`,
    venueOrderId === null
      ? `Its stop at ${formatAmount(stopPrice)} is placed at the next look.`
      : `Its stop ${venueOrderId} at ${formatAmount(stopPrice)} rests as it is.`,
  ].join("\n");
}
