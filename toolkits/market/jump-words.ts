// Floor 2. A price and a ratio of prices → how a trader reads them.

/** Six significant digits, as exchanges print. */
export const priceText = (price: number): string => String(Number(price.toPrecision(6)));

/** `10 ×`, `1/10 of`. */
export function timesText(ratio: number): string {
  const text = (times: number): string => String(Number(times.toPrecision(times < 10 ? 2 : 3)));
  return ratio >= 1 ? `${text(ratio)} ×` : `1/${text(1 / ratio)} of`;
}
