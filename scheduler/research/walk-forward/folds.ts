// Floor 5. A range of slots → folds of training and test. Tests follow one another without a gap up to the end of the range; training
// always lies before its test, so nothing of a test can reach the choice made for it.
import { UsageError } from "#schemas/errors.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import type { SlotSpan } from "#schemas/walk-forward.ts";

export interface Fold {
  /** Oldest first; more than one where an embargo cuts it. */
  readonly train: readonly SlotSpan[];
  readonly test: SlotSpan;
}

/** How long the parts are: two of the three, or `folds` alone. In candles of the base timeframe. */
export interface FoldSizes {
  readonly folds: number | null;
  readonly train: number | null;
  readonly test: number | null;
}

export interface FoldRules {
  /** True: training begins at the start of the range; false: it is as long in every fold. */
  readonly anchored: boolean;
  /** Candles between training and test that belong to neither: a trade that is open there is no part of training. */
  readonly purge: number;
  /** Candles after each test that no later training has. */
  readonly embargo: number;
}

export interface SlotRange extends SlotSpan {
  readonly stepMs: number;
}

/** Where nothing else is said, a training part is three times as long as its test. */
const TRAIN_TO_TEST = 3;

export interface FoldLayout {
  readonly folds: number;
  readonly train: number;
  readonly test: number;
  /** Candles at the start of the range that no fold uses. */
  readonly unused: number;
}

export const slotsOf = ({ firstSlotMs, lastSlotMs, stepMs }: SlotRange): number =>
  Math.max(0, Math.floor((lastSlotMs - firstSlotMs) / stepMs) + 1);

/** How the range is divided. @throws UsageError where the sizes contradict one another or the range is too short */
export function layoutOf(slots: number, { folds, train, test }: FoldSizes): FoldLayout {
  if (folds !== null && train !== null && test !== null) {
    throw new UsageError({
      was: "The number of folds, the training part and the test part were all given.",
      expected: "at most two of --folds, --train and --test",
      remedy: "Leave one out: it follows from the others and the range.",
    });
  }
  const layout = laidOut(slots, folds, train, test);
  const used = layout.train + layout.folds * layout.test;
  if (layout.folds >= 1 && layout.train >= 1 && layout.test >= 1 && used <= slots)
    return { ...layout, unused: slots - used };
  throw new UsageError({
    was: `The range has ${slots} candles.`,
    expected: "room for one training part and one test part at least, of one candle and more",
    remedy: "Take a longer range with --from and --to, fewer --folds, or shorter --train and --test.",
  });
}

function laidOut(slots: number, folds: number | null, train: number | null, test: number | null) {
  if (train !== null && test !== null) return { folds: Math.floor((slots - train) / test), train, test };
  const count = folds ?? DEFAULT_FOLDS;
  if (train !== null) return { folds: count, train, test: Math.floor((slots - train) / count) };
  if (test !== null) return { folds: count, train: slots - count * test, test };
  const each = Math.floor(slots / (count + TRAIN_TO_TEST));
  return { folds: count, train: TRAIN_TO_TEST * each, test: each };
}

const DEFAULT_FOLDS = 5;

/** @throws UsageError where purge or embargo leave no training */
export function cutFolds(range: SlotRange, layout: FoldLayout, rules: FoldRules): readonly Fold[] {
  const { train, test, unused, folds } = layout;
  const span = (first: number, last: number): SlotSpan => ({
    firstSlotMs: slotAt(range, first),
    lastSlotMs: slotAt(range, last),
  });
  const firstTest = unused + train;
  return Array.from({ length: folds }, (_, k) => {
    const testFirst = firstTest + k * test;
    const begin = rules.anchored ? unused : testFirst - train;
    const parts = withoutEmbargo(begin, testFirst - rules.purge - 1, firstTest, test, k, rules.embargo);
    if (parts.length === 0) throw nothingLeft(train, rules);
    return { train: parts.map(([first, last]) => span(first, last)), test: span(testFirst, testFirst + test - 1) };
  });
}

/** What is left of [first, last] without the candles after each of the first `k` tests. */
function withoutEmbargo(first: number, last: number, firstTest: number, test: number, k: number, embargo: number) {
  const parts: [number, number][] = [];
  let from = first;
  for (let j = 1; j <= k && embargo > 0; j++) {
    const zone = firstTest + j * test;
    if (zone + embargo <= from) continue;
    if (from <= Math.min(last, zone - 1)) parts.push([from, Math.min(last, zone - 1)]);
    from = Math.max(from, zone + embargo);
  }
  if (from <= last) parts.push([from, last]);
  return parts;
}

const nothingLeft = (train: number, { purge, embargo }: FoldRules): UsageError =>
  new UsageError({
    was: `A purge of ${purge} and an embargo of ${embargo} candles leave nothing of a training part of ${train}.`,
    expected: "both well under the length of the training part",
    remedy: "Lower --purge or --embargo, or lengthen --train.",
  });

const slotAt = ({ firstSlotMs, stepMs }: SlotRange, index: number): UnixMs => unixMs(firstSlotMs + index * stepMs);
