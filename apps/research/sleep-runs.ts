// Floor 6. `compare --sleep`: the configured desk with and without its sleep cycle, each on a store of its own that is gone afterwards.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareSleep, runForSleep, type SleepRun } from "#scheduler/research/compare-sleep.ts";
import type { Comparison } from "#schemas/compare.ts";
import { DataFolderError, UsageError } from "#schemas/errors.ts";
import type { UnixMs } from "#schemas/units.ts";
import { backtestRules, ruleWordsOf } from "../commands/backtest-rules.ts";
import type { Call } from "../own-command.ts";
import { openVenueWithNotes } from "../reach-desk.ts";
import type { Venue } from "../venues/venue.ts";
import { askedRangeOf, rangeOf } from "./range.ts";

/** @throws UsageError on an exchange; DataFolderError for a folder with sessions; StrategyError where a strategy from a file fails */
export async function sleepRuns(call: Call): Promise<{ readonly comparison: Comparison; readonly quote: string }> {
  requireRecorded(call);
  const askedRange = askedRangeOf(call.input.flags);
  const said = new Set<string>();
  const onNote = (text: string): void => {
    if (said.has(text)) return;
    said.add(text);
    call.io.note(text);
  };
  let quote = "";
  const run = async (sleeps: boolean): Promise<SleepRun> => {
    // Strategies, counters and markets are opened anew: nothing of the first run reaches the second.
    const venue = await openVenueWithNotes({ ...call, io: { ...call.io, note: onNote } });
    try {
      ({ quote } = venue);
      return await onOwnStore(call, (store) => runOn(call, venue, { sleeps, askedRange, store, onNote }));
    } finally {
      call.io.progress(null);
      await Promise.all(venue.hosts.map((host) => host.close()));
      await venue.close?.();
    }
  };
  const withSleep = await run(true);
  return { comparison: compareSleep(withSleep, await run(false)), quote };
}

type Store = Parameters<typeof runForSleep>[2]["store"];

interface OneRun {
  readonly sleeps: boolean;
  readonly askedRange: ReturnType<typeof askedRangeOf>;
  readonly store: Store;
  readonly onNote: (text: string) => void;
}

function runOn(call: Call, venue: Venue, { sleeps, askedRange, store, onNote }: OneRun): Promise<SleepRun> {
  const { config } = call.options;
  if (venue.calendar !== undefined) throw noSessions(venue.calendar.name);
  const { firstSlotMs, lastSlotMs, unused } = rangeOf(askedRange, config, venue);
  for (const left of unused) onNote(`not run: ${left}`);
  const rules = backtestRules(ruleWordsOf(call.input.flags), venue, config);
  const span = Math.max(1, lastSlotMs - firstSlotMs);
  const what = sleeps ? "with sleep" : "without sleep";
  const onSlot = (slotMs: UnixMs): void =>
    call.io.progress(`${what} ${Math.round(((slotMs - firstSlotMs) / span) * 100)} %`);
  return runForSleep(
    config,
    { firstSlotMs, lastSlotMs, sleeps },
    { venue, store, rules },
    { signal: call.signal, onNote, onSlot },
  );
}

/** In a folder of its own beside nobody's home: two processes may compare at once. */
async function onOwnStore<T>({ signal }: Call, work: (store: Store) => Promise<T>): Promise<T> {
  const { openStore } = await import("#memory/stores/open.ts");
  const home = await mkdtemp(join(tmpdir(), "deeptrader-compare-"));
  try {
    const store = await openStore({ kind: "pglite", home, owner: "compare --sleep" }, { signal });
    return await work(store).finally(() => store.close());
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function requireRecorded({ input: { args }, options: { config } }: Call): void {
  if (args.length > 0)
    throw new UsageError({
      was: `--sleep was given together with ${args.join(" and ")}.`,
      expected: "either names of saved backtests, or --sleep, which runs the configured strategies",
      remedy: "Leave one out.",
    });
  if (config.venue === "sim" || config.venue === "replay") return;
  throw new UsageError({
    was: `--sleep was asked of ${config.venue}, whose past a desk cannot be run through.`,
    expected: "--venue sim, or --venue replay with --data DIR",
    remedy: "Fetch its candles with `deeptrader data download` and replay them.",
  });
}

const noSessions = (calendar: string): DataFolderError =>
  new DataFolderError({
    was: `The folder's markets.json has a calendar of sessions (${calendar}), and a desk's clock knows none yet.`,
    expected: "a folder without a calendar",
    remedy: "Compare on a folder that trades around the clock; `backtest` takes one with sessions.",
  });
