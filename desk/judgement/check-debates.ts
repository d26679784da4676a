// Floor 4. Asleep: a sample of the debates that were used or shown is read again from what it cites. One that is not what it was when
// it was stored stops all of them (quarantine of kind `debate`), until stored ones have agreed again.
import { type Debate, debateIdOf, isOpinionRow } from "#schemas/debate.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import type { Desk } from "../desk.ts";
import { type CitedVerdict, checkCitedFacts } from "./cited-facts-check.ts";
import { CLEAN_CHECKS_TO_LIFT } from "./debate-checks.ts";
import { factsOfView } from "./debate-facts.ts";

/** Notes what bound the slot's decisions, then checks what is due. @throws StoreError */
export async function checkDebates(desk: Desk, slotMs: UnixMs, options: CallOptions): Promise<void> {
  const { debateChecks: checks, debates: book, quarantine } = desk;
  for (const { debate, decision } of book.open()) if (decision.asOfMs === slotMs) checks.used(debate);
  for (const debate of checks.takeDue()) {
    const verdict = await checked(desk, debate, options);
    if (verdict.status !== "mismatch") continue;
    checks.mismatch(debate);
    if (!quarantine.has("debate")) await journal(desk, "begun", verdict.detail, options);
  }
  if (quarantine.has("debate")) await tryToLift(desk, options);
}

/** One stored debate a slot. Where none is left that is not known to be wrong, nothing wrong is left either. */
async function tryToLift(desk: Desk, options: CallOptions): Promise<void> {
  const { debateChecks: checks, debates: book } = desk;
  const debate = checks.nextOf(book.recent);
  const verdict = debate === null ? ({ status: "agreed", facts: 0 } as const) : await checked(desk, debate, options);
  if (debate !== null && verdict.status === "mismatch") checks.mismatch(debate);
  if (verdict.status === "agreed" && checks.agreed()) {
    await journal(desk, "lifted", `${CLEAN_CHECKS_TO_LIFT} checks of stored debates in a row agreed`, options);
  }
}

const journal = (desk: Desk, state: "begun" | "lifted", detail: string, options: CallOptions) =>
  desk.account.append([{ type: "quarantine", atMs: desk.clock.now(), kind: "debate", state, detail }], options);

async function checked(desk: Desk, debate: Debate, options: CallOptions): Promise<CitedVerdict> {
  await desk.questionPriority.quiet();
  const startedMs = desk.monotonicMs();
  const tally = new WorkTally();
  const verdict = await checkDebate(desk, debate, tally, options);
  const entry = ledgerEntry({
    atMs: desk.clock.now(),
    phase: "sleep",
    job: "shadow",
    paths: { [verdict.status]: 1 },
    work: tally.total(),
    durationMs: desk.monotonicMs() - startedMs,
  });
  await desk.ledger.record(entry, options);
  return verdict;
}

/** Whether it is still what was stored, and says what its analyses say. */
export async function checkDebate(
  desk: Desk,
  debate: Debate,
  tally: WorkTally,
  options: CallOptions,
): Promise<CitedVerdict> {
  if (!isOpinionRow(debate) && debateIdOf(debate) !== debate.debateId) {
    return { status: "mismatch", detail: `the debate ${debate.debateId} is not what its id was made of` };
  }
  const cited = debate.analysisIds.flatMap((analysisId) => {
    const { market, timeframe, asOfMs } = debate.facts.find(({ recordId }) => recordId === analysisId) ?? NOT_CITED;
    if (market === null || timeframe === null || asOfMs === null) return [];
    return [{ key: { venueId: desk.marketData.venueId, symbol: market, timeframe }, analysisId, asOfMs }];
  });
  tally.count({ recordsRead: cited.length });
  return checkCitedFacts(desk, { facts: debate.facts, cited }, options, factsOfView);
}

const NOT_CITED = { market: null, timeframe: null, asOfMs: null } as const;
