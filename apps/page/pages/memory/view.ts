// Floor 6. What of the map is looked for: the query of the address ↔ which rows are shown, and in what order.
import type { MapRow } from "#desk/overviews/memory-map.ts";
import { mayEnter } from "#schemas/security.ts";

type Query = Readonly<Record<string, string>>;

interface Choice<Value> {
  readonly words: string;
  readonly of: Value;
}

/** Percent of the price within which a level counts as near. */
const NEAR_PCT = 1;
const [LOW_RSI, HIGH_RSI] = [30, 70];

/** The nearest next close at which the first strategy would act, percent without sign; null: none, or not known. */
export function nearestPct({ levels }: MapRow): number | null {
  const ways = [levels?.enterDistancePct ?? null, levels?.exitDistancePct ?? null].flatMap((way) =>
    way === null ? [] : [Math.abs(way)],
  );
  return ways.length === 0 ? null : Math.min(...ways);
}

export const ONLY: Readonly<Record<string, Choice<(row: MapRow) => boolean>>> = {
  all: { words: "all markets", of: () => true },
  held: { words: "held", of: (row) => row.held },
  near: {
    words: `within ${NEAR_PCT} % of a level`,
    of: (row) => (nearestPct(row) ?? Number.POSITIVE_INFINITY) <= NEAR_PCT,
  },
  oversold: { words: `RSI under ${LOW_RSI}`, of: ({ rsi }) => rsi !== null && rsi < LOW_RSI },
  overbought: { words: `RSI over ${HIGH_RSI}`, of: ({ rsi }) => rsi !== null && rsi > HIGH_RSI },
  old: { words: "stale or missing", of: ({ status }) => status !== "fresh" },
  barred: {
    words: "not entered (security, blocked)",
    of: ({ security, blocked }) => blocked || security === null || !mayEnter(security),
  },
  brief: { words: "with a brief", of: ({ briefUntilMs }) => briefUntilMs !== null },
};

const FRESHNESS = { missing: 0, stale: 1, fresh: 2 } as const;
/** Worst first, as law 4 has them. */
const SECURITY = ["block", "unknown", "caution", "clear", "not-applicable"] as const;
const absolute = (value: number | null | undefined): number | null => (value == null ? null : Math.abs(value));

/** By column; null sorts behind all others, either way. */
export const SORT: Readonly<Record<string, Choice<(row: MapRow) => number | string | null>>> = {
  rank: { words: "rank", of: () => null },
  market: { words: "market", of: ({ symbol }) => symbol },
  freshness: { words: "freshness", of: ({ status, ageMs }) => FRESHNESS[status] - (ageMs ?? 0) / 1e15 },
  price: { words: "price", of: ({ price }) => price },
  day: { words: "24 h", of: ({ changePct24h }) => changePct24h },
  rsi: { words: "RSI", of: ({ rsi }) => rsi },
  percentB: { words: "%B", of: ({ percentB }) => percentB },
  enters: { words: "enters", of: ({ levels }) => absolute(levels?.enterDistancePct) },
  exits: { words: "exits", of: ({ levels }) => absolute(levels?.exitDistancePct) },
  security: { words: "security", of: ({ security }) => (security === null ? null : SECURITY.indexOf(security)) },
  brief: { words: "brief", of: ({ briefUntilMs }) => briefUntilMs },
};

export interface MapView {
  readonly search: string;
  readonly only: string;
  readonly sort: string;
  readonly isDescending: boolean;
  /** Of the record that is shown; null: none. */
  readonly market: string | null;
}

/** What the query does not say, or says wrongly, is the default. */
export function viewOf({ search = "", only = "", sort = "", dir = "", market = "" }: Query): MapView {
  return {
    search: search.trim(),
    only: Object.hasOwn(ONLY, only) ? only : "all",
    sort: Object.hasOwn(SORT, sort) ? sort : "rank",
    isDescending: dir === "desc",
    market: market === "" ? null : market,
  };
}

export function rowsOf(markets: readonly MapRow[], { search, only, sort, isDescending }: MapView): readonly MapRow[] {
  const wanted = search.toUpperCase();
  const isWanted = ONLY[only]?.of ?? (() => true);
  const rows = markets.filter((row) => row.symbol.includes(wanted) && isWanted(row));
  const sortedBy = SORT[sort]?.of;
  if (sortedBy === undefined || sort === "rank") return isDescending ? rows.toReversed() : rows;
  return rows.toSorted((a, b) => order(sortedBy(a), sortedBy(b), isDescending ? -1 : 1));
}

function order(a: number | string | null, b: number | string | null, way: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (a === b) return 0;
  return a < b ? -way : way;
}
