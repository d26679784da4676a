// Floor 4. The operator puts money into the desk, or takes some out. It widens what the desk may risk, so no model and no chat can
// propose it. No order goes out for it.
import { z } from "zod";
import { PositionError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { add, compare, isPositive, Money, minOf, subtract, ZERO_MONEY } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { UnixMs } from "#schemas/units.ts";
import { reserved, workingEntries } from "#toolkits/risk/working.ts";
import { inTurn } from "../account/in-turn.ts";
import type { Desk } from "../desk.ts";
import { inOrderTurn } from "../run-slot/send.ts";
import type { Said } from "./act-row.ts";
import { type WorthNow, worthNow } from "./worth-now.ts";

export const AllotReport = z.object({
  amount: Money.describe("put in; negative: taken out; settlement currency"),
  quote: z.string().describe("settlement currency"),
  by: z.string(),
  reason: z.string(),
  atMs: UnixMs,
  cash: Money.describe("of the desk after it"),
  equity: Money.describe("of the desk after it, at the newest known prices"),
  allotted: Money.describe("put in since the run began less what was taken out"),
  spare: Money.nullable().describe("free at the venue and still not the desk's; null: on paper, or not asked"),
});
export type AllotReport = z.infer<typeof AllotReport>;

export type AllotmentRow = Extract<JournalEvent, { type: "allotment" }>;

/** @param amount signed, settlement currency @throws PositionError for more than there is; ProviderError where the venue is silent */
export const allot = (desk: Desk, amount: Money, said: Said, options: CallOptions): Promise<AllotReport> =>
  inTurn(desk.account, options, () => inOrderTurn(desk, options, () => allotInTurn(desk, amount, said, options)));

async function allotInTurn(desk: Desk, amount: Money, said: Said, options: CallOptions): Promise<AllotReport> {
  const { account, clock, execution, quote } = desk;
  if (compare(amount, ZERO_MONEY) === 0) {
    throw new PositionError({
      was: `0 ${quote} moves nothing.`,
      expected: "an amount, such as 500 or -200",
      remedy: "Correct it.",
    });
  }
  const worth = await worthNow(desk, options);
  const isIn = isPositive(amount);
  const spare = isIn && execution.kind === "live" ? await spareAtVenue(desk, options) : null;
  if (spare !== null && compare(amount, spare) > 0)
    throw tooMuch(amount, spare, `${quote} free at the venue that is not the desk's`);
  if (!isIn) checkOut(desk, amount, worth);
  const atMs = clock.now();
  await account.append([allotmentRow(desk, amount, worth.equity, { ...said, atMs })], options);
  if (execution.kind === "paper") execution.fund?.(amount);
  const { cash, allotted } = account.portfolio();
  const equity = add(worth.equity, amount);
  const left = spare === null ? null : subtract(spare, amount);
  return { amount, quote, ...said, atMs, cash, equity, allotted, spare: left };
}

/** @param equity just before it */
export const allotmentRow = (
  { account }: Pick<Desk, "account">,
  amount: Money,
  equity: Money,
  { by, reason, atMs }: Said & { readonly atMs: UnixMs },
): AllotmentRow => ({
  type: "allotment",
  atMs,
  amount,
  equity,
  by,
  nth: account.portfolio().operatorRows,
  reason,
});

/** What the venue holds free above what the journal says is the desk's; of this moment, while no order is under way. */
async function spareAtVenue({ account, reconciliation, quote }: Desk, options: CallOptions): Promise<Money> {
  if (reconciliation === null) {
    throw new PositionError({
      was: "The venue was not opened: what it holds is not known.",
      remedy: "Start the desk, and give the command while it runs.",
    });
  }
  const balances = await reconciliation.balancesNow(options);
  const { free, used } = balances.get(quote) ?? { free: "0", used: "0" };
  const above = subtract(add<string>(free, used), account.portfolio().cash);
  const spare = minOf<string>(free, above);
  return (isPositive(spare) ? spare : ZERO_MONEY) as Money;
}

/** No more than the cash that no working entry ties up, and not all that the desk has. */
function checkOut({ account, markets, config, quote }: Desk, amount: Money, { marks, equity }: WorthNow): void {
  const portfolio = account.portfolio();
  let free = portfolio.cash;
  for (const order of workingEntries(portfolio)) {
    const held = reserved(order, { marks, markets, costs: config.costs });
    free = held === null ? ZERO_MONEY : subtract(free, held);
  }
  const wanted = subtract(ZERO_MONEY, amount);
  if (compare(wanted, free) > 0) throw tooMuch(wanted, free, `${quote} free in the desk's cash`);
  checkLeaves(equity, wanted, quote);
}

/** A desk without money has nothing that a loss could be measured by. @throws PositionError */
export function checkLeaves(equity: Money, out: Money, quote: string): void {
  if (compare(out, equity) < 0) return;
  throw new PositionError({
    was: `${out} ${quote} is all that the desk has.`,
    expected: `less than ${equity}`,
    remedy: "Leave a part of it, or stop the desk: what it does not trade with is yours already.",
  });
}

const tooMuch = (amount: string, most: string, of: string): PositionError =>
  new PositionError({
    was: `${amount} is more than the ${most} ${of}.`,
    expected: isPositive(most) ? `at most ${most}` : "an amount that is there",
    remedy: "See `deeptrader account`.",
  });
