// Floor 6. `compare A B`: two saved backtests; `compare --strategy A,B`: both are run; `compare --sleep`: one desk with and without its
// sleep cycle. Side by side, differences tested.

import { compareRuns } from "#scheduler/research/compare-runs.ts";
import { ComparedRun, Comparison } from "#schemas/compare.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { UsageError } from "#schemas/errors.ts";
import type { Call, Done } from "../own-command.ts";
import { comparisonText } from "./compare-text.ts";
import { backtestOf } from "./run-backtest.ts";
import { nameToSave, saveAs } from "./save-result.ts";
import { readResult } from "./saved.ts";
import { sleepRuns } from "./sleep-runs.ts";

/** @throws UsageError, UnknownNameError; whatever `backtest` throws */
export async function compare(call: Call): Promise<Done> {
  const name = nameToSave(call.input);
  const { comparison, quote } = call.input.flags["sleep"] === true ? await sleepRuns(call) : await twoRuns(call);
  const document = Comparison.parse(comparison);
  await saveAs(call, { kind: "compare", name, document });
  return { document, text: comparisonText(document, quote, call.io.style) };
}

async function twoRuns(call: Call): Promise<{ readonly comparison: Comparison; readonly quote: string }> {
  const { names, runs } = call.input.args.length > 0 ? await savedRuns(call) : await strategyRuns(call);
  return { comparison: compareRuns(names, ...runs), quote: runs[0].quote };
}

interface Two {
  readonly names: readonly [string, string];
  readonly runs: readonly [ComparedRun, ComparedRun];
}

async function savedRuns({ input: { args }, options: { config } }: Call): Promise<Two> {
  const [a, b] = args;
  if (a === undefined || b === undefined || args.length > 2) throw wanted(`${args.length} names were given.`);
  const read = async (name: string) => comparedRun(name, (await readResult(config.home, "backtest", name)).document);
  return { names: [a, b], runs: [await read(a), await read(b)] };
}

async function strategyRuns(call: Call): Promise<Two> {
  const { config } = call.options;
  const [a, b] = config.strategies;
  if (a === undefined || b === undefined || config.strategies.length !== 2)
    throw wanted("Neither two saved backtests nor two strategies were given.");
  const run = async (use: DeskConfig["strategies"][number]) => {
    // Each alone, with all of equity.
    const document = await backtestOf(call, { config: { ...config, strategies: [{ ...use, sharePct: 100 }] } });
    return comparedRun(use.use, document);
  };
  return { names: [a.use, b.use], runs: [await run(a), await run(b)] };
}

function comparedRun(name: string, document: unknown): ComparedRun {
  const parsed = ComparedRun.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new UsageError({
    was: `The backtest ${name} cannot be compared: ${parsed.error.issues[0]?.path.join(".")} is missing or of another kind.`,
    expected: "a backtest that this version of the program has saved",
    remedy: "Run it again with --save NAME.",
  });
}

const wanted = (was: string): UsageError =>
  new UsageError({
    was,
    expected: "compare A B with names of saved backtests, compare --strategy A,B, or compare --sleep",
    remedy: "Save runs with `backtest --save NAME`, or name two strategies.",
  });
