// One synthetic market through the live cycles and through the backtest driver, and what came out of each.

import { addOperatorRule } from "#desk/operator-rules/add-rule.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { runBacktest } from "#scheduler/backtest-driver.ts";
import type { BacktestInput } from "#scheduler/backtest-input.ts";
import { runReplay } from "#scheduler/replay-driver.ts";
import type { EntryStyle } from "#schemas/config.ts";
import { canonicalDecisionLine } from "#schemas/decisions-hash.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import { type DeskId, type Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";
import { hostsOf, openTestDesk, patience, type TestDeskParts } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import {
  createSyntheticMarket,
  FIRST_SLOT_MS,
  kindredShapes,
  randomFrom,
  type SyntheticMarket,
} from "#test/support/synthetic-market.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";

export interface Trial {
  readonly venue: SyntheticMarket;
  readonly limits: NonNullable<TestDeskParts["limits"]>;
  readonly cash: string;
  /** Left out: at the next open. */
  readonly entryStyle?: EntryStyle;
  /** Left out: the example strategy alone. */
  readonly strategies?: readonly Strategy[];
  /** Percent of equity; left out: equal ones. */
  readonly shares?: readonly number[];
  /** The operator's own, made before the first slot; left out: none. */
  readonly rules?: NonNullable<BacktestInput["rules"]>;
}

/** What of a trial a desk is opened with. */
const partsOf = ({ venue, limits, cash, entryStyle = "next-open", strategies, shares }: Trial) => ({
  venue,
  limits,
  entryStyle,
  cash,
  timeframe: venue.settings.timeframe,
  assets: venue.markets.size,
  ...(strategies === undefined ? {} : { strategies }),
  ...(shares === undefined ? {} : { shares }),
});

/** Limits tight enough that, over a day or two of candles, each of them is met by some seed. */
export function tightLimits(seed: number): Pick<Trial, "limits" | "cash"> {
  const random = randomFrom(seed);
  const oneOf = <T>(...values: readonly [T, ...T[]]): T => values[Math.floor(random() * values.length)] ?? values[0];
  return {
    limits: {
      entryPct: oneOf(2, 12, 50),
      maxOpenPositions: oneOf(1, 3, 10),
      maxExposurePct: oneOf(60, 100),
      maxEntriesPerSlot: oneOf(1, 1, 2),
      maxDayLossPct: oneOf(0.4, 2, 2),
      maxDrawdownPct: oneOf(2, 10),
      cooldownCandles: oneOf(0, 3, 30),
      stopPct: oneOf(0.8, 3, 10, 10),
      targetPct: oneOf(1, 4, 20, 20),
    },
    cash: oneOf("10000", "10000", "250"),
  };
}

/**
 * Markets that move together and a leader that falls, under limits that let enough positions be held for it to matter.
 * Starts in the middle of an hour where `offsetSlots` says so.
 */
export function kindredTrial(
  seed: number,
  {
    timeframe = "5m",
    slots = 200,
    crashAt = 12 + ((seed * 7) % 30),
    offsetSlots = 0,
    scrambledFromMs,
  }: {
    readonly timeframe?: Timeframe;
    readonly slots?: number;
    readonly crashAt?: number;
    readonly offsetSlots?: number;
    readonly scrambledFromMs?: number;
  } = {},
): Trial {
  const firstMs = timeframe === "5m" || timeframe === "1m" ? FIRST_SLOT_MS : Date.UTC(2024, 2, 1);
  const random = randomFrom(seed);
  return {
    venue: createSyntheticMarket({
      seed,
      timeframe,
      firstSlotMs: unixMs(firstMs + offsetSlots * timeframeMs(timeframe)),
      slots,
      shapes: kindredShapes(crashAt, timeframe),
      ...(scrambledFromMs === undefined ? {} : { scrambledFromMs }),
    }),
    cash: "10000",
    limits: {
      entryPct: 5,
      maxExposurePct: 100,
      maxOpenPositions: 10,
      maxEntriesPerSlot: 2,
      maxDayLossPct: 9,
      maxDrawdownPct: 30,
      cooldownCandles: 0,
      stopPct: 10 - 8 * random(),
      targetPct: 20,
      maxEntriesPerCluster: 1 + Math.floor(3 * random()),
    },
  };
}

/**
 * The journal of the live cycles, moved slot by slot by the replay driver.
 * @param restarts the desk is closed before these slots, counted from 0, and opened again on its store
 */
export async function journalOfCycles(
  trial: Trial,
  restarts: readonly number[] = [],
): Promise<readonly JournalEvent[]> {
  return (await cyclesOf(trial, restarts)).journal;
}

/** The same with the store that was written. */
export async function cyclesOf(trial: Trial, restarts: readonly number[] = []) {
  const { venue } = trial;
  const { firstSlotMs, timeframe, slots } = venue.settings;
  const stepMs = timeframeMs(timeframe);
  const store = createMemoryStore();
  const begins = [0, ...restarts];
  let journal: readonly JournalEvent[] = [];
  for (const [index, begin] of begins.entries()) {
    const startMs = unixMs(firstSlotMs + begin * stepMs);
    const { desk, clock, events } = await openTestDesk({ ...partsOf(trial), store, startMs });
    if (begin === 0) {
      for (const made of trial.rules ?? []) await addOperatorRule(desk, { ...made, by: "operator" }, patience);
    }
    await runReplay(
      {
        clock,
        timeframe,
        graceMs: 0,
        firstSlotMs: startMs,
        speed: null,
        cycles: (begins[index + 1] ?? slots) - begin,
        lastSlotMs: venue.lastSlotMs,
        monotonicMs: () => 0,
        sleep: async () => undefined,
      },
      async (slotMs) => {
        await runLiveSlot(desk, slotMs, patience);
      },
      patience,
    );
    journal = await events();
  }
  return { journal, store };
}

/** The journal of the backtest driver over the same slots. */
export async function journalOfBacktest(trial: Trial): Promise<readonly JournalEvent[]> {
  const { venue, cash } = trial;
  const { firstSlotMs } = venue.settings;
  const { desk } = await openTestDesk({ ...partsOf(trial), startMs: firstSlotMs });
  const events: JournalEvent[] = [];
  await runBacktest(
    {
      // Another desk than the cycles': no id derived from it may reach a canonical line.
      config: { ...desk.config, deskId: "other" as DeskId },
      venue: {
        ...venue,
        hosts: hostsOf(trial.strategies ?? [shippedStrategy("mean-reversion")]),
        quote: "USDT",
        cash: cash as Money,
      },
      firstSlotMs,
      lastSlotMs: venue.lastSlotMs,
      ...(trial.rules === undefined ? {} : { rules: trial.rules }),
    },
    { ...patience, onEvent: (event) => events.push(event) },
  );
  return events;
}

export const canonicalLines = (events: readonly JournalEvent[]): readonly string[] =>
  events.map(canonicalDecisionLine).filter((line) => line !== null);

/** What a journal contains, counted by kind: `enter`, `refused:cooldown`, `fill:stop`, `order:expired` … */
export function countKinds(events: readonly JournalEvent[], counts = new Map<string, number>()): Map<string, number> {
  const count = (kind: string): void => {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  };
  for (const event of events) {
    if (event.type === "decision") {
      count(event.decision.action);
      if (event.decision.reason.startsWith("held token turned to block")) count("exit:block");
    } else if (event.type === "refusal") count(`refused:${event.refusal.rule}`);
    else if (event.type === "fill") count(`fill:${event.fill.basis}`);
    else if (event.type === "order") count(`order:${event.order.status}`);
    else count(event.type);
  }
  return counts;
}

/**
 * What was decided at or before `atMs`, and everything journaled before the last of it. (A fill at the open of the candle
 * that begins at `atMs` carries that time, and is known only a slot later.)
 */
export function decidedBy(events: readonly JournalEvent[], atMs: number): readonly JournalEvent[] {
  const isDecided = (event: JournalEvent): boolean =>
    event.type === "decision" || event.type === "refusal" || event.type === "order-list";
  return events.slice(0, events.findLastIndex((event) => isDecided(event) && event.atMs <= atMs) + 1);
}
