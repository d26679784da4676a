// Floor 4. The edges that a desk has judged asleep, as Khala keeps them: one topic a strategy and venue, a record a look.
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { Edge } from "#schemas/edge.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, unixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";

type EdgeDesk = Pick<Desk, "topics" | "marketData" | "clock" | "hosts" | "runId">;

/** They do not expire: what was found stays found. */
const VALID_MS = 100 * 365 * DAY_MS;

/** Of simulated runs each has its own: another begins at another time. */
const topicOf = ({ marketData, clock, runId }: EdgeDesk, strategyId: string): string =>
  [strategyId, marketData.venueId, ...(clock.kind === "system" ? [] : [runId])].join(" ");

/** The newest of a strategy, under the definition that it has now; null: there is none. @throws StoreError */
export async function edgeOf(
  desk: EdgeDesk,
  { id, definitionId }: { readonly id: string; readonly definitionId: string },
  options: CallOptions,
): Promise<Edge | null> {
  const range = { topic: topicOf(desk, id), nowMs: desk.clock.now(), limit: 1 };
  const rows = await desk.topics.history("edge", range, options).catch((error: unknown) => {
    // Of another build: what it found is gathered anew.
    if (error instanceof RecordVersionError) return [];
    throw error;
  });
  const edge = Edge.safeParse(rows[0]?.record.body).data;
  return edge?.definitionId === definitionId ? edge : null;
}

/** Of all strategies that were judged, in the order of the configuration. @throws StoreError */
export async function edgesOf(desk: EdgeDesk, options: CallOptions): Promise<readonly Edge[]> {
  const found = await Promise.all(desk.hosts.map(({ info }) => edgeOf(desk, info, options)));
  return found.filter((edge) => edge !== null);
}

/** @throws StoreError */
export async function keepEdge(desk: EdgeDesk, edge: Edge): Promise<void> {
  const nowMs = desk.clock.now();
  await desk.topics.remember(
    {
      kind: "edge",
      topic: topicOf(desk, edge.strategyId),
      body: { ...edge, markets: [...edge.markets], returnsPct: [...edge.returnsPct] },
      sources: [],
      validUntilMs: unixMs(nowMs + VALID_MS),
    },
    { nowMs },
    NEVER_ABORTED,
  );
}
