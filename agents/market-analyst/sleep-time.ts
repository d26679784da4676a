// Floor 3. The MarketAnalyst over a list of markets → analyses in Khala: at sleep time ahead of any question, and at test
// time for the ones that were missing.

import type { Analysis } from "#schemas/analysis.ts";
import { isPassing, VenuePausedError } from "#schemas/errors.ts";
import { isGone, newestClosed } from "#schemas/market.ts";
import { type Answered, andThen, type CallOptions, orElse } from "#schemas/ports/work.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, toIso, type UnixMs } from "#schemas/units.ts";
import { forEachBounded } from "#toolkits/ports/for-each-bounded.ts";
import { type AnalystDeps, computeFromScratch, rememberOutcomes, rememberRecords } from "./from-scratch.ts";
import type { AnalysisOutcome, NoCandle, Scratch, Signalled } from "./outcome.ts";
import { readScratches, signalsOf } from "./read-scratches.ts";

/** Reads in flight at once: enough to hide latency, few enough for a public API's rate limit. */
const CONCURRENT_READS = 8;
/** Records written at once. */
const RECORDS_A_WRITE = 25;
const GIVEN_UP = "it has given nothing for some slots, and is asked beside them";
/** Wait before a market without its newest candle is asked again. */
const ASK_AGAIN_MS = 2_000;

export interface SweepRequest {
  readonly symbols: readonly MarketSymbol[];
  readonly timeframe: Timeframe;
  readonly nowMs: UnixMs;
  readonly origin: Analysis["origin"];
  /** Set: each outcome brings its market's returns up to this hour. */
  readonly returnsToMs?: UnixMs | undefined;
  /** Sleep only: awaited before each market and each write, so that questions go first. Test time never waits for them: it is one. */
  readonly beforeStep?: () => Answered<void>;
}

/** `failed`: a silent venue or bad rows; said, and the market's own. `again`: the same call may go through in this slot. */
export type SweepOutcome = AnalysisOutcome | Failed;

type Failed = {
  readonly status: "failed";
  readonly symbol: MarketSymbol;
  readonly error: string;
  readonly again: boolean;
};

/** A market before the strategies have seen it. */
type Attempt = Scratch | NoCandle | Failed;

/** One outcome a market. */
export type SweepOutcomes = ReadonlyMap<MarketSymbol, SweepOutcome>;

export interface SweepOptions extends CallOptions {
  readonly onProgress?: (done: number, of: number) => void;
}

/** `untilMs`: a read is not waited for beyond this moment; left out: for as long as any. */
export type PatienceOptions = CallOptions & { readonly untilMs?: number };

export interface SlotSweepRequest extends SweepRequest {
  /** How long after `nowMs` a venue that has not published yet, or did not answer, is asked again; 0: not at all. */
  readonly askAgainForMs: number;
  /**
   * Called as each read begins; resolves when that read is waited for no longer. It goes on, and its market is late.
   * Left out: every read is waited for.
   */
  readonly tooLong?: (options: PatienceOptions) => Promise<void>;
  /** Markets that no slot waits for any more; left out: none. */
  readonly isGivenUp?: (symbol: MarketSymbol) => boolean;
}

export interface SlotSweep {
  /** Every market: what was read at once, and what was not (`no-candle`, `failed`). Nothing of it is remembered yet. */
  readonly attempts: ReadonlyMap<MarketSymbol, Attempt>;
  /** What decisions need of it: orders wait for no digest, no action level and no write. */
  signals(): Promise<ReadonlyMap<MarketSymbol, Signalled | NoCandle | Failed>>;
  /** Works out the rest of these markets and remembers what decisions cite: analyses and readings, no candles. An order waits for it. */
  cite(symbols: ReadonlySet<MarketSymbol>): Promise<void>;
  /** Works out the rest and remembers it, 25 records a write, with the candles of all; what was cited is not written again. */
  remember(): Promise<SweepOutcomes>;
  /**
   * After `remember`: the markets that may still come in this slot, asked again every 2 s until all have come or the time is over: a round
   * yields the new outcomes of all that were asked, remembered already. Its reads are made as it is iterated.
   */
  late(): AsyncGenerator<SweepOutcomes, void, undefined>;
}

/**
 * Analyses every market once and remembers it, 25 records a write. One market's bad data or silent venue is its own
 * failure; an error that concerns the desk (its class says so) ends the sweep.
 */
export async function sweepMarkets(
  deps: AnalystDeps,
  request: SweepRequest,
  options: SweepOptions,
): Promise<SweepOutcomes> {
  return (await sweepSlot(deps, { ...request, askAgainForMs: 0 }, options)).remember();
}

/**
 * The same for a slot, in parts: what decisions need comes before what is remembered, and the markets that are there wait for no other:
 * late ones are asked for in `late`.
 */
export async function sweepSlot(
  deps: AnalystDeps,
  request: SlotSweepRequest,
  options: SweepOptions,
): Promise<SlotSweep> {
  const { timeframe, origin, returnsToMs, tooLong } = request;
  const beforeStep = (): Answered<void> => (origin === "sleep" ? request.beforeStep?.() : undefined);
  /** The newest of each. */
  const attempts = new Map<MarketSymbol, Attempt>();
  const remembered = new Map<MarketSymbol, SweepOutcome>();
  const underWay = new Map<MarketSymbol, Promise<Attempt>>();

  const untilMs = request.nowMs + request.askAgainForMs;
  const isGivenUp = request.isGivenUp ?? (() => false);
  const failed = (symbol: MarketSymbol, error: string, again: boolean) =>
    ({ status: "failed", symbol, error, again }) as const;
  /** What is said of a market that is not asked; null: it is asked. */
  const notAsked = (symbol: MarketSymbol): Attempt | null => {
    if (isGone(deps.markets, symbol)) return failed(symbol, `${deps.marketData.venue} no longer lists it`, false);
    return isGivenUp(symbol) ? failed(symbol, GIVEN_UP, true) : null;
  };

  /** A read left behind in an earlier round is taken up again, not made twice. */
  const read = (symbol: MarketSymbol, nowMs: UnixMs, patience: typeof tooLong): Answered<Attempt> => {
    const without = notAsked(symbol);
    if (without !== null) return without;
    const reading =
      underWay.get(symbol) ?? attempt(deps, { symbol, timeframe, nowMs, origin, returnsToMs, untilMs }, options);
    return reading instanceof Promise ? awaited(symbol, reading, patience) : reading;
  };

  const awaited = async (symbol: MarketSymbol, reading: Promise<Attempt>, patience: typeof tooLong) => {
    const outcome = patience === undefined ? await reading : await firstOf(reading, patience, options);
    if (outcome !== null) underWay.delete(symbol);
    else underWay.set(symbol, reading);
    return outcome ?? failed(symbol, "it has not answered yet", true);
  };

  const readRound = async (
    symbols: readonly MarketSymbol[],
    nowMs: UnixMs,
    patience: typeof tooLong,
  ): Promise<void> => {
    let done = 0;
    await forEachBounded(symbols, CONCURRENT_READS, (symbol) =>
      andThen(beforeStep(), () =>
        andThen(read(symbol, nowMs, patience), (outcome) => {
          attempts.set(symbol, outcome);
          done += 1;
          options.onProgress?.(Math.max(remembered.size, done), request.symbols.length);
        }),
      ),
    );
  };

  const whole = (symbols: readonly MarketSymbol[]) =>
    throughStrategies(new Map(symbols.map((symbol) => [symbol, attempts.get(symbol)])), (scratches) =>
      readScratches(deps, scratches, options),
    );

  const rememberSome = async (symbols: readonly MarketSymbol[]): Promise<SweepOutcomes> => {
    const answers = await whole(symbols);
    const known = symbols.flatMap((symbol) => answers.get(symbol) ?? []).filter((o) => o.status !== "failed");
    // An embedded database works in this very thread: no question is answered while it takes a write.
    for (let begin = 0; begin < known.length; begin += RECORDS_A_WRITE) {
      await beforeStep();
      await rememberOutcomes(deps, timeframe, known.slice(begin, begin + RECORDS_A_WRITE), options);
    }
    for (const [symbol, outcome] of answers) remembered.set(symbol, outcome);
    return answers;
  };

  async function* late(): AsyncGenerator<SweepOutcomes, void, undefined> {
    /** Nothing that hangs is waited for beyond the time in which late markets are asked for. */
    const untilThen: typeof tooLong = tooLong && ((call) => tooLong({ ...call, untilMs }));
    while (deps.clock.now() + ASK_AGAIN_MS <= untilMs) {
      const missing = request.symbols.filter(
        (symbol) => !isGivenUp(symbol) && mayStillCome(symbol, attempts.get(symbol), request, deps),
      );
      if (missing.length === 0) return;
      await deps.clock.sleep(ASK_AGAIN_MS, options);
      await readRound(missing, deps.clock.now(), untilThen);
      yield await rememberSome(missing);
    }
  }

  await readRound(request.symbols, request.nowMs, tooLong);
  return {
    attempts: new Map(attempts),
    signals: () => throughStrategies(attempts, (scratches) => signalsOf(deps, scratches, options)),
    cite: async (symbols) => {
      const read = [...symbols].filter((one) => !remembered.has(one) && attempts.get(one)?.status === "analysed");
      const answers = await whole(read);
      await rememberRecords(
        deps,
        [...answers.values()].filter((o) => o.status === "analysed"),
        options,
      );
      for (const [symbol, outcome] of answers) remembered.set(symbol, outcome);
    },
    remember: async () => {
      const wanted = request.symbols.filter((symbol) => !remembered.has(symbol));
      await deps.windows?.keep([...remembered.keys()], options);
      if (wanted.length > 0) await rememberSome(wanted);
      return new Map(remembered);
    },
    late,
  };
}

/** What was read is shown to the strategies, each of them once; the rest is as it is. */
async function throughStrategies<Seen>(
  attempts: ReadonlyMap<MarketSymbol, Attempt | undefined>,
  show: (scratches: readonly Scratch[]) => Promise<readonly Seen[]>,
): Promise<ReadonlyMap<MarketSymbol, Seen | NoCandle | Failed>> {
  const seen = await show([...attempts.values()].filter((attempt) => attempt?.status === "analysed"));
  const answers = seen.values();
  return new Map(
    [...attempts].flatMap(([symbol, attempt]): [MarketSymbol, Seen | NoCandle | Failed][] => {
      const outcome = attempt?.status === "analysed" ? answers.next().value : attempt;
      return outcome === undefined ? [] : [[symbol, outcome]];
    }),
  );
}

/** Null where the read took too long; its failure then is its next round's to meet. */
async function firstOf(
  reading: Promise<Attempt>,
  tooLong: NonNullable<SlotSweepRequest["tooLong"]>,
  options: CallOptions,
): Promise<Attempt | null> {
  const answered = new AbortController();
  const signal = AbortSignal.any([options.signal, answered.signal]);
  const waited = tooLong({ signal }).then(
    () => null,
    (error: unknown) => {
      if (answered.signal.aborted) return null;
      throw error;
    },
  );
  try {
    return await Promise.race([reading, waited]);
  } finally {
    answered.abort();
    reading.catch(() => {});
  }
}

/**
 * Whether a market is asked again in its slot: it did not answer (what it answered wrongly it would again), or it has the candle before the one that is missing. A
 * market that has neither is a quiet one, and one that the venue has halted has no next candle.
 */
function mayStillCome(
  symbol: MarketSymbol,
  outcome: Attempt | undefined,
  { nowMs, timeframe }: SweepRequest,
  { marketData, markets }: Pick<AnalystDeps, "marketData" | "markets">,
): boolean {
  if (outcome === undefined || outcome.status === "analysed") return false;
  if (outcome.status === "failed") return outcome.again;
  if (markets.get(symbol)?.active === false) return false;
  return outcome.newestCloseMs === newestClosed(nowMs, timeframe, marketData.graceMs) - timeframeMs(timeframe);
}

function attempt(
  deps: AnalystDeps,
  { untilMs, ...request }: Parameters<typeof computeFromScratch>[1] & { readonly untilMs: number },
  options: CallOptions,
): Answered<Attempt> {
  return orElse<Attempt>(
    () => computeFromScratch(deps, request, options),
    (error) => {
      if (!isPassing(error)) throw error;
      // A venue that rests for longer says nothing more in this slot.
      const isOver = error instanceof VenuePausedError && error.untilMs > untilMs;
      const again = error.policy !== "skip-symbol" && !isOver;
      return { status: "failed", symbol: request.symbol, error: error.message, again };
    },
  );
}

/** What a sweep did, for reports. */
export interface SweepSummary {
  readonly analysed: readonly MarketSymbol[];
  readonly skipped: readonly { readonly symbol: MarketSymbol; readonly reason: string }[];
  readonly failed: readonly { readonly symbol: MarketSymbol; readonly error: string }[];
}

/** By symbol within each list: the answers of a venue come in any order. */
export function summariseSweep(outcomes: SweepOutcomes | SlotSweep["attempts"], timeframe: Timeframe): SweepSummary {
  const analysed: MarketSymbol[] = [];
  const skipped: { symbol: MarketSymbol; reason: string }[] = [];
  const failed: { symbol: MarketSymbol; error: string }[] = [];
  for (const [symbol, outcome] of [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (outcome.status === "failed") failed.push({ symbol, error: outcome.error });
    else if (outcome.status === "no-candle") skipped.push({ symbol, reason: noCandleReason(outcome, timeframe) });
    else analysed.push(symbol);
  }
  return { analysed, skipped, failed };
}

/** Says which candle is not there, for people. */
export const noCandleReason = (
  outcome: Extract<AnalysisOutcome, { status: "no-candle" }>,
  timeframe: Timeframe,
): string =>
  outcome.newestCloseMs === null
    ? `no ${timeframe} candle up to ${toIso(outcome.checkedThroughMs)}`
    : `no ${timeframe} candle since the one that closed at ${toIso(outcome.newestCloseMs)}`;
