// Bench. Our kernels against the `technicalindicators` package on the same 100,000 closes, one close at a
// time. The package's RSI is rounded to two decimals, so its results are compared in the tests, not here.
import { BollingerBands, RSI } from "technicalindicators";
import { BOLLINGER_DEVIATIONS, BOLLINGER_PERIOD, RSI_PERIOD } from "#schemas/indicator.ts";
import { BollingerStream } from "#toolkits/indicators/bollinger.ts";
import { IndicatorStream } from "#toolkits/indicators/indicator-stream.ts";
import { RsiStream } from "#toolkits/indicators/rsi.ts";
import { meanReversion } from "#toolkits/strategies/mean-reversion.ts";
import { mustLook } from "#toolkits/strategies/strategy.ts";
import { type BenchRow, medianOf } from "./rows.ts";

const CLOSES = 100_000;
const ROUNDS = 15;
const BASELINE = "technicalindicators 3.1.0";

/** Medians of interleaved rounds; the ratio is the package's time over ours. */
export async function benchIndicators(): Promise<BenchRow[]> {
  const closes = seededWalk(CLOSES);
  const values = Array.from(closes);
  const rsiInput = () => ({ period: RSI_PERIOD, values });
  return [
    await compare(
      "RSI, close by close",
      () => streamRsi(closes),
      () => {
        const rsi = new RSI({ ...rsiInput(), values: [] });
        for (const close of values) rsi.nextValue(close);
      },
    ),
    await compare(
      "Bollinger, close by close",
      () => streamBands(closes),
      () => nextBands(values),
    ),
    await compare(
      "Backtest screen (RSI, bands when asked)",
      () => screen(closes),
      () => {
        const rsi = new RSI({ ...rsiInput(), values: [] });
        for (const close of values) rsi.nextValue(close);
        nextBands(values);
      },
    ),
  ];
}

async function compare(name: string, ours: () => unknown, theirs: () => unknown): Promise<BenchRow> {
  const [oursMs = Number.NaN, theirsMs = Number.NaN] = await medianOf(ROUNDS, [ours, theirs]);
  return {
    name,
    baseline: BASELINE,
    ratio: theirsMs / oursMs,
    unitsPerSecond: (CLOSES / oursMs) * 1000,
    unit: "closes",
  };
}

// Sums are returned so that no engine may leave the work out.
function streamRsi(closes: Float64Array): number {
  const stream = new RsiStream();
  let sum = 0;
  for (const close of closes) {
    stream.push(close);
    sum += stream.value;
  }
  return sum;
}

function streamBands(closes: Float64Array): number {
  const stream = new BollingerStream();
  let sum = 0;
  for (const close of closes) {
    stream.push(close);
    if (stream.ready) sum += stream.lower() + stream.upper();
  }
  return sum;
}

function nextBands(values: readonly number[]): void {
  const bands = new BollingerBands({ period: BOLLINGER_PERIOD, stdDev: BOLLINGER_DEVIATIONS, values: [] });
  for (const close of values) bands.nextValue(close);
}

function screen(closes: Float64Array): number {
  const stream = new IndicatorStream();
  let looks = 0;
  for (const close of closes) {
    stream.push(close, false);
    if (mustLook(meanReversion, stream, true)) looks++;
  }
  return looks;
}

/** A deterministic walk of about 0.2 % a step around 100, by a Lehmer generator (Park and Miller 1988). */
function seededWalk(length: number): Float64Array {
  const closes = new Float64Array(length);
  let state = 1;
  let price = 100;
  for (let i = 0; i < length; i++) {
    state = (state * 48_271) % 2_147_483_647;
    price *= 1 + (state / 2_147_483_647 - 0.5) * 0.008;
    closes[i] = price;
  }
  return closes;
}
