// Floor 6. `flatten --without-journal`: the store is lost, the venue is not. Key and settings alone open the account; what a desk has left
// there is canceled and sold, after its name was typed.
import { z } from "zod";
import { systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { AccountInUseError, StoreError, UsageError } from "#schemas/errors.ts";
import { Decimal, Quantity } from "#schemas/money.ts";
import { Side } from "#schemas/order.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { VenueOrders } from "#toolkits/execution/live/venue-orders.ts";
import { type LeftBehind, leftBehind, type Undone, undo } from "#toolkits/execution/live/without-journal.ts";
import { openBudgets } from "../budgets.ts";
import { exchangeKeys } from "../coin-ports.ts";
import { typed } from "../confirm.ts";
import { findRunningDesk } from "../desk-client.ts";
import { openOrders, usualMoney } from "../exchange.ts";
import type { Call } from "../own-command.ts";
import { realTimeRun } from "../run-choice.ts";

export const FlattenAccountReport = z.object({
  venue: z.string(),
  sandbox: z.boolean(),
  account: z.string().describe("the venue's name for it"),
  atMs: UnixMs,
  orders: z
    .array(
      z.object({
        symbol: MarketSymbol,
        side: Side.describe("sell: a stop, whose coins were sold; buy: an entry, which was canceled"),
        venueOrderId: z.string(),
        quantity: Quantity.describe("of the order, in base"),
        sold: Quantity.describe("by this command, in base"),
        text: z.string(),
        done: z.boolean().describe("false: somebody has to look at the venue"),
      }),
    )
    .readonly()
    .describe("those of the desk's form, with what was done; empty: there were none"),
  coins: z
    .array(z.object({ currency: z.string(), quantity: Decimal }))
    .readonly()
    .describe("coins without a stop of the desk's form; they were not touched"),
  foreignOrders: z.int().describe("orders of others; they were not touched"),
});
export type FlattenAccountReport = z.infer<typeof FlattenAccountReport>;

/** Null: the name was not typed, and nothing was done. @throws UsageError on paper; AccountInUseError; what opening the account throws */
export async function flattenAccount({ options, input, env, io, signal }: Call): Promise<FlattenAccountReport | null> {
  const { config } = options;
  const account = requireLive(config);
  await refuseRunning(config, { signal }, io.note);
  const clock = systemClock();
  const budgets = await openBudgets({ ...config, databaseUrl: null, redisUrl: null }, clock.now);
  try {
    const opening = { signal, budget: budgets.of(config.venue), keys: exchangeKeys(env) };
    const orders = await openOrders(config, clock, opening);
    const quote = config.quote ?? usualMoney(config.venue, new Set()).quote;
    const word = { open: await orders.open({ signal }), balances: await orders.balances({ signal }) };
    const left = leftBehind(word, quote);
    for (const line of foundLines(left)) io.note(line);
    const isEmpty = left.stops.length + left.entries.length === 0;
    if (!isEmpty && input.flags["yes"] !== true && !(await typed(questionOf(config, account), account, { signal })))
      return null;
    const { now, sleep } = clock;
    const done = await undoAll({ orders, now, sleep }, left, { signal }, io.note);
    const { venue, sandbox } = config;
    return {
      ...{ venue, sandbox, account, atMs: now(), orders: done },
      coins: left.coins,
      foreignOrders: left.foreign,
    };
  } finally {
    await budgets.close();
  }
}

interface UndoingClock {
  readonly orders: VenueOrders;
  readonly now: () => UnixMs;
  sleep(ms: number, options: CallOptions): Promise<void>;
}

/** Entries first, so that nothing is bought meanwhile. */
async function undoAll(
  parts: UndoingClock,
  { entries, stops }: LeftBehind,
  options: CallOptions,
  note: (text: string) => void,
): Promise<readonly Undone[]> {
  const done: Undone[] = [];
  for (const order of [...entries, ...stops]) {
    const undone = await undo(parts, order, options);
    note(lineOf(undone));
    done.push(undone);
  }
  return done;
}

/** @throws UsageError */
function requireLive({ mode, liveAccount }: DeskConfig): string {
  if (mode === "live" && liveAccount !== null) return liveAccount;
  throw new UsageError({
    was: "--without-journal is for an account at a venue, and this desk trades on paper.",
    expected: "DEEPTRADER_MODE=live, --venue and --live-account, as for `start`",
    remedy: "Add them, or leave --without-journal out.",
  });
}

/** A database that is lost says nothing: then nobody can trade by it. @throws AccountInUseError */
async function refuseRunning(config: DeskConfig, options: CallOptions, note: (text: string) => void): Promise<void> {
  const { home, databaseUrl } = config;
  const running = await findRunningDesk(home, options.signal);
  const here = running === null ? null : `process ${running.pid}`;
  const holder = here ?? (databaseUrl === null ? null : await holderIn(databaseUrl, config, note));
  if (holder === null) return;
  throw new AccountInUseError({
    was: `A desk is running (${holder}): it has a journal, and would sell and protect beside this.`,
    remedy: "Use `deeptrader flatten`, or stop that desk first.",
  });
}

async function holderIn(url: string, config: DeskConfig, note: (text: string) => void): Promise<string | null> {
  const { accountHolder } = await import("#memory/stores/postgres-accounts.ts");
  try {
    return await accountHolder(url, config.deskId, realTimeRun(config));
  } catch (error) {
    if (!(error instanceof StoreError) && !(error instanceof Error)) throw error;
    note(`the database does not say whether a desk runs: ${error.message}`);
    return null;
  }
}

const questionOf = ({ venue, sandbox }: DeskConfig, account: string): string =>
  `All this is canceled, and the coins behind the stops are sold at the market at ${venue}${sandbox ? ", sandbox" : ""}. Type ${account} to do it:`;

const foundLines = ({ stops, entries }: LeftBehind): readonly string[] => [
  ...stops.map(
    ({ quantity, filledQuantity, symbol, triggerPrice, venueOrderId }) =>
      `stop of ${quantity} ${symbol} at ${triggerPrice ?? "an unknown price"}${filledQuantity === "0" ? "" : `, ${filledQuantity} filled`} (order ${venueOrderId})`,
  ),
  ...entries.map(({ quantity, symbol, venueOrderId }) => `entry of ${quantity} ${symbol} (order ${venueOrderId})`),
];

const lineOf = ({ symbol, side, quantity, text }: Undone): string =>
  `${side === "sell" ? "stop" : "entry"} of ${quantity} ${symbol}: ${text}`;

export function flattenAccountText({ orders, coins, foreignOrders, venue, account }: FlattenAccountReport): string {
  return [
    ...(orders.length === 0 ? [`No order of a desk rests in account ${account} at ${venue}.`] : orders.map(lineOf)),
    ...coins.map(
      ({ currency, quantity }) =>
        `${quantity} ${currency}: no stop of a desk rests for it, so it was not touched. If it was a desk's, sell it by hand at the venue.`,
    ),
    ...(foreignOrders === 0 ? [] : [`Orders of others, not touched: ${foreignOrders}.`]),
  ].join("\n");
}
