// Floor 4. Equity at the end of each UTC day, and how much of it was at work: a fold of a run's equity rows. Money that was put in or
// taken out since the start is no part of a return: the days are as if it had not moved.
import type { JournalEvent } from "#schemas/journal.ts";
import type { DayEquity } from "#schemas/performance.ts";
import { unixMs } from "#schemas/units.ts";
import { Flows } from "#toolkits/portfolio/flows.ts";

export class ExposureFold {
  slots = 0;
  /** Slots at whose mark something was held. */
  slotsInMarket = 0;
  /** Market value of what was held over equity, summed over all slots. */
  exposureSum = 0;
  readonly #cash: () => number;
  readonly #days: DayEquity[] = [];
  readonly #flows = new Flows();

  /** @param cash of the account now, settlement currency: what is not cash is at work */
  constructor(cash: () => number) {
    this.#cash = cash;
  }

  take(event: JournalEvent): void {
    this.#flows.take(event);
    if (event.type !== "equity") return;
    const { equity, dayStartMs } = event.loss;
    const atWork = equity - this.#cash();
    this.slots += 1;
    if (atWork > equity * ROUNDING) {
      this.slotsInMarket += 1;
      this.exposureSum += atWork / equity;
    }
    if (this.#days.at(-1)?.dayStartMs === dayStartMs) this.#days.pop();
    this.#days.push({ dayStartMs: unixMs(dayStartMs), endEquity: equity / this.#flows.growth });
  }

  /** Oldest first; the last one may go on. */
  days(): readonly DayEquity[] {
    return this.#days;
  }
}

/** Equity is float64, cash decimal: below it nothing is held. */
const ROUNDING = 1e-9;
