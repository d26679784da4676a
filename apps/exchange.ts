// Floor 6. The id of an exchange → its adapter, and what is said when it opens: whether it was tried, what of it is left out, how many
// markets fit into the time for entries.
import type { DeskConfig } from "#schemas/config.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import type { Money } from "#schemas/money.ts";
import type { Clock, VenueBudget } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { mostMarkets } from "#toolkits/market/ccxt/capacity.ts";
import { TESTED_VENUES, usualCash, type VenueFacts } from "#toolkits/market/ccxt/venue-facts.ts";
import { type CcxtVenue, createCcxtVenue } from "#toolkits/market/ccxt-venue.ts";
import { entryWindowMs } from "#toolkits/risk/draft.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";

/** Settlement currencies that are looked for, in this order, where the exchange is not in the table. */
const USUAL_QUOTES = ["USDT", "USDC", "USD", "EUR", "BTC"] as const;
/** Names of markets that are left out, shown of many. */
const NAMED = 3;

export interface OpenExchange {
  readonly adapter: CcxtVenue;
  readonly usual: { readonly quote: string; cash(quote: string): Money | null };
  /** Markets that are read within the entry window, at most. */
  readonly mostAssets: number;
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** @throws UnknownNameError for an exchange or a timeframe that does not exist; what reading its markets throws */
export async function openExchange(
  config: DeskConfig,
  hosts: readonly StrategyHost[],
  clock: Clock,
  options: CallOptions,
): Promise<OpenExchange> {
  const budget = await openBudget(config);
  try {
    const adapter = await createCcxtVenue({
      exchangeId: config.venue,
      now: () => clock.now(),
      sleep: (ms, callOptions) => clock.sleep(ms, callOptions),
      ...(budget === null ? {} : { budget }),
      ...(config.exchangeUrl === null ? {} : { overrides: { apiUrl: config.exchangeUrl } }),
    });
    const timeframes = new Set([config.timeframe, ...hosts.flatMap(({ info }) => info.timeframes)]);
    for (const timeframe of timeframes) requireTimeframe(adapter, timeframe);
    const quotes = new Set((await adapter.markets(options)).map(({ quote }) => quote));
    const { facts } = adapter;
    const windowMs = entryWindowMs(config.timeframe);
    const mostAssets = mostMarkets(facts, { windowMs, graceMs: adapter.graceMs, timeframes: timeframes.size });
    return {
      adapter,
      usual: {
        quote: facts.tested ? facts.quote : (USUAL_QUOTES.find((quote) => quotes.has(quote)) ?? facts.quote),
        cash: usualCash,
      },
      mostAssets,
      notes: [
        ...untestedNote(facts),
        ...fitNote(config, facts, { mostAssets, windowMs }),
        ...unnamedNote(await adapter.unnamed(options)),
      ],
      close: async () => budget?.close(),
    };
  } catch (error) {
    await budget?.close();
    throw error;
  }
}

/** One for all processes on a PostgreSQL: they may stand behind one address. */
async function openBudget({ databaseUrl, venue, exchangeUrl }: DeskConfig): Promise<VenueBudget | null> {
  if (databaseUrl === null) return null;
  const { openPostgresBudget } = await import("#memory/stores/postgres-budget.ts");
  const at = exchangeUrl === null ? "" : ` ${new URL(exchangeUrl).host}`;
  return openPostgresBudget(databaseUrl, `${venue}${at}`);
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
        `${id} ${timeframe}: at most ${mostAssets} assets fit into the entry window of ${windowMs / 1000} s; using ${mostAssets} of ${assets}`,
      ];

function unnamedNote(unnamed: readonly string[]): readonly string[] {
  if (unnamed.length === 0) return [];
  const names = unnamed.slice(0, NAMED).join(", ");
  const more = unnamed.length > NAMED ? ` and ${unnamed.length - NAMED} more` : "";
  return unnamed.length === 1
    ? [`1 market left out: its name ${names} is not BASE/QUOTE in capitals`]
    : [`${unnamed.length} markets left out: their names are not BASE/QUOTE in capitals (${names}${more})`];
}
