// Floor 6. Entries that wait for a person, on a run that leaves no time for an answer: refused by name before it begins.
import type { DeskConfig } from "#schemas/config.ts";
import { ConfigError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";

/** Under a simulated clock without a pace there is no time between two slots. @throws ConfigError */
export function refuseUnanswerable(
  { approve, speed }: Pick<DeskConfig, "approve" | "speed">,
  { kind }: Pick<Clock, "kind">,
): void {
  if (approve === "none" || kind === "system" || speed !== null) return;
  throw new ConfigError({
    was: `DEEPTRADER_APPROVE is ${approve}, but this run goes as fast as it can, so that nobody could answer between two slots.`,
    remedy: "Give it a pace with --speed, or unset DEEPTRADER_APPROVE.",
  });
}
