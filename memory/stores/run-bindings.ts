// Floor 2. A run's first row, else what its decisions cite → what the run trades. The same rules for every store.
import type { Decision } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { RunBinding } from "#schemas/ports/trading.ts";
import { type RunId, splitSymbol } from "#schemas/units.ts";

/** @param venuesOf the venues that still keep an analysis of this id; two folders with equal candles have equal ids */
export function bindingOf(
  runId: RunId,
  started: JournalEvent | undefined,
  decisions: readonly Decision[],
  venuesOf: (analysisId: string) => readonly string[],
): RunBinding {
  if (started?.type === "run-started") {
    return { runId, known: "run-started", venueId: started.venueId, quote: started.quote };
  }
  const cannotTell = (why: string): RunBinding => ({ runId, known: "no", why });
  const [quote, ...otherQuotes] = new Set(decisions.map(({ symbol }) => splitSymbol(symbol).quote));
  if (quote === undefined) return { runId, known: "nothing-decided" };
  if (otherQuotes.length > 0) return cannotTell(`its decisions are in ${[quote, ...otherQuotes].join(" and ")}`);
  const cited = decisions.map(({ analysisId }) => venuesOf(analysisId)).filter(({ length }) => length > 0);
  const venues = [...new Set(cited.flat())];
  const [venueId, ...others] = venues.filter((venue) => cited.every((keepers) => keepers.includes(venue)));
  if (venueId !== undefined && others.length === 0) return { runId, known: "decisions", venueId, quote };
  return cannotTell(
    venues.length === 0 ? "no analysis that it cites is kept" : `its decisions cite ${venues.sort().join(" and ")}`,
  );
}

export const decisionsOf = (events: readonly JournalEvent[]): readonly Decision[] =>
  events.flatMap((event) => (event.type === "decision" ? [event.decision] : []));
