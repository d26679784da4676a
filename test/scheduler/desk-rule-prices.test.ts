import { beforeAll, describe, expect, it } from "vitest";
import { parseOptions } from "#apps/options.ts";
import { rulePricesSection } from "#apps/text/rule-prices-text.ts";
import type { Desk } from "#desk/desk.ts";
import { priceRules } from "#desk/documents/rule-prices.ts";
import { runSlotWithSleep } from "#desk/run-slot/live-slot.ts";
import { runStarted } from "#desk/run-slot/run-started.ts";
import { runBacktest } from "#scheduler/backtest-driver.ts";
import { createSimulatedClock } from "#scheduler/clock.ts";
import { deskRulePrices } from "#scheduler/desk-rule-prices.ts";
import { openStandingDesk } from "#scheduler/research/standing-desk.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { CandleStore, Store } from "#schemas/ports/memory.ts";
import { DeskRulePrices } from "#schemas/rule-prices.ts";
import { DAY_MS, RunId, timeframeMs, unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { gridMsOf } from "#toolkits/indicators/window.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { countedPorts } from "#toolkits/ports/counted.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

const OF = { seed: 3, assets: 6 };
const STEP_MS = timeframeMs("15m");
const SLOTS = 130;
// The windows of the first 60 slots begin 200 candles earlier than those of the others.
const FIRST = unixMs(Date.UTC(2026, 8, 28, 9, 0));
const LAST = unixMs(FIRST + (SLOTS - 1) * STEP_MS);
const plain = parseOptions({}, {}).config;
// So that several rules refuse.
const limits = { ...plain.limits, maxExposurePct: 5, maxEntriesPerSlot: 1, cooldownCandles: 10 };
const config: DeskConfig = { ...plain, timeframe: "15m", assets: OF.assets, limits };

async function venueOf() {
  const simulated = createSimulatedVenue(OF);
  const counting = countedPorts();
  return {
    marketData: counting.port("marketData", simulated),
    security: counting.port("security", createSimulatedSecurity(OF)),
    universe: counting.port("universe", createSimulatedUniverse(OF)),
    counting,
    markets: new Map((await simulated.markets(patience)).map((market) => [market.symbol, market])),
    hosts: [createLocalHost(eager)],
    quote: "USDT",
    cash: "10000" as Money,
  };
}

describe("the prices of a running desk's rules", () => {
  let desk: Desk;
  let store: Store;
  let events: readonly JournalEvent[];
  const prices = async (
    change: Partial<Desk> = {},
    of: { candles?: Pick<CandleStore, "window">; days?: number } = {},
  ) =>
    DeskRulePrices.parse(
      await deskRulePrices({ desk: { ...desk, ...change }, candles: store.candles, events, days: 30, ...of }, patience),
    );
  const refusedSince = (fromMs: number): number =>
    events.filter((event) => event.type === "refusal" && event.refusal.asOfMs >= fromMs).length;

  beforeAll(async () => {
    store = createMemoryStore();
    const clock = createSimulatedClock(FIRST);
    const venue = await venueOf();
    const runId = RunId.parse("test");
    const nothing = { monotonicMs: () => 0, sleepModels: null, onNote: () => {} };
    desk = await openStandingDesk({ config, runId, venue, clock, store, ...nothing }, patience);
    await desk.account.append([runStarted(desk, venue.cash)], patience);
    for (let slotMs = FIRST; slotMs <= LAST; slotMs = unixMs(slotMs + STEP_MS)) {
      clock.advanceTo(slotMs);
      await runSlotWithSleep(desk, slotMs, patience);
    }
    events = (await store.journal(desk.deskId, runId).read({}, patience)).map(({ event }) => event);
  });

  it("are those of the backtest of the same slots, row by row, from the journal alone; made entries come out as they did", async () => {
    const venue = await venueOf();
    const run = await runBacktest({ config, venue, firstSlotMs: FIRST, lastSlotMs: LAST, shadows: true }, patience);
    const { shadows } = run;
    if (shadows === null) throw new Error("no shadows");
    const { byRule } = run.refusals.counts();
    const tested = priceRules(shadows.all(), { ...shadows, byRule }, run.account.statistics().trades());
    expect(tested.rules.length).toBeGreaterThan(2);
    expect(tested.rules.some(({ closed }) => closed > 0)).toBe(true);
    expect(tested.rules.some(({ open }) => open > 0)).toBe(true);
    const { rules, control, refusals } = await prices();
    expect(rules.map(({ notPriced: _, ...price }) => price)).toEqual(
      tested.rules.map(({ alone: _, savedAlone: __, ...price }) => price),
    );
    expect(rules.flatMap(({ notPriced }) => notPriced)).toEqual([]);
    expect({ control, refusals }).toEqual({ control: tested.control, refusals: tested.refusals });
    expect(control.entries).toBeGreaterThan(0);
    expect(control.equal).toBe(control.entries);
  });

  it("are of the days that were asked for, and of no refusal before them", async () => {
    const { refusals, fromMs, toMs } = await prices({}, { days: 1 });
    expect([fromMs, toMs]).toEqual([LAST - DAY_MS, LAST]);
    expect(refusals).toBe(refusedSince(fromMs));
    expect(refusals).toBeLessThan(refusedSince(FIRST));
  });

  it("count a refusal whose candles are not kept any more as not priced, with why, and ask the venue for none", async () => {
    const keptFromMs = gridMsOf(LAST, "15m");
    const asked = { calls: 0 };
    const venue = createSimulatedVenue(OF);
    const candles: Pick<CandleStore, "window"> = {
      window: async ({ symbol, timeframe }) =>
        venue.candles({ symbol, timeframe, nowMs: LAST, fromMs: unixMs(keptFromMs) }, patience),
    };
    const marketData: Desk["marketData"] = {
      ...desk.marketData,
      candles: async () => {
        asked.calls += 1;
        throw new Error("the venue was asked");
      },
    };
    const windows: Desk["windows"] = { read: () => Promise.reject(new Error("not to be read")), keep: async () => {} };
    const all = await prices();
    const { rules, refusals } = await prices({ marketData, windows }, { candles });
    expect(asked.calls).toBe(0);
    expect(refusals).toBe(all.refusals);
    const left = rules.flatMap(({ notPriced }) => notPriced);
    expect(new Set(left.map(({ why }) => why))).toEqual(new Set(["15m candles of its time are not kept any more"]));
    const unpriced = left.reduce((sum, { count }) => sum + count, 0);
    expect(unpriced).toBeGreaterThan(0);
    expect(unpriced).toBeLessThan(refusals);
    for (const { refused, exits, repeated, notTradable, notFilled, open, closed, notPriced } of rules) {
      const sum = notPriced.reduce((total, { count }) => total + count, 0);
      expect(exits + repeated + notTradable + notFilled + open + closed + sum).toBe(refused);
    }
    const [none] = (await prices({ windows }, { candles: { window: async () => undefined } })).rules;
    expect(none).toMatchObject({
      closed: 0,
      open: 0,
      notPriced: [{ count: (none?.refused ?? 0) - (none?.exits ?? 0) }],
    });
  });

  it("of a strategy from a file, or of none that is configured now, are not told", async () => {
    const whyOf = async (change: Partial<Desk>) =>
      new Set((await prices(change)).rules.flatMap(({ notPriced }) => notPriced.map(({ why }) => why)));
    const [host] = desk.hosts;
    if (host === undefined) throw new Error("no host");
    const elsewhere = { ...host, info: host.info, fault: null, local: null };
    expect(await whyOf({ hosts: [elsewhere] })).toEqual(
      new Set(["its strategy comes from a file and runs in a thread of its own"]),
    );
    expect(await whyOf({ hosts: [] })).toEqual(new Set(["its strategy is not configured any more"]));
  });

  it("are shown as a table with what is not priced beside them and below it, and why", async () => {
    const { notes, rows, columns } = rulePricesSection(
      await prices({ windows: { read: () => Promise.reject(new Error("not to be read")), keep: async () => {} } }),
      "USDT",
    );
    expect(columns).toEqual(expect.arrayContaining(["rule", "refused", "closed", "the rule", "beside them"]));
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) expect(row.at(-1)).toMatch(/\d+ (not priced|exits)/);
    expect(notes.join("\n")).toMatch(/^\S+: \d+ not priced: .* candles of its time are not kept any more\.$/m);
    const nothing = rulePricesSection({ ...(await prices()), rules: [] }, "USDT");
    expect(nothing.rows).toEqual([["no rule refused anything", "0", "–", "–", "–", "–", "–", "–"]]);
  });
});
