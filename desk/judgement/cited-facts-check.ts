// Floor 4. Facts that a model's record cites → read again from the analyses that they were read from, and compared; generic over what
// cites them. What was read of the account or of a digest is not kept as it was, and is not judged here.
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { analysisId } from "#schemas/analysis.ts";
import type { Fact } from "#schemas/fact.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { TopicSource } from "#schemas/topic.ts";
import type { UnixMs } from "#schemas/units.ts";
import { analysisFacts, sayingFacts } from "../answering/sources/market-facts.ts";
import type { Desk } from "../desk.ts";
import { pastViews } from "../past-views.ts";

export interface CitedRecord {
  readonly facts: readonly Fact[];
  readonly cited: readonly (TopicSource & { readonly asOfMs: UnixMs })[];
}

/** `unread`: an analysis is no longer kept; that says nothing of the record. */
export type CitedVerdict =
  | { readonly status: "agreed"; readonly facts: number }
  | { readonly status: "mismatch"; readonly detail: string }
  | { readonly status: "unread" };

/** Records of one close that are looked through: corrections are few. */
const MOST_OF_A_CLOSE = 4;

/**
 * @param factsOf all facts that such a record may have read of a view; left out: those of the manager's sources
 * @throws StoreError
 */
export async function checkCitedFacts(
  desk: Pick<Desk, "khala" | "readings" | "hosts">,
  { facts, cited }: CitedRecord,
  options: CallOptions,
  factsOf: (view: MarketView) => readonly NewFact[] = (view) => [
    ...analysisFacts(view),
    ...sayingFacts(view, desk.hosts),
  ],
): Promise<CitedVerdict> {
  let judged = 0;
  let unread = false;
  const known = new Set(cited.map(({ analysisId: id }) => id));
  const stray = facts.find(
    ({ recordId, kind }) => isOfAnalysis(recordId) && kind !== "statement" && !known.has(recordId ?? ""),
  );
  if (stray !== undefined) return { status: "mismatch", detail: `${stray.id} cites an analysis that is not named` };
  for (const source of cited) {
    const own = facts.filter(({ recordId }) => recordId === source.analysisId);
    if (own.length === 0) continue;
    const views = await pastViews(desk, source.key, { nowMs: source.asOfMs, limit: MOST_OF_A_CLOSE }, options);
    const view = views.find(({ record }) => record.id === source.analysisId)?.record;
    if (view === undefined) {
      unread = true;
      continue;
    }
    if (analysisId(view) !== view.id)
      return { status: "mismatch", detail: `analysis ${view.id} is not what its id says` };
    const wrong = own.find((fact) => !isBorneOut(fact, factsOf(view)));
    if (wrong !== undefined)
      return { status: "mismatch", detail: `${wrong.id} (${wrong.label}) is not what analysis ${view.id} says` };
    judged += own.length;
  }
  return unread ? { status: "unread" } : { status: "agreed", facts: judged };
}

/** 32 hex digits: the id of an analysis, not the name of a topic or a fold. */
const isOfAnalysis = (recordId: string | null): boolean => recordId !== null && /^[0-9a-f]{32}$/.test(recordId);

/** The same value of the same kind is among what is read of the analysis now; of several (two ends of a level) it is one of them. */
function isBorneOut(fact: Fact, read: readonly NewFact[]): boolean {
  const alike = read.filter((other) => placeOf(other) === placeOf(fact));
  return alike.some(({ value }) => value === fact.value);
}

const placeOf = (fact: NewFact): string =>
  JSON.stringify([
    fact.kind,
    fact.unit,
    fact.currency ?? null,
    fact.market ?? null,
    fact.timeframe ?? null,
    fact.window ?? null,
    fact.asOfMs ?? null,
    fact.strategyId ?? null,
  ]);
