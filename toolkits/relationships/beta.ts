// Floor 2, relationships. Returns up to a full hour → how far each market goes with the leader: the slope of a least squares
// line through both log returns. Pure.
import type { Beta } from "#schemas/relationship.ts";
import type { MarketSymbol } from "#schemas/units.ts";

/** Below this standard deviation a column of log returns shows rounding, not movement. */
const FLAT_STD_DEV = 1e-12;

/**
 * In the order of `returns`, the leader's own (1) among them. A market without returns has none, and nobody has one where the
 * leader has none or has not moved.
 * @param returns by market, as `returnsUpTo` gives them: each ends at the same hour, none is shorter than 100
 */
export function betasTo(leader: MarketSymbol, returns: ReadonlyMap<MarketSymbol, Float64Array>): Beta[] {
  const leading = returns.get(leader);
  if (leading === undefined) return [];
  return [...returns].flatMap(([symbol, own]) => {
    const rows = Math.min(own.length, leading.length);
    const beta = slope(own, leading, rows);
    return beta === null ? [] : [{ symbol, beta, rows }];
  });
}

/** Over the newest `rows` that both have, at six decimals: what is written down is to be the same on every machine. */
function slope(own: Float64Array, leading: Float64Array, rows: number): number | null {
  const [x0, y0] = [leading.length - rows, own.length - rows];
  const [meanX, meanY] = [meanFrom(leading, x0), meanFrom(own, y0)];
  let [products, squares] = [0, 0];
  for (let i = 0; i < rows; i++) {
    const x = (leading[x0 + i] ?? Number.NaN) - meanX;
    products += x * ((own[y0 + i] ?? Number.NaN) - meanY);
    squares += x * x;
  }
  return Math.sqrt(squares / rows) > FLAT_STD_DEV ? Math.round((products / squares) * 1e6) / 1e6 : null;
}

function meanFrom(values: Float64Array, start: number): number {
  let sum = 0;
  for (let i = start; i < values.length; i++) sum += values[i] ?? Number.NaN;
  return sum / (values.length - start);
}
