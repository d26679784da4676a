// Floor 2, live execution. A venue's account without a journal → out of what a desk has left there. What is the desk's is known by the form
// of its ids alone: coins behind its resting stops are sold, exactly so many, and nothing else is touched.
import { isPassing, ProviderRefusedError } from "#schemas/errors.ts";
import { add, compare, type DecimalText, isPositive, type Quantity, subtract } from "#schemas/money.ts";
import { clientOrderIdOf } from "#schemas/order.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, splitSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import type { VenueWord } from "./account-guard.ts";
import type { OrderRef, OrderTerms, Placed, VenueOrder, VenueOrders } from "./venue-orders.ts";

/** An order with an id of the desk's form. */
export type OwnOrder = VenueOrder & { readonly clientOrderId: string };

export interface LeftBehind {
  /** They protect coins: canceled one by one, each followed by the sale of what it was to sell. */
  readonly stops: readonly OwnOrder[];
  /** They would buy: canceled. */
  readonly entries: readonly OwnOrder[];
  /** How many orders are others'. */
  readonly foreign: number;
  /** Coins beside the settlement currency behind which no stop of the desk's form rests. */
  readonly coins: readonly { readonly currency: string; readonly quantity: DecimalText }[];
}

export function leftBehind({ open, balances }: VenueWord, quote: string): LeftBehind {
  const own = open.filter((order): order is OwnOrder => order.clientOrderId !== null && order.status === "working");
  const stops = own.filter(({ kind, side }) => kind === "stop" && side === "sell");
  const entries = own.filter(({ side }) => side === "buy");
  const behind = new Set(stops.map(({ symbol }) => splitSymbol(symbol).base));
  const coins = [...balances].flatMap(([currency, { free, used }]) => {
    const quantity = add<DecimalText>(free, used);
    return currency === quote || behind.has(currency) || !isPositive(quantity as Quantity)
      ? []
      : [{ currency, quantity }];
  });
  return { stops, entries, foreign: open.length - stops.length - entries.length, coins };
}

export interface Undone {
  readonly symbol: MarketSymbol;
  readonly side: VenueOrder["side"];
  readonly venueOrderId: string;
  /** Of the order, in base. */
  readonly quantity: Quantity;
  /** Sold by this; of an entry 0. */
  readonly sold: Quantity;
  /** What was done, for people. */
  readonly text: string;
  /** False: somebody has to look at the venue. */
  readonly done: boolean;
}

export interface UndoParts {
  readonly orders: Pick<VenueOrders, "cancel" | "ask" | "place">;
  readonly now: () => UnixMs;
  sleep(ms: number, options: CallOptions): Promise<void>;
}

const NOTHING = "0" as Quantity;
/** How often the venue is asked for what became of an order, a second apart. */
const LOOKS = 10;
const LOOK_MS = 1_000;
const SINCE_MARGIN_MS = 60_000;

/** Cancels the order and confirms its end; what a stop was to sell is sold then. Told as it was, whatever the venue does. */
export async function undo(parts: UndoParts, order: OwnOrder, options: CallOptions): Promise<Undone> {
  const { symbol, side, quantity, venueOrderId } = order;
  const about = { symbol, side, quantity, venueOrderId };
  const told = (text: string, done: boolean, sold = NOTHING): Undone => ({ ...about, text, done, sold });
  const ref = refOf(order, order.createdAtMs);
  const { outcome, ...rest } = await parts.orders.cancel(ref, options);
  if (outcome === "not-sent" || outcome === "unresolved") {
    const why = "reason" in rest ? rest.reason : outcome;
    return told(`whether it was canceled is not known (${why}); nothing was sold. Run this again.`, false);
  }
  const end = await ended(parts, ref, options);
  if (end === null) return told("its end is not confirmed; nothing was sold. Run this again.", false);
  const left = subtract(quantity, end.filledQuantity);
  if (side === "buy") return told(`canceled${bought(end)}.`, true);
  if (!isPositive(left)) return told("its stop has sold it already.", true);
  return sell(parts, order, left, { told, options });
}

const bought = ({ filledQuantity }: VenueOrder): string =>
  isPositive(filledQuantity)
    ? `; ${filledQuantity} of it was bought, without a stop: sell it by hand at the venue`
    : "";

interface Telling {
  readonly told: (text: string, done: boolean, sold?: Quantity) => Undone;
  readonly options: CallOptions;
}

/** By an id that follows from the stop's: however often it is sent, one sale. */
async function sell(parts: UndoParts, stop: OwnOrder, left: Quantity, { told, options }: Telling): Promise<Undone> {
  const sent = await send(parts, stop, { what: "sale", quantity: left, terms: { type: "market" } }, options);
  if (sent.placed.outcome === "refused") {
    const back = await stopAgain(parts, stop, left, options);
    return told(`the sale was refused (${sent.placed.reason}); ${back}. Sell it by hand at the venue.`, false);
  }
  const end = await ended(parts, sent.ref, options);
  if (end === null) {
    return told(
      `the sale is in doubt: look at the venue before you sell by hand (order ${sent.ref.clientOrderId}).`,
      false,
    );
  }
  const { filledQuantity: sold } = end;
  if (compare(sold, left) === 0) return told(`stop canceled, ${sold} sold at the market.`, true, sold);
  const rest = subtract(left, sold);
  const back = await stopAgain(parts, stop, rest, options);
  return told(`stop canceled, ${sold} of ${left} sold; ${back}. Run this again.`, false, sold);
}

/** What could not be sold is protected as it was. */
async function stopAgain(parts: UndoParts, stop: OwnOrder, quantity: Quantity, options: CallOptions): Promise<string> {
  const { triggerPrice } = stop;
  if (triggerPrice === null) return `${quantity} is without a stop`;
  const { placed } = await send(
    parts,
    stop,
    { what: "stop", quantity, terms: { type: "stop", triggerPrice } },
    options,
  );
  return placed.outcome === "accepted"
    ? `its stop at ${triggerPrice} is back for ${quantity}`
    : `${quantity} is without a stop, as far as is known`;
}

async function send(
  { orders, now }: UndoParts,
  { clientOrderId: of, symbol }: OwnOrder,
  { what, quantity, terms }: { readonly what: string; readonly quantity: Quantity; readonly terms: OrderTerms },
  options: CallOptions,
): Promise<{ readonly placed: Placed; readonly ref: OrderRef }> {
  const clientOrderId = clientOrderIdOf(`${what} without journal for ${of}`, "exit", 0);
  const sinceMs = now();
  const placed = await orders.place({ clientOrderId, symbol, side: "sell", quantity, terms }, options);
  const venueOrderId = placed.outcome === "accepted" ? placed.venueOrderId : null;
  const kind = terms.type === "stop" ? "stop" : "plain";
  return { placed, ref: refOf({ clientOrderId, venueOrderId, symbol, kind }, sinceMs) };
}

const refOf = (
  { clientOrderId, venueOrderId, symbol, kind }: Pick<OrderRef, "clientOrderId" | "venueOrderId" | "symbol" | "kind">,
  sinceMs: UnixMs,
): OrderRef => ({ clientOrderId, venueOrderId, symbol, kind, sinceMs: unixMs(sinceMs - SINCE_MARGIN_MS) });

/** The venue's word that it works no more; null: it does not say so in time. */
async function ended({ orders, sleep }: UndoParts, ref: OrderRef, options: CallOptions): Promise<VenueOrder | null> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await sleep(LOOK_MS, options);
    const said = await orders.ask(ref, options).catch(orUnknown);
    if (said !== null && said.status !== "working") return said;
  }
  return null;
}

const orUnknown = (error: unknown): null => {
  if (isPassing(error) || error instanceof ProviderRefusedError) return null;
  throw error;
};
