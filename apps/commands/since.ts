// Floor 6. `--since` as typed → a moment: `7d`, a date in ISO 8601, or epoch ms.
import { UsageError } from "#schemas/errors.ts";
import { DAY_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { parseTimeMs } from "#toolkits/market/replay/iso-time.ts";
import type { CommandInput } from "../command.ts";

/** Null: from the run's beginning. @throws UsageError */
export function sinceOf({ since }: CommandInput["flags"], nowMs: UnixMs): UnixMs | null {
  if (since === undefined) return null;
  const text = String(since).trim();
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  if (days !== undefined) return unixMs(Math.max(0, nowMs - Number(days) * DAY_MS));
  const atMs = parseTimeMs(text);
  if (atMs !== null) return unixMs(atMs);
  throw new UsageError({
    was: `--since was ${JSON.stringify(since)}.`,
    expected: "a number of days such as 7d, a date in ISO 8601 (UTC), or epoch ms",
    remedy: "Correct it.",
  });
}
