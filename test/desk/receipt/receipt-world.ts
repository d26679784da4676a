// Desks that trade two days and more at 1h, for the receipt: on the simulated venue, or on a real clock with windows that are kept and a
// venue that may correct a candle.

import type { Desk } from "#desk/desk.ts";
import { ReceiptMaking, type ReceiptStore } from "#desk/receipt/make-receipt.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { createSimulatedClock } from "#scheduler/clock.ts";
import type { Decision } from "#schemas/decision.ts";
import type { JournalEvent, JournalRow } from "#schemas/journal.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { JournalReader } from "#schemas/ports/trading.ts";
import { DAY_MS, type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience, type TestDeskParts } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { assortedShapes, createSyntheticMarket } from "#test/support/synthetic-market.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

export const DAY = unixMs(Date.UTC(2026, 8, 14));
export const NEXT_DAY = unixMs(DAY + DAY_MS);
const STEP_MS = timeframeMs("1h");

/** A candle that the venue gives otherwise from a moment on. */
interface Corrected {
  readonly symbol: MarketSymbol;
  readonly openMs: number;
  readonly fromMs: number;
}

interface WorldParts {
  readonly kind: Clock["kind"];
  readonly store?: Store;
  readonly corrected?: Corrected;
}

async function simulated() {
  const of = { seed: 4, assets: 6 };
  const marketData = createSimulatedVenue(of);
  const markets = new Map((await marketData.markets(patience)).map((market) => [market.symbol, market]));
  return { marketData, markets, universe: createSimulatedUniverse(of), security: createSimulatedSecurity(of) };
}

/** With a pair that shows that the dollar stands at par, as a desk on a real clock wants it. */
function exchange(corrected: Corrected | undefined) {
  const [plain] = assortedShapes("1h");
  if (plain === undefined) throw new Error("no shape");
  const shape = (symbol: string) => ({ ...plain, symbol: symbol as MarketSymbol, price: null, hole: 0, jump: 0 });
  const dollar = { ...shape("USDC/USDT"), price: 1, volatility: 1e-7, common: 0 };
  const synthetic = createSyntheticMarket({
    seed: 8,
    timeframe: "1h",
    firstSlotMs: DAY,
    slots: 80,
    shapes: [...["AAA/USDT", "BBB/USDT", "CCC/USDT", "DDD/USDT"].map(shape), dollar],
  });
  const { marketData } = synthetic;
  const candles: typeof marketData.candles = async (request, options) => {
    const series = await marketData.candles(request, options);
    const row = series.openMs.indexOf(corrected?.openMs ?? -1);
    if (row < 0 || request.symbol !== corrected?.symbol || request.nowMs < corrected.fromMs) return series;
    return { ...series, close: series.close.with(row, (series.close[row] ?? 0) * 1.001) };
  };
  return { ...synthetic, marketData: { ...marketData, candles } };
}

/** A world whose desk can be opened again, as after a restart, by other parts. */
export async function receiptWorld({ kind, store = createMemoryStore(), corrected }: WorldParts) {
  const venue = kind === "system" ? exchange(corrected) : await simulated();
  let nowMs: UnixMs = DAY;
  const clock: Clock =
    kind === "system"
      ? { kind, now: () => nowMs, sleep: async (_, { signal }) => signal.throwIfAborted() }
      : createSimulatedClock(DAY);
  const open = async (parts: Partial<TestDeskParts> = {}): Promise<Desk> => {
    const base = { venue, startMs: DAY, clock, store, timeframe: "1h", assets: 6, strategies: [eager] } as const;
    const { desk } = await openTestDesk({ ...base, limits: { cooldownCandles: 0 }, ...parts });
    return { ...desk, askAgainForMs: 0 };
  };
  return {
    store,
    open,
    /** Slots from one hour to before another, counted from the first day's beginning. */
    async run(desk: Desk, from: number, to: number): Promise<void> {
      for (let n = from; n < to; n++) {
        const slotMs = unixMs(DAY + n * STEP_MS);
        nowMs = unixMs(slotMs + desk.marketData.graceMs);
        if ("advanceTo" in clock) (clock as ReturnType<typeof createSimulatedClock>).advanceTo(nowMs);
        await runLiveSlot(desk, slotMs, patience);
      }
    },
  };
}

export const storeOf = (desk: Desk, store: Store): ReceiptStore => ({
  journal: store.journal(desk.deskId, desk.runId),
  candles: store.candles,
});

export async function receiptOf(desk: Desk, store: ReceiptStore, dayMs: UnixMs = DAY) {
  const making = new ReceiptMaking(desk, store, dayMs);
  while (await making.step(patience));
  return making.report();
}

/** The same journal with a row changed, as by a hand in the store. */
export const tampered = (
  store: ReceiptStore,
  change: (event: JournalEvent, row: JournalRow) => JournalEvent,
): ReceiptStore => {
  const read: JournalReader["read"] = async (filter, options) =>
    (await store.journal.read(filter, options)).map((row) => ({ ...row, event: change(row.event, row) }));
  return { ...store, journal: { ...store.journal, read } };
};

export async function decisionsOf(store: ReceiptStore, dayMs: UnixMs = DAY): Promise<readonly Decision[]> {
  const rows = await store.journal.read({}, patience);
  return rows.flatMap(({ event }) =>
    event.type === "decision" && event.atMs >= dayMs && event.atMs < dayMs + DAY_MS ? [event.decision] : [],
  );
}
