// Floor 4. What making something costs asleep, and what it would save while a question waits → whether it is made. Pure; all in
// work units (WORK_WEIGHTS).

export interface Prospect {
  /** How often it is expected to be asked for while it is valid. */
  readonly expectedAsks: number;
  /** Work units that one such question takes less if it has been made. */
  readonly savedUnits: number;
  /** Work units that making it takes. */
  readonly priceUnits: number;
}

/** What it is worth: units saved while a question waits, each `testTimeWeight` times a unit of sleep. */
export const worthOf = ({ expectedAsks, savedUnits }: Prospect, testTimeWeight: number): number =>
  expectedAsks * testTimeWeight * savedUnits;

/** True iff it is worth strictly more than its price; what is not a number is worth nothing. */
export const pays = (prospect: Prospect, testTimeWeight: number): boolean =>
  worthOf(prospect, testTimeWeight) > prospect.priceUnits;

/** Worth for each unit spent; what is free comes first. */
export const valuePerUnit = (prospect: Prospect, testTimeWeight: number): number =>
  prospect.priceUnits === 0 ? Number.POSITIVE_INFINITY : worthOf(prospect, testTimeWeight) / prospect.priceUnits;
