// Desks on one PostgreSQL database, each with a store and a client of its own as processes have them, in step on the clock of one local
// exchange that counts what it is asked.
import { createDatabase } from "#bench/support/postgres-place.ts";
import type { Desk } from "#desk/desk.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { openStore } from "#memory/stores/open.ts";
import { createSimulatedClock, type SimulatedClock } from "#scheduler/clock.ts";
import { canonicalDecisionLine } from "#schemas/decisions-hash.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { binance } from "#test/exchanges/binance.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import { openClientOn } from "#test/exchanges/open-venue.ts";
import { createWorld } from "#test/exchanges/world.ts";
import { actionsHash } from "#test/support/actions-hash.ts";
import { openTestDesk, patience, soon, type TestDesk, type TestDeskParts } from "#test/support/desk.ts";
import { reportOf } from "#test/support/synthetic-market.ts";
import { createQuoteVolumeUniverse } from "#toolkits/universe/quote-volume-universe.ts";

/** No claim of a test runs out by itself. */
const FOR_EVER_MS = 3_600_000;

export interface Settings
  extends Pick<TestDeskParts, "assets" | "strategies" | "claimMs" | "markets" | "askOthers" | "address" | "sleep"> {
  readonly deskId: string;
  /** Left out: the exchange itself. */
  readonly around?: (venue: MarketData) => MarketData;
}

export interface OneOfMany extends Settings {
  readonly desk: Desk;
  readonly store: Store;
  readonly events: TestDesk["events"];
}

export interface ManyDesks {
  readonly databaseUrl: string;
  readonly exchange: Exchange;
  /** A process on the database. */
  open(settings: Settings): Promise<OneOfMany>;
  /** The same slot for all of them, side by side. @returns markets that each analysed */
  slot(n: number, desks: readonly Pick<OneOfMany, "desk">[], call?: CallOptions): Promise<readonly number[]>;
  /** Requests since the last call, by endpoint. */
  asked(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function openMany(timeframe: Timeframe, firstMs: UnixMs): Promise<ManyDesks> {
  const database = await createDatabase();
  // One clock of all: no desk moves it on for the others.
  const clock: SimulatedClock = { ...createSimulatedClock(firstMs), kind: "system", sleep: soon };
  const exchange = await startExchange(binance, createWorld({ ...binance, now: () => clock.now() }));
  const stores: Store[] = [];
  let counted = 0;
  return {
    databaseUrl: database.url,
    exchange,
    async open(settings) {
      const store = await openStore({ kind: "postgres", url: database.url }, patience);
      stores.push(store);
      const { around = (venue: MarketData) => venue } = settings;
      const { venue, client } = await openClientOn(exchange, binance.id, { deadlineMs: FOR_EVER_MS });
      // A busy machine makes no market late.
      Object.assign(client, { timeout: FOR_EVER_MS });
      const marketData = around(venue);
      const { desk, events } = await openTestDesk({
        ...settings,
        venue: {
          marketData,
          markets: new Map((await marketData.markets(patience)).map((market) => [market.symbol, market])),
          universe: createQuoteVolumeUniverse({ marketData, quote: binance.quote }),
          security: { id: "fine", report: async ({ nowMs }) => reportOf("clear", nowMs, Number.MAX_SAFE_INTEGER) },
        },
        startMs: clock.now(),
        timeframe,
        quote: binance.quote,
        store,
        clock,
        sleep: settings.sleep ?? soon,
        // Moves on with the slots, and within them: ages of a few seconds are told apart.
        monotonicMs: () => clock.now() + performance.now(),
        claimMs: settings.claimMs ?? FOR_EVER_MS,
      });
      return { ...settings, desk, store, events };
    },
    async slot(n, desks, call = patience) {
      const slotMs = unixMs(firstMs + n * timeframeMs(timeframe));
      clock.advanceTo(unixMs(slotMs + 3000));
      const options = { ...call, isStopping: () => true };
      const reports = await Promise.all(desks.map(({ desk }) => runLiveSlot(desk, slotMs, options)));
      return reports.map(({ sleep }) => sleep.analysed);
    },
    asked() {
      const since = exchange.requests.slice(counted);
      counted = exchange.requests.length;
      const counts = new Map<string, number>();
      for (const { kinds } of since) for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      return counts;
    },
    async close() {
      await Promise.all(stores.map((store) => store.close()));
      await exchange.close();
      await database.drop();
    },
  };
}

/** How a desk decides that has database and exchange to itself, slot by slot. */
export async function alone(settings: Omit<Settings, "deskId">, firstMs: UnixMs, slots: number) {
  const many = await openMany("1m", firstMs);
  try {
    const asked: ReadonlyMap<string, number>[] = [];
    const one = await many.open({ ...settings, deskId: "main" });
    for (let n = 0; n < slots; n++) {
      await many.slot(n, [one]);
      asked.push(many.asked());
    }
    return { ...(await hashesOf(one)), asked };
  } finally {
    await many.close();
  }
}

/** What it has decided. */
export const hashesOf = async ({ desk, events }: OneOfMany) => ({
  actions: actionsHash(await events()),
  /** Of `decisions`, so that a difference is seen. */
  told: (await events()).flatMap((event) => canonicalDecisionLine(event) ?? []),
  decisions: desk.account.decisionsHash(),
});
