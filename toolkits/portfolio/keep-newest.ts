// Floor 2, portfolio. What a desk remembers of orders and decisions that are over → the newest of it: a desk that runs for years keeps no more
// than one that runs for months. What is older stands in the journal.

/** Takes the oldest away. @param kept in the order in which it was put in */
export function keepNewest<Key>(
  kept: { readonly size: number; keys(): Iterable<Key>; delete(key: Key): boolean },
  most: number,
): void {
  for (const key of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(key);
  }
}
