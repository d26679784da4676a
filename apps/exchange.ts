// Floor 6. The id of an exchange → its adapter, and what is said when it opens: whether it was tried, what of it is left out, how many
// markets fit into the time for entries.
import type { DeskConfig } from "#schemas/config.ts";
import { ConfigError, ProviderRefusedError, UnknownNameError } from "#schemas/errors.ts";
import type { Money } from "#schemas/money.ts";
import type { Clock, VenueBudget } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { toIso } from "#schemas/units.ts";
import { keyRefusal } from "#toolkits/execution/live/account-guard.ts";
import type { VenueOrders } from "#toolkits/execution/live/venue-orders.ts";
import { mostMarkets } from "#toolkits/market/ccxt/capacity.ts";
import { type CcxtClient, type ExchangeKeys, openCcxtClient } from "#toolkits/market/ccxt/client.ts";
import { TESTED_VENUES, usualCash, type VenueFacts } from "#toolkits/market/ccxt/venue-facts.ts";
import { type CcxtVenue, createCcxtVenue } from "#toolkits/market/ccxt-venue.ts";
import type { StreamedVenue } from "#toolkits/market/streams/streamed-venue.ts";
import { entryWindowMs } from "#toolkits/risk/draft.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";

/** Settlement currencies that are looked for, in this order, where the exchange is not in the table. */
const USUAL_QUOTES = ["USDT", "USDC", "USD", "EUR", "BTC"] as const;
/** Names of markets that are left out, shown of many. */
const NAMED = 3;

export interface UsualMoney {
  readonly quote: string;
  /** Null: there is no usual amount of this currency. */
  cash(quote: string): Money | null;
}

export interface OpenExchange {
  readonly adapter: CcxtVenue;
  /** Markets that are read within the entry window, at most. */
  readonly mostAssets: number;
  readonly notes: readonly string[];
  close(): Promise<void>;
}

export interface ExchangeOptions extends CallOptions {
  /** What all processes on this address may ask of it. */
  readonly budget: VenueBudget;
  /** Of a key that may read, for its list of coins. */
  readonly keys?: ExchangeKeys | undefined;
  /** Network addresses that its candles are read from; left out: this one alone. */
  readonly addresses?: number | undefined;
  /** Candles over a socket where the exchange has one that was tried; for a desk that stays open. */
  readonly streams?: boolean | undefined;
  readonly onNote?: ((text: string) => void) | undefined;
}

/**
 * Asks the exchange for nothing, but with streams for its markets.
 * @throws UnknownNameError for an exchange or a timeframe that does not exist; with streams what reading its markets throws
 */
export async function openExchange(
  config: DeskConfig,
  hosts: readonly StrategyHost[],
  clock: Clock,
  options: ExchangeOptions,
): Promise<OpenExchange> {
  const { budget, keys } = options;
  const exchangeId = config.venue;
  const apiUrl = config.exchangeUrl ?? undefined;
  const time = { now: () => clock.now(), sleep: clock.sleep.bind(clock) };
  const { sandbox } = config;
  const exchange = await openCcxtClient({ exchangeId, apiUrl, budget, sandbox, ...time });
  const overrides = apiUrl === undefined ? {} : { apiUrl };
  const adapter = await createCcxtVenue({ exchangeId, exchange, budget, keys, overrides, ...time });
  const timeframes = new Set([config.timeframe, ...hosts.flatMap(({ info }) => info.timeframes)]);
  for (const timeframe of timeframes) requireTimeframe(adapter, timeframe);
  const { facts } = adapter;
  const streamed =
    options.streams === true && facts.candles.streams
      ? await streamedVenue(exchange, adapter, { ...time, apiUrl }, options)
      : null;
  const windowMs = entryWindowMs(config.timeframe);
  const fits = mostMarkets(facts, { windowMs, graceMs: adapter.graceMs, timeframes: timeframes.size });
  const mostAssets = fits * (options.addresses ?? 1);
  return {
    adapter: streamed ?? adapter,
    mostAssets,
    notes: [...untestedNote(facts), ...fitNote(config, facts, { mostAssets, windowMs })],
    close: async () => {
      await streamed?.close();
    },
  };
}

/**
 * The orders of the configured account, once its key has been looked at.
 * @throws ConfigError without a key; ProviderRefusedError where it is another's, or may do too much or too little; ProviderError
 */
export async function openOrders(
  config: DeskConfig,
  clock: Clock,
  { budget, keys, ...options }: ExchangeOptions,
): Promise<VenueOrders> {
  const { venue: exchangeId, sandbox, liveAccount } = config;
  if (keys === undefined) {
    throw new ConfigError({
      was: "DEEPTRADER_MODE is live without a key of the venue.",
      remedy: "Set DEEPTRADER_EXCHANGE_KEY and DEEPTRADER_EXCHANGE_SECRET (docs/live.md).",
    });
  }
  const { openVenueOrders } = await import("#toolkits/execution/live/open-order-client.ts");
  const apiUrl = config.exchangeUrl ?? undefined;
  const time = { now: () => clock.now(), sleep: clock.sleep.bind(clock) };
  const orders = await openVenueOrders({ exchangeId, apiUrl, budget, keys, sandbox, ...time }, options);
  const key = await orders.checkKey(options);
  const refusal = keyRefusal(key, { liveAccount: liveAccount ?? "", nowMs: clock.now() });
  if (refusal === null && key.boundToAddress === false)
    options.onNote?.(`the key of ${exchangeId} is taken from any address: bind it to this machine's at the venue`);
  if (refusal === null) return orders;
  throw new ProviderRefusedError({
    was: `No order is sent to ${exchangeId}: ${refusal}.`,
    expected: "a key that may trade and not withdraw, of the account that --live-account names",
    remedy: "Correct the key or the account (docs/live.md).",
  });
}

/** The settlement currency and the paper cash where the operator names none. @param quotes those of the exchange's markets */
export function usualMoney(exchangeId: string, quotes: ReadonlySet<string>): UsualMoney {
  const facts = TESTED_VENUES.find(({ id }) => id === exchangeId);
  const quote = facts?.quote ?? USUAL_QUOTES.find((usual) => quotes.has(usual)) ?? USUAL_QUOTES[0];
  return { quote, cash: usualCash };
}

interface StreamParts extends Pick<Clock, "now" | "sleep"> {
  readonly apiUrl: string | undefined;
}

/** Null where ccxt has no such socket. Connects when the first market is asked for. */
async function streamedVenue(
  exchange: CcxtClient,
  rest: CcxtVenue,
  { apiUrl, now, sleep }: StreamParts,
  options: ExchangeOptions,
): Promise<StreamedVenue<CcxtVenue> | null> {
  const { openSocketClient } = await import("#toolkits/market/streams/open-socket-client.ts");
  const { createCcxtCandleFeed } = await import("#toolkits/market/streams/ccxt-candle-feed.ts");
  const { createStreamedVenue } = await import("#toolkits/market/streams/streamed-venue.ts");
  await rest.markets(options);
  const client = await openSocketClient(exchange, apiUrl);
  if (client === null) return null;
  return createStreamedVenue({
    rest,
    now,
    open: (listener) => createCcxtCandleFeed({ client, sleep }, listener),
    onFault: (was) => options.onNote?.(`the candle stream of ${rest.venue}: ${was} Its candles are asked for instead.`),
    onDifference: (symbol, timeframe, [first = 0]) =>
      options.onNote?.(
        `${rest.venue} told another ${timeframe} candle of ${symbol} (${toIso(first)}) than it answers: asked for from now on`,
      ),
  });
}

function requireTimeframe({ venue, timeframes }: CcxtVenue, timeframe: DeskConfig["timeframe"]): void {
  if (timeframes.includes(timeframe)) return;
  throw new UnknownNameError({
    was: `${venue} has no ${timeframe} candles.`,
    expected: `one of ${timeframes.join(", ")}`,
    remedy: "Choose another --timeframe.",
  });
}

const untestedNote = ({ id, tested }: VenueFacts): readonly string[] =>
  tested
    ? []
    : [
        `${id} is untested, read-only: its paging, fees and limits are as ccxt states them. Tested are ${TESTED_VENUES.map((venue) => venue.id).join(", ")}`,
      ];

const fitNote = (
  { timeframe, assets }: Pick<DeskConfig, "timeframe" | "assets">,
  { id }: VenueFacts,
  { mostAssets, windowMs }: { readonly mostAssets: number; readonly windowMs: number },
): readonly string[] =>
  assets <= mostAssets
    ? []
    : [
        `${id} ${timeframe}: at most ${mostAssets} ${mostAssets === 1 ? "asset fits" : "assets fit"} into the entry window of ${windowMs / 1000} s; using ${mostAssets} of ${assets}`,
      ];

/** Markets that it lists and the desk cannot name. @throws as reading its markets */
export async function unnamedNote(
  { adapter }: Pick<OpenExchange, "adapter">,
  options: CallOptions,
): Promise<readonly string[]> {
  const unnamed = await adapter.unnamed(options);
  if (unnamed.length === 0) return [];
  const names = unnamed.slice(0, NAMED).join(", ");
  const more = unnamed.length > NAMED ? ` and ${unnamed.length - NAMED} more` : "";
  return unnamed.length === 1
    ? [`1 market left out: its name ${names} is not BASE/QUOTE in capitals`]
    : [`${unnamed.length} markets left out: their names are not BASE/QUOTE in capitals (${names}${more})`];
}
