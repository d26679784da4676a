// Floor 4. The universe of a UTC day: ranks change slowly and cost a call, so they are taken once a day and at the start. The
// one place where the configuration's market patterns enter.
import type { DeskConfig } from "#schemas/config.ts";
import { isPassing } from "#schemas/errors.ts";
import { isAdmitted, patternsText } from "#schemas/market-patterns.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { Universe } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, startOfDay, type UnixMs } from "#schemas/units.ts";
import { marketsHeld } from "#toolkits/portfolio/positions.ts";

export interface UniverseOfDay {
  readonly assets: readonly MarketSymbol[];
  readonly liquidity: ReadonlyMap<MarketSymbol, number>;
  /** What would be among the assets but for the configuration's patterns. */
  readonly excluded: readonly MarketSymbol[];
  /** Why this is not the day's ranking but the newest one known, which may be empty; null: it is the day's. */
  readonly problem: string | null;
  /** What it is ranked by, in words, with source and age; null or left out: its source does not say, or nothing was ranked. */
  readonly basis?: string | null;
}

/** Universe ∪ held ∪ working: what may be entered, and what must be watched until it is gone. */
export function marketsToThinkAbout(universe: UniverseOfDay, portfolio: Portfolio): readonly MarketSymbol[] {
  const symbols = new Set(universe.assets);
  for (const symbol of marketsHeld(portfolio)) symbols.add(symbol);
  for (const order of portfolio.orders.values()) symbols.add(order.symbol);
  return [...symbols];
}

/**
 * What the sweep reads: first what is held or has orders, since a venue may run out of time for the others; then the universe, and
 * watched markets, which are looked at and never entered for being watched.
 */
export function marketsToSweep(
  universe: UniverseOfDay,
  portfolio: Portfolio,
  watched: ReadonlySet<MarketSymbol>,
): readonly MarketSymbol[] {
  const inTheAccount = [...marketsToThinkAbout({ ...universe, assets: [] }, portfolio)];
  return [...new Set([...inTheAccount, ...universe.assets, ...watched])];
}

/** Whether a market is one of them. */
export function isThoughtAbout(symbol: MarketSymbol, { assets }: UniverseOfDay, portfolio: Portfolio): boolean {
  if (assets.includes(symbol) || marketsHeld(portfolio).has(symbol)) return true;
  for (const order of portfolio.orders.values()) if (order.symbol === symbol) return true;
  return false;
}

export interface DailyUniverse {
  /**
   * The day's ranking, taken at the first `nowMs` asked in that UTC day. Live and backtest ask through this alike. A
   * source that does not answer is asked again at the next call, and so is one that leaves nothing to look at, or that says that it may know better then.
   */
  at(nowMs: UnixMs, options: CallOptions): Promise<UniverseOfDay>;
  /** The newest ranking taken, of whatever day; nobody is asked, and it is empty before the first. */
  newest(): UniverseOfDay;
}

export const UNKNOWN_UNIVERSE: UniverseOfDay = {
  assets: [],
  liquidity: new Map(),
  excluded: [],
  problem: null,
  basis: null,
};

type Choice = Pick<DeskConfig, "assets" | "markets">;

/** The best of the markets that the patterns admit. Remembers the newest day only: time moves forward. */
export function createDailyUniverse(universe: Universe, choice: Choice): DailyUniverse {
  let newest = { day: -1, value: UNKNOWN_UNIVERSE };
  return {
    newest: () => newest.value,
    at: async (nowMs, options) => {
      const day = startOfDay(nowMs);
      if (newest.day === day) return newest.value;
      try {
        const { provisional, ...value } = await chosen(universe, choice, nowMs, options);
        const { excluded } = value;
        if (value.assets.length === 0) return { ...newest.value, excluded, problem: nothingLeft(choice, value) };
        newest = { day: provisional ? -1 : day, value };
      } catch (error) {
        if (!isPassing(error)) throw error;
        return { ...newest.value, problem: `the universe could not be ranked: ${error.message}` };
      }
      return newest.value;
    },
  };
}

const nothingLeft = ({ markets }: Choice, { excluded }: UniverseOfDay): string =>
  excluded.length > 0
    ? `no market is looked at: ${patternsText(markets)} leaves none of the best ${excluded.length}. Widen the patterns.`
    : "no market is looked at: the venue has none in this settlement currency. Choose another --quote.";

async function chosen(
  universe: Universe,
  { assets: count, markets }: Choice,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<UniverseOfDay & { readonly provisional: boolean }> {
  // With patterns the whole ranking is asked for: how far down the last admitted market stands is not known before.
  const asked = patternsText(markets) === "" ? count : Number.MAX_SAFE_INTEGER;
  const top = await universe.topAssets({ nowMs, count: asked }, options);
  const { assets: ranked, liquidity, basis = null, problem = null, provisional = false } = top;
  return {
    assets: ranked.filter((symbol) => isAdmitted(markets, symbol)).slice(0, count),
    liquidity,
    excluded: ranked.slice(0, count).filter((symbol) => !isAdmitted(markets, symbol)),
    problem,
    basis,
    provisional,
  };
}
