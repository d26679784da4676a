// A venue with a known past, for tests of downloads: what MarketData promises of candles, and what goes wrong on the way.
import { ProviderError } from "#schemas/errors.ts";
import { type CandleColumns, candleColumns, newestClosed } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { aggregateCandles } from "#toolkits/market/aggregate-candles.ts";
import { rowsWithin } from "#toolkits/market/history/rows.ts";

export const LENGTH_MS = timeframeMs("5m");
export const GRACE_MS = 3000;

/** Candles of 5m from `firstMs` on, but those of `holes`; each differs from its neighbours. */
export function pastOf(firstMs: number, count: number, holes: ReadonlySet<number> = new Set()): CandleColumns {
  const rows = Array.from({ length: count }, (_, row) => row).filter((row) => !holes.has(row));
  const price = (row: number): number => 100 + ((row * 7919) % 997) / 13;
  const cell = {
    openMs: (row: number) => firstMs + row * LENGTH_MS,
    open: price,
    high: (row: number) => Math.max(price(row), price(row + 1)),
    low: (row: number) => Math.min(price(row), price(row + 1)),
    close: (row: number) => price(row + 1),
    volume: (row: number) => (row % 11) / 7,
  };
  return candleColumns((field) => Float64Array.from(rows, cell[field]));
}

export interface SourceInput {
  readonly past: () => CandleColumns;
  readonly now: () => UnixMs;
  /** Before each answer: throws what the venue or the machine does wrong. */
  readonly before?: (call: number) => void;
  /** The venue keeps only the newest so many. */
  readonly keeps?: number;
}

export function recordedSource({ past, now, before, keeps }: SourceInput) {
  const calls: { readonly fromMs: number; readonly nowMs: number; readonly timeframe: string }[] = [];
  const source: Pick<MarketData, "candles" | "venue" | "graceMs"> = {
    venue: "binance",
    graceMs: GRACE_MS,
    async candles({ symbol, timeframe, nowMs, fromMs }, { signal }) {
      signal.throwIfAborted();
      calls.push({ fromMs, nowMs, timeframe });
      before?.(calls.length);
      if (nowMs > now()) throw new Error("asked for the future");
      const kept = keeps === undefined ? 0 : (past().openMs.at(-keeps) ?? 0);
      const all = { symbol, timeframe: "5m" as const, notes: [], askedFromMs: unixMs(0), checkedThroughMs: nowMs };
      const rows = rowsWithin(past(), kept, newestClosed(nowMs, "5m", GRACE_MS));
      const series = timeframe === "5m" ? { ...all, ...rows } : { ...aggregateCandles({ ...all, ...rows }, timeframe) };
      const to = newestClosed(nowMs, timeframe, GRACE_MS);
      return {
        ...series,
        ...rowsWithin(series, fromMs, to),
        askedFromMs: unixMs(Math.max(fromMs, kept)),
        checkedThroughMs: nowMs,
      };
    },
  };
  return { source, calls };
}

export const silence = () => new ProviderError({ was: "binance is silent.", remedy: "Wait." });
