// Floor 6. `sleep` and `trade` run one cycle; the flag that says so is asked for, so that a script reads as what it does.
import { UsageError } from "#schemas/errors.ts";

/** @throws UsageError without `--once` */
export function requireOnce(command: string, flags: Readonly<Record<string, unknown>>): void {
  if (flags["once"] === true) return;
  throw new UsageError({
    was: `\`deeptrader ${command}\` was called without --once.`,
    expected: `\`deeptrader ${command} --once\``,
    remedy: "Add --once for one cycle, or use `deeptrader start` for a desk that keeps running.",
  });
}
