// Floor 4. What is at hand of a market's candles → those of a chart: values beside each, holes, doubts and corrections named. No exchange
// is asked.
import { z } from "zod";
import type { AnalysisKey } from "#schemas/analysis.ts";
import { isPassing } from "#schemas/errors.ts";
import { type CandleSeries, candleColumns, DataNote, newestClosed } from "#schemas/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs, UnixMs, unixMs } from "#schemas/units.ts";
import { candleValues, valuesFromMs } from "#toolkits/indicators/candle-values.ts";
import { Correction, correctionsOf } from "../corrections.ts";
import type { Desk } from "../desk.ts";
import { formatTime } from "../documents/format.ts";

const price = z.number().positive();

const CandleShown = z.object({
  openMs: UnixMs.describe("epoch ms; it closes one timeframe later"),
  open: price.describe("in quote per base, as high, low and close"),
  high: price.describe("highest price, quote per base"),
  low: price.describe("lowest price, quote per base"),
  close: price.describe("last price, quote per base"),
  volume: z.number().nonnegative().describe("in base"),
  rsi: z
    .number()
    .nullable()
    .describe("Wilder, 14 candles, 0 to 100, after this close; null: too few candles before it"),
  upper: z.number().nullable().describe("upper Bollinger band (20 candles, 2 deviations) after this close"),
  middle: z.number().nullable().describe("middle band: the mean of 20 closes"),
  lower: z.number().nullable().describe("lower band"),
  corrected: z.boolean().describe("its source has changed it since it was first read"),
});

export const MarketCandles = z.object({
  asked: z.int().describe("closed candles asked for"),
  candles: z.array(CandleShown).readonly().describe("closed ones, oldest first"),
  fewer: z.string().nullable().describe("why there are fewer than asked for; null: there are as many"),
  holes: z
    .array(
      z.object({
        fromMs: UnixMs.describe("open time of the first candle that is not there, epoch ms"),
        candles: z.int().describe("how many are not there"),
      }),
    )
    .readonly(),
  notes: z.array(DataNote).readonly().describe("what was noticed about these candles, those in doubt among them"),
  corrections: z.array(Correction).readonly().describe("newest first, as far as they are kept"),
});
export type MarketCandles = z.infer<typeof MarketCandles>;

const MOST_CORRECTIONS = 100;

/** @throws StoreError */
export async function marketCandlesOf(
  { marketData, clock }: Pick<Desk, "marketData" | "clock">,
  store: Pick<Store, "candles">,
  key: AnalysisKey,
  asked: number,
  options: CallOptions,
): Promise<MarketCandles> {
  const { symbol, timeframe } = key;
  const nowMs = clock.now();
  const lengthMs = timeframeMs(timeframe);
  const newestMs = newestClosed(nowMs, timeframe, marketData.graceMs);
  const firstMs = newestMs - asked * lengthMs;
  const fromMs = valuesFromMs(asked, { timeframe, nowMs, graceMs: marketData.graceMs });
  const corrections = await correctionsOf(store.candles, key, { nowMs, limit: MOST_CORRECTIONS }, options);
  let series: CandleSeries;
  try {
    const read = await marketData.candles({ symbol, timeframe, nowMs, fromMs }, options);
    series = withoutDoubts(read, await store.candles.verdicts(key, { fromMs, nowMs }, options));
  } catch (error) {
    if (!isPassing(error)) throw error;
    return { asked, candles: [], fewer: error.message, holes: [], notes: [], corrections };
  }
  const values = candleValues(series, asked);
  const corrected = new Set(corrections.map(({ openMs }) => openMs));
  const first = series.openMs.length - values.length;
  const candles = values.flatMap(({ rsiWilder, bollinger }, at) => {
    const row = first + at;
    const openMs = series.openMs[row] ?? 0;
    if (openMs < firstMs) return [];
    return {
      openMs: unixMs(openMs),
      open: series.open[row] ?? Number.NaN,
      high: series.high[row] ?? Number.NaN,
      low: series.low[row] ?? Number.NaN,
      close: series.close[row] ?? Number.NaN,
      volume: series.volume[row] ?? Number.NaN,
      rsi: rsiWilder,
      upper: bollinger?.upper ?? null,
      middle: bollinger?.middle ?? null,
      lower: bollinger?.lower ?? null,
      corrected: corrected.has(openMs),
    };
  });
  const holes = candles.flatMap(({ openMs }, at) => {
    const before = candles[at - 1]?.openMs ?? openMs - lengthMs;
    const count = (openMs - before) / lengthMs - 1;
    return count > 0 ? [{ fromMs: unixMs(before + lengthMs), candles: count }] : [];
  });
  const notes = series.notes.filter(({ atMs }) => atMs >= firstMs);
  return {
    asked,
    candles,
    fewer: whyFewer(series, { asked, got: candles, firstMs, newestMs }),
    holes,
    notes,
    corrections,
  };
}

/** What the store keeps is as it came: candles that were found wrong, or wait for a second word, are not among those that count. */
function withoutDoubts(
  series: CandleSeries,
  verdicts: Awaited<ReturnType<Store["candles"]["verdicts"]>>,
): CandleSeries {
  const doubts = new Map(
    verdicts.filter(({ verdict }) => verdict !== "agreed").map((one) => [one.openMs, one.verdict]),
  );
  const rows = [...series.openMs.keys()].filter((row) => !doubts.has(series.openMs[row] ?? 0));
  const leftOut = [...series.openMs].filter((openMs) => doubts.has(openMs));
  if (leftOut.length === 0) return series;
  const notes = leftOut.map((atMs): DataNote => {
    const isWaiting = doubts.get(atMs) === "pending";
    return {
      kind: isWaiting ? "pending" : "implausible",
      atMs,
      text: `the candle of ${formatTime(atMs)} UTC ${isWaiting ? "waits for a second word" : "was left out as implausible"}`,
    };
  });
  const columns = candleColumns((name) => Float64Array.from(rows, (row) => series[name][row] ?? Number.NaN));
  return { ...series, ...columns, notes: [...series.notes, ...notes].sort((a, b) => a.atMs - b.atMs) };
}

function whyFewer(
  { askedFromMs, timeframe, checkedThroughMs, notes }: CandleSeries,
  {
    asked,
    got,
    firstMs,
    newestMs,
  }: { readonly asked: number; readonly got: readonly unknown[]; readonly firstMs: number; readonly newestMs: number },
): string | null {
  if (got.length >= asked) return null;
  const because = [
    ...(askedFromMs > firstMs ? [`none is kept from before ${formatTime(askedFromMs)} UTC`] : []),
    ...(checkedThroughMs < newestMs ? [`none is known after ${formatTime(checkedThroughMs)} UTC`] : []),
    ...(notes.some(({ kind }) => kind === "implausible" || kind === "pending")
      ? ["some were left out as in doubt"]
      : []),
  ];
  const why = because.length === 0 ? "the market had no others in that time" : because.join("; ");
  return `${got.length} of ${asked} ${timeframe} candles: ${why}.`;
}
