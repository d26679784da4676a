// Floor 6. An exchange as a venue, in real time: its client, the coins that it lists, and the orders of a live account.
import { slotAt } from "#desk/slots.ts";
import { systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { VenueId } from "#schemas/units.ts";
import type { VenueOrders } from "#toolkits/execution/live/venue-orders.ts";
import { GRACE_MS } from "#toolkits/market/ccxt-venue.ts";
import { lazyListings, lazyMarketData } from "#toolkits/market/lazy-market-data.ts";
import { countedPorts } from "#toolkits/ports/counted.ts";
import { createUnreportedSecurity } from "#toolkits/security/unreported-security.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import { createQuoteVolumeUniverse } from "#toolkits/universe/quote-volume-universe.ts";
import { exchangeName, openBudgets } from "../budgets.ts";
import { exchangeKeys, openCoinPorts } from "../coin-ports.ts";
import { type OpenExchange, openExchange, openOrders, unnamedNote, usualMoney } from "../exchange.ts";
import { exchangeMarkets } from "../exchange-markets.ts";
import { readKeptMarkets } from "../kept-markets.ts";
import { settled } from "./settlement.ts";
import type { Venue, VenueOptions } from "./venue.ts";

/** Where its markets are kept its client is opened at the first read: what needs no word of the exchange does not wait for one. */
export async function exchangeVenue(
  config: DeskConfig,
  hosts: readonly StrategyHost[],
  { marketsFrom = "exchange", withOrders = true, env = {}, ...options }: VenueOptions,
): Promise<Venue> {
  const clock = systemClock();
  const counting = countedPorts();
  const budgets = await openBudgets(config, () => clock.now());
  const kept = marketsFrom === "exchange" ? null : await readKeptMarkets(config.home, config.venue);
  let opened: Promise<OpenExchange> | null = null;
  const budgetOf = () => budgets.of(exchangeName(config));
  const open = (): Promise<OpenExchange> => {
    const budget = budgetOf();
    opened ??= openExchange(config, hosts, clock, { ...options, budget, keys: exchangeKeys(env) }).catch(
      (error: unknown) => {
        opened = null;
        throw error;
      },
    );
    return opened;
  };
  /** Null on paper, and for what only looks. */
  const ordersOf = async (): Promise<VenueOrders | null> => {
    if (config.mode === "paper" || exchange === null || !withOrders) return null;
    return openOrders(config, clock, { ...options, budget: budgetOf(), keys: exchangeKeys(env) });
  };
  const close = async (): Promise<void> => {
    await (await opened?.catch(() => null))?.close();
    await budgets.close();
  };
  const identity = { venueId: VenueId.parse(config.venue), venue: config.venue, simulated: false, graceMs: GRACE_MS };
  // That there is such an exchange is known of one that has listed its markets; else its client says so, and asks nothing.
  const exchange =
    kept === null ? await open().catch((error: unknown) => budgets.close().then(() => Promise.reject(error))) : null;
  const adapter = exchange?.adapter ?? lazyMarketData(identity, async () => (await open()).adapter);
  const marketData = counting.port("marketData", adapter);
  const listed = exchangeMarkets({ home: config.home, marketData, clock }, kept);
  const markets = listed.bySymbol;
  const notes = [...(exchange?.notes ?? [])];
  let money: Pick<Venue, "quote" | "cash">;
  try {
    if (exchange !== null && marketsFrom !== "home") {
      await listed.refresh(options);
      notes.push(...(await unnamedNote(exchange, options)));
    }
    const usual = usualMoney(config.venue, new Set([...markets.values()].map(({ quote }) => quote)));
    money = settled(config, { venue: config.venue, markets, usual });
  } catch (error) {
    await close();
    throw error;
  }
  const nowMs = clock.now();
  const orders = await ordersOf().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    marketData,
    ...(orders === null ? {} : { orders }),
    security: counting.port("security", createUnreportedSecurity()),
    universe: counting.port("universe", createQuoteVolumeUniverse({ marketData, quote: money.quote })),
    coins: await openCoinPorts(config, {
      env,
      clock,
      budgets,
      listings: lazyListings(async () => (await open()).adapter.listings),
      counting,
    }),
    ...money,
    ...(exchange === null ? {} : { mostAssets: exchange.mostAssets, exchange }),
    markets,
    refreshMarkets: (_now, callOptions) => listed.refresh(callOptions),
    marketsHeardMs: listed.heardMs,
    hosts,
    clock,
    standMs: nowMs,
    beginMs: slotAt(nowMs, config.timeframe, marketData.graceMs),
    lastSlotMs: null,
    notes,
    counting,
    close,
  };
}
