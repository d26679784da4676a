import { describe, expect, it } from "vitest";
import { type LiveSlotReport, runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { runSleepCycle } from "#desk/run-slot/sleep-cycle.ts";
import {
  DataFormatError,
  InvariantError,
  ProviderError,
  ProviderRefusedError,
  RecordVersionError,
  StoreError,
  UnknownNameError,
} from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { SecuritySource } from "#schemas/ports/market.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import type { SecurityVerdict } from "#schemas/security.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience, type TestDesk, type TestDeskParts } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { ofMarket } from "#test/support/strategy.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS, reportOf } from "#test/support/synthetic-market.ts";

const STEP_MS = timeframeMs("5m");
const FOREVER = Number.MAX_SAFE_INTEGER;
const venue = createSyntheticMarket({
  seed: 33,
  timeframe: "5m",
  firstSlotMs: FIRST_SLOT_MS,
  slots: 80,
  shapes: assortedShapes()
    .filter(({ symbol }) => ["AAA/USDT", "KKK/USDT", "LLL/USDT"].includes(symbol))
    .map((shape) => ({ ...shape, hole: 0, noVolume: 0, jump: 0 })),
});
const SYMBOLS = [...venue.markets.keys()];
const LIMITS = { stopPct: 50, targetPct: 90, cooldownCandles: 0, maxEntriesPerSlot: 3 };

/** What goes wrong at the venue's side; changed between slots. */
interface World {
  readonly down: Map<MarketSymbol | "universe", Error>;
  verdict: (symbol: MarketSymbol, nowMs: UnixMs) => SecurityVerdict | Error;
}

const silent = (): ProviderError => new ProviderError({ was: "No answer within 10 s.", remedy: "Wait." });

async function openWorld(parts: Partial<TestDeskParts> = {}) {
  const world: World = { down: new Map(), verdict: () => "clear" };
  const failing = (name: MarketSymbol | "universe"): void => {
    const error = world.down.get(name);
    if (error !== undefined) throw error;
  };
  const security: SecuritySource = {
    id: "test",
    report: async ({ symbol, nowMs }) => {
      const verdict = world.verdict(symbol, nowMs);
      if (verdict instanceof Error) throw verdict;
      return reportOf(verdict, nowMs, FOREVER);
    },
  };
  const test = await openTestDesk({
    venue: {
      markets: venue.markets,
      security,
      marketData: {
        ...venue.marketData,
        candles: async (request, options) => {
          failing(request.symbol);
          return venue.marketData.candles(request, options);
        },
      },
      universe: {
        topAssets: async () => {
          failing("universe");
          return { assets: SYMBOLS, liquidity: new Map() };
        },
      },
    },
    startMs: FIRST_SLOT_MS,
    strategies: [eager],
    limits: LIMITS,
    ...parts,
  });
  return { ...test, world, run: slotsOf(test) };
}

/** Runs slot after slot, `afterMs` after its close. */
function slotsOf({ desk, clock }: TestDesk) {
  let next = 0;
  return async (afterMs = 0): Promise<LiveSlotReport> => {
    const slotMs = unixMs(FIRST_SLOT_MS + next * STEP_MS);
    next += 1;
    clock.advanceTo(unixMs(slotMs + afterMs));
    return runLiveSlot(desk, slotMs, patience);
  };
}

/** Runs until something is held. */
async function untilHeld(opened: Awaited<ReturnType<typeof openWorld>>): Promise<MarketSymbol> {
  for (let slot = 0; slot < 40; slot++) {
    await opened.run();
    const [position] = opened.desk.account.portfolio().positions.values();
    if (position !== undefined) return position.symbol;
  }
  throw new Error("nothing was ever held");
}

const ordersOf = (events: readonly JournalEvent[], role: "entry" | "exit") =>
  events.flatMap((e) => (e.type === "order-list" ? e.orders.filter((order) => order.role === role) : []));

describe("a venue that is down", () => {
  it("for some markets: these are named, the others analysed, and nothing held is sold for it", async () => {
    const opened = await openWorld();
    const held = await untilHeld(opened);
    opened.world.down.set(held, silent());
    const report = await opened.run();
    expect(report.sleep.failed).toEqual([{ symbol: held, error: expect.stringContaining("No answer") }]);
    expect(report.sleep.analysed).toBe(SYMBOLS.length - 1);
    expect(report.trade.decisions.find(({ symbol }) => symbol === held)?.action).toBe("hold");
    expect(opened.desk.account.portfolio().positions.has(ofMarket(held, eager.id))).toBe(true);
  });

  it("for all: the tick survives, equity stands at the last known prices, and the next slot goes on", async () => {
    const opened = await openWorld();
    await untilHeld(opened);
    const before = (await opened.run()).trade.equity;
    for (const symbol of [...SYMBOLS, "universe" as const]) opened.world.down.set(symbol, silent());
    const down = await opened.run();
    expect(down.sleep.failed.map(({ symbol }) => symbol)).toEqual([...SYMBOLS].sort());
    expect(down.trade.decisions.filter(({ action }) => action !== "hold")).toEqual([]);
    // Nothing was settled and no price is newer, so equity is what it was.
    if (down.settled.length === 0) expect(down.trade.equity).toBe(before);
    opened.world.down.clear();
    expect((await opened.run()).sleep.analysed).toBe(SYMBOLS.length);
  });

  it("asks nobody twice in one slot for what the sleep cycle could not get", async () => {
    let asked = 0;
    const counting = {
      ...venue.marketData,
      candles: async () => {
        asked += 1;
        throw silent();
      },
    };
    const test = await openTestDesk({ venue: { ...venue, marketData: counting }, startMs: FIRST_SLOT_MS });
    await runLiveSlot(test.desk, FIRST_SLOT_MS, patience);
    expect(asked).toBe((await test.desk.universe.at(FIRST_SLOT_MS, patience)).assets.length);
  });

  it("at the ranking: yesterday's universe is used, and that is said", async () => {
    const opened = await openWorld();
    await opened.run();
    opened.world.down.set("universe", silent());
    const tomorrowMs = unixMs(FIRST_SLOT_MS + 60 * STEP_MS);
    opened.clock.advanceTo(tomorrowMs);
    const report = await runLiveSlot(opened.desk, tomorrowMs, patience);
    expect(report.sleep.analysed).toBe(SYMBOLS.length);
    expect(report.problems).toEqual([expect.stringContaining("universe could not be ranked")]);
  });

  it("at the first start: the desk says what is wrong and tries again in the next slot", async () => {
    const opened = await openWorld();
    opened.world.down.set("universe", silent());
    expect(await opened.run()).toMatchObject({ sleep: { analysed: 0, problems: [expect.any(String)] } });
    opened.world.down.clear();
    expect((await opened.run()).sleep.analysed).toBe(SYMBOLS.length);
  });

  it("leaves the slot undone, so that whoever asks for it again gets another try", async () => {
    const opened = await openWorld();
    for (const symbol of SYMBOLS) opened.world.down.set(symbol, silent());
    const slotMs = opened.clock.now();
    expect(await runSleepCycle(opened.desk, slotMs, patience)).toMatchObject({ analysed: 0, repeated: false });
    opened.world.down.clear();
    const again = await runSleepCycle(opened.desk, slotMs, patience);
    expect(again).toMatchObject({ analysed: SYMBOLS.length, failed: [], repeated: false });
    expect(await runSleepCycle(opened.desk, slotMs, patience)).toEqual({ ...again, repeated: true });
  });

  it.each([
    ["a ban", new ProviderRefusedError({ was: "Banned.", remedy: "Stop." })],
    ["a store that fails", new StoreError({ was: "Banned.", remedy: "Stop." })],
    ["a record that this build cannot read", new RecordVersionError({ was: "Banned.", remedy: "Stop." })],
    ["a bug", new InvariantError({ was: "Banned.", remedy: "Stop." })],
  ])("for good ends the desk, which sends nothing more: %s", async (_name, error) => {
    const opened = await openWorld();
    const [first] = SYMBOLS;
    if (first !== undefined) opened.world.down.set(first, error);
    const before = ordersOf(await opened.events(), "entry").length;
    await expect(opened.run()).rejects.toThrow("Banned.");
    expect(ordersOf(await opened.events(), "entry")).toHaveLength(before);
  });

  it.each([
    ["bad rows", new DataFormatError({ where: "f.csv:3", was: "NaN.", remedy: "Mend it." })],
    ["a market that is gone", new UnknownNameError({ was: "No such market.", remedy: "None." })],
  ])("%s are that market's own failure", async (_name, error) => {
    const opened = await openWorld();
    const [first] = SYMBOLS;
    if (first !== undefined) opened.world.down.set(first, error);
    const report = await opened.run();
    expect(report.sleep.failed.map(({ symbol }) => symbol)).toEqual([first]);
    expect(report.sleep.analysed).toBe(SYMBOLS.length - 1);
  });
});

describe("token security", () => {
  it("that turns to block while held: the token is sold, and the reason says so", async () => {
    const opened = await openWorld();
    const held = await untilHeld(opened);
    opened.world.verdict = (symbol) => (symbol === held ? "block" : "clear");
    const report = await opened.run();
    const decision = report.trade.decisions.find(({ symbol }) => symbol === held);
    expect(decision).toMatchObject({ action: "exit", reason: expect.stringContaining("turned to block") });
    expect(ordersOf(await opened.events(), "exit").at(-1)).toMatchObject({ symbol: held, side: "sell" });
    await opened.run();
    expect(opened.desk.account.portfolio().positions.has(ofMarket(held, eager.id))).toBe(false);
  });

  it("that turns to unknown while held: the token is kept and not added to", async () => {
    const opened = await openWorld();
    const held = await untilHeld(opened);
    const before = opened.desk.account.portfolio().positions.get(ofMarket(held, eager.id))?.quantity;
    opened.world.verdict = () => "unknown";
    const report = await opened.run();
    const exited = report.trade.decisions.some(({ symbol, action }) => symbol === held && action === "exit");
    if (!exited) expect(opened.desk.account.portfolio().positions.get(ofMarket(held, eager.id))?.quantity).toBe(before);
    expect(ordersOf(await opened.events(), "entry").every((order) => order.createdAtMs < report.slotMs)).toBe(true);
  });

  it("whose source throws is unknown: nothing is entered, and the way out stays open", async () => {
    const opened = await openWorld();
    const held = await untilHeld(opened);
    opened.world.verdict = () => silent();
    for (let slot = 0; slot < 25 && opened.desk.account.portfolio().positions.has(ofMarket(held, eager.id)); slot++) {
      const report = await opened.run();
      expect(report.sleep.failed).toEqual([]);
      for (const refusal of report.trade.refusals) expect(refusal.rule).toBe("security");
    }
    expect(opened.desk.account.portfolio().positions.has(ofMarket(held, eager.id))).toBe(false);
    expect(ordersOf(await opened.events(), "exit").map(({ symbol }) => symbol)).toContain(held);
  });

  it("whose source has banned us is unknown too, not the end of the desk", async () => {
    const opened = await openWorld();
    opened.world.verdict = () => new ProviderRefusedError({ was: "403.", remedy: "Ask them." });
    expect((await opened.run()).sleep.analysed).toBe(SYMBOLS.length);
  });
});

describe("the operator's controls", () => {
  it("a halt file that appears between decision and send: nothing is sent, and the journal says canceled", async () => {
    const haltFile = { exists: false };
    // The file is written while the decisions are being journaled.
    const wrapJournal = (inner: Journal): Journal => ({
      ...inner,
      append: async (events, options) => {
        await inner.append(events, options);
        if (events.some((event) => event.type === "order-list")) haltFile.exists = true;
      },
    });
    const opened = await openWorld({ haltFile, wrapJournal });
    let report = await opened.run();
    for (let slot = 0; slot < 30 && report.trade.orders.length === 0; slot++) report = await opened.run();
    expect(report.trade.orders.map(({ status }) => status)).toContain("canceled");
    expect(await opened.desk.execution.openOrders(patience)).toEqual([]);
    expect(opened.desk.account.portfolio().orders.size).toBe(0);
  });

  it("pause bars entries and lets exits pass", async () => {
    const opened = await openWorld();
    const held = await untilHeld(opened);
    await opened.desk.account.append(
      [{ type: "control", strategyId: null, atMs: opened.clock.now(), action: "pause", reason: "" }],
      patience,
    );
    const refused: string[] = [];
    for (let slot = 0; slot < 25 && opened.desk.account.portfolio().positions.has(ofMarket(held, eager.id)); slot++) {
      const { trade } = await opened.run();
      refused.push(...trade.refusals.map(({ rule }) => rule));
    }
    expect(opened.desk.account.portfolio().positions.has(ofMarket(held, eager.id))).toBe(false);
    expect(new Set(refused)).toEqual(new Set(["pause"]));
  });

  it("a slot taken up late exits and never enters", async () => {
    const opened = await openWorld();
    const held = await untilHeld(opened);
    const entriesBefore = ordersOf(await opened.events(), "entry").length;
    const eventsBefore = (await opened.events()).length;
    for (let slot = 0; slot < 25 && opened.desk.account.portfolio().positions.has(ofMarket(held, eager.id)); slot++)
      await opened.run(90_000);
    const events = await opened.events();
    const refused = events
      .slice(eventsBefore)
      .flatMap((event) => (event.type === "refusal" && event.refusal.action === "enter" ? [event.refusal] : []));
    expect(ordersOf(events, "entry").length).toBe(entriesBefore);
    expect(refused.length).toBeGreaterThan(0);
    for (const refusal of refused) {
      expect(refusal).toMatchObject({ rule: "late-slot", reason: expect.stringContaining("taken up late") });
    }
    expect(ordersOf(events, "exit").map(({ symbol }) => symbol)).toContain(held);
  });
});

describe("a store that takes no writes", () => {
  it("ends the tick with its own error, and neither sends nor believes what is not journaled", async () => {
    let broken = false;
    const opened = await openWorld({
      wrapJournal: (inner) => ({
        ...inner,
        append: async (events, options) => {
          if (broken) throw new StoreError({ was: "The disk is full.", remedy: "Make room." });
          return inner.append(events, options);
        },
      }),
    });
    await untilHeld(opened);
    const before = opened.desk.account.portfolio();
    broken = true;
    await expect(opened.run()).rejects.toThrow(StoreError);
    expect(opened.desk.account.portfolio()).toBe(before);
  });

  it("also when it is Khala's own write that fails", async () => {
    const store = createMemoryStore();
    const opened = await openWorld({
      store: {
        ...store,
        analyses: {
          ...store.analyses,
          put: async () => {
            throw new StoreError({ was: "The disk is full.", remedy: "Make room." });
          },
        },
      },
    });
    await expect(opened.run()).rejects.toThrow("The disk is full.");
    expect(await opened.events()).toEqual([]);
  });
});

describe("a slot that was done before", () => {
  it("is not done again: its stored result is returned, marked repeated", async () => {
    const opened = await openWorld();
    const first = await opened.run();
    const events = (await opened.events()).length;
    const again = await runLiveSlot(opened.desk, FIRST_SLOT_MS, patience);
    expect(again.sleep).toEqual({ ...first.sleep, repeated: true });
    expect(again.trade).toEqual({ ...first.trade, repeated: true });
    expect((await opened.events()).length).toBe(events);
  });
});
