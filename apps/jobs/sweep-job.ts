// Floor 6. A sweep as a job: newest candles of some markets at one close, read from their exchange into the room of shared answers. What is
// sent to a worker, and what it sends back.
import { z } from "zod";
import type { CandleClose } from "#memory/shared-candles.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { hashOf } from "#schemas/hash.ts";
import type { Job } from "#schemas/ports/jobs.ts";
import { MarketSymbol, Timeframe, UnixMs } from "#schemas/units.ts";

/** Markets of one job: enough that asking for it costs little, few enough that many workers have some. */
const MARKETS_A_JOB = 50;

export const SweepShard = z.object({
  /** Which exchange, and where its API is; as the desk that asks has it. */
  venue: z.string(),
  exchangeUrl: z.string().nullable(),
  sandbox: z.boolean(),
  timeframe: Timeframe,
  closeMs: UnixMs,
  symbols: z.array(MarketSymbol),
});
export type SweepShard = Readonly<z.infer<typeof SweepShard>>;

export const SweepResult = z.object({
  /** Markets whose newest candle is in the room. */
  read: z.int(),
  /** Markets that were left to who asked. */
  left: z.int(),
  /** Why, of the first of them; null: the venue has no newest candle of them yet, or the close was past. */
  why: z.string().nullable(),
});
export type SweepResult = Readonly<z.infer<typeof SweepResult>>;

/** The last markets first: who asks begins at the front, and they meet. */
export function sweepJobs(
  { venue, exchangeUrl, sandbox }: Pick<DeskConfig, "venue" | "exchangeUrl" | "sandbox">,
  { symbols, ...close }: CandleClose,
  owner: string,
): readonly Job[] {
  const jobs: Job[] = [];
  for (let first = 0; first < symbols.length; first += MARKETS_A_JOB) {
    const input = { venue, exchangeUrl, sandbox, ...close, symbols: symbols.slice(first, first + MARKETS_A_JOB) };
    jobs.unshift({ role: "sweep", key: hashOf(input, 32), input, urgency: "slot", owner });
  }
  return jobs;
}
