// Synthetic markets with plans, through the live cycles and through the backtest, and what came out of each.
import type { ModelChoice } from "#agents/models/select.ts";
import type { PlanReport } from "#desk/documents/plan-report.ts";
import { judgeAhead } from "#desk/judgement/judge-ahead.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { runBacktest } from "#scheduler/backtest-driver.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import { PLANNED } from "#schemas/plan.ts";
import { type DeskId, timeframeMs, type UnixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { LIMITS, type marketOf } from "./debate-trial.ts";
import { figureOf } from "./scripted-text.ts";

const CASH = "10000";
const STRATEGIES = ["mean-reversion", PLANNED];

export interface PlanTrial {
  readonly venue: ReturnType<typeof marketOf>;
  readonly thinking?: Partial<DeskConfig["thinking"]>;
  /** Null: no plans are made. */
  readonly models: (() => Promise<readonly ModelChoice[]>) | null;
}

export const partsOf = ({ venue, thinking = {}, models }: PlanTrial) => ({
  venue,
  limits: LIMITS,
  cash: CASH,
  timeframe: venue.settings.timeframe,
  assets: venue.markets.size,
  strategies: STRATEGIES.map((id) => shippedStrategy(id)),
  shares: [50, 50],
  ...(models === null
    ? { thinking }
    : { sleepModel: "scripted/asleep", sleepModels: models, thinking: { planDayTokens: 100_000_000, ...thinking } }),
});

/** The live cycles, slot by slot; with `restartEvery` on a desk that is opened anew so often, between plans and close. */
export async function liveWithPlans(trial: PlanTrial, { restartEvery = Number.POSITIVE_INFINITY } = {}) {
  const { venue } = trial;
  const { firstSlotMs, timeframe, slots } = venue.settings;
  let opened = await openTestDesk({ ...partsOf(trial), startMs: firstSlotMs });
  const reports: PlanReport[] = [];
  for (let number = 0; number < slots; number++) {
    const slotMs = (firstSlotMs + number * timeframeMs(timeframe)) as UnixMs;
    if (number > 0 && number % restartEvery === 0)
      opened = await openTestDesk({ ...partsOf(trial), startMs: slotMs, store: opened.store });
    opened.clock.advanceTo(slotMs);
    await runLiveSlot(opened.desk, slotMs, patience);
    if (slotMs >= venue.lastSlotMs) continue;
    const { plans } = await judgeAhead(opened.desk, slotMs, patience);
    if (plans !== null) reports.push(plans);
  }
  const ledger = await opened.desk.ledger.entries({}, patience);
  return { events: await opened.events(), reports, ledger, desk: opened.desk, store: opened.store };
}

export async function backtestWithPlans(trial: PlanTrial): Promise<JournalEvent[]> {
  const { venue, models } = trial;
  const { desk } = await openTestDesk({ ...partsOf(trial), startMs: venue.settings.firstSlotMs });
  const events: JournalEvent[] = [];
  const chosen = await models?.();
  const { config } = desk;
  await runBacktest(
    {
      config: { ...config, deskId: "other" as DeskId },
      venue: {
        ...venue,
        hosts: STRATEGIES.map((id) => createLocalHost(shippedStrategy(id))),
        quote: "USDT",
        cash: CASH as Money,
      },
      firstSlotMs: venue.settings.firstSlotMs,
      lastSlotMs: venue.lastSlotMs,
      ...(chosen === undefined
        ? {}
        : {
            plans: {
              models: chosen,
              thinking: config.thinking,
              deadlineMs: config.modelTimeoutMs,
              monotonicMs: () => 0,
            },
          }),
    },
    { ...patience, onEvent: (event) => events.push(event) },
  );
  return events;
}

export const plansIn = (events: readonly JournalEvent[]) =>
  events.flatMap((event) => (event.type === "plan" ? [{ ...event }] : []));

/** Plans to buy a small fall or rise, by market and time alone; some are wrong, some are none. */
export function planner(user: string): string {
  const price = figureOf(user, "close of the newest candle");
  const rsi = figureOf(user, "RSI");
  const mood = [...user.slice(0, user.indexOf("\n\n"))].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 1009, 7) % 6;
  if (mood === 0) return '{"plan":null}';
  const isFall = mood % 2 === 1;
  const level = price.value * (isFall ? 0.999 : 1.001);
  return JSON.stringify({
    plan: {
      enterWhen: isFall ? "at-or-below" : "at-or-above",
      level,
      onlyWhile: mood === 5 ? [{ what: "rsi-below", value: 95 }] : [],
      // One in six has its stop on the wrong side.
      stopPrice: mood === 2 ? level * 1.01 : level * 0.98,
      targetPrice: level * 1.03,
      maxHoldCandles: mood === 3 ? 6 : null,
      sizeRatio: mood === 4 ? 0.5 : 1,
      expiresInCandles: 12,
      cites: [price.id, rsi.id],
      reason: `The RSI is {{${rsi.id}}}.`,
    },
  });
}
