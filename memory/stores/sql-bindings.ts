// Floor 2. A desk's journal → what each of its runs trades.
import { and, desc, eq, like, max, sql } from "drizzle-orm";
import type { RunBinding } from "#schemas/ports/trading.ts";
import { type DeskId, RunId } from "#schemas/units.ts";
import { decodeEvent } from "./codec.ts";
import type { Db } from "./db.ts";
import { bindingOf, decisionsOf } from "./run-bindings.ts";
import { analyses, journal } from "./tables.ts";

const STARTED = "run-started";

/** Newest run first. Decisions are read only of runs whose first row does not say what they trade. */
export async function sqlBindings(db: Db, deskId: DeskId): Promise<readonly RunBinding[]> {
  const runs = await db
    .select({
      runId: journal.runId,
      started: sql<string | null>`max(${journal.event}) filter (where ${eq(journal.eventId, STARTED)})`,
    })
    .from(journal)
    .where(eq(journal.deskId, deskId))
    .groupBy(journal.runId)
    .orderBy(desc(max(journal.seq)));
  const bindings: RunBinding[] = [];
  for (const { runId: id, started } of runs) {
    const runId = RunId.parse(id);
    bindings.push(
      started === null
        ? await fromDecisions(db, deskId, runId)
        : bindingOf(runId, decodeEvent(started, STARTED), [], () => []),
    );
  }
  return bindings;
}

async function fromDecisions(db: Db, deskId: DeskId, runId: RunId): Promise<RunBinding> {
  const rows = await db
    .select({ eventId: journal.eventId, event: journal.event })
    .from(journal)
    .where(and(eq(journal.deskId, deskId), eq(journal.runId, runId), like(journal.eventId, "decision:%")));
  const decisions = decisionsOf(rows.map((row) => decodeEvent(row.event, row.eventId)));
  const cited = JSON.stringify([...new Set(decisions.map(({ analysisId }) => analysisId))]);
  const kept = await db
    .selectDistinct({ id: analyses.id, venueId: analyses.venueId })
    .from(analyses)
    .where(sql`${analyses.id} in (select json_array_elements_text(${cited}::text::json))`);
  const keepers = Map.groupBy(kept, ({ id }) => id);
  return bindingOf(runId, undefined, decisions, (id) => (keepers.get(id) ?? []).map(({ venueId }) => venueId));
}
