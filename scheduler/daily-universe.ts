// Floor 4. The universe of a UTC day: ranks change slowly and cost a call, so they are taken once a day and at the start.
import type { CallOptions, Universe } from "#schemas/ports.ts";
import { DAY_MS, type MarketSymbol, type UnixMs } from "#schemas/units.ts";

export interface UniverseOfDay {
  readonly assets: readonly MarketSymbol[];
  readonly liquidity: ReadonlyMap<MarketSymbol, number>;
}

export interface DailyUniverse {
  /** The day's ranking, taken at the first `nowMs` asked in that UTC day. Live and backtest ask through this alike. */
  at(nowMs: UnixMs, options: CallOptions): Promise<UniverseOfDay>;
}

/** Remembers the newest day only: time moves forward. */
export function createDailyUniverse(universe: Universe, count: number): DailyUniverse {
  let newest: { readonly day: number; readonly value: UniverseOfDay } | null = null;
  return {
    at: async (nowMs, options) => {
      const day = Math.floor(nowMs / DAY_MS);
      if (newest?.day !== day) {
        newest = { day, value: await universe.topAssets({ nowMs, count }, options) };
      }
      return newest.value;
    },
  };
}
