// Floor 4. The versions of a market's candles → what the source has corrected since it was read: what stood, what stands instead, and
// from when on. An analysis of before rests on what stood then.
import { z } from "zod";
import type { AnalysisKey } from "#schemas/analysis.ts";
import type { CandleStore } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs, type UnixMs } from "#schemas/units.ts";

const VALUES = ["open", "high", "low", "close", "volume"] as const;
const Values = z.object({
  open: z.number().describe("quote per base"),
  high: z.number().describe("quote per base"),
  low: z.number().describe("quote per base"),
  close: z.number().describe("quote per base"),
  volume: z.number().describe("in the base coin"),
});
type Values = Readonly<z.infer<typeof Values>>;

export const Correction = z.object({
  openMs: z.number().describe("of the candle; UTC epoch ms"),
  closeMs: z.number().describe("of the candle; UTC epoch ms"),
  knownFromMs: z.number().describe("when what stood was read; UTC epoch ms"),
  replacedMs: z.number().describe("when the correction was read; UTC epoch ms"),
  was: Values.readonly(),
  is: Values.readonly(),
});
export type Correction = Readonly<z.infer<typeof Correction>>;

/** Those that were known at `nowMs` and are still kept, the newest first; at most `limit`. */
export async function correctionsOf(
  candles: Pick<CandleStore, "versions">,
  key: AnalysisKey,
  { nowMs, limit }: { readonly nowMs: UnixMs; readonly limit: number },
  options: CallOptions,
): Promise<readonly Correction[]> {
  const versions = await candles.versions(key, { fromMs: 0, toMs: nowMs }, options);
  const corrections = versions.flatMap(({ openMs, knownFromMs, replacedMs, ...was }, at): Correction[] => {
    const next = versions[at + 1];
    if (replacedMs === null || replacedMs > nowMs || next?.openMs !== openMs) return [];
    const closeMs = openMs + timeframeMs(key.timeframe);
    return [{ openMs, closeMs, knownFromMs, replacedMs, was: valuesOf(was), is: valuesOf(next) }];
  });
  return corrections.sort((a, b) => b.replacedMs - a.replacedMs || b.openMs - a.openMs).slice(0, limit);
}

/** Names and values that differ, for people: `close 100 → 101`. */
export const changesIn = ({ was, is }: Correction, format: (value: number) => string): string =>
  VALUES.filter((name) => was[name] !== is[name])
    .map((name) => `${name} ${format(was[name])} → ${format(is[name])}`)
    .join(", ");

const valuesOf = ({ open, high, low, close, volume }: Values): Values => ({ open, high, low, close, volume });
