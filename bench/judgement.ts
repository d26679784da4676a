// Bench. What a desk that buys judgement asleep takes at a close beside one that buys none: p99 of whole slots, from the close to the
// last order sent. Scripted models write briefs, debates and plans between the slots; none may be asked within one.
import { judgeAhead } from "#desk/judgement/judge-ahead.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { benchConfig } from "./bench-config.ts";
import { DESK_TIMEFRAME, openMarket } from "./evaluation/eval-desk.ts";
import { SIM_START_MS } from "./evaluation/histories.ts";
import type { BenchRow } from "./rows.ts";
import { openBenchDesk } from "./support/desk.ts";
import { openPgliteInMemory } from "./support/pglite-in-memory.ts";
import { judging, scriptedChoice } from "./support/scripted-model.ts";

const SEED = 7;
const ASSETS = 50;
const SLOTS = 300;
/** Slots that are run before the first is counted (compilation). */
const WARM_UP = 30;
const PLENTY = 100_000_000;

export async function benchJudgement(): Promise<BenchRow[]> {
  const [without, withIt] = [await openDesk(false), await openDesk(true)];
  const took: { readonly without: number[]; readonly with: number[] } = { without: [], with: [] };
  for (let number = 0; number < WARM_UP + SLOTS; number++) {
    const slotMs = unixMs(SIM_START_MS + number * timeframeMs(DESK_TIMEFRAME));
    // In turn, so that what the machine does meanwhile hits both.
    const order = number % 2 === 0 ? [without, withIt] : [withIt, without];
    for (const one of order) {
      const ms = await one.slot(slotMs);
      if (number >= WARM_UP) took[one === withIt ? "with" : "without"].push(ms);
    }
  }
  const { made, callsInSlots } = withIt.counted();
  if (callsInSlots > 0) throw new Error(`${callsInSlots} model calls were made between a close and its orders`);
  process.stderr.write(`bought asleep: ${made}; 0 model calls within ${SLOTS} slots\n`);
  const row = (name: string, of: (values: readonly number[]) => number): BenchRow => ({
    name: `${name} of a slot of ${ASSETS} assets, briefs, debates and plans on`,
    baseline: "the same without any",
    ratio: of(took.without) / of(took.with),
    unitsPerSecond: 1000 / of(took.with),
    unit: "slots",
  });
  return [row("p99", quantile(0.99)), row("median", quantile(0.5))];
}

const quantile =
  (q: number) =>
  (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))] ?? Number.NaN;

async function openDesk(buys: boolean) {
  const { choice, billed } = scriptedChoice("scripted/asleep", judging);
  const { thinking, strategies } = benchConfig();
  const budgets = { briefDayTokens: PLENTY, debateDayTokens: PLENTY, planDayTokens: PLENTY };
  const market = await openMarket(SEED, ASSETS);
  const listed = await market.marketData.markets(NEVER_ABORTED);
  const { desk, clock } = await openBenchDesk({
    venue: { ...market, markets: new Map(listed.map((one) => [one.symbol, one])) },
    startMs: SIM_START_MS,
    store: await openPgliteInMemory(buys ? "bench-with" : "bench-without"),
    settings: {
      assets: ASSETS,
      timeframe: DESK_TIMEFRAME,
      thinking: { ...thinking, nearTriggerPct: 5, testTimeWeight: 1000, ...(buys ? budgets : {}) },
      // Both run it: it holds where there are no plans.
      strategies: [
        ...strategies.map((one) => ({ ...one, sharePct: 50 })),
        { use: "planned", sharePct: 50, parameters: {} },
      ],
    },
    ...(buys ? { sleepModels: async () => [choice] } : {}),
  });
  let callsInSlots = 0;
  const made = { briefs: 0, debates: 0, plans: 0 };
  return {
    async slot(slotMs: ReturnType<typeof unixMs>): Promise<number> {
      clock.advanceTo(slotMs);
      const before = billed.calls;
      const startMs = performance.now();
      await runLiveSlot(desk, slotMs, NEVER_ABORTED);
      const ms = performance.now() - startMs;
      callsInSlots += billed.calls - before;
      const { briefs, debates, plans } = await judgeAhead(desk, slotMs, NEVER_ABORTED);
      made.briefs += briefs?.written ?? 0;
      made.debates += debates === null ? 0 : debates.agree + debates.shrink + debates.veto;
      made.plans += plans?.made ?? 0;
      return ms;
    },
    counted: () => ({ callsInSlots, made: `${made.briefs} briefs, ${made.debates} debates, ${made.plans} plans` }),
  };
}
