// Floor 6. A market's history as a job: candles of an exchange into a folder that who asks and the worker both have. What is sent to a worker,
// and what it sends back; the candles are in the folder.
import { z } from "zod";
import type { DeskConfig } from "#schemas/config.ts";
import { hashOf } from "#schemas/hash.ts";
import type { Job } from "#schemas/ports/jobs.ts";
import { MarketSymbol, Timeframe, UnixMs } from "#schemas/units.ts";
import { FILE_FORMATS } from "#toolkits/market/files/file-names.ts";
import type { Downloaded } from "#toolkits/market/history/download-market.ts";

export const DownloadInput = z.object({
  /** Which exchange, and where its API is; as who asks has it. */
  venue: z.string(),
  exchangeUrl: z.string().nullable(),
  sandbox: z.boolean(),
  timeframe: Timeframe,
  /** Absolute. */
  dir: z.string(),
  /** Of who asks and has locked the folder: a folder of the same name on another disk has not got it. */
  mark: z.string(),
  /** Of a file that is not there yet. */
  format: z.enum(FILE_FORMATS),
  symbol: MarketSymbol,
  fromMs: UnixMs,
  toMs: UnixMs,
  again: z.boolean(),
});
export type DownloadInput = Readonly<z.infer<typeof DownloadInput>>;

export const MarketRow = z.object({
  symbol: MarketSymbol,
  file: z.string(),
  added: z.int(),
  candles: z.int(),
  /** Open of the first candle and of the last; null: the venue has none in this range. */
  fromMs: z.number().nullable(),
  lastMs: z.number().nullable(),
  resumedAtMs: z.number().nullable(),
  notes: z.array(z.string()),
});
export type MarketRow = Readonly<z.infer<typeof MarketRow>>;

/** A market that fails in a way that time does not mend is a result too. */
export const DownloadResult = z.union([z.object({ row: MarketRow }), z.object({ error: z.string() })]);
export type DownloadResult = Readonly<z.infer<typeof DownloadResult>>;

export const marketRow = (
  symbol: MarketSymbol,
  file: string,
  { added, stored, resumedAtMs, notes }: Downloaded,
): MarketRow => ({
  symbol,
  file,
  added,
  candles: stored?.rows.openMs.length ?? 0,
  fromMs: stored?.rows.openMs[0] ?? null,
  lastMs: stored?.rows.openMs.at(-1) ?? null,
  resumedAtMs,
  notes: [...notes],
});

/** The mark is in its key: the same command a second time is work of its own. @param owner whose it is */
export function downloadJob(
  { venue, exchangeUrl, sandbox, timeframe }: Pick<DeskConfig, "venue" | "exchangeUrl" | "sandbox" | "timeframe">,
  market: Omit<DownloadInput, "venue" | "exchangeUrl" | "sandbox" | "timeframe">,
  owner: string,
): Job {
  const input: DownloadInput = { venue, exchangeUrl, sandbox, timeframe, ...market };
  return { role: "download", key: hashOf(input, 32), input, urgency: "research", owner };
}
