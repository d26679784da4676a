import { beforeAll, describe, expect, it } from "vitest";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { nextSlot } from "#desk/slots.ts";
import { createSimulatedClock } from "#scheduler/clock.ts";
import { StoreError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import type { Runs } from "#schemas/ports/work.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { FULL_COUNT } from "#test/support/count.ts";
import { openTestDesk, patience, type TestDesk, type TestDeskParts } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { canonicalLines, countKinds } from "./both-ways.ts";

const SLOTS = 24;
/** Dies at every n-th call; in full at every one. */
const STRIDE = FULL_COUNT ? 1 : 7;
const SYMBOLS = ["AAA/USDT", "BBB/USDT", "FFF/USDT"] as MarketSymbol[];
/** Shows that the settlement currency stands at par. */
const PEG = "USDT/USDC" as MarketSymbol;

const venue = createSyntheticMarket({
  seed: 21,
  timeframe: "5m",
  firstSlotMs: FIRST_SLOT_MS,
  slots: SLOTS,
  shapes: assortedShapes()
    .filter(({ symbol }) => SYMBOLS.includes(symbol) || symbol === PEG)
    .map((shape) => ({ ...shape, before: 260, hole: 0, volatility: shape.symbol === PEG ? shape.volatility : 0.008 })),
});

const PARTS: TestDeskParts = {
  venue: {
    ...venue,
    universe: { topAssets: async () => ({ assets: SYMBOLS, liquidity: new Map() }) },
    security: { ...venue.security, report: async (request) => ({ ...CLEAR, observedAtMs: request.nowMs }) },
  },
  startMs: FIRST_SLOT_MS,
  strategies: [eager],
  limits: { stopPct: 0.7, targetPct: 1.2, cooldownCandles: 0, maxEntriesPerSlot: 2, maxOpenPositions: 2 },
};

const CLEAR = {
  verdict: "clear" as const,
  reason: "",
  chain: null,
  contract: null,
  checks: [],
  observedAtMs: 0,
  validUntilMs: Number.MAX_SAFE_INTEGER,
};

/** A fuse blows at one call of one verb, before or after the store has done its part. */
interface Fuse {
  readonly verb: "append" | "begin" | "finish";
  readonly at: number;
  readonly when: "before" | "after";
}

function fused(fuse: Fuse): Pick<TestDeskParts, "wrapJournal" | "wrapRuns"> {
  let calls = 0;
  const guard = async <T>(verb: Fuse["verb"], work: () => Promise<T>): Promise<T> => {
    if (verb !== fuse.verb) return work();
    calls += 1;
    if (calls === fuse.at && fuse.when === "before") throw blown();
    const result = await work();
    if (calls === fuse.at) throw blown();
    return result;
  };
  return {
    wrapJournal: (inner: Journal): Journal => ({
      ...inner,
      append: (events, options) => guard("append", () => inner.append(events, options)),
    }),
    wrapRuns: (inner: Runs): Runs => ({
      ...inner,
      begin: (run, options) => guard("begin", () => inner.begin(run, options)),
      finish: (run, result, options) => guard("finish", () => inner.finish(run, result, options)),
    }),
  };
}

const blown = (): StoreError => new StoreError({ was: "The process died here.", remedy: "Start it again." });

/** Under the system clock entries and exits meet the quote at once: a slot changes what it was decided on. */
type Kind = Clock["kind"];

/** Runs all slots; where a tick dies with its store, a new desk on the same store takes the same slot up again. */
async function runThrough(
  fuse: Fuse | null,
  kind: Kind,
): Promise<{ readonly events: readonly JournalEvent[]; readonly crashes: number }> {
  const store = createMemoryStore();
  const clock = { ...createSimulatedClock(FIRST_SLOT_MS), kind };
  const parts = { ...PARTS, store, clock };
  let test: TestDesk = await openTestDesk({ ...parts, ...(fuse === null ? {} : fused(fuse)) });
  let crashes = 0;
  let slotMs = FIRST_SLOT_MS;
  for (let slot = 0; slot < SLOTS; slot++) {
    clock.advanceTo(slotMs);
    try {
      await runLiveSlot(test.desk, slotMs, patience);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      crashes += 1;
      test = await openTestDesk(parts);
      await runLiveSlot(test.desk, slotMs, patience);
    }
    expect(unprotected(test.desk.account.portfolio())).toEqual([]);
    slotMs = nextSlot(slotMs, "5m");
  }
  return { events: await test.events(), crashes };
}

/** Open positions over which no stop rests and that no order is already taking out. */
function unprotected(portfolio: Portfolio): readonly string[] {
  const orders = [...portfolio.orders.values()];
  return [...portfolio.positions.values()]
    .filter((position) => !position.dust)
    .filter(({ symbol }) => !orders.some((o) => o.symbol === symbol && o.side === "sell" && o.role === "stop-loss"))
    .map(({ symbol }) => symbol);
}

const intents = (events: readonly JournalEvent[]): readonly string[] =>
  events.flatMap((e) => (e.type === "order-list" ? e.orders.map((order) => order.clientOrderId) : []));

describe.each(["simulated", "system"] as const)("a desk that dies under a %s clock and is started again", (kind) => {
  let whole: readonly JournalEvent[] = [];
  beforeAll(async () => {
    whole = (await runThrough(null, kind)).events;
  });

  it("had something to lose: entries, exits, stops and targets", () => {
    const counts = countKinds(whole);
    const expected = [
      "enter",
      "exit",
      kind === "system" ? "fill:ask" : "fill:next-open",
      "fill:stop",
      "fill:take-profit",
    ];
    expect(expected.filter((name) => !counts.has(name))).toEqual([]);
    expect(intents(whole).length).toBeGreaterThanOrEqual(10);
  });

  it.each([
    ["append", "before"],
    ["append", "after"],
    ["begin", "after"],
    ["finish", "before"],
    ["finish", "after"],
  ] as const)("at every %s, %s it was durable, journals what it would have journaled alive", async (verb, when) => {
    let at = 1 - STRIDE;
    for (let crashes = 1; crashes > 0; ) {
      at += STRIDE;
      const run = await runThrough({ verb, at, when }, kind);
      crashes = run.crashes;
      expect(canonicalLines(run.events), `${verb} ${at}`).toEqual(canonicalLines(whole));
      expect(new Set(intents(run.events)).size, `${verb} ${at}`).toBe(intents(whole).length);
      expect(run.events.filter((event) => event.type === "equity").length).toBe(SLOTS);
    }
    // The appends of the run were places to die, to its end, and so were the run rows.
    expect(at).toBeGreaterThan(verb === "append" ? 30 : 2 * SLOTS);
  });
});

describe("a slot taken up again after it was decided", () => {
  it("reports what its interrupted run has decided and sent", async () => {
    const store = createMemoryStore();
    const alive = await openTestDesk(PARTS);
    // The last finish but the hour's consolidation is that of the decision cycle: before it come the sleep cycle's and, in
    // the first slot of an hour, that of what moves together.
    const SLOTS_AN_HOUR = 12;
    for (let slot = 0; slot < SLOTS; slot++) {
      const slotMs = unixMs(FIRST_SLOT_MS + slot * timeframeMs("5m"));
      alive.clock.advanceTo(slotMs);
      const expected = (await runLiveSlot(alive.desk, slotMs, patience)).trade;
      const dying = await openTestDesk({
        ...PARTS,
        store,
        startMs: slotMs,
        ...fused({ verb: "finish", at: slot % SLOTS_AN_HOUR === 0 ? 3 : 2, when: "before" }),
      });
      await expect(runLiveSlot(dying.desk, slotMs, patience)).rejects.toThrow(StoreError);
      const again = await openTestDesk({ ...PARTS, store, startMs: slotMs });
      const { trade } = await runLiveSlot(again.desk, slotMs, patience);
      expect(trade).toEqual({ ...expected, decisions: expected.decisions.filter(({ action }) => action !== "hold") });
    }
  });
});
