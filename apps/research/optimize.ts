// Floor 6. `optimize`: the parameters of one strategy searched on every core, with what the winner does not prove beside it. Its trials
// are kept as they end, and the same command goes on where it was interrupted.

import { systemClock } from "#scheduler/clock.ts";
import { objectiveOf } from "#scheduler/research/objectives.ts";
import { judgeTrials } from "#scheduler/research/optimize/judge-trials.ts";
import { runTrials } from "#scheduler/research/optimize/run-trials.ts";
import { UsageError } from "#schemas/errors.ts";
import { hashOf } from "#schemas/hash.ts";
import type { Optimize, SearchDefinition, Trial } from "#schemas/optimize.ts";
import { createSearch } from "#toolkits/search/search.ts";
import type { StrategyInfo } from "#toolkits/strategies/strategy.ts";
import type { Call, Done } from "../own-command.ts";
import type { Venue } from "../venues/venue.ts";
import { openBench } from "./open-bench.ts";
import { type OptimizeFlags, optimizeFlags, spaceOf } from "./optimize-input.ts";
import { renderOptimize } from "./optimize-text.ts";
import { askedRangeOf, rangeOf } from "./range.ts";
import { checkResultName, saveResult, typedCommand } from "./saved.ts";
import { openTrialJournal, requireSameSearch, type TrialJournal } from "./trial-journal.ts";

/** @throws UsageError; DataFolderError where another process is at the same search; what `openBench` and the strategy throw */
export async function optimize(call: Call): Promise<Done> {
  const { input, options, io, signal } = call;
  const { config } = options;
  const flags = optimizeFlags(input.flags);
  const asked = askedRangeOf(input.flags);
  if (flags.name !== null) checkResultName(flags.name);
  const { bench, venue } = await openBench(call);
  try {
    const strategy = onlyStrategyOf(venue);
    const name = flags.name ?? strategy.id;
    await using journal = await openTrialJournal(config.home, name, flags.restart);
    const isOpen = asked.fromMs === null && asked.toMs === null && config.asOfMs === null;
    const before = journal.definition;
    // An invented market has no end: one that was begun goes on over the same candles.
    const range = isOpen && before !== null && venue.lastSlotMs === null ? before : rangeOf(asked, config, venue);
    const space = spaceOf(strategy.parameterSpecs, flags.parameters);
    const definition: SearchDefinition = {
      ...identityOf(call, venue, strategy),
      firstSlotMs: range.firstSlotMs,
      lastSlotMs: range.lastSlotMs,
      search: flags.search,
      seed: config.seed,
      space,
      objective: flags.objective,
      minTrades: flags.minTrades,
    };
    if (before !== null) requireSameSearch(name, before, definition);
    const trials = Math.max(flags.trials, journal.trials.length);
    const search = createSearch({
      kind: flags.search,
      space,
      first: Object.fromEntries(Object.keys(space).map((key) => [key, strategy.parameters[key] ?? false])),
      seed: config.seed,
      most: trials,
    });
    if (before === null) await journal.begin(definition);
    else io.note(`goes on after ${journal.trials.length} of ${trials} trials, kept in ${journal.file}`);
    const progress = progressOf(call, journal, trials, flags);
    const run = await runTrials(
      bench,
      {
        strategyId: strategy.id,
        ...range,
        trials,
        search,
        objective: objectiveOf(flags.objective, flags.minTrades),
        known: journal.trials,
      },
      { signal, onBatch: journal.append, onTrial: progress },
    );
    io.progress(null);
    const [first, ...others] = run;
    if (first === undefined) throw nothingTried();
    const document: Optimize = {
      name,
      venue: venue.marketData.venue,
      simulated: venue.marketData.simulated,
      quote: venue.quote,
      definition,
      trials: {
        asked: trials,
        run: run.length,
        told: run.filter(({ objective }) => objective !== null).length,
        isExhausted: run.length < trials,
      },
      ...judgeTrials([first, ...others], space),
    };
    const command = typedCommand(process.argv);
    const savedAtMs = systemClock().now();
    const file = await saveResult(config.home, { kind: "optimize", name, savedAtMs, command, document });
    return { document, text: renderOptimize(document, file, io.style) };
  } finally {
    io.progress(null);
    await bench.close();
  }
}

/** @throws UsageError where there are several, or one without parameters */
function onlyStrategyOf({ hosts }: Venue): StrategyInfo {
  const [host, second] = hosts;
  if (host !== undefined && second === undefined) return host.info;
  throw new UsageError({
    was: `${hosts.length} strategies are configured.`,
    expected: "one, whose parameters are searched",
    remedy: "Name it with --strategy ID or --strategy FILE.",
  });
}

/** What of a definition is not typed for this command. */
function identityOf({ options: { config } }: Call, venue: Venue, strategy: StrategyInfo) {
  const { assets, markets, securityPolicy, entryStyle, limits, costs, scenario, strategies, timeframe } = config;
  const uses = strategies.map(({ use: _, parameters: __, ...rest }) => rest);
  const account = [venue.quote, venue.cash, assets, markets, securityPolicy, entryStyle, limits, costs, scenario, uses];
  return {
    strategy: strategy.id,
    strategyDigest: strategy.definitionId,
    venue: venue.marketData.venueId,
    settings: hashOf(account, 16),
    timeframe,
  };
}

/** `trial 37 of 200 · 4.2 a second · best sharpe 1.23 (trial 12)`; resumed trials are not counted as speed. */
function progressOf({ io }: Call, { trials: kept }: TrialJournal, of: number, { objective }: OptimizeFlags) {
  const startedMs = performance.now();
  const better = (a: Trial | null, b: Trial): Trial | null =>
    b.objective !== null && b.objective > (a?.objective ?? Number.NEGATIVE_INFINITY) ? b : a;
  let best = kept.reduce<Trial | null>(better, null);
  let done = 0;
  return (trial: Trial): void => {
    done += 1;
    best = better(best, trial);
    const perSecond = done / ((performance.now() - startedMs) / 1000);
    const sofar = best === null ? "" : ` · best ${objective} ${best.objective?.toPrecision(3)} (trial ${best.trial})`;
    io.progress(`trial ${kept.length + done} of ${of} · ${perSecond.toPrecision(2)} a second${sofar}`);
  };
}

const nothingTried = (): UsageError =>
  new UsageError({ was: "There was nothing to try.", expected: "at least one trial", remedy: "Raise --trials." });
