// One synthetic market with debates through the live cycles and through the backtest, and what came out of each.
import type { ModelChoice } from "#agents/models/select.ts";
import type { DebateReport } from "#desk/documents/debate-report.ts";
import { settleDebates } from "#desk/judgement/debate-cycle.ts";
import { judgeAhead } from "#desk/judgement/judge-ahead.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { runBacktest } from "#scheduler/backtest-driver.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { type DeskId, type MarketSymbol, timeframeMs, type UnixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";

export const LIMITS = {
  maxDayLossPct: 9,
  maxDrawdownPct: 20,
  maxExposurePct: 100,
  cooldownCandles: 0,
  maxEntriesPerSlot: 4,
};
const CASH = "10000";

/** Markets that may be entered, in other words: none of those that another rule would always refuse. */
const SHAPES = ["AAA", "BBB", "DDD", "EEE", "FFF", "JJJ", "KKK", "LLL", "MMM", "NNN", "OOO", "PPP"].map((base) => {
  const known = assortedShapes().find(({ symbol }) => symbol === `${base}/USDT`) ?? assortedShapes()[0];
  if (known === undefined) throw new Error("there are shapes");
  return { ...known, symbol: `${base}/USDT` as MarketSymbol };
});

export const marketOf = (seed: number, slots: number, scrambledFromMs?: number) =>
  createSyntheticMarket({
    seed,
    timeframe: "5m",
    firstSlotMs: FIRST_SLOT_MS,
    slots,
    shapes: SHAPES,
    ...(scrambledFromMs === undefined ? {} : { scrambledFromMs }),
  });

export interface DebateTrial {
  readonly venue: ReturnType<typeof marketOf>;
  readonly thinking?: Partial<DeskConfig["thinking"]>;
  /** Null: no debates are held. */
  readonly models: (() => Promise<readonly ModelChoice[]>) | null;
}

/** The live cycles, slot by slot; with `restartEvery` on a desk that is opened anew so often. */
export async function liveWithDebates(
  { venue, thinking = {}, models }: DebateTrial,
  { restartEvery = Number.POSITIVE_INFINITY, store }: { restartEvery?: number; store?: Store } = {},
) {
  const { firstSlotMs, timeframe, slots } = venue.settings;
  const open = (startMs: UnixMs, kept?: Store) =>
    openTestDesk({
      venue,
      limits: LIMITS,
      cash: CASH,
      startMs,
      timeframe,
      assets: venue.markets.size,
      ...judging(models, thinking),
      sleepModels: models,
      ...(kept === undefined ? {} : { store: kept }),
    });
  let opened = await open(firstSlotMs, store);
  const reports: DebateReport[] = [];
  for (let number = 0; number < slots; number++) {
    const slotMs = (firstSlotMs + number * timeframeMs(timeframe)) as UnixMs;
    if (number > 0 && number % restartEvery === 0) opened = await open(slotMs, opened.store);
    opened.clock.advanceTo(slotMs);
    await runLiveSlot(opened.desk, slotMs, patience);
    const report =
      slotMs < venue.lastSlotMs
        ? (await judgeAhead(opened.desk, slotMs, patience)).debates
        : await settleDebates(opened.desk, slotMs, patience).then(() => null);
    if (report !== null) reports.push(report);
  }
  const ledger = await opened.desk.ledger.entries({}, patience);
  return { events: await opened.events(), reports, ledger, store: opened.store, desk: opened.desk };
}

const judging = (models: DebateTrial["models"], thinking: DebateTrial["thinking"]) =>
  models === null
    ? { thinking: thinking ?? {} }
    : { sleepModel: "scripted/asleep", thinking: { debateDayTokens: 200_000, ...thinking } };

export async function backtestWithDebates({ venue, thinking = {}, models }: DebateTrial) {
  const { firstSlotMs, timeframe } = venue.settings;
  const { desk } = await openTestDesk({
    venue,
    limits: LIMITS,
    cash: CASH,
    startMs: firstSlotMs,
    timeframe,
    ...judging(models, thinking),
    assets: venue.markets.size,
  });
  const events: JournalEvent[] = [];
  const chosen = await models?.();
  await runBacktest(
    {
      config: { ...desk.config, deskId: "other" as DeskId },
      venue: {
        ...venue,
        hosts: [createLocalHost(shippedStrategy("mean-reversion"))],
        quote: "USDT",
        cash: CASH as Money,
      },
      firstSlotMs,
      lastSlotMs: venue.lastSlotMs,
      ...(chosen === undefined
        ? {}
        : {
            debates: {
              models: chosen,
              thinking: desk.config.thinking,
              deadlineMs: desk.config.modelTimeoutMs,
              monotonicMs: () => 0,
            },
          }),
    },
    { ...patience, onEvent: (event) => events.push(event) },
  );
  return events;
}

export const debatesIn = (events: readonly JournalEvent[]) =>
  events.flatMap((event) => (event.type === "debate" ? [event.debate] : []));

/** Without the ids of decisions: those name desk and run. */
export const outcomesIn = (events: readonly JournalEvent[]) =>
  events.flatMap((event) => {
    if (event.type !== "debate-outcome") return [];
    const { decisionId: _, ...outcome } = event.outcome;
    return [outcome];
  });
