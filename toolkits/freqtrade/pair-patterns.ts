// Floor 2. Pairs as freqtrade lists them (names, or regular expressions) → our market patterns.

export interface PairPatterns {
  readonly patterns: readonly string[];
  /** What cannot be said with `*` and `?`. */
  readonly left: readonly string[];
}

/** `BTC/USDT`, `.*\/USDT`, `(BTC|ETH)/.*`: an alternation becomes several patterns. */
export function pairPatterns(pairs: readonly string[]): PairPatterns {
  const patterns: string[] = [];
  const left: string[] = [];
  for (const pair of pairs) {
    const all = alternatives(pair.replace(/^\^/, "").replace(/\$$/, "")).map(plainPattern);
    if (all.includes(null)) left.push(pair);
    else patterns.push(...all.filter((pattern) => pattern !== null));
  }
  return { patterns: [...new Set(patterns)], left };
}

function alternatives(pair: string): readonly string[] {
  const group = /\((?:\?:)?([^()]*)\)/.exec(pair);
  if (group === null) return [pair];
  const [whole, inner = ""] = group;
  const [before, after] = [pair.slice(0, group.index), pair.slice(group.index + whole.length)];
  return inner.split("|").flatMap((one) => alternatives(`${before}${one}${after}`));
}

/** Null: it says more than a pattern can. */
function plainPattern(pair: string): string | null {
  const pattern = pair.replaceAll(".*", "*").replaceAll(".+", "?*").replaceAll("\\.", "\u0000").replaceAll(".", "?");
  const plain = pattern.replaceAll("\u0000", ".");
  return /^[\p{L}\p{N}_.*?-]+\/[\p{L}\p{N}_.*?-]+$/u.test(plain) ? plain.toUpperCase() : null;
}
