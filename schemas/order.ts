// Floor 1. Orders, order lists, brackets and fills, decimal throughout.
import { z } from "zod";
import { hashOf } from "./hash.ts";
import { Decimal, Money, Price, Quantity } from "./money.ts";
import { MarketSymbol, Percent, UnixMs } from "./units.ts";

export const Side = z.enum(["buy", "sell"]);
export type Side = z.infer<typeof Side>;

/** `market` next open or bid/ask · `limit` at the price or better · `stop-market` a market order once touched. */
export const OrderType = z.enum(["market", "limit", "stop-market"]);
export type OrderType = z.infer<typeof OrderType>;

export const OrderRole = z.enum(["entry", "exit", "stop-loss", "take-profit"]);
export type OrderRole = z.infer<typeof OrderRole>;

/** Stages of an order; what leads from one to the next stands in toolkits/execution/order-state.ts. */
export const OrderStatus = z.enum([
  "initialized",
  "submitted",
  "accepted",
  "partially-filled",
  "filled",
  "canceled",
  "rejected",
  "expired",
  "unresolved",
]);
export type OrderStatus = z.infer<typeof OrderStatus>;

const ms = z.int().nonnegative().describe("ms");

/** The only strategy there was when journals named none. */
export const FIRST_STRATEGY_ID = "mean-reversion";

/** Of a journal row; one of an earlier version has none. */
export const StrategyIdOfRow = z.string().default(FIRST_STRATEGY_ID);

/** What protects an entry, as rules in percent of its average fill price. */
export const Bracket = z.object({
  stopPct: Percent.positive().describe("the stop-loss rests this far below the average fill price"),
  takeProfit: z
    .array(z.object({ afterMs: ms.describe("since the first fill, ms"), gainPct: Percent.gte(-100) }))
    .describe(
      "the gain at which a limit sells: the newest step whose time since the first fill has come. A step at 0 is a plain target; −100 sells at any price. Empty: no take-profit.",
    ),
  trailing: z
    .array(z.object({ fromGainPct: Percent.nonnegative(), distancePct: Percent.gt(0).lt(100) }))
    .describe(
      "once the price was more than `fromGainPct` above, the stop follows its high at `distancePct`; the last that fits",
    ),
  maxHoldMs: ms.nullable().describe("longest holding time since the first fill; then it is sold at the next open"),
});
export type Bracket = z.infer<typeof Bracket>;

const CurrentOrder = z.object({
  clientOrderId: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .describe("32 lower-case hex digits: `clientOrderIdOf` decision, role and generation"),
  decisionId: z.string(),
  strategyId: StrategyIdOfRow.describe("whose position it opens, protects or closes"),
  parentId: z
    .string()
    .nullable()
    .describe("the entry that this order protects; null for entries and for exits that were decided on"),
  symbol: MarketSymbol,
  side: Side,
  type: OrderType,
  role: OrderRole,
  generation: z
    .int()
    .nonnegative()
    .describe(
      "counts the orders that have stood in this place: later fills, trailing and take-profit steps make new ones",
    ),
  quantity: Quantity.describe("children of an entry that has not filled: the planned quantity"),
  filledQuantity: Quantity,
  limitPrice: Price.nullable().describe("limit orders: the price or better; null while it waits for the entry's fill"),
  triggerPrice: Price.nullable().describe(
    "stops: the price whose touch releases a market order; null while it waits for the entry's fill",
  ),
  triggered: z.boolean().describe("a stop that was touched but only partly filled: the rest is a market order"),
  trails: z.boolean().describe("a stop whose trigger follows the price: the traded range is reported while it works"),
  bracket: Bracket.nullable().describe("entries: what protects it"),
  createdAtMs: UnixMs,
  activeFromMs: UnixMs.describe(
    "open time of the first candle that may fill it; inside a candle for a stop raised by that candle's high",
  ),
  expiresAtMs: UnixMs.nullable().describe("an entry that is not filled by then expires; null rests"),
  venueOrderId: z.string().nullable().describe("null until the venue has taken it"),
  status: OrderStatus,
  statusReason: z.string().describe("why it is as it is; empty while there is nothing to say"),
});

/** Orders of earlier versions are read as what they meant. */
export const Order = z.preprocess((value) => upgraded(value), CurrentOrder);
export type Order = z.infer<typeof CurrentOrder>;

/** An order as reports and answers name it; `statusReason` is empty in reports of earlier versions. */
export const OrderSummary = CurrentOrder.pick({
  clientOrderId: true,
  strategyId: true,
  symbol: true,
  side: true,
  quantity: true,
}).extend({
  status: z.preprocess((status) => statusOf(status, "0"), OrderStatus),
  statusReason: z.string().default(""),
});

export const Fill = z.object({
  fillId: z.string(),
  clientOrderId: z.string(),
  strategyId: StrategyIdOfRow.describe("of the order that it fills"),
  symbol: MarketSymbol,
  side: Side,
  role: z.preprocess((role) => roleOf(role), OrderRole),
  quantity: Quantity,
  price: Price,
  notional: Money.describe("quantity × price before the fee, in quote"),
  fee: Decimal,
  feeCurrency: z.string(),
  atMs: UnixMs,
  basis: z
    .string()
    .describe("how the price was found: `next-open`, `stop`, `stop-gap`, `take-profit`, `limit`, `ask`, `bid`"),
  left: Quantity.optional().describe("what the order has still to fill after this, where the venue says so"),
});
export type Fill = z.infer<typeof Fill>;

/** A fill as the venue tells it, which knows orders and no strategies. */
export type VenueFill = Omit<Fill, "strategyId">;

const reason = z.string();

/** What happens to an order; applied by `applyOrderEvent` alone. */
export const OrderEvent = z.discriminatedUnion("type", [
  /** It is being sent again, after the venue has said that it never saw it. */
  z.object({ type: z.literal("submitted") }),
  z.object({ type: z.literal("accepted"), venueOrderId: z.string().nullable() }),
  /** The entry's fill gives a child its quantity and price. */
  z.object({
    type: z.literal("priced"),
    quantity: Quantity,
    limitPrice: Price.nullable(),
    triggerPrice: Price.nullable(),
    activeFromMs: UnixMs,
  }),
  z.object({ type: z.literal("filled"), quantity: Quantity }),
  /** The venue changed a working order: a smaller quantity, a touched stop, a rest that goes on at a later candle. */
  z.object({ type: z.literal("updated"), quantity: Quantity, triggered: z.boolean(), activeFromMs: UnixMs, reason }),
  z.object({ type: z.literal("canceled"), reason }),
  z.object({ type: z.literal("rejected"), reason }),
  z.object({ type: z.literal("expired"), reason }),
  /** It was sent, or may have been, and the venue has not answered. */
  z.object({ type: z.literal("unresolved"), reason }),
]);
export type OrderEvent = z.infer<typeof OrderEvent>;

/** One id for each place and generation of a decision's orders, accepted by every venue we know of. */
export const clientOrderIdOf = (decisionId: string, role: OrderRole, generation: number): string =>
  hashOf([decisionId, role, generation]);

/** True until it has ended; also before it is sent. */
export const isWorking = ({ status }: Order): boolean =>
  status !== "filled" && status !== "canceled" && status !== "rejected" && status !== "expired";

/** True where the venue holds it, as far as the journal says. */
export const isAtVenue = ({ status }: Order): boolean => status === "accepted" || status === "partially-filled";

const OLD_TYPES: Readonly<Record<string, OrderType>> = { stop: "stop-market", target: "limit" };
const OLD_ROLES: Readonly<Record<string, OrderRole>> = { stop: "stop-loss", target: "take-profit" };
// Journaled and perhaps sent: the venue is asked.
const OLD_STATUSES: Readonly<Record<string, OrderStatus>> = { intended: "unresolved", cancelled: "canceled" };

/** Of an earlier version: `open` with nothing filled is an accepted order. */
const statusOf = (status: unknown, filledQuantity: unknown): unknown =>
  status === "open"
    ? filledQuantity === "0"
      ? "accepted"
      : "partially-filled"
    : typeof status === "string"
      ? (OLD_STATUSES[status] ?? status)
      : status;

const roleOf = (role: unknown): unknown => (typeof role === "string" ? (OLD_ROLES[role] ?? role) : role);

/** The first version had `kind`, `workingFromMs` and a bracket of two percentages; its ids stay as they are. */
function upgraded(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("kind" in value)) return value;
  const { kind, workingFromMs, ...old } = value as Readonly<Record<string, unknown>>;
  const bracket = old["bracket"] as { readonly stopPct?: unknown; readonly targetPct?: unknown } | null | undefined;
  return {
    ...old,
    type: OLD_TYPES[String(kind)] ?? kind,
    role: roleOf(old["role"]),
    generation: 0,
    trails: false,
    bracket:
      bracket === null || bracket === undefined
        ? bracket
        : {
            stopPct: bracket.stopPct,
            takeProfit: [{ afterMs: 0, gainPct: bracket.targetPct }],
            trailing: [],
            maxHoldMs: null,
          },
    activeFromMs: workingFromMs,
    venueOrderId: null,
    status: statusOf(old["status"], old["filledQuantity"]),
  };
}
