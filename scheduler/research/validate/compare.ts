// Floor 5. Two passes → the closes at which they do not say the same.
import type { Decided, FirstDifference, MarketVerdicts } from "./pass.ts";
import { wordOf } from "./read-verdicts.ts";

export interface Difference {
  /** Closes that both passes asked about. */
  readonly rows: number;
  /** Of these, with enter or exit in either pass. */
  readonly acts: number;
  readonly differing: number;
  /** The earliest; null: there is none. */
  readonly first: FirstDifference | null;
}

/** Closes of candles that open at or before `throughOpenMs`, of markets that both have, where both were warm. */
export function verdictDifference(
  was: readonly MarketVerdicts[],
  then: readonly MarketVerdicts[],
  throughOpenMs: number = Number.POSITIVE_INFINITY,
): Difference {
  const others = new Map(then.map((market) => [market.symbol, market]));
  const found = { rows: 0, acts: 0, differing: 0 };
  let first: Difference["first"] = null;
  for (const { symbol, openMs, said } of was) {
    const other = others.get(symbol);
    if (other === undefined) continue;
    let k = 0;
    for (let i = 0; i < openMs.length; i++) {
      const atMs = openMs[i] ?? Number.NaN;
      if (atMs > throughOpenMs) break;
      while ((other.openMs[k] ?? Number.POSITIVE_INFINITY) < atMs) k += 1;
      if (other.openMs[k] !== atMs) continue;
      const [a, b] = [said[i] ?? Number.NaN, other.said[k] ?? Number.NaN];
      if (Number.isNaN(a) || Number.isNaN(b)) continue;
      found.rows += 1;
      if (a !== 0 || b !== 0) found.acts += 1;
      if (a === b) continue;
      found.differing += 1;
      if (first === null || atMs < first.openMs) {
        const [from, to] = [wordOf(a), wordOf(b)];
        first = { symbol, openMs: atMs, was: from, now: from === to ? `${to}, with other words or strength` : to };
      }
    }
  }
  return { ...found, first };
}

export interface DecisionDifference {
  readonly decisions: number;
  /** When the first decision that is not the same was made; null: all are. */
  readonly firstMs: number | null;
}

/** Decisions at or before a moment, in their order. */
export function decisionDifference(was: Decided, then: Decided, throughMs: number): DecisionDifference {
  const upTo = ({ atMs, rows }: Decided): readonly (readonly [number, number])[] =>
    [...atMs].flatMap((ms, i) => (ms <= throughMs ? [[ms, rows[i] ?? 0] as const] : []));
  const [a, b] = [upTo(was), upTo(then)];
  const at = Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i).find((i) => a[i]?.[1] !== b[i]?.[1]);
  const firstMs = at === undefined ? null : Math.min(a[at]?.[0] ?? Infinity, b[at]?.[0] ?? Infinity);
  return { decisions: Math.max(a.length, b.length), firstMs };
}
