// Floor 4. What a sleep cycle did; what `sleep` prints.
import { z } from "zod";
import { Count, DurationMs, MarketSymbol, UnixMs } from "#schemas/units.ts";
import { CountsByReason } from "./left-out.ts";

export const SleepReport = z.object({
  slot: UnixMs.describe("the close that it was for"),
  analysed: Count.describe("markets"),
  skipped: z.array(z.object({ symbol: MarketSymbol, reason: z.string() })).readonly(),
  failed: z.array(z.object({ symbol: MarketSymbol, error: z.string() })).readonly(),
  unusable: CountsByReason.default({}).describe(
    "analysed, but nothing may be entered on it, whatever the strategy says: how many, by reason",
  ),
  problems: z.array(z.string()).readonly().describe("what went wrong beside single markets, for people"),
  durationMs: DurationMs.describe("of this machine"),
  repeated: z.boolean().default(false).describe("the slot had been done before; this is its stored result"),
});
export type SleepReport = z.infer<typeof SleepReport>;

/** The venue or its ranking was silent and no market was read: another call for the slot tries again. */
export const nothingRead = ({ analysed, failed, problems }: SleepReport): boolean =>
  analysed === 0 && failed.length + problems.length > 0;

/** No market was analysed, whatever the reason: what a sleep cycle is for was not done. */
export const nothingAnalysed = ({ analysed }: Pick<SleepReport, "analysed">): boolean => analysed === 0;
