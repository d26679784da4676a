// Floor 2. A name that does not exist, and the names that do -> the list for an error message, nearest first.

/** Edits (insert, delete, replace one character) that turn `a` into `b`: Levenshtein 1966, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** At most `limit` of the known names, nearest to `name` first (case aside), ties in alphabetical order. */
export function nearestNames(name: string, known: readonly string[], limit: number): readonly string[] {
  const wanted = name.toLowerCase();
  return known
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map((entry) => entry.candidate);
}

/** `ETH/BTC, LTC/BTC and 6 more`: the nearest names as one phrase. */
export function namesPhrase(name: string, known: readonly string[], limit = 12): string {
  const nearest = nearestNames(name, known, limit);
  const rest = known.length - nearest.length;
  return rest > 0 ? `${nearest.join(", ")} and ${rest} more` : nearest.join(", ");
}
