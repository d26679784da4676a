// Floor 4, acts. What must be true before something at the venue is taken over, each with what is wrong and what to do.
import { isPassing, PositionError, UnknownNameError } from "#schemas/errors.ts";
import type { Market, Ticker } from "#schemas/market.ts";
import { add, compare, type DecimalText, minOf, type Price, type Quantity, subtract } from "#schemas/money.ts";
import { positionKey, type StrategyMarket } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, type MarketSymbol, splitSymbol, unixMs } from "#schemas/units.ts";
import { neededOf } from "#toolkits/execution/live/account-guard.ts";
import { type Bought, boughtFor } from "#toolkits/execution/live/bought-for.ts";
import type { VenueOrder } from "#toolkits/execution/live/venue-orders.ts";
import { namesPhrase } from "#toolkits/market/nearest-names.ts";
import type { Desk } from "../desk.ts";

/** Purchases are looked for so long before the stop that they have. */
const BOUGHT_WITHIN_MS = 3 * DAY_MS;

/** A desk that can ask its venue. */
export type VenueDesk = Desk & { readonly venueOrders: NonNullable<Desk["venueOrders"]> };

export type Stop = VenueOrder & { readonly clientOrderId: string; readonly triggerPrice: Price };

/** @throws UnknownNameError, PositionError */
export function stopNamed(open: readonly VenueOrder[], typed: string): Stop {
  const id = typed.replace(/^(unknown|foreign)-order:/, "");
  const order = open.find(({ venueOrderId, clientOrderId }) => venueOrderId === id || clientOrderId === id);
  if (order === undefined) {
    throw new UnknownNameError({
      was: `No order ${JSON.stringify(id)} works at the venue.`,
      expected:
        open.length === 0
          ? "an order that works there; there is none"
          : `one of ${namesPhrase(
              id,
              open.map(({ venueOrderId }) => venueOrderId),
            )}`,
      remedy: "See `deeptrader account`.",
    });
  }
  const { side, kind, status, filledQuantity, triggerPrice, clientOrderId, quantity, symbol } = order;
  const what = `Order ${order.venueOrderId} (${side} ${quantity} ${symbol})`;
  const coins = `deeptrader adopt position ${symbol} ${quantity} --price PRICE --reason TEXT`;
  const refuse = (was: string, remedy: string) =>
    new PositionError({ was: `${what} ${was}.`, expected: "a stop that rests and sells", remedy });
  if (side === "buy") throw refuse("buys, and no entry of the desk rests", "Cancel it at the venue.");
  if (kind !== "stop" || triggerPrice === null || order.waitsForRise === true) {
    throw refuse("is no stop", `Cancel it at the venue; the coins can be taken over with \`${coins}\`.`);
  }
  if (status !== "working" || compare(filledQuantity, "0") > 0) {
    throw refuse("is selling already", "Wait for its end; what is left can be taken over as coins.");
  }
  if (clientOrderId === null) {
    throw refuse(
      "has no id of a desk, by which it could be asked for",
      `Cancel it at the venue, and give the coins over with \`${coins}\`: the desk places its own stop at once.`,
    );
  }
  return { ...order, clientOrderId, triggerPrice };
}

export const knownAlready = ({ venueOrderId }: VenueOrder): PositionError =>
  new PositionError({
    was: `Order ${venueOrderId} is in the desk's journal already.`,
    remedy: "Nothing is to be taken over.",
  });

/** @throws PositionError where several could be meant, or it is none */
export function strategyOf({ strategies }: Desk, named: string | null): string {
  const ids = [...strategies.keys()];
  const [only] = ids;
  if (named !== null && strategies.has(named)) return named;
  if (named === null && only !== undefined && ids.length === 1) return only;
  throw new PositionError({
    was:
      named === null
        ? "The desk has several strategies: whose it is to be is not said."
        : `The desk has no strategy ${named}.`,
    expected: `one of ${ids.join(", ")}`,
    remedy: "Add --strategy ID.",
  });
}

export function marketOf({ markets, marketData }: Desk, symbol: MarketSymbol): Market {
  const market = markets.get(symbol);
  if (market !== undefined) return market;
  throw new UnknownNameError({
    was: `${symbol} is no market of this desk at ${marketData.venue}.`,
    remedy:
      "Only what the desk may sell again can be taken over. Start it with the settlement currency of that market.",
  });
}

/** @throws PositionError where that strategy holds some of it already: one position has one stop */
export function termsOf({ account, strategies }: Desk, of: StrategyMarket) {
  const held = account.portfolio().positions.get(positionKey(of));
  const terms = strategies.get(of.strategyId);
  if (terms !== undefined && (held === undefined || held.dust)) return terms;
  throw new PositionError({
    was: `${of.strategyId} holds ${held?.quantity ?? "some"} of ${of.symbol} already, under a stop of its own.`,
    remedy: `Name another strategy with --strategy, or \`deeptrader close ${of.symbol}\` first.`,
  });
}

/** @throws PositionError for more than the venue holds above what the journal says, or of which another order has hold */
export async function requireCoins(
  { account, venueOrders }: VenueDesk,
  { symbol }: StrategyMarket,
  { quantity, rests }: { readonly quantity: Quantity; readonly rests: boolean },
  options: CallOptions,
): Promise<void> {
  const { base } = splitSymbol(symbol);
  const { free, used } = (await venueOrders.balances(options)).get(base) ?? { free: "0", used: "0" };
  const above = subtract<string>(add<DecimalText>(free, used), neededOf(account.portfolio()).get(base) ?? "0");
  // A stop that rests has hold of its own coins.
  const most = rests ? above : minOf<string>(free, above);
  if (compare(quantity, most) <= 0) return;
  const isHeldBack = compare(quantity, above) <= 0;
  throw new PositionError({
    was: `${quantity} ${base} are more than the ${compare(most, "0") > 0 ? most : "0"} that the venue holds${isHeldBack ? " free of other orders" : " and the journal does not know"}.`,
    expected: "at most that",
    remedy: isHeldBack
      ? "Cancel the orders that have hold of them, or take over the stop itself."
      : "See `deeptrader account`.",
  });
}

/** Prices that do not come now. */
export function ifPassing(error: unknown): readonly Ticker[] {
  if (isPassing(error)) return [];
  throw error;
}

/** A stop above the price would sell at once. Where there is no price, the desk places it and sees. @throws PositionError */
export async function requireAbove(
  desk: Desk,
  symbol: MarketSymbol,
  stopPrice: Price,
  options: CallOptions,
): Promise<void> {
  const tickers = await desk.marketData
    .tickers({ symbols: [symbol], nowMs: desk.clock.now() }, options)
    .catch(ifPassing);
  const bid = tickers[0]?.bid ?? null;
  if (bid === null || bid > Number(stopPrice)) return;
  throw new PositionError({
    was: `${symbol} is bid at ${bid}, and its stop would be at ${stopPrice}: it would be sold at once.`,
    remedy: "Give a wider stop with --stop PCT, or sell it yourself.",
  });
}

/** @throws PositionError where the price was not given and the venue's trades do not say it */
export async function boughtAs(
  { venueOrders, markets }: VenueDesk,
  { symbol, quantity, createdAtMs }: Stop,
  price: Price | null,
  options: CallOptions,
): Promise<Bought> {
  const sinceMs = unixMs(Math.max(0, createdAtMs - BOUGHT_WITHIN_MS));
  const stepSize = markets.get(symbol)?.stepSize ?? quantity;
  const trades = price === null ? await venueOrders.trades({ symbol, sinceMs }, options) : [];
  const found = boughtFor(trades, { quantity, stepSize });
  if (price !== null) return { price, atMs: createdAtMs };
  if (found !== null) return found;
  throw new PositionError({
    was: `What ${quantity} ${symbol} cost is not to be seen from the venue's trades of the three days before its stop.`,
    expected: "purchases that come to exactly that, and no sale after them",
    remedy: "Give what a coin of it cost with --price.",
  });
}
