// Floor 6. Action levels as tables show them: the nearest closes at which a strategy would act, and how far they are.
import { closeWords } from "#agents/deep-trader-manager/answers/render-levels.ts";
import { formatPct } from "#desk/documents/format.ts";
import { distancePct, intervalsOf } from "#schemas/action-levels.ts";
import type { ActionInterval, ActionLevels } from "#schemas/reading.ts";

/** Marks what was worked out for a stated candle only; the candle is in the note beneath the table. */
export const CONDITIONAL_MARK = "†";

type Levels = Pick<ActionLevels, "status" | "searched" | "intervals">;

interface Bounds {
  readonly from: number | null;
  readonly to: number | null;
}

/** As documents have them, by action → as they are said. */
export const levelsByAction = ({
  status,
  searched,
  enter,
  exit,
}: Pick<ActionLevels, "status" | "searched"> & {
  readonly enter: readonly Bounds[];
  readonly exit: readonly Bounds[];
}): Levels => ({
  status,
  searched,
  intervals: [
    ...enter.map((interval) => ({ action: "enter" as const, ...interval })),
    ...exit.map((interval) => ({ action: "exit" as const, ...interval })),
  ],
});

/**
 * `at or below 91.2 (−1.30 %)`, nearest first; `at none from 80 to 120`; `not worked out`, which is not the same.
 * @param maxIntervals the others are counted
 */
export function levelsText(
  levels: Levels,
  action: ActionInterval["action"],
  price: number,
  maxIntervals = Number.POSITIVE_INFINITY,
): string {
  if (levels.status === "not-worked-out") return "not worked out";
  const nearest = intervalsOf(levels, action)
    .map((interval) => ({ interval, way: distancePct(interval, price) }))
    .sort((a, b) => Math.abs(a.way) - Math.abs(b.way));
  const shown = nearest
    .slice(0, maxIntervals)
    .map(({ interval, way }) => `${closeWords(interval, levels.searched)} (${way === 0 ? "now" : formatPct(way)})`);
  const more = nearest.length > shown.length ? ` and ${nearest.length - shown.length} more` : "";
  const mark = levels.status === "conditional" ? ` ${CONDITIONAL_MARK}` : "";
  return `${shown.length === 0 ? noneText(levels) : shown.join(", ")}${more}${mark}`;
}

const noneText = ({ searched }: Levels): string =>
  searched === null ? "at none" : `at none ${closeWords({ from: null, to: null }, searched).replace("anywhere ", "")}`;
