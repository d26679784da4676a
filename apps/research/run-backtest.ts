// Floor 6. One backtest for a command of the research bench: as `backtest` makes it, in a thread of its own where a strategy is a file.
import type { DeskConfig } from "#schemas/config.ts";
import type { BacktestDocument } from "../commands/backtest.ts";
import type { Call } from "../own-command.ts";
import type { Venue } from "../venues/venue.ts";
import type { AskedRange } from "./range.ts";

export interface BacktestWish {
  /** Left out: the call's own. */
  readonly config?: DeskConfig;
  /** What every rule of the gate has saved or cost; left out: it is not worked out. */
  readonly rulePrices?: boolean;
  /** True: with each refused entry and what was held at the end. */
  readonly isAudited?: boolean;
  /** Left out: --from, --to and --range of the call. */
  readonly range?: AskedRange;
  /** Already open; left out: one is opened. Strategies from files open their own. */
  readonly venue?: Venue;
}

/** Takes --rule, --from, --to and --range from the call. @throws whatever `backtest` throws */
export async function backtestOf(
  call: Call,
  { config, rulePrices = false, isAudited = false, range, venue: opened }: BacktestWish,
): Promise<BacktestDocument> {
  const { ruleWordsOf } = await import("../commands/backtest-rules.ts");
  const { backtestInThread, runsInThread } = await import("../commands/backtest-in-thread.ts");
  const { backtest } = await import("../commands/backtest.ts");
  const { openVenueWithNotes } = await import("../reach-desk.ts");
  const { askedRangeOf } = await import("./range.ts");
  const { input, env, io, signal } = call;
  const options = config === undefined ? call.options : { ...call.options, config };
  const startedMs = performance.now();
  const asked = {
    startedMs,
    rules: ruleWordsOf(input.flags),
    range: range ?? askedRangeOf(input.flags),
    rulePrices,
    isAudited,
  };
  if (runsInThread(options.config)) return backtestInThread(options.config, io, { signal, ...asked });
  const venue = opened ?? (await openVenueWithNotes({ ...call, options }));
  return backtest(options.config, venue, io, { signal, env, ...asked });
}
