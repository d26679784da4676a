// Floor 6. `--detail TIMEFRAME`: shorter candles that say what came first within one.
import type { DeskConfig } from "#schemas/config.ts";
import { UsageError } from "#schemas/errors.ts";
import { TIMEFRAMES, Timeframe, timeframeMs } from "#schemas/units.ts";

/** As an option to be spread: nothing where there is no such flag. @throws UsageError for one that is not shorter than the timeframe */
export function detailOf(
  { detail }: Readonly<Record<string, unknown>>,
  { timeframe }: Pick<DeskConfig, "timeframe">,
): { readonly detail?: Timeframe } {
  if (detail === undefined) return {};
  const asked = Timeframe.safeParse(detail);
  if (asked.success && timeframeMs(asked.data) < timeframeMs(timeframe)) return { detail: asked.data };
  const shorter = TIMEFRAMES.filter((one) => timeframeMs(one) < timeframeMs(timeframe));
  throw new UsageError({
    was: `--detail is ${JSON.stringify(detail)} at --timeframe ${timeframe}.`,
    expected: shorter.length === 0 ? "a longer timeframe: none is shorter than 1m" : `one of ${shorter.join(", ")}`,
    remedy: "Choose a timeframe shorter than the candles that are decided on.",
  });
}
