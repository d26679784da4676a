// A market that goes while it is held: named, aged, closed or written off by hand, and nobody waits for it.
import { describe, expect, it } from "vitest";
import { writeOffPosition } from "#desk/acts/write-off.ts";
import { notTradingText, priceText, viewPortfolio } from "#desk/documents/portfolio-view.ts";
import { type LiveSlotReport, runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { ProviderError, UnknownNameError } from "#schemas/errors.ts";
import type { Clock, MarketData, SecuritySource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS, reportOf } from "#test/support/synthetic-market.ts";

const STEP_MS = timeframeMs("5m");
/** What a read that hangs is waited for. */
const PATIENCE_MS = 5_000;

type Fault = "none" | "unlisted" | "halted" | "fails" | "hangs";

/** Shows that the settlement currency stands at par. */
const PEG = "USDT/USDC";

async function openWorld() {
  const venue = createSyntheticMarket({
    seed: 33,
    timeframe: "5m",
    firstSlotMs: FIRST_SLOT_MS,
    slots: 80,
    shapes: assortedShapes()
      .filter(({ symbol }) => ["AAA/USDT", "KKK/USDT", "LLL/USDT", PEG].includes(symbol))
      .map((shape) => ({ ...shape, hole: 0, noVolume: 0, jump: 0 })),
  });
  const listed = new Map(venue.markets);
  const symbols = [...listed.keys()].filter((symbol) => symbol !== PEG);
  let nowMs = FIRST_SLOT_MS;
  const clock: Clock = {
    kind: "system",
    now: () => nowMs,
    sleep: async (ms, { signal }) => {
      signal.throwIfAborted();
      nowMs = unixMs(nowMs + ms);
    },
  };
  const fault = { of: "AAA/USDT" as MarketSymbol, is: "none" as Fault, sinceMs: unixMs(0) };
  const reads: MarketSymbol[] = [];
  const candles: MarketData["candles"] = async (request, options) => {
    reads.push(request.symbol);
    if (request.symbol !== fault.of || fault.is === "none") return venue.marketData.candles(request, options);
    if (fault.is === "unlisted") throw new UnknownNameError({ was: "There is none.", remedy: "Correct it." });
    if (fault.is === "fails") throw new ProviderError({ was: "No answer.", remedy: "Wait." });
    if (fault.is === "hangs") return new Promise<never>(() => {});
    const then = await venue.marketData.candles({ ...request, nowMs: fault.sinceMs }, options);
    return { ...then, checkedThroughMs: request.nowMs };
  };
  const security: SecuritySource = {
    id: "clear",
    report: async (request) => reportOf("clear", request.nowMs, Number.MAX_SAFE_INTEGER),
  };
  const test = await openTestDesk({
    venue: {
      marketData: { ...venue.marketData, candles },
      markets: listed,
      refreshMarkets: async () => {
        const before = listed.get(fault.of) ?? venue.markets.get(fault.of);
        if (fault.is === "unlisted") listed.delete(fault.of);
        else if (before !== undefined) listed.set(fault.of, { ...before, active: fault.is !== "halted" });
      },
      security,
      universe: { topAssets: async () => ({ assets: symbols, liquidity: new Map() }) },
    },
    startMs: FIRST_SLOT_MS,
    clock,
    strategies: [eager],
    limits: { stopPct: 50, targetPct: 90, cooldownCandles: 0, maxEntriesPerSlot: 3 },
    // A read that answers ends the waiting before it moves the clock.
    tooLong: async (options: CallOptions) => {
      for (let turn = 0; turn < 200; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
        if (options.signal.aborted) return;
      }
      nowMs = unixMs(nowMs + PATIENCE_MS);
    },
  });
  let slot = 0;
  /** One slot, at its close; how long it took by the desk's clock, and what it asked of the market at fault. */
  const run = async (): Promise<LiveSlotReport & { tookMs: number; asked: number }> => {
    const slotMs = unixMs(FIRST_SLOT_MS + slot++ * STEP_MS);
    nowMs = unixMs(Math.max(nowMs, slotMs));
    const startMs = nowMs;
    const before = reads.length;
    const report = await runLiveSlot(test.desk, slotMs, patience);
    const asked = reads.slice(before).filter((symbol) => symbol === fault.of).length;
    return { ...report, tookMs: nowMs - startMs, asked };
  };
  for (;;) {
    await run();
    const [position] = test.desk.account.portfolio().positions.values();
    if (position !== undefined) {
      fault.of = position.symbol;
      break;
    }
    if (slot > 40) throw new Error("nothing was ever held");
  }
  const breakAs = (is: Fault): void => {
    fault.is = is;
    fault.sinceMs = nowMs;
  };
  return { ...test, symbols, fault, run, breakAs };
}

/** What holds of it whatever became of it. */
async function expectNamed({ desk, fault }: Awaited<ReturnType<typeof openWorld>>, what: string): Promise<void> {
  const { positions } = await viewPortfolio(desk, patience);
  const position = positions.find(({ symbol }) => symbol === fault.of);
  expect(position).toMatchObject({ market: what, isPriceOld: true, price: expect.any(Number) });
  if (position === undefined) return;
  expect(priceText(position)).toMatch(new RegExp(`^(last price )?[\\d.,]+ \\(of .* old, market ${what}\\)$`));
  expect(notTradingText(position, "replay")).toMatch(/^\S+: replay .*deeptrader write-off \S+ --reason TEXT$/);
}

describe("a market that is held", () => {
  it("and no longer listed is asked for nothing, told once, and keeps no other from being decided", async () => {
    const world = await openWorld();
    world.breakAs("unlisted");
    const alerts = [];
    const slots = [];
    for (let n = 0; n < 6; n++) {
      const report = await world.run();
      slots.push(report);
      alerts.push(...report.alerts.filter(({ kind }) => kind === "market-gone" || kind === "blind"));
      expect(report.sleep.analysed).toBe(world.symbols.length - 1);
      expect(report.trade.decisions.filter(({ symbol }) => symbol !== world.fault.of)).not.toEqual([]);
      expect(report.tookMs).toBe(0);
    }
    // The slot in which it went has asked; the list is read again after it.
    expect(slots.slice(1).map(({ asked }) => asked)).toEqual([0, 0, 0, 0, 0]);
    expect(alerts).toMatchObject([{ kind: "market-gone", symbol: world.fault.of }]);
    expect(slots.at(-1)?.sleep.failed).toEqual([
      { symbol: world.fault.of, error: expect.stringContaining("no longer lists") },
    ]);
    await expectNamed(world, "gone");
    const asked = { symbol: world.fault.of, strategyId: null, reason: "delisted" };
    expect((await writeOffPosition(world.desk, asked, patience)).positions).toHaveLength(1);
    expect((await viewPortfolio(world.desk, patience)).positions.some(({ symbol }) => symbol === world.fault.of)).toBe(
      false,
    );
    expect((await world.run()).tookMs).toBe(0);
  });

  it("and halted is read once a slot, waited for in none, and may be written off", async () => {
    const world = await openWorld();
    world.breakAs("halted");
    const slots = [];
    for (let n = 0; n < 4; n++) slots.push(await world.run());
    // In the slot in which it was halted its candle might still have come.
    expect(slots.slice(1).map(({ tookMs }) => tookMs)).toEqual([0, 0, 0]);
    await expectNamed(world, "halted");
    const asked = { symbol: world.fault.of, strategyId: null, reason: "delisted" };
    expect((await writeOffPosition(world.desk, asked, patience)).positions).toHaveLength(1);
  });

  it.each(["fails", "hangs"] as const)(
    "and %s at every read is given up after two slots, until it answers",
    async (how) => {
      const world = await openWorld();
      world.breakAs(how);
      const slots = [];
      for (let n = 0; n < 6; n++) slots.push(await world.run());
      const [first, second, ...later] = slots;
      for (const slot of [first, second]) expect(slot?.tookMs).toBeGreaterThan(0);
      expect(later.map(({ tookMs }) => tookMs)).toEqual([0, 0, 0, 0]);
      // One beside the slot; one that hangs is not asked twice.
      expect(later.map(({ asked }) => asked)).toEqual(how === "fails" ? [1, 1, 1, 1] : [1, 0, 0, 0]);
      for (const slot of slots) {
        expect(slot.sleep.analysed).toBe(world.symbols.length - 1);
        expect(slot.sleep.failed).toMatchObject([{ symbol: world.fault.of }]);
      }
      if (how === "hangs") return;
      world.breakAs("none");
      // It answers beside the slot, and is taken up in it as a late one.
      expect((await world.run()).sleep.analysed).toBe(world.symbols.length);
      expect((await world.run()).tookMs).toBe(0);
    },
  );
});
