// Floor 4. Briefs and answers made ahead that were served → a sample of them checked against what they cite, after the answer is out.
// One that is wrong puts all of them under quarantine: none is served or bought until the operator lifts it.

import { NEVER_ABORTED } from "#schemas/abort.ts";
import { AnswerAhead } from "#schemas/answer-ahead.ts";
import { Brief } from "#schemas/brief.ts";
import { hashOf } from "#schemas/hash.ts";
import type { StoredTopic } from "#schemas/topic.ts";
import { topicId } from "#schemas/topic.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import type { Desk } from "../desk.ts";
import { type CitedVerdict, checkCitedFacts } from "./cited-facts-check.ts";

/** Records served of late that are looked through, and topics whose servings are counted; above what a desk meets. */
const MOST_RECORDS = 500;
const MOST_COUNTED = 10_000;

const servings = new WeakMap<Desk["planner"], Map<string, number>>();

/**
 * Of the servings of one record exactly one in every `thinking.shadowEvery` successive ones is checked, counted in this process;
 * which one, follows from a hash of its id. A wrong record is thus found within `shadowEvery` servings of it. @throws StoreError
 */
export async function afterBriefServed(desk: Desk, topicIds: readonly string[]): Promise<void> {
  if (desk.quarantine.has("brief")) return;
  const due = topicIds.filter((id) => isDue(desk, id));
  if (due.length === 0) return;
  await desk.questionPriority.quiet();
  for (const id of due) await check(desk, id);
}

function isDue({ planner, config }: Desk, id: string): boolean {
  const counts = servings.get(planner) ?? new Map<string, number>();
  servings.set(planner, counts);
  const every = config.thinking.shadowEvery;
  const seen = counts.get(id) ?? Number.parseInt(hashOf(id, 8), 16) % every;
  counts.delete(id);
  counts.set(id, seen + 1);
  const [oldest] = counts.keys();
  if (counts.size > MOST_COUNTED && oldest !== undefined) counts.delete(oldest);
  return seen % every === every - 1;
}

async function check(desk: Desk, id: string): Promise<void> {
  const startedMs = desk.monotonicMs();
  const tally = new WorkTally();
  const stored = await find(desk, id);
  tally.count({ recordsRead: 1 });
  const verdict: CitedVerdict = stored === null ? { status: "unread" } : await judge(desk, stored);
  await desk.ledger.record(
    ledgerEntry({
      atMs: desk.clock.now(),
      phase: "sleep",
      job: "shadow",
      paths: { [verdict.status]: 1 },
      work: tally.total(),
      kinds: { brief: 1 },
      durationMs: desk.monotonicMs() - startedMs,
    }),
    NEVER_ABORTED,
  );
  if (verdict.status === "mismatch" && !desk.quarantine.has("brief")) await quarantine(desk, verdict.detail);
}

/** The journal comes first: killed between two steps, the kind stays under quarantine. */
async function quarantine(desk: Desk, detail: string): Promise<void> {
  const event = { type: "quarantine", atMs: desk.clock.now(), kind: "brief", state: "begun", detail } as const;
  await desk.account.append([event], NEVER_ABORTED);
  await desk.topics.invalidate("brief", null, detail, NEVER_ABORTED);
}

async function find(desk: Desk, id: string): Promise<StoredTopic | null> {
  const range = { topic: null, nowMs: desk.clock.now(), limit: MOST_RECORDS };
  for (const kind of ["brief", "answer"] as const) {
    const rows = await desk.topics.history(kind, range, NEVER_ABORTED);
    const found = rows.find(({ record }) => record.id === id);
    if (found !== undefined) return found;
  }
  return null;
}

/** What an answer cites, its brief names with its analyses; both are addressed by their content. */
async function judge(desk: Desk, { record }: StoredTopic): Promise<CitedVerdict> {
  if (topicId(record) !== record.id)
    return { status: "mismatch", detail: `the ${record.kind} ${record.id} is not what its id says` };
  const brief = Brief.safeParse(record.body).data;
  if (brief !== undefined) return checkCitedFacts(desk, brief, NEVER_ABORTED);
  const answer = AnswerAhead.safeParse(record.body).data;
  if (answer === undefined) return { status: "unread" };
  const of = await find(desk, answer.briefId);
  const { data } = Brief.safeParse(of?.record.body);
  if (data === undefined) return { status: "unread" };
  const own = answer.facts.filter(
    ({ recordId }) => recordId !== null && data.cited.some((one) => one.analysisId === recordId),
  );
  const missing = answer.facts.find(
    ({ kind, recordId }) => kind !== "statement" && !data.facts.some((one) => one.recordId === recordId),
  );
  if (missing !== undefined) return { status: "mismatch", detail: `${missing.id} of an answer is not in its brief` };
  return checkCitedFacts(desk, { facts: own, cited: data.cited }, NEVER_ABORTED);
}
