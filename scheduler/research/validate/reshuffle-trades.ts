// Floor 5. The trades of a run in other orders, and others like them: how much of its drawdown and its end is the order that they
// happened to come in.
import { openStream } from "#toolkits/market/simulated/random.ts";

export interface Path {
  /** Below the highest equity so far, percent, positive. */
  readonly drawdownPct: number;
  readonly finalEquity: number;
}

export interface Reshuffled {
  readonly own: Path;
  /** Each once, in random orders: their sum is the same. */
  readonly shuffled: readonly Path[];
  /** As many, drawn with replacement. */
  readonly drawn: readonly Path[];
}

/** @param pnls profit of each trade after fees, settlement currency, in the order of the exits. @param cash to begin with, the same currency */
export function reshuffleTrades(pnls: readonly number[], cash: number, times: number, seed: number): Reshuffled {
  const { uniform } = openStream([seed, "trade-order"]);
  const below = (end: number): number => Math.min(end - 1, Math.floor(uniform() * end));
  const drawnOnce = (): readonly number[] => pnls.map(() => pnls[below(pnls.length)] ?? 0);
  return {
    own: pathOf(pnls, cash),
    shuffled: Array.from({ length: times }, () => pathOf(permuted(pnls, below), cash)),
    drawn: Array.from({ length: times }, () => pathOf(drawnOnce(), cash)),
  };
}

function pathOf(pnls: readonly number[], cash: number): Path {
  let equity = cash;
  let peak = cash;
  let drawdownPct = 0;
  for (const pnl of pnls) {
    equity += pnl;
    peak = Math.max(peak, equity);
    drawdownPct = Math.max(drawdownPct, (1 - equity / peak) * 100);
  }
  return { drawdownPct, finalEquity: equity };
}

/** Fisher and Yates 1938, as Durstenfeld 1964 has it: every order is equally likely. */
function permuted(values: readonly number[], below: (end: number) => number): readonly number[] {
  const order = [...values];
  for (let end = order.length; end > 1; end--) {
    const at = below(end);
    const last = order[end - 1] ?? 0;
    order[end - 1] = order[at] ?? 0;
    order[at] = last;
  }
  return order;
}

/** The value under which a share of them lies, between the two nearest (Hyndman & Fan 1996, type 7). @throws RangeError for none */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (low === undefined || high === undefined) throw new RangeError("There is no quantile of no values.");
  return low + (high - low) * (at - Math.floor(at));
}
