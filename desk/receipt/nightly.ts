// Floor 4. The time between two slots → once a UTC day, after its first slot, the receipt of the day before: row by row while nothing
// waits, kept so that it is made once, and an alert where something is not explained. It changes no order and no setting.
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { Alert } from "#schemas/alert.ts";
import type { CallOptions, RunReader } from "#schemas/ports/work.ts";
import { startOfDay, type UnixMs } from "#schemas/units.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { type BetweenSlotsParts, lookBetweenSlots } from "../between-slots.ts";
import type { Desk } from "../desk.ts";
import { ReceiptSummary } from "../documents/receipt-report.ts";
import { nextSlot, slotAt } from "../slots.ts";
import { dayBefore, ReceiptMaking, type ReceiptStore } from "./make-receipt.ts";
import { noteTerms } from "./terms.ts";

/** Has another process make the receipt of a day, in its own time; null: none did, and the desk makes it. Rejects nothing. */
export type ReceiptElsewhere = (dayMs: UnixMs, options: CallOptions) => Promise<ReceiptSummary | null>;

export interface ReceiptParts extends BetweenSlotsParts {
  readonly makeElsewhere?: ReceiptElsewhere | undefined;
}

const JOB = "receipt";
/** How often it is looked whether something is due, ms of real time. */
const LOOK_EVERY_MS = 2_000;
/** So long before a close nothing is begun, ms. */
const BEGUN_BEFORE_CLOSE_MS = 10_000;

/** Resolves when aborted; rejects nothing. */
export async function receiptBetweenSlots(
  desk: Desk,
  store: ReceiptStore,
  parts: ReceiptParts,
  options: CallOptions,
): Promise<void> {
  const receipts = new NightlyReceipt(desk, store, parts);
  const look = (given: CallOptions) => receipts.look(given);
  await lookBetweenSlots({ name: "receipt", everyMs: LOOK_EVERY_MS, look }, parts, options);
}

/** The newest receipt made asleep; null: none is kept, or it is another day's. @throws StoreError */
export async function nightOf(runs: RunReader, dayMs: UnixMs, options: CallOptions): Promise<ReceiptSummary | null> {
  const kept = await runs.newestResult(JOB, options);
  return kept?.slotMs === dayMs ? (ReceiptSummary.safeParse(kept.result).data ?? null) : null;
}

interface Making {
  readonly dayMs: UnixMs;
  readonly receipt: ReceiptMaking;
  /** Another process is at it: nothing is waited for, and nothing done twice. */
  isElsewhere: boolean;
  /** What it has made; null: nothing. */
  made: ReceiptSummary | null;
}

type NightlyParts = Pick<ReceiptParts, "isRunningSlot" | "onProblem" | "makeElsewhere">;

export class NightlyReceipt {
  readonly #desk: Desk;
  readonly #store: ReceiptStore;
  readonly #parts: NightlyParts;
  #making: Making | null = null;
  /** The newest day that is known to be done. */
  #doneMs: number | null = null;
  /** What is decided from here on is decided by the settings of this process. */
  readonly #sinceMs: UnixMs;
  #isNoted = false;

  constructor(desk: Desk, store: ReceiptStore, parts: NightlyParts) {
    this.#desk = desk;
    this.#store = store;
    this.#parts = parts;
    this.#sinceMs = desk.clock.now();
  }

  /** As many rows as there is time for. @throws StoreError */
  async look(options: CallOptions): Promise<void> {
    if (!this.#isNoted) await noteTerms(this.#desk, this.#sinceMs, options);
    this.#isNoted = true;
    if (!this.#mayGoOn()) return;
    const dayMs = dayBefore(this.#desk.clock.now());
    if (this.#doneMs !== null && this.#doneMs >= dayMs) return;
    if (this.#making?.dayMs !== dayMs) {
      if (await this.#isDone(dayMs, options)) return;
      this.#making = this.#begin(dayMs, options);
    }
    const { isElsewhere, made, receipt } = this.#making;
    if (isElsewhere) return;
    if (made !== null) await this.#finish(dayMs, made);
    else if (await this.#goOn(receipt, options)) await this.#finish(dayMs, receipt.summary());
  }

  #begin(dayMs: UnixMs, options: CallOptions): Making {
    const { makeElsewhere } = this.#parts;
    const receipt = new ReceiptMaking(this.#desk, this.#store, dayMs);
    const making: Making = { dayMs, receipt, isElsewhere: makeElsewhere !== undefined, made: null };
    void makeElsewhere?.(dayMs, options).then((made) => {
      making.made = made;
      making.isElsewhere = false;
    });
    return making;
  }

  async #isDone(dayMs: UnixMs, options: CallOptions): Promise<boolean> {
    const newestMs = await this.#desk.runs.lastFinished(JOB, options);
    if (newestMs === null || newestMs < dayMs) return false;
    this.#doneMs = newestMs;
    return true;
  }

  /** True: all of it is done. */
  async #goOn(receipt: ReceiptMaking, options: CallOptions): Promise<boolean> {
    const { clock, ledger, monotonicMs } = this.#desk;
    const [atMs, startedMs, tally] = [clock.now(), monotonicMs(), new WorkTally()];
    try {
      return await countInto(tally, async () => {
        while (await receipt.step(options)) {
          // Whatever waits goes first.
          await new Promise<void>((resolve) => setImmediate(resolve));
          if (!this.#mayGoOn()) return false;
        }
        return true;
      });
    } finally {
      const work = tally.total();
      const entry = { atMs, phase: "sleep", job: "receipt", work, durationMs: monotonicMs() - startedMs } as const;
      await ledger.record(ledgerEntry(entry), NEVER_ABORTED);
    }
  }

  /** The day's first slot is decided, nothing runs or is asked, and the next close is not near. */
  #mayGoOn(): boolean {
    const { clock, config, marketData, questionPriority, account } = this.#desk;
    const nowMs = clock.now();
    const slotMs = slotAt(nowMs, config.timeframe, marketData.graceMs);
    const { settledThroughMs } = account.portfolio();
    const isDecided = settledThroughMs !== null && settledThroughMs >= slotMs && settledThroughMs >= startOfDay(nowMs);
    const msToClose = nextSlot(slotMs, config.timeframe) - nowMs;
    return (
      isDecided && !this.#parts.isRunningSlot() && !questionPriority.isAsked() && msToClose > BEGUN_BEFORE_CLOSE_MS
    );
  }

  /** The alert first: a desk that dies between the two makes the receipt again, and the alert has one id. */
  async #finish(dayMs: UnixMs, summary: ReceiptSummary): Promise<void> {
    const { clock, runs, account, alerts } = this.#desk;
    const alert = alertOf(this.#desk, summary);
    if (alert !== null && !alerts.log.has(alert.alertId)) {
      await account.append([{ type: "alert", atMs: alert.atMs, alert }], NEVER_ABORTED);
      this.#parts.onProblem(alert.text);
    }
    const run = { job: JOB, slotMs: dayMs };
    const begun = await runs.begin({ ...run, nowMs: clock.now() }, NEVER_ABORTED);
    if (begun.status !== "done") await runs.finish({ ...run, fence: begun.fence }, summary, NEVER_ABORTED);
    this.#doneMs = dayMs;
    this.#making = null;
  }
}

/** Null: everything is explained. */
function alertOf({ clock, marketData }: Desk, { day, looked, causes }: ReceiptSummary): Alert | null {
  const { unexplained } = causes;
  if (unexplained === 0) return null;
  const rows = unexplained === 1 ? "row of the journal is" : "rows of the journal are";
  return {
    alertId: `receipt-unexplained:${day}`,
    kind: "receipt-unexplained",
    symbol: null,
    atMs: clock.now(),
    text: `Receipt of ${day}: ${unexplained} of ${looked} ${rows} not what the kept inputs give, and nothing explains it. See \`deeptrader receipt --day ${day}\`.`,
    simulated: marketData.simulated,
  };
}
