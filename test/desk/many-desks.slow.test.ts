// Two and three desks on one PostgreSQL database and one exchange: what is asked, and whether each decides as it would have alone.
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { whyNoPostgres } from "#bench/support/postgres-place.ts";
import { unixMs, VenueId } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { alone, hashesOf, type ManyDesks, openMany } from "./many-desks.ts";

const FIRST_MS = unixMs(1_780_000_200_000);
const SLOTS = 5;
const ASSETS = 12;
/** Of claims that run out in a test, by the database's clock. */
const SHORT_MS = 300;
const SOME = { assets: ASSETS, strategies: [eager] };
const FEWER = { assets: 5, strategies: [shippedStrategy("mean-reversion"), eager] };

const missing = await whyNoPostgres();
if (missing !== null) console.warn(`Left out: desks on one database (${missing}). Set DEEPTRADER_TEST_DATABASE_URL.`);

describe.skipIf(missing !== null)("desks on one database", () => {
  let some: Awaited<ReturnType<typeof alone>>;
  let many: ManyDesks;
  beforeAll(async () => {
    some = await alone(SOME, FIRST_MS, SLOTS);
  });
  afterEach(() => many.close());

  const candles = (asked = many.asked()) => asked.get("candles");

  it("ask for each market once a slot, and decide each as it would alone, with universes and strategies of their own", async () => {
    const fewer = await alone(FEWER, FIRST_MS, SLOTS);
    many = await openMany("1m", FIRST_MS);
    const desks = [await many.open({ ...SOME, deskId: "some" }), await many.open({ ...FEWER, deskId: "fewer" })];
    for (let n = 0; n < SLOTS; n++) {
      expect(await many.slot(n, desks)).toEqual([ASSETS, 5]);
      expect(candles()).toBe(ASSETS);
    }
    const decided = await Promise.all(desks.map(hashesOf));
    expect(decided).toMatchObject([
      { told: some.told, actions: some.actions, decisions: some.decisions },
      { told: fewer.told, actions: fewer.actions, decisions: fewer.decisions },
    ]);
    expect(some.actions).not.toBe(fewer.actions);
  });

  it("go on where one of them was killed in its sweep, with claims that nobody answers", async () => {
    many = await openMany("1m", FIRST_MS);
    const desks = await Promise.all(["a", "b"].map((deskId) => many.open({ ...SOME, deskId, claimMs: SHORT_MS })));
    await many.slot(0, desks);
    many.asked();
    const [first] = desks;
    for (let n = 1; n < SLOTS; n++) {
      const universe = first?.desk.universe.newest().assets ?? [];
      const names = universe.slice(0, 6).map((symbol) => `candles 1m ${symbol}`);
      const known = await first?.store.answers.answers(
        VenueId.parse("binance"),
        names.map((question) => ({ question, seenMs: 0 })),
        patience,
      );
      const seen = (known ?? []).map(({ question, answeredMs }) => ({ question, seenMs: answeredMs }));
      const bounds = { forMs: SHORT_MS, most: 100 };
      expect(await first?.store.answers.claim(VenueId.parse("binance"), "killed", seen, bounds, patience)).toHaveLength(
        6,
      );
      expect(await many.slot(n, desks)).toEqual([ASSETS, ASSETS]);
      // A claim that runs out on a busy machine may be asked for twice.
      expect(candles()).toBeLessThanOrEqual(2 * ASSETS);
    }
    for (const one of desks) expect(await hashesOf(one)).toMatchObject({ told: some.told });
  });

  it("decide in time where the exchange hangs for one of them", async () => {
    many = await openMany("1m", FIRST_MS);
    const hung = await many.open({
      ...SOME,
      deskId: "hung",
      around: (venue) => ({ ...venue, candles: () => new Promise(() => {}) }),
    });
    const desks = await Promise.all(["a", "b"].map((deskId) => many.open({ ...SOME, deskId, claimMs: SHORT_MS })));
    const off = new AbortController();
    const hanging: Promise<unknown>[] = [];
    for (let n = 0; n < SLOTS; n++) {
      if (n === 0) hanging.push(many.slot(n, [hung], off).catch(() => {}));
      expect(await many.slot(n, desks)).toEqual([ASSETS, ASSETS]);
    }
    off.abort();
    await Promise.all(hanging);
    for (const one of desks) expect(await hashesOf(one)).toMatchObject({ told: some.told });
  });

  it("take in one that comes later: it reads its windows once, and then asks for nothing of its own", async () => {
    many = await openMany("1m", FIRST_MS);
    const desks = await Promise.all(["a", "b"].map((deskId) => many.open({ ...SOME, deskId })));
    const asked: (number | undefined)[] = [];
    for (let n = 0; n < SLOTS; n++) {
      if (n === 2) desks.push(await many.open({ ...SOME, deskId: "late" }));
      await many.slot(n, desks);
      asked.push(candles());
    }
    expect(asked.toSpliced(2, 1)).toEqual(Array.from({ length: SLOTS - 1 }, () => ASSETS));
    expect(asked[2]).toBeLessThanOrEqual(2 * ASSETS);
    for (const one of desks.slice(0, 2)) expect(await hashesOf(one)).toMatchObject({ told: some.told });
  });
});
