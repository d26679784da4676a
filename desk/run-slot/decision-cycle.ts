// Floor 4. Third step of a slot: analyses at hand → decide → gate → journal → submit, by one function for all drivers.
import { decideSlot } from "#agents/deep-trader-manager/decide.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { LossState } from "#schemas/portfolio.ts";
import { type Answered, andThen, type CallOptions } from "#schemas/ports/work.ts";
import { limitsNow } from "#schemas/tightened-limits.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { Worth } from "#toolkits/portfolio/equity.ts";
import { advanceLoss } from "#toolkits/risk/loss-meter.ts";
import { journalDecided } from "../acts/waiting-entries.ts";
import type { Desk } from "../desk.ts";
import { type HeldBack, reportOf, type TradeReport } from "../documents/trade-report.ts";
import { DECISION_JOB, runJob } from "./jobs.ts";
import { sendOrders } from "./send.ts";
import { deciderSettings, situationOf } from "./situation.ts";
import type { AnalysisSource, SlotAnalyses, SlotDesk } from "./slot-desk.ts";

/**
 * One decision cycle per slot; a finished one is not run again. The journal, which is at hand, says whether a slot was decided, so that no
 * order waits for the record of the run.
 */
export async function runDecisionCycle(
  desk: SlotDesk & Pick<Desk, "runs">,
  source: AnalysisSource,
  slotMs: UnixMs,
  options: CallOptions,
): Promise<TradeReport> {
  const decide = async (): Promise<TradeReport> =>
    reportOf(desk, slotMs, await decideAndSend(desk, source, slotMs, options));
  const decided = isJournaled(desk, slotMs) ? null : await decide();
  return runJob(desk, DECISION_JOB, { slotMs }, async () => decided ?? decide(), options);
}

/**
 * A slot's equity row and its decisions are one append. So where that row is there, an interrupted run has decided,
 * reconciliation has sent what was left, and deciding again could only contradict it.
 */
function isJournaled({ account }: SlotDesk, slotMs: UnixMs): boolean {
  const { settledThroughMs } = account.portfolio();
  return settledThroughMs !== null && settledThroughMs >= slotMs;
}

/** Decides on a slot, unless the journal has it already. @returns what is in no journal */
export function decideAndSend(
  desk: SlotDesk,
  source: AnalysisSource,
  slotMs: UnixMs,
  options: CallOptions,
): Answered<HeldBack> {
  if (isJournaled(desk, slotMs)) return nothingHeldBack();
  const startedMs = desk.monotonicMs();
  return andThen(
    source.counted(() => decideAll(desk, source, slotMs, options)),
    (done) => andThen(source.finish(slotMs, desk.monotonicMs() - startedMs, options), () => done),
  );
}

/** The markets that are there are decided at once; a late one is decided alone as it comes (DESIGN §11). */
function decideAll(desk: SlotDesk, source: AnalysisSource, slotMs: UnixMs, options: CallOptions): Answered<HeldBack> {
  return andThen(source.recall(slotMs, options), (analyses) => {
    const worth = new Worth(desk.account.portfolio(), analyses.marks);
    const mark = markOf(desk, slotMs, worth);
    const { loss } = mark;
    const isIdle = analyses.candidates.length + analyses.unread.length === 0;
    const done = isIdle
      ? andThen(desk.account.append([mark], options), () => nothingHeldBack())
      : decideOn(desk, source, { slotMs, analyses, loss, worth, mark: [mark] }, options);
    return andThen(done, (before) => {
      const lateOnes = source.late(slotMs, options);
      return lateOnes === null
        ? before
        : decideLate(desk, source, { slotMs, loss, mark: [] }, lateOnes, before, options);
    });
  });
}

const nothingHeldBack = (): HeldBack => ({ holds: [], problems: [] });

async function decideLate(
  desk: SlotDesk,
  source: AnalysisSource,
  at: Omit<Deciding, "analyses" | "worth">,
  lateOnes: AsyncIterable<SlotAnalyses>,
  done: HeldBack,
  options: CallOptions,
): Promise<HeldBack> {
  for await (const late of lateOnes) {
    if (late.candidates.length + late.unread.length === 0) continue;
    const worth = new Worth(desk.account.portfolio(), late.marks);
    const { holds, problems } = await decideOn(desk, source, { ...at, analyses: late, worth }, options);
    done.holds.push(...holds);
    done.problems.push(...problems);
  }
  return done;
}

/** Mark-to-market equity of the slot, and the loss meter after it. */
function markOf(desk: SlotDesk, slotMs: UnixMs, worth: Worth): EquityRow {
  const portfolio = desk.account.portfolio();
  const limits = limitsNow(desk.config.limits, portfolio.tightened);
  const loss = advanceLoss(portfolio.loss, { slotMs, equity: worth.number }, limits);
  return new ValuedRow(desk.clock.now(), slotMs, worth, loss);
}

type EquityRow = Extract<JournalEvent, { type: "equity" }>;

/** Most slots of a backtest are asked for no exact equity. An own property, as those of CitingDecision, and for the same reasons. */
class ValuedRow implements EquityRow {
  declare readonly type: "equity";
  declare readonly atMs: UnixMs;
  declare readonly slotMs: UnixMs;
  declare readonly equity: Money;
  declare readonly loss: LossState;
  readonly #worth: Worth;

  static readonly #EXACT: PropertyDescriptor & ThisType<ValuedRow> = {
    enumerable: true,
    get() {
      return this.#worth.exact;
    },
  };

  constructor(atMs: UnixMs, slotMs: UnixMs, worth: Worth, loss: LossState) {
    this.type = "equity";
    this.atMs = atMs;
    this.slotMs = slotMs;
    Object.defineProperty(this, "equity", ValuedRow.#EXACT);
    this.loss = loss;
    this.#worth = worth;
  }
}

interface Deciding {
  readonly slotMs: UnixMs;
  readonly analyses: SlotAnalyses;
  readonly loss: LossState;
  /** At the marks of the analyses. */
  readonly worth: Worth;
  /** Goes into the journal with the decisions, in one append. */
  readonly mark: readonly JournalEvent[];
}

function decideOn(
  desk: SlotDesk,
  source: AnalysisSource,
  { mark, ...at }: Deciding,
  options: CallOptions,
): Answered<HeldBack> {
  return andThen(situationOf(desk, at, options), (situation) => {
    const outcome = decideSlot(deciderSettings(desk), situation);
    const acted = new Set<MarketSymbol>();
    for (const event of outcome.events) if (event.type === "decision") acted.add(event.decision.symbol);
    return andThen(source.cite(acted), () =>
      andThen(journalDecided(desk, at.slotMs, [...mark, ...outcome.events], options), () =>
        andThen(sendOrders(desk, options), ({ problems }) => ({
          holds: outcome.decisions.filter(({ action }) => action === "hold"),
          problems: [...problems],
        })),
      ),
    );
  });
}
