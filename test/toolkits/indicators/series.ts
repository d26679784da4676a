// Window after window of the product's kernels, as one column each: what published series are compared with.
import { bollingerKernel } from "#toolkits/indicators/kernels/bollinger.ts";
import { rsiKernel } from "#toolkits/indicators/kernels/rsi.ts";
import { lastValues } from "#toolkits/indicators/run-columns.ts";

const rowsOf = (close: Float64Array) => ({ open: close, high: close, low: close, close, volume: close });

/** RSI after the last close, as of a window that begins with the first. */
export const rsiOf = (closes: Float64Array): number =>
  lastValues([rsiKernel(14, "close")], rowsOf(closes))[0]?.[0] ?? Number.NaN;

/** RSI after every close from the 15th on: value i belongs to close i + 14. */
export const rsiSeries = (closes: Float64Array): readonly number[] => windowsOf(closes, 15).map(rsiOf);

/** Bands after every close from the 20th on: value i belongs to close i + 19. */
export const bollingerSeries = (closes: Float64Array) =>
  windowsOf(closes, 20).map((window) => {
    const [[upper = Number.NaN, middle = Number.NaN, lower = Number.NaN] = []] = lastValues(
      [bollingerKernel(20, 2, "close")],
      rowsOf(window),
    );
    return { upper, middle, lower };
  });

const windowsOf = (closes: Float64Array, first: number): readonly Float64Array[] =>
  Array.from({ length: Math.max(0, closes.length - first + 1) }, (_, i) => closes.subarray(0, i + first));
