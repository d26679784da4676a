// The product's own kernel over a whole window, for tests that need one value.
import { rsiKernel } from "#toolkits/indicators/kernels/rsi.ts";
import { lastValues } from "#toolkits/indicators/run-columns.ts";

const rowsOf = (close: Float64Array) => ({ open: close, high: close, low: close, close, volume: close });

/** RSI after the last close, as of a window that begins with the first. */
export const rsiOf = (closes: Float64Array): number =>
  lastValues([rsiKernel(14, "close")], rowsOf(closes))[0]?.[0] ?? Number.NaN;
