// Floor 6. A worker's part in a sweep: asks the exchange for each market that nobody has asked for yet, and leaves what it says to all. A
// market that it cannot read, or whose newest candle is not there yet, is left to who asked.
import { lastOpenMs } from "#memory/candle-columns.ts";
import { reasonOf } from "#memory/queues/job-terms.ts";
import type { SharedAnswers } from "#memory/shared-answers.ts";
import { shareCandles } from "#memory/shared-candles.ts";
import { VenuePausedError } from "#schemas/errors.ts";
import { newestClosed, openOfNewest } from "#schemas/market.ts";
import type { JobHandler } from "#schemas/ports/jobs.ts";
import type { Clock, MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs } from "#schemas/units.ts";
import { forEachBounded } from "#toolkits/ports/for-each-bounded.ts";
import { type SweepResult, SweepShard } from "./sweep-job.ts";

/** Reads of one shard under way at once, as in a desk's own sweep. */
const READS_AT_ONCE = 8;
/** What of a market has to be there: who asks the venue for them asks for more. */
const FEW_CANDLES = 3;
/** This machine's clock may be behind that of who asks by so much, ms; it is waited for. */
const CLOCK_BEHIND_MS = 5_000;

/** An exchange, and the room in which its answers are shared. */
export interface SweepPlace {
  readonly source: Pick<MarketData, "candles" | "graceMs">;
  readonly shared: SharedAnswers;
}

export interface SweepHandlerParts {
  /** The same place for the same exchange. @throws where there is no such exchange */
  readonly open: (shard: SweepShard, options: CallOptions) => Promise<SweepPlace>;
  readonly clock: Pick<Clock, "now" | "sleep">;
}

/** The newest candle is not published yet: nothing is said of the market. */
class NotYet extends Error {}

export const createSweepHandler =
  ({ open, clock }: SweepHandlerParts): JobHandler =>
  async (given, options): Promise<SweepResult> => {
    const shard = SweepShard.parse(given);
    const { symbols, timeframe, closeMs } = shard;
    const { source, shared } = await open(shard, options);
    const { graceMs } = source;
    const aheadMs = closeMs + graceMs - clock.now();
    const left = (why: string | null): SweepResult => ({ read: 0, left: symbols.length, why });
    if (aheadMs > CLOCK_BEHIND_MS) return left(`its clock is ${Math.round(aheadMs / 1000)} s behind this desk's`);
    if (aheadMs > 0) await clock.sleep(aheadMs, options);
    const nowMs = clock.now();
    if (newestClosed(nowMs, timeframe, graceMs) !== closeMs) return left(null);
    // New for each shard: which markets a worker is given changes from close to close.
    const read = shareCandles({ graceMs, candles: withNewest(source, closeMs) }, shared);
    const fromMs = openOfNewest(FEW_CANDLES, { nowMs, timeframe, graceMs });
    let done = 0;
    const faults: unknown[] = [];
    await forEachBounded(symbols, READS_AT_ONCE, async (symbol) => {
      // What rests gives none of the others either.
      if (faults.at(-1) instanceof VenuePausedError) return;
      try {
        await read({ symbol, timeframe, nowMs, fromMs }, options);
        done += 1;
      } catch (error) {
        options.signal.throwIfAborted();
        if (!(error instanceof NotYet)) faults.push(error);
      }
    });
    await shared.settled();
    const [first] = faults;
    return { read: done, left: symbols.length - done, why: first === undefined ? null : reasonOf(first) };
  };

/** As the source, but that it throws where the newest candle is not there. */
const withNewest =
  (source: SweepPlace["source"], closeMs: number): MarketData["candles"] =>
  async (request, options) => {
    const series = await source.candles(request, options);
    if (lastOpenMs(series) + timeframeMs(request.timeframe) < closeMs) throw new NotYet();
    return series;
  };
