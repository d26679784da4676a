// Window after window of the product's kernels, as one column each: what published series are compared with.
import { bollingerOfWindow } from "#toolkits/indicators/bollinger.ts";
import { rsiOfWindow } from "#toolkits/indicators/rsi.ts";

/** RSI after every close from the 15th on: value i belongs to close i + 14. */
export const rsiSeries = (closes: Float64Array): readonly number[] =>
  windowsOf(closes, 15).map((window) => rsiOfWindow(window)?.value ?? Number.NaN);

/** Bands after every close from the 20th on: value i belongs to close i + 19. */
export const bollingerSeries = (closes: Float64Array) =>
  windowsOf(closes, 20).map((window) => {
    const bands = bollingerOfWindow(window);
    if (bands === null) throw new Error("20 closes have bands");
    return bands;
  });

const windowsOf = (closes: Float64Array, first: number): readonly Float64Array[] =>
  Array.from({ length: Math.max(0, closes.length - first + 1) }, (_, i) => closes.subarray(0, i + first));
