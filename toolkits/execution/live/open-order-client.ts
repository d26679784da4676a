// Floor 2, live execution. The name of a venue and a key → its orders. The one place where a client that may trade is made.
import { ProviderError, UnknownNameError } from "#schemas/errors.ts";
import { isRecord } from "#schemas/is-record.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { type CcxtClient, type ClientParts, factsOf, openCcxtClient } from "../../market/ccxt/client.ts";
import { increment } from "../../market/ccxt/spot-markets.ts";
import { hidingKeys } from "./hidden-keys.ts";
import { hintVenueOf, openHintSocket } from "./hint-socket.ts";
import { type SignedCall, type SigningClient, signedCalls } from "./http-call.ts";
import { createOrderHints, type OrderHintsDeps } from "./order-hints.ts";
import { TRIED_VENUES } from "./tried-venues.ts";
import type { LiveVenueId, VenueOrders } from "./venue-orders.ts";
import type { VenueNames } from "./venue-parts.ts";

export interface OrderClientParts extends ClientParts {
  readonly keys: NonNullable<ClientParts["keys"]>;
  /** The venue's place without money. */
  readonly sandbox: boolean;
  /** The client made elsewhere, with its key. */
  readonly client?: CcxtClient;
}

/**
 * Reads the venue's markets once, for its names of them.
 * @throws UnknownNameError where orders of the venue were never tried; ProviderRefusedError where it has no sandbox and one is asked for; ProviderError
 */
export async function openVenueOrders(parts: OrderClientParts, _options: CallOptions): Promise<VenueOrders> {
  const { exchangeId } = parts;
  const venue = TRIED_VENUES[exchangeId as LiveVenueId];
  if (venue === undefined) {
    throw new UnknownNameError({
      was: `Orders at ${exchangeId} were never tried: it is not traded live.`,
      expected: `one of ${Object.keys(TRIED_VENUES).join(", ")}`,
      remedy: "Trade it on paper, or choose another --venue.",
    });
  }
  const client = parts.client ?? (await openCcxtClient({ ...parts, trades: true }));
  Object.assign(client.options, venue.options);
  const names = namesOf(await client.loadMarkets(true), client.precisionMode);
  const call = signedCalls(client as CcxtClient & SigningClient, parts.now, {
    numbered: venue.numbered ?? false,
    errors: factsOf(client).errors,
  });
  const orders = venue.create({ call, names, now: parts.now, sandbox: parts.sandbox });
  return { ...orders, ...hintsOf(client, call, parts) };
}

/** Connects to nothing until it is watched. */
function hintsOf(client: CcxtClient, call: SignedCall, parts: OrderClientParts): Pick<VenueOrders, "hints"> {
  const venue = hintVenueOf(parts.exchangeId);
  if (venue === null) return {};
  const { now, sleep, keys } = parts;
  let token: string | null = null;
  const onToken = (given: string): void => {
    token = given;
  };
  const hide = hidingKeys(() => [keys.key, keys.secret, keys.password, token]);
  const open: OrderHintsDeps["open"] = (hear, options) =>
    openHintSocket(venue, { ...parts, client, call, onToken }, hear, options);
  return { hints: createOrderHints({ venue: parts.exchangeId, open, hide, now, sleep }) };
}

/** @param markets ccxt's, by its symbols @throws ProviderError */
export function namesOf(markets: unknown, precisionMode: number): VenueNames {
  if (!isRecord(markets))
    throw new ProviderError({ was: "The venue gave no list of markets.", remedy: "It is asked again." });
  const ids = new Map<MarketSymbol, string>();
  const symbols = new Map<string, MarketSymbol>();
  const ticks = new Map<MarketSymbol, string>();
  for (const market of Object.values(markets)) {
    if (!isRecord(market) || market["spot"] !== true || typeof market["id"] !== "string") continue;
    const symbol = MarketSymbol.safeParse(market["symbol"]).data;
    if (symbol === undefined) continue;
    ids.set(symbol, market["id"]);
    const { info, precision } = market;
    const tick = increment(isRecord(precision) ? precision["price"] : undefined, precisionMode);
    if (tick !== null) ticks.set(symbol, tick);
    // Kraken writes another name in orders than in its list.
    const other = isRecord(info) ? info["altname"] : undefined;
    for (const name of [market["id"], other]) if (typeof name === "string") symbols.set(name, symbol);
  }
  return {
    idOf(symbol) {
      const id = ids.get(symbol);
      if (id !== undefined) return id;
      throw new UnknownNameError({
        was: `The venue does not list ${symbol} any more, and is asked nothing about it.`,
        expected: "a market of its list",
        remedy: "Look at the order at the venue; what is gone for good is taken out with `deeptrader write-off`.",
      });
    },
    symbolOf: (id) => symbols.get(id) ?? null,
    tickOf(symbol) {
      const tick = ticks.get(symbol);
      if (tick !== undefined) return tick;
      throw new ProviderError({
        was: `The venue gave no increment of prices for ${symbol}.`,
        remedy: "Trade another market; it is read again at the next start.",
      });
    },
  };
}
