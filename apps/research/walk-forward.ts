// Floor 6. `walk-forward`: parameters chosen on one part of the past, tried on the next, fold after fold; opens no home's store.
import { formatTime } from "#desk/documents/format.ts";
import { type ObjectiveName, objectiveNamed, objectiveOf } from "#scheduler/research/objectives.ts";
import {
  cutFolds,
  type FoldLayout,
  type FoldSizes,
  layoutOf,
  slotsOf,
} from "#scheduler/research/walk-forward/folds.ts";
import { meanWithInterval } from "#scheduler/research/walk-forward/mean-interval.ts";
import { stabilityOf } from "#scheduler/research/walk-forward/stability.ts";
import { type FoldResult, runWalkForward, type WalkForwardRun } from "#scheduler/research/walk-forward/walk-forward.ts";
import { UsageError } from "#schemas/errors.ts";
import { toNumber } from "#schemas/money.ts";
import { type Outcome, Variation } from "#schemas/research.ts";
import { type Timeframe, timeframeMs } from "#schemas/units.ts";
import type { SlotSpan, WalkForward } from "#schemas/walk-forward.ts";
import { MIN_FOR_INTERVAL } from "#toolkits/performance/performance.ts";
import { createSearch, type Search } from "#toolkits/search/search.ts";
import type { StrategyInfo } from "#toolkits/strategies/strategy.ts";
import type { Call, Done } from "../own-command.ts";
import { candlesOf, wholeOf } from "./lengths.ts";
import { type OpenBench, openBench } from "./open-bench.ts";
import { askedRangeOf, rangeOf } from "./range.ts";
import { nameToSave, saveAs } from "./save-result.ts";
import { renderWalkForward } from "./walk-forward-text.ts";

const DEFAULT_TRIALS = 50;
/** A training part that closed fewer tells nothing. */
const LEAST_TRADES = 5;
const DEFAULT_OBJECTIVE = "sharpe";

interface Asked {
  readonly sizes: FoldSizes;
  readonly anchored: boolean;
  /** Null: worked out. */
  readonly purge: number | null;
  readonly embargo: number;
  readonly trials: number;
  readonly objective: ObjectiveName;
  readonly save: string | null;
}

/** @throws UsageError for flags that cannot be; what opening a bench throws */
export async function walkForward(call: Call): Promise<Done> {
  const asked = askedOf(call.input.flags, call.options.config.timeframe);
  const range = askedRangeOf(call.input.flags);
  const opened = await openBench(call);
  try {
    const { firstSlotMs, lastSlotMs, unused } = rangeOf(range, call.options.config, opened.venue);
    const document = await walk(call, opened, asked, { firstSlotMs, lastSlotMs }, unused);
    await saveAs(call, { kind: "walk-forward", name: asked.save, document });
    return { document, text: renderWalkForward(document, call.io.style) };
  } finally {
    call.io.progress(null);
    await opened.bench.close();
    await opened.venue.close?.();
  }
}

function askedOf(flags: Readonly<Record<string, unknown>>, timeframe: Timeframe): Asked {
  const save = nameToSave({ args: [], flags });
  const objective = objectiveNamed(typeof flags["objective"] === "string" ? flags["objective"] : DEFAULT_OBJECTIVE);
  return {
    sizes: {
      folds: wholeOf(flags, "folds", 1),
      train: candlesOf(flags, "train", timeframe),
      test: candlesOf(flags, "test", timeframe),
    },
    anchored: flags["anchored"] === true,
    purge: candlesOf(flags, "purge", timeframe),
    embargo: candlesOf(flags, "embargo", timeframe) ?? 0,
    trials: wholeOf(flags, "trials", 1) ?? DEFAULT_TRIALS,
    objective,
    save,
  };
}

async function walk(
  { options: { config }, io, signal }: Call,
  { bench, venue }: OpenBench,
  asked: Asked,
  span: SlotSpan,
  unusedRange: readonly string[],
): Promise<WalkForward> {
  const info = onlyStrategy(venue.hosts.map((host) => host.info));
  const range = { ...span, stepMs: timeframeMs(config.timeframe) };
  const layout = layoutOf(slotsOf(range), asked.sizes);
  const rules = { anchored: asked.anchored, embargo: asked.embargo };
  const purge = await purgeOf(asked, info, { ...range, layout }, async (train) => {
    const runs = train.map((part) => Variation.parse(part));
    return (await bench.run(runs, { signal })).flatMap(({ trades }) => trades);
  });
  const folds = cutFolds(range, layout, { ...rules, purge: purge.candles });
  const hasParameters = Object.keys(info.parameterSpecs).length > 0;
  const run = await runWalkForward(
    bench,
    {
      strategyId: info.id,
      configured: info.parameters,
      folds,
      trials: hasParameters ? asked.trials : 1,
      objective: objectiveOf(asked.objective, LEAST_TRADES),
      search: () => searchOf(info, asked.trials, config.seed),
    },
    { signal, onProgress: (done, of) => io.progress(`walk-forward ${done} of ${of} runs`) },
  );
  return documentOf(run, {
    venue: venue.marketData.venue,
    simulated: venue.marketData.simulated,
    strategy: info.id,
    timeframe: config.timeframe,
    quote: venue.quote,
    startMs: span.firstSlotMs,
    endMs: span.lastSlotMs,
    setup: {
      anchored: asked.anchored,
      trainCandles: layout.train,
      testCandles: layout.test,
      purgeCandles: purge.candles,
      purgeBasis: purge.basis,
      embargoCandles: asked.embargo,
      unusedCandles: layout.unused,
      trials: asked.trials,
      objective: asked.objective,
      method: hasParameters ? "random" : "none: the strategy has no parameters",
      seed: config.seed,
    },
    stability: stabilityOf(
      info.parameterSpecs,
      run.folds.map(({ values }) => values),
    ),
    leftOut: leftOutOf(run, { unusedRange, unusedCandles: layout.unused, startMs: span.firstSlotMs }),
  });
}

/** The same in every fold, so that equal choices are equal; the configured parameters first. */
function searchOf({ parameterSpecs, parameters }: StrategyInfo, most: number, seed: number): Search {
  if (Object.keys(parameterSpecs).length === 0) {
    let isAsked = false;
    return {
      ask: () => {
        if (isAsked) return [];
        isAsked = true;
        return [parameters];
      },
      tell: () => {},
    };
  }
  return createSearch({ kind: "random", space: parameterSpecs, first: parameters, seed, most });
}

function onlyStrategy(infos: readonly StrategyInfo[]): StrategyInfo {
  const [info, other] = infos;
  if (info !== undefined && other === undefined) return info;
  throw new UsageError({
    was: `There are ${infos.length} strategies: ${infos.map(({ id }) => id).join(", ")}.`,
    expected: "one, whose parameters are chosen",
    remedy: "Name it with --strategy.",
  });
}

/** As given; else the strategy's time limit; else the longest that it held anything in the first training part. */
async function purgeOf(
  { purge, anchored }: Asked,
  { bracket }: StrategyInfo,
  range: SlotSpan & { readonly stepMs: number; readonly layout: FoldLayout },
  tradesOf: (train: readonly SlotSpan[]) => Promise<Outcome["trades"]>,
): Promise<{ readonly candles: number; readonly basis: WalkForward["setup"]["purgeBasis"] }> {
  if (purge !== null) return { candles: purge, basis: "given" };
  const limit = bracket?.maxHoldCandles;
  if (limit !== undefined) return { candles: limit, basis: "time-limit" };
  const [first] = cutFolds(range, range.layout, { anchored, purge: 0, embargo: 0 });
  const trades = await tradesOf(first?.train ?? []);
  const longestMs = Math.max(0, ...trades.map(({ entryMs, exitMs }) => exitMs - entryMs));
  return { candles: Math.ceil(longestMs / range.stepMs), basis: "longest-holding" };
}

type Known = Omit<WalkForward, "folds" | "outOfSample" | "efficiency" | "markets" | "decisionsHash">;

function documentOf(run: WalkForwardRun, known: Known): WalkForward {
  const { outOfSample } = run;
  const { trades, days, startingCash } = outOfSample;
  const dayReturns = days.map(({ endEquity }, i) => 100 * (endEquity / (days[i - 1]?.endEquity ?? startingCash) - 1));
  const won = trades.filter(({ pnl }) => toNumber(pnl) > 0).length;
  return {
    ...known,
    folds: run.folds.map(foldOf),
    outOfSample: {
      days: days.map(({ dayStartMs, endEquity: equity }) => ({ dayStartMs, equity })),
      returnPct: returnPct(outOfSample),
      maxDrawdownPct: outOfSample.maxDrawdownPct,
      trades: trades.length,
      winRatePct: trades.length === 0 ? null : (100 * won) / trades.length,
      meanTradePct: meanWithInterval(
        trades.map(({ returnPct }) => returnPct),
        "trades",
      ),
      meanDayPct: meanWithInterval(dayReturns, "days"),
      openPct: run.folds.reduce((sum, fold) => sum + openPct(fold.outOfSample), 0),
      buyAndHoldPct: outOfSample.buyAndHoldPct,
    },
    efficiency: run.efficiency,
    markets: [...new Set(trades.map(({ symbol }) => symbol))].sort(),
    decisionsHash: outOfSample.decisionsHash,
  };

  function foldOf(fold: FoldResult): WalkForward["folds"][number] {
    const { inSample, outOfSample: test } = fold;
    return {
      train: fold.fold.train,
      test: fold.fold.test,
      parameters: fold.values,
      isConfigured: fold.isConfigured,
      trials: fold.trials,
      inSample: {
        objective: fold.inSampleObjective,
        returnPct: returnPct(inSample),
        trades: inSample.trades.length,
      },
      outOfSample: {
        objective: fold.outOfSampleObjective,
        returnPct: returnPct(test),
        trades: test.trades.length,
        maxDrawdownPct: test.maxDrawdownPct,
        openPct: openPct(test),
      },
      hasFewTrades: test.trades.length < MIN_FOR_INTERVAL,
    };
  }

  function returnPct({ finalEquity: end, startingCash: start }: Outcome): number {
    return 100 * (end / start - 1);
  }

  /** Equity that no closed trade explains: what is held, over what it cost. */
  function openPct({ trades: closed, finalEquity: end, startingCash: start }: Outcome): number {
    const pnl = closed.reduce((sum, trade) => sum + toNumber(trade.pnl), 0);
    const open = (100 * (end - start - pnl)) / start;
    return Math.abs(open) < 1e-9 ? 0 : open;
  }
}

function leftOutOf(
  { folds, outOfSample }: WalkForwardRun,
  {
    unusedRange,
    unusedCandles,
    startMs,
  }: { readonly unusedRange: readonly string[]; readonly unusedCandles: number; readonly startMs: number },
): readonly string[] {
  const few = folds.filter(({ outOfSample: { trades } }) => trades.length < MIN_FOR_INTERVAL).length;
  const unjudged = folds.filter(({ inSampleObjective }) => inSampleObjective === null).length;
  return [
    ...unusedRange,
    ...(unusedCandles === 0
      ? []
      : [
          `${unusedCandles} ${unusedCandles === 1 ? "candle" : "candles"} from ${formatTime(startMs)} on: before the first fold`,
        ]),
    ...(few === 0
      ? []
      : [`${few} of ${folds.length} test parts closed under ${MIN_FOR_INTERVAL} trades: they say little one by one`]),
    ...(unjudged === 0
      ? []
      : [
          `${unjudged} ${unjudged === 1 ? "fold" : "folds"}: no trial could be judged on its training part; the configured parameters were tested`,
        ]),
    ...(outOfSample.trades.length < MIN_FOR_INTERVAL ? ["an interval of the mean trade: too few trades in all"] : []),
    "what is held at the end of a test part: valued at its last close, without the costs of leaving, and in no trade",
  ];
}
