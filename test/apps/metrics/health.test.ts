import { describe, expect, it } from "vitest";
import { openHealth, type ReadyParts, readinessOf, readyRoutes } from "#apps/metrics/health.ts";
import { StoreError } from "#schemas/errors.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { watchedDesk } from "./watched-desk.ts";

const NOT_LOST = new AbortController().signal;

async function deskAt(ageMs: number, kind: "system" | "simulated" = "system") {
  const { desk, store, tick, clock } = await watchedDesk();
  const { slotMs } = await tick(0);
  const now = unixMs(slotMs + ageMs);
  const parts: ReadyParts = {
    desk: { ...desk, clock: { ...clock, kind, now: () => now } },
    store,
    accountLost: NOT_LOST,
  };
  return parts;
}

const codes = async (parts: ReadyParts) => (await readinessOf(parts)).reasons.map(({ code }) => code);
const TWO_SLOTS = 2 * timeframeMs("5m");

describe("readiness", () => {
  it("is there with the first finished slot", async () => {
    const { desk, store, tick } = await watchedDesk();
    const parts = { desk, store, accountLost: NOT_LOST };
    expect(await readinessOf(parts)).toMatchObject({ status: "not-ready", lastSlotMs: null });
    expect(await codes(parts)).toEqual(["no-slot-yet"]);
    const { slotMs } = await tick(0);
    expect(await readinessOf(parts)).toEqual({ status: "ready", reasons: [], lastSlotMs: slotMs });
  });

  it("goes when the newest slot is older than two timeframes and grace, on a clock of its own alone", async () => {
    expect(await codes(await deskAt(TWO_SLOTS))).toEqual([]);
    expect(await codes(await deskAt(TWO_SLOTS + 1))).toEqual(["slot-overdue"]);
    const slower = await deskAt(TWO_SLOTS + 3000);
    const graced = { ...slower.desk, marketData: { ...slower.desk.marketData, graceMs: 3000 } };
    expect(await codes({ ...slower, desk: graced })).toEqual([]);
    expect(await codes(await deskAt(100 * TWO_SLOTS, "simulated"))).toEqual([]);
  });

  it("goes while something held cannot be followed, and when another process has the account", async () => {
    const parts = await deskAt(0);
    expect(await codes({ ...parts, desk: { ...parts.desk, isBlind: () => true } })).toEqual(["blind"]);
    expect(await codes({ ...parts, accountLost: AbortSignal.abort() })).toEqual(["account-lost"]);
  });

  it("goes where the store fails or hangs, and says nothing of its address", async () => {
    const parts = await deskAt(0);
    const fails = async () => {
      throw new StoreError({ was: "db.secret.test refused.", remedy: "" });
    };
    const hangs = () => new Promise<never>(() => {});
    for (const stats of [fails, hangs]) {
      const store = { analyses: { ...parts.store.analyses, stats } };
      const document = await readinessOf({ ...parts, store, patienceMs: 5 });
      expect(document.reasons.map(({ code }) => code)).toEqual(["store-silent"]);
      expect(JSON.stringify(document)).not.toContain("secret");
    }
  });

  it("is 200 or 503 over HTTP, with its reasons, and how late timers come", async () => {
    const health = openHealth();
    const parts = await deskAt(0);
    const app = readyRoutes(() => readinessOf(parts), health.healthOf);
    const ready = await app.request("/ready");
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: "ready", health: { status: "alive" } });
    const blind = { ...parts, desk: { ...parts.desk, isBlind: () => true } };
    const not = await readyRoutes(() => readinessOf(blind), health.healthOf).request("/ready");
    expect(not.status).toBe(503);
    expect(await not.json()).toMatchObject({ reasons: [{ code: "blind" }] });
    health.close();
  });
});
