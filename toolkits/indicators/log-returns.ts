// Floor 2. Closes → log returns from one row to the next. Each is worked out once for the memory in which the closes lie: a backtest
// asks for the same ones hour after hour. Candles that were handed out do not change.

interface Known {
  /** By place in the memory; there from `from` to before `to`. */
  readonly values: Float64Array;
  from: number;
  to: number;
}

const known = new WeakMap<ArrayBufferLike, Known>();

/** ln(close / close before) of rows `from` (1 or more) to `to` - 1; not to be written to. */
export function logReturns(close: Float64Array, from: number, to: number): Float64Array {
  const { buffer, byteOffset } = close;
  const base = byteOffset / Float64Array.BYTES_PER_ELEMENT;
  const values = upTo(buffer, base + from, base + to);
  return values.subarray(base + from, base + to);
}

function upTo(buffer: ArrayBufferLike, from: number, to: number): Float64Array {
  let table = known.get(buffer);
  if (table === undefined) {
    const length = Math.floor(buffer.byteLength / Float64Array.BYTES_PER_ELEMENT);
    table = { values: new Float64Array(length), from, to: from };
    known.set(buffer, table);
  }
  const closes = new Float64Array(buffer, 0, table.values.length);
  // Rows far from those known begin anew: what lies between is not asked for.
  if (from > table.to || to < table.from) [table.from, table.to] = [from, from];
  fill(table.values, closes, from, Math.min(to, table.from));
  fill(table.values, closes, Math.max(from, table.to), to);
  table.from = Math.min(table.from, from);
  table.to = Math.max(table.to, to);
  return table.values;
}

function fill(values: Float64Array, closes: Float64Array, from: number, to: number): void {
  for (let i = from; i < to; i++) values[i] = Math.log((closes[i] ?? Number.NaN) / (closes[i - 1] ?? Number.NaN));
}
