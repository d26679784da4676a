// Floor 6. `stress`: what the positions and their stops would come to if the leading market moved so far in so many minutes.
import { StressReport, stressReportOf } from "#desk/documents/stress-report.ts";
import { UsageError } from "#schemas/errors.ts";
import { MOST_STRESS_MINUTES, Shock } from "#schemas/stress.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { stressText } from "../text/stress-text.ts";
import { wholeNumber } from "./memory.ts";

/** @throws UsageError */
function shockOf({ leaderMove, minutes, gap }: CommandInput["flags"]): Shock {
  const movePct = percentOf(leaderMove, "--leader-move", -10);
  const given = { movePct, minutes: wholeNumber(minutes, "--minutes", 60), gapPct: percentOf(gap, "--gap", 0) };
  const shock = Shock.safeParse(given);
  if (shock.success && movePct !== 0) return shock.data;
  throw new UsageError({
    was: `--leader-move was ${given.movePct}, --minutes ${given.minutes}, --gap ${given.gapPct}.`,
    expected: `a move above −100 and up to 100 percent that is not 0, 1 to ${MOST_STRESS_MINUTES} minutes, and a gap between 0 and the move`,
    remedy: "Correct them, for example --leader-move -10 --minutes 60 --gap -3.",
  });
}

/** @throws UsageError */
function percentOf(given: unknown, flag: string, otherwise: number): number {
  if (given === undefined) return otherwise;
  const isWord = typeof given === "string" && given.trim() !== "";
  const pct = isWord || typeof given === "number" ? Number(given) : Number.NaN;
  if (Number.isFinite(pct)) return pct;
  throw new UsageError({
    was: `${flag} was ${String(given)}.`,
    expected: "percent, such as -10",
    remedy: "Correct it.",
  });
}

export const stressCommand = deskCommand<StressReport>({
  name: "stress",
  document: StressReport,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  check: ({ flags }) => void shockOf(flags),
  execute: ({ desk }, { flags }, options) => stressReportOf(desk, shockOf(flags), options),
  render: stressText,
});
