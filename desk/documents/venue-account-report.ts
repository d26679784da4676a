// Floor 4. The account beside the venue's word: the document of `account`. From what is known; the venue is not asked.
import { z } from "zod";
import { AccountDifference } from "#schemas/account-difference.ts";
import { add, Decimal, type DecimalText, Price, Quantity, subtract, ZERO_QUANTITY } from "#schemas/money.ts";
import { isAtVenue, isWorking, type Order, OrderRole, OrderStatus, Side } from "#schemas/order.ts";
import { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { barsEntries, commandFor, neededOf } from "#toolkits/execution/live/account-guard.ts";
import { RESTING_MS } from "#toolkits/execution/live/order-hints.ts";
import { isReady } from "#toolkits/execution/reconcile.ts";
import { isOf } from "#toolkits/portfolio/positions.ts";
import { bareQuantity } from "../account/bare-since.ts";
import { adoptCommand, unclaimedCoins } from "../account/unclaimed.ts";
import type { Desk } from "../desk.ts";

const OrderShown = z.object({
  clientOrderId: z.string(),
  venueOrderId: z.string().nullable().describe("null: the venue has not named it"),
  strategyId: z.string(),
  symbol: MarketSymbol,
  role: OrderRole,
  side: Side,
  quantity: Quantity,
  filledQuantity: Quantity,
  status: OrderStatus,
});

const DoubtShown = OrderShown.extend({
  sinceMs: UnixMs.nullable().describe("in doubt since then; null: not known"),
  takenUntilMs: UnixMs.nullable().describe(
    "the venue may still take it until then; null: not known, or it was not sent",
  ),
});

const StopShown = z.object({
  clientOrderId: z.string(),
  venueOrderId: z.string().nullable().describe("null: the venue has not named it"),
  quantity: Quantity.describe("that it still has to sell"),
  triggerPrice: Price.nullable(),
});

const CoverShown = z.object({
  strategyId: z.string(),
  symbol: MarketSymbol,
  quantity: Quantity.describe("held"),
  dust: z.boolean().describe("too small to sell, and needs no stop"),
  stops: z.array(StopShown).describe("that rest at the venue"),
  uncovered: Quantity.describe("that no stop and no sale at the venue covers, of what an order can have"),
});

const DifferenceShown = AccountDifference.extend({
  state: z
    .enum(["seen", "found", "accepted"])
    .describe("`seen` at the newest look and not journaled; `found`: journaled; `accepted` by the operator as it is"),
  sinceMs: UnixMs.nullable().describe("found, or accepted, at; null: only seen"),
  by: z.string().nullable().describe("who accepted it; null: nobody"),
  reason: z.string().nullable().describe("why it was accepted; null: it was not"),
  barsEntries: z.boolean(),
  command: z.string().nullable().describe("what settles it, once you know why; null: nothing is to be done"),
});

const BalanceShown = z.object({
  currency: z.string(),
  journal: Decimal.describe("the desk's, by its journal; decimal string"),
  venue: Decimal.nullable().describe("all there is at the venue, reserved by orders or not; null: it was not heard"),
  reserved: Decimal.nullable().describe("of it by resting orders; null: it was not heard"),
});

const AtVenue = z.object({
  sandbox: z.boolean().describe("a place of the venue without money"),
  accountId: z.string().nullable().describe("the venue's name for the account"),
  heardAtMs: UnixMs.nullable().describe("when orders and balances were compared last; null: not by this process"),
  ageMs: z.int().nullable().describe("since then, ms; null likewise"),
  problem: z.string().describe("why the newest question was not answered; empty: it was"),
  socket: z
    .object({
      heardAtMs: UnixMs.nullable().describe("when anything came over it last, be it a pong; null: nothing is heard"),
      ageMs: z.int().nullable().describe("since then, ms; null likewise"),
      problem: z.string().describe("why nothing is heard; empty: it is"),
      askedEveryMs: z.int().describe("how often orders that rest are asked for in any case, ms"),
    })
    .describe("the venue's own socket, which makes the desk ask at once"),
  entriesBarred: z.string().nullable().describe("why the account bars entries now; null: it does not"),
  inFlight: z.array(OrderShown).describe("entries and sales that work at the venue, or are about to be sent"),
  inDoubt: z.array(DoubtShown).describe("of which it is not known whether the venue has taken them"),
  cover: z.array(CoverShown).describe("what is held, and what of it a stop at the venue covers"),
  differences: z.array(DifferenceShown),
  unclaimed: z
    .array(z.object({ symbol: MarketSymbol, quantity: Quantity, command: z.string().describe("makes it the desk's") }))
    .describe("coins free at the venue that no journal has, in markets of the desk; not counted, and barring nothing"),
  balances: z
    .array(BalanceShown)
    .describe("of the currencies that are the desk's; what the venue has above them is not counted"),
});

export const VenueAccountReport = z.object({
  mode: z.enum(["paper", "live"]),
  venue: z.string(),
  quote: z.string().describe("settlement currency"),
  nowMs: UnixMs.describe("the desk's clock"),
  atVenue: AtVenue.nullable().describe("null: the desk trades on paper, and has no account at a venue"),
});
export type VenueAccountReport = z.infer<typeof VenueAccountReport>;
export type VenueAccountShown = z.infer<typeof AtVenue>;

const NOT_HEARD = "no desk that could ask the venue runs in this process";

export function venueAccountOf(desk: Desk): VenueAccountReport {
  const { config, quote, clock, marketData, execution } = desk;
  const about = { mode: config.mode, venue: marketData.venue, quote, nowMs: clock.now() };
  return { ...about, atVenue: execution.kind === "live" ? atVenueOf(desk, about.nowMs) : null };
}

function atVenueOf(desk: Desk, nowMs: UnixMs): VenueAccountShown {
  const { config, account, execution, venueBook, markets, reconciliation } = desk;
  const portfolio = account.portfolio();
  const orders = [...portfolio.orders.values()].filter(isWorking);
  const heard = reconciliation?.state ?? null;
  const isInDoubt = ({ status }: Order): boolean => status === "unresolved" || status === "submitted";
  const rests = ({ role }: Order): boolean => role === "stop-loss" || role === "take-profit";
  return {
    sandbox: config.sandbox,
    accountId: config.liveAccount,
    heardAtMs: heard?.atMs ?? null,
    ageMs: heard === null || heard.atMs === null ? null : nowMs - heard.atMs,
    problem: heard?.problem ?? NOT_HEARD,
    socket: socketOf(desk, nowMs),
    entriesBarred: reconciliation === null ? NOT_HEARD : reconciliation.bar(nowMs),
    inFlight: orders
      .filter((order) => !isInDoubt(order) && (!rests(order) || (order.role === "take-profit" && isAtVenue(order))))
      .filter((order) => isAtVenue(order) || isReady(order))
      .map((order) => OrderShown.parse(order)),
    inDoubt: orders.filter(isInDoubt).map((order) => ({
      ...OrderShown.parse(order),
      sinceMs: venueBook.doubtTimes.sinceMs(order.clientOrderId),
      takenUntilMs: execution.takenUntilMs?.(order.clientOrderId) ?? null,
    })),
    cover: [...portfolio.positions.values()].map((position) => ({
      strategyId: position.strategyId,
      symbol: position.symbol,
      quantity: position.quantity,
      dust: position.dust,
      stops: orders
        .filter((order) => order.role === "stop-loss" && isAtVenue(order) && isOf(position)(order))
        .map(({ clientOrderId, venueOrderId, quantity, filledQuantity, triggerPrice }) => ({
          clientOrderId,
          venueOrderId,
          quantity: subtract(quantity, filledQuantity),
          triggerPrice,
        })),
      uncovered: position.dust ? ZERO_QUANTITY : bareQuantity(portfolio, position, markets),
    })),
    differences: differencesShown(desk),
    unclaimed:
      heard?.balances == null
        ? []
        : unclaimedCoins(portfolio, markets, heard.balances).map((one) => ({ ...one, command: adoptCommand(one) })),
    balances: [...neededOf(portfolio)].map(([currency, journal]) => {
      const there = heard?.balances == null ? null : (heard.balances.get(currency) ?? { free: "0", used: "0" });
      return {
        currency,
        journal,
        venue: there === null ? null : add<DecimalText>(there.free, there.used),
        reserved: there?.used ?? null,
      };
    }),
  };
}

function socketOf({ orderHints, reconciliation }: Desk, nowMs: UnixMs): VenueAccountShown["socket"] {
  const none = reconciliation === null ? NOT_HEARD : "this venue's order stream is not followed";
  const { heardAtMs, problem } = orderHints?.state ?? { heardAtMs: null, problem: none };
  const ageMs = heardAtMs === null ? null : Math.max(0, nowMs - heardAtMs);
  return { heardAtMs, ageMs, problem, askedEveryMs: RESTING_MS };
}

/** As the newest look saw them; those of the journal that this process has not looked for stand as they were. */
function differencesShown({ reconciliation, venueBook: { differences } }: Desk): VenueAccountShown["differences"] {
  const { atMs = null, differences: seen = [] } = reconciliation?.state ?? {};
  const standing = atMs === null ? differences.standing() : [];
  return [...seen, ...standing].map(({ key, kind, amount, text }) => {
    const known = differences.get(key);
    const own = { key, kind, amount, text };
    const accepted = differences.isAccepted(own) ? (known?.accepted ?? null) : null;
    return {
      ...own,
      state: accepted !== null ? "accepted" : known?.amount === amount ? "found" : "seen",
      sinceMs: accepted?.atMs ?? (known?.amount === amount ? known.foundMs : null),
      by: accepted?.by ?? null,
      reason: accepted?.reason ?? null,
      barsEntries: barsEntries(own) && accepted === null,
      command: accepted === null ? commandFor(own) : null,
    };
  });
}

/** The account in one line, for `status`. */
export function venueAccountLine(
  { venue, atVenue }: VenueAccountReport,
  timeText: (ms: UnixMs) => string,
): string | null {
  if (atVenue === null) return null;
  const { sandbox, accountId, heardAtMs, differences, inDoubt, cover } = atVenue;
  const barring = differences.filter((one) => one.barsEntries).length;
  const bare = cover.filter(({ uncovered }) => uncovered !== ZERO_QUANTITY).length;
  return [
    `${accountId ?? "unnamed"} at ${venue}${sandbox ? " (sandbox)" : ""}`,
    heardAtMs === null ? "not compared yet" : `compared ${timeText(heardAtMs)} UTC`,
    barring === 0 ? "no difference" : `${barring} ${barring === 1 ? "difference" : "differences"}`,
    ...(inDoubt.length === 0 ? [] : [`${inDoubt.length} in doubt`]),
    ...(bare === 0 ? [] : [`${bare} not covered`]),
  ].join(", ");
}
