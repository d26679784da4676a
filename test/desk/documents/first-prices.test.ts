// Buy and hold of a run that is a week old: the analyses of its first slot are thinned, its candles have rolled on, and the exchange is
// not asked.
import { expect, it } from "vitest";
import { firstSlotOfRun, keepFirstPrices } from "#desk/documents/first-prices.ts";
import { runMetrics, runSpan } from "#desk/documents/run-metrics.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { ProviderError } from "#schemas/errors.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { START_MS, simulatedVenue } from "#test/apps/simulated-desk.ts";
import { openTestDesk, patience, type TestDesk } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";

const TIMEFRAME = "15m";
const STEP_MS = timeframeMs(TIMEFRAME);
const SLOTS = 7 * 96;

/** The figures of the run, with nothing of the venue's past at hand. */
async function metricsOf({ desk, events }: TestDesk) {
  const candles = () => Promise.reject(new ProviderError({ was: "Not asked.", remedy: "Ask." }));
  const span = runSpan(desk, await events());
  if (span === null) throw new Error("nothing was marked");
  return { span, ...(await runMetrics({ ...desk, marketData: { ...desk.marketData, candles } }, span, patience)) };
}

it("is known a week later and after a restart, from the prices that the run began with", async () => {
  const store = createMemoryStore();
  const venue = await simulatedVenue(2);
  const parts = { venue, assets: 2, timeframe: TIMEFRAME, store } as const;
  const first = await openTestDesk({ ...parts, startMs: START_MS });
  const { desk, clock } = first;
  const bound = { strategyIds: [...desk.strategies.keys()], timeframe: TIMEFRAME, securityPolicy: "recorded" };
  const { cash } = desk.account.portfolio();
  const { venueId } = venue.marketData;
  await desk.account.append(
    [{ type: "run-started", atMs: START_MS, venueId, quote: "USDT", cash, ...bound }],
    patience,
  );
  for (let slot = 0; slot < SLOTS; slot++) {
    const slotMs = unixMs(START_MS + slot * STEP_MS);
    clock.advanceTo(slotMs);
    await runLiveSlot(desk, slotMs, patience);
    if (slot > 0) continue;
    const firstMs = firstSlotOfRun(desk, await first.events());
    expect(firstMs).toBe(START_MS);
    // Kept once, whatever is known later.
    for (const _ of [1, 2]) await keepFirstPrices(desk, START_MS, patience);
  }
  const again = await openTestDesk({ ...parts, startMs: unixMs(START_MS + SLOTS * STEP_MS) });
  const { metrics, held, span } = await metricsOf(again);
  expect(held).toMatchObject({ markets: 2, unread: 0 });
  const returns: number[] = [];
  for (const { symbol } of venue.markets.values()) {
    const closeAt = async (nowMs: typeof START_MS) => {
      const fromMs = unixMs(nowMs - STEP_MS);
      const { close } = await venue.marketData.candles({ symbol, timeframe: TIMEFRAME, nowMs, fromMs }, patience);
      return close.at(-1) ?? Number.NaN;
    };
    returns.push((await closeAt(span.endMs)) / (await closeAt(span.startMs)) - 1);
  }
  expect(metrics.buyAndHoldPct).toBeCloseTo((returns.reduce((sum, one) => sum + one, 0) / returns.length) * 100, 9);

  // Without them nothing is left to measure it by.
  const { topics } = again.desk;
  const recall: typeof topics.recall = async (kind, ...rest) =>
    kind === "first-prices" ? { status: "missing" } : topics.recall(kind, ...rest);
  const without = await metricsOf({ ...again, desk: { ...again.desk, topics: { ...topics, recall } } });
  expect(without.metrics.buyAndHoldPct).toBeNull();
});
