import { describe, expect, it } from "vitest";
import { chooseRun, firstSlotOf, type RunChoice } from "#apps/run-choice.ts";
import type { Venue } from "#apps/venues/venue.ts";
import { createSimulatedClock, systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { DeskId, RunId, UnixMs, VenueId } from "#schemas/units.ts";
import { journalOf } from "#test/support/account.ts";
import { patience, testConfig } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { decision } from "#test/toolkits/risk/fixture.ts";

const MINUTE_MS = 60_000;
const BEGIN_MS = Date.UTC(2026, 0, 5) as UnixMs;
const END_MS = Date.UTC(2026, 0, 6) as UnixMs;
const config = { ...testConfig({}), deskId: "main" as DeskId };

const venueOn = (venueId: string, over: Partial<Venue> = {}): Venue =>
  ({
    marketData: { venueId: venueId as VenueId },
    quote: "USDT",
    clock: createSimulatedClock(END_MS),
    standMs: END_MS,
    beginMs: BEGIN_MS,
    ...over,
  }) as Venue;

const started = (venueId: string, atMs: number, quote = "USDT"): JournalEvent => ({
  type: "run-started",
  atMs: atMs as UnixMs,
  cash: "10000" as Money,
  quote,
  venueId: venueId as VenueId,
  strategyIds: ["mean-reversion"],
  timeframe: "5m",
  securityPolicy: "recorded",
});

async function storeWith(runId: string, event: JournalEvent): Promise<Store> {
  const store = createMemoryStore();
  await journalOf(store, config.deskId, runId as RunId).append([event], patience);
  return store;
}

const choose = (store: Store, venue: Venue, choice: RunChoice, over: Partial<DeskConfig> = {}) =>
  chooseRun(store, { ...config, ...over }, venue, choice, patience);

describe("a run under a simulated clock", () => {
  it("begins where its data begins, not where they end", async () => {
    const { clock, runId } = await choose(createMemoryStore(), venueOn("replay:a"), "new");
    expect(clock.now()).toBe(BEGIN_MS);
    expect(runId).toMatch(/^sim-/);
  });

  it("begins at the first slot at or after the moment asked for, as the backtest does", () => {
    const beginMs = (BEGIN_MS + MINUTE_MS) as UnixMs;
    expect(firstSlotOf({ beginMs }, { timeframe: "5m" })).toBe(BEGIN_MS + 5 * MINUTE_MS);
    expect(firstSlotOf({ beginMs: BEGIN_MS }, { timeframe: "5m" })).toBe(BEGIN_MS);
  });

  it("of a fresh start is bound to nothing that was before", async () => {
    const store = await storeWith("sim-1", started("sim:1", BEGIN_MS));
    await expect(choose(store, venueOn("sim:2"), "new")).resolves.toBeDefined();
  });

  it.each([
    ["another seed", "sim:2", "USDT", "sim:1 in USDT; this command asks for sim:2 in USDT"],
    ["another folder", "replay:b", "USDT", "this command asks for replay:b in USDT"],
    ["another settlement currency", "sim:1", "BTC", "this command asks for sim:1 in BTC"],
  ])("is not looked at or traded on with %s", async (_what, venueId, quote, said) => {
    const store = await storeWith("sim-1", started("sim:1", BEGIN_MS));
    for (const choice of ["latest", "once"] as const) {
      await expect(choose(store, venueOn(venueId, { quote }), choice)).rejects.toThrow(said);
      await expect(choose(store, venueOn(venueId, { quote }), choice)).rejects.toThrow("--seed 1");
    }
  });

  it("is looked at where it stands, however long ago that is", async () => {
    const atMs = BEGIN_MS + 7 * MINUTE_MS;
    const store = await storeWith("sim-1", started("sim:1", atMs));
    const { runId, clock } = await choose(store, venueOn("sim:1"), "latest");
    expect(runId).toBe("sim-1");
    expect(clock.now()).toBe(atMs);
  });

  it("is looked at from the last close where nothing was traded yet", async () => {
    expect((await choose(createMemoryStore(), venueOn("sim:1"), "latest")).clock.now()).toBe(END_MS);
  });
});

describe("an account under the system clock", () => {
  const real = (venueId: string, quote = "USDT") => venueOn(venueId, { clock: systemClock(), quote });

  it("goes on with its own venue and settlement currency", async () => {
    const store = await storeWith("live", started("binance", BEGIN_MS));
    expect((await choose(store, real("binance"), "new")).runId).toBe("live");
  });

  it("at a venue has a run for each account, apart from paper and from the sandbox", async () => {
    const runOf = async (over: Partial<DeskConfig>) =>
      (await choose(createMemoryStore(), real("binance"), "new", over)).runId;
    const account = { mode: "live", liveAccount: "7001" } as const;
    expect(await runOf({ ...account, sandbox: true })).toBe("live:sandbox:7001");
    expect(await runOf({ ...account, sandbox: false })).toBe("live:7001");
    expect(await runOf({ ...account, liveAccount: "7002", sandbox: false })).toBe("live:7002");
  });

  it.each([
    ["another exchange", "kraken", "USDT"],
    ["another settlement currency", "binance", "BTC"],
  ])("is refused for %s, naming both and the way out", async (_what, venueId, quote) => {
    const store = await storeWith("live", started("binance", BEGIN_MS));
    const refused = choose(store, real(venueId, quote), "new");
    await expect(refused).rejects.toThrow(`trades binance in USDT; this command asks for ${venueId} in ${quote}`);
    await expect(choose(store, real(venueId, quote), "latest")).rejects.toThrow("--desk NAME");
  });

  it("of an account at a venue is that account's, and refused with another venue or currency, which are named", async () => {
    const live = { ...config, mode: "live" as const, sandbox: true, liveAccount: "7001" };
    const store = await storeWith("live:sandbox:7001", started("binance", BEGIN_MS));
    const chosen = (venue: Venue, with_ = live) => chooseRun(store, with_, venue, "new", patience);
    expect((await chosen(real("binance"))).runId).toBe("live:sandbox:7001");
    await expect(chosen(real("bybit"))).rejects.toThrow(/trades binance in USDT; this command asks for bybit in USDT/);
    await expect(chosen({ ...real("binance"), quote: "USDC" })).rejects.toThrow(/asks for binance in USDC/);
    expect((await chosen(real("bybit"), { ...live, liveAccount: "7002" })).runId).toBe("live:sandbox:7002");
    // What was held with money is not taken for what is held without.
    expect((await chosen(real("bybit"), { ...live, sandbox: false })).runId).toBe("live:7001");
  });

  it("is free where its journal holds a control and no decision", async () => {
    const control: JournalEvent = { type: "control", strategyId: null, atMs: BEGIN_MS, action: "pause", reason: "" };
    const store = await storeWith("live", control);
    await expect(choose(store, real("binance"), "new")).resolves.toBeDefined();
  });

  it("is refused where the analyses that its decisions cite are gone", async () => {
    const store = await storeWith("live", { type: "decision", atMs: BEGIN_MS, decision });
    await expect(choose(store, real("binance"), "new")).rejects.toThrow("does not say what it trades");
  });
});
