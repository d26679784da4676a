// Floor 4. The thinking policy and the ledger → how much may still be spent, per pass and per day of the desk's clock (UTC):
// one budget for thinking, judgement, shadow checks and questions. The ledger is the truth, so a restart begins no new day.
import { tokensOf } from "#agents/models/metered.ts";
import { countsOf, type DaySpend, daySpendOf } from "#memory/ledger-summary.ts";
import type { ThinkingPolicy } from "#schemas/config.ts";
import type { CallOptions, Ledger } from "#schemas/ports/work.ts";
import { startOfDay, type UnixMs } from "#schemas/units.ts";
import type { LedgerEntry, WorkTally } from "#schemas/work.ts";

/** Work units of sleep. */
type Spend = Pick<DaySpend, "units">;

/** Which limit stands in the way. */
export type BudgetName = "pass" | "day";

/** What is left to one pass. */
export interface PassBudget {
  /** Null where so much may be spent; else the limit that it would break. A price that just fits, fits. */
  refuses(units: number): BudgetName | null;
  spend(spent: Spend): void;
}

/** @param today what the day has cost before this pass */
export function openPass(policy: ThinkingPolicy, today: Spend): PassBudget {
  let units = 0;
  return {
    refuses(more) {
      if (units + more > policy.passUnits) return "pass";
      return today.units + units + more > policy.dayUnits ? "day" : null;
    },
    spend(spent) {
      units += spent.units;
    },
  };
}

export interface DayBudget {
  /** The desk's ledger; what is recorded through it counts at once. */
  readonly ledger: Ledger;
  /** Spent since 00:00 UTC of `nowMs`. @throws StoreError */
  spentToday(nowMs: UnixMs, options: CallOptions): Promise<DaySpend>;
  /**
   * Counts a question's tokens from its first model call on, not only once its row is written: questions run side by side.
   * @throws StoreError
   */
  openQuestion(tally: WorkTally, nowMs: UnixMs, options: CallOptions): Promise<QuestionSpend>;
  /** The row that the question's work becomes: once it is recorded, the question under way no longer counts beside it. */
  becomes(tally: WorkTally, entry: LedgerEntry): void;
  /** The question's row is written, or will never be. */
  closeQuestion(tally: WorkTally): void;
}

export interface QuestionSpend {
  /** Tokens of all questions of its day by now. */
  spentToday(): number;
}

/**
 * Reads the ledger once a day and counts along from there. An entry recorded while it is being read may count twice: the
 * budget then ends early, never late. Entries later than now (a simulated run that went further) are not seen.
 */
export function createDayBudget(ledger: Ledger): DayBudget {
  let dayMs: number | null = null;
  let before: DaySpend = daySpendOf([]);
  let since: LedgerEntry[] = [];
  const underWay = new Set<WorkTally>();
  const tallyOf = new WeakMap<LedgerEntry, WorkTally>();
  const readDay = async (nowMs: UnixMs, options: CallOptions): Promise<void> => {
    if (dayMs === startOfDay(nowMs)) return;
    since = [];
    const entries = await ledger.entries({ sinceMs: startOfDay(nowMs) }, options);
    before = daySpendOf(entries.filter(({ atMs }) => atMs <= nowMs));
    dayMs = startOfDay(nowMs);
  };
  const spentBy = (nowMs: UnixMs): DaySpend => {
    const here = daySpendOf(since.filter(({ atMs }) => startOfDay(atMs) === dayMs && atMs <= nowMs));
    const open = [...underWay].reduce((sum, tally) => sum + tokensOf(tally), 0);
    return {
      units: before.units + here.units,
      tokens: before.tokens + here.tokens,
      tokensByJob: countsOf([before.tokensByJob, here.tokensByJob]),
      questionTokens: before.questionTokens + here.questionTokens + open,
    };
  };
  return {
    ledger: {
      ...ledger,
      async record(entry, options) {
        await ledger.record(entry, options);
        const { units, tokens, questionTokens } = daySpendOf([entry]);
        if (units + tokens + questionTokens > 0) since.push(entry);
        const tally = tallyOf.get(entry);
        if (tally !== undefined) underWay.delete(tally);
      },
    },
    async spentToday(nowMs, options) {
      await readDay(nowMs, options);
      return spentBy(nowMs);
    },
    async openQuestion(tally, nowMs, options) {
      await readDay(nowMs, options);
      underWay.add(tally);
      return { spentToday: () => spentBy(nowMs).questionTokens };
    },
    becomes: (tally, entry) => void tallyOf.set(entry, tally),
    closeQuestion: (tally) => void underWay.delete(tally),
  };
}
