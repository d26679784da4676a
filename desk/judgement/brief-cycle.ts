// Floor 4. After the decision cycle of a slot, behind lessons, debates and plans: briefs where they pay, then answers from them. Bought
// asleep and kept at once; what answers reads them from the store and never waits. Questions go first.
import { writeBrief } from "#agents/market-analyst/brief/write-brief.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { Brief } from "#schemas/brief.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { checkRunOf } from "../answering/check-run.ts";
import type { Desk } from "../desk.ts";
import type { BriefReport, BriefTally } from "../documents/brief-report.ts";
import { noteWorth } from "../planning/worth-noted.ts";
import { BRIEF_JOB, runJob } from "../run-slot/jobs.ts";
import { nextSlot } from "../slots.ts";
import { answerAhead } from "./answer-ahead.ts";
import { type BriefWish, briefWishes, readFreeHistory, worthWriting } from "./brief-markets.ts";
import { keepBrief, recallBrief } from "./brief-store.ts";
import { briefSubject, citedAmong, conditionsOf } from "./brief-subject.ts";
import { tokenAllowance } from "./debates.ts";
import type { PassRoom } from "./pass-room.ts";
import { LEAST_CALL_MS, leftBefore } from "./time-left.ts";
import { tokenMeansOf } from "./token-means.ts";

/** Briefs of one slot, at most. */
export const MAX_BRIEFS = 8;
/** A subject on which nothing was written that stands is left alone for so many slots: its facts are much the same. */
const LEFT_ALONE_SLOTS = 6;

/** By subject, when nothing came of it. Of this process: a restart tries once more. */
const leftAlone = new WeakMap<Desk["planner"], Map<string, number>>();

/**
 * One pass per slot; null where no tokens are set, the slot is not the current one any more, or briefs are under quarantine. An
 * abort ends it between two calls. @throws ModelRunError where a replay misses a call; StoreError
 */
export async function runBriefCycle(desk: Desk, slotMs: UnixMs, { signal }: CallOptions): Promise<BriefReport | null> {
  const { config, clock } = desk;
  if (desk.sleepModels === null || config.thinking.briefDayTokens === 0) return null;
  const endsMs = nextSlot(slotMs, config.timeframe);
  if (clock.now() >= endsMs || desk.quarantine.has("brief")) return null;
  const job = { ...BRIEF_JOB, isDone: () => !signal.aborted };
  const work = async (): Promise<BriefReport> => {
    const pass = new BriefPass(desk, { slotMs, endsMs, signal });
    const startedMs = desk.monotonicMs();
    try {
      await countInto(pass.tally, () => pass.run());
    } finally {
      // Also of a pass that failed: what it has spent is spent.
      await pass.record(desk.monotonicMs() - startedMs);
    }
    return { slot: slotMs, repeated: false, ...pass.report };
  };
  return runJob(desk, job, { slotMs }, work, NEVER_ABORTED);
}

interface PassParts {
  readonly slotMs: UnixMs;
  readonly endsMs: UnixMs;
  readonly signal: AbortSignal;
}

class BriefPass {
  readonly #desk: Desk;
  readonly #parts: PassParts;
  readonly tally = new WorkTally();
  readonly report: Mutable<BriefTally> = {
    considered: 0,
    written: 0,
    answers: 0,
    nothingStands: 0,
    rejected: 0,
    failed: 0,
    overBudget: 0,
    left: 0,
    misses: {},
  };

  constructor(desk: Desk, parts: PassParts) {
    this.#desk = desk;
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const desk = this.#desk;
    const { config, planner, clock } = desk;
    // What is paid for is written down, also when the operator ends the desk meanwhile.
    const options = NEVER_ABORTED;
    const nowMs = clock.now();
    const history = await readFreeHistory(desk, nowMs, options);
    const entries = await desk.ledger.entries({ sinceMs: unixMs(Math.max(0, nowMs - DAY_MS)) }, options);
    const means = tokenMeansOf(entries.filter(({ atMs }) => atMs <= nowMs));
    const wishes = await briefWishes(desk, history, means, nowMs, options);
    const worth = worthWriting(wishes, config.thinking.testTimeWeight);
    if (worth.length === 0) return;
    const { tokensByJob } = await planner.budget.spentToday(nowMs, options);
    const models = ((await desk.sleepModels?.()) ?? []).filter(({ id }) => id !== "rules");
    const room: PassRoom = {
      models,
      tally: this.tally,
      maxTokens: tokenAllowance(config.thinking.briefDayTokens, tokensByJob["brief"] ?? 0, nowMs),
      means,
      history,
      signal: this.#parts.signal,
      patience: () => this.#patience(),
      down: new Set(),
    };
    await this.#writeAll(worth, room);
    const made = await answerAhead(desk, worth, room, options);
    this.report.answers += made.answers;
    this.report.overBudget += made.overBudget;
  }

  async #writeAll(worth: readonly BriefWish[], room: PassRoom): Promise<void> {
    const { slotMs } = this.#parts;
    const wanted: { readonly wish: BriefWish; readonly reason: string }[] = [];
    for (const wish of worth) {
      const recall = await recallBrief(this.#desk, wish.scope, this.#desk.clock.now(), NEVER_ABORTED);
      this.tally.count({ recordsRead: recall.status === "missing" ? 0 : 1 });
      if (recall.status === "fresh" || this.#isLeftAlone(wish)) continue;
      wanted.push({ wish, reason: recall.status === "missing" ? "missing" : recall.reason });
    }
    this.report.considered = wanted.length;
    this.report.left = Math.max(0, wanted.length - MAX_BRIEFS);
    for (const [index, { wish, reason }] of wanted.slice(0, MAX_BRIEFS).entries()) {
      const deadlineMs = await room.patience();
      if (deadlineMs === null) {
        this.report.left += Math.min(wanted.length, MAX_BRIEFS) - index;
        return;
      }
      const end = await this.#write(wish, room, deadlineMs);
      if (end === null) continue;
      if (end === "over-budget") {
        // At the limit it stops and says so: what is left costs about as much.
        this.report.overBudget += Math.min(wanted.length, MAX_BRIEFS) - index;
        return;
      }
      if (end === "written") {
        this.report.written += 1;
        this.report.misses[reason] = (this.report.misses[reason] ?? 0) + 1;
        continue;
      }
      if (end === "aborted") this.report.left += 1;
      else this.report[COUNTED[end]] += 1;
      if (end !== "aborted") leftAloneOf(this.#desk).set(wish.subject, slotMs);
    }
  }

  /** Null: nothing fresh is known of it. */
  async #write({ scope, prospect }: BriefWish, room: PassRoom, deadlineMs: number) {
    const desk = this.#desk;
    const nowMs = desk.clock.now();
    const subject = await briefSubject(desk, scope, { nowMs, tally: this.tally }, NEVER_ABORTED);
    if (subject === null) return null;
    const { name, facts, views } = subject;
    const check = {
      ...checkRunOf(desk, { language: "en", nowMs, symbols: [...desk.markets.keys()] }),
      strictness: "pushed" as const,
    };
    const models = room.models.filter(({ id }) => !room.down.has(id));
    const spend = { ...room, deadlineMs, monotonicMs: desk.monotonicMs, nowMs };
    const answer = await writeBrief(models, { subject: name, facts, check }, spend);
    for (const id of answer.failed) room.down.add(id);
    if (answer.status !== "given") return answer.status;
    const { above, below, ...written } = answer.brief;
    const cited = citedAmong(written.facts, views);
    const times = written.facts.flatMap(({ asOfMs }) => (asOfMs === null ? [] : [asOfMs]));
    const brief = Brief.parse({
      ...written,
      scope,
      cited,
      conditions: conditionsOf(desk, scope, subject, { above, below }),
      author: answer.author,
      language: "en",
      asOfMs: unixMs(Math.min(nowMs, ...times)),
      madeAtMs: nowMs,
    });
    noteWorth(desk, await keepBrief(desk, brief, NEVER_ABORTED), { ...prospect, unit: "tokens" });
    return "written" as const;
  }

  async record(durationMs: number): Promise<void> {
    const work = this.tally.total();
    const { written, answers, nothingStands, rejected, failed, overBudget, misses } = this.report;
    if (work.modelCalls === 0 && overBudget === 0) return;
    const paths = { written, "nothing-stands": nothingStands, rejected, failed };
    await this.#desk.ledger.record(
      ledgerEntry({
        atMs: this.#desk.clock.now(),
        phase: "sleep",
        job: "brief",
        paths: Object.fromEntries(Object.entries(paths).filter(([, count]) => count > 0)),
        misses,
        work,
        prepared: { brief: written, answer: answers },
        ...(overBudget > 0 ? { overBudget: { brief: overBudget } } : {}),
        durationMs,
      }),
      NEVER_ABORTED,
    );
  }

  async #patience(): Promise<number | null> {
    const { config, questionPriority } = this.#desk;
    await questionPriority.quiet();
    if (this.#parts.signal.aborted) return null;
    const leftMs = leftBefore(this.#parts.endsMs, this.#desk);
    const patienceMs = Math.min(config.modelTimeoutMs, leftMs ?? config.modelTimeoutMs);
    return patienceMs < Math.min(LEAST_CALL_MS, config.modelTimeoutMs) ? null : patienceMs;
  }

  #isLeftAlone({ subject }: BriefWish): boolean {
    const since = leftAloneOf(this.#desk).get(subject);
    const { slotMs, endsMs } = this.#parts;
    return since !== undefined && slotMs - since < LEFT_ALONE_SLOTS * (endsMs - slotMs);
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function leftAloneOf({ planner }: Desk): Map<string, number> {
  const known = leftAlone.get(planner) ?? new Map<string, number>();
  leftAlone.set(planner, known);
  return known;
}

const COUNTED = { "nothing-stands": "nothingStands", rejected: "rejected", failed: "failed" } as const;
