// Floor 2. A name that does not exist, and the names that do → the list for an error message, nearest first.
import { distance } from "fastest-levenshtein";

/** At most `limit` of the known names, nearest to `name` first (case aside), ties in alphabetical order. */
export function nearestNames(name: string, known: readonly string[], limit: number): readonly string[] {
  const wanted = name.toLowerCase();
  return known
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map((entry) => entry.candidate);
}

/** `ETH/BTC, LTC/BTC and 6 more`: the nearest names as one phrase. */
export function namesPhrase(name: string, known: readonly string[], limit = 12): string {
  const nearest = nearestNames(name, known, limit);
  const rest = known.length - nearest.length;
  return rest > 0 ? `${nearest.join(", ")} and ${rest} more` : nearest.join(", ");
}

/** Those of the known names that fewest edits part from `name` (case aside), where that is at most `mostEdits`; else none. */
export function nearestWithin(name: string, known: readonly string[], mostEdits: number): readonly string[] {
  const wanted = name.toLowerCase();
  const edits = known.map((candidate) => distance(wanted, candidate.toLowerCase()));
  const least = Math.min(mostEdits, ...edits);
  return known.filter((_, at) => edits[at] === least);
}
