import { describe, expect, it } from "vitest";
import { ProviderError } from "#schemas/errors.ts";
import { unixMs } from "#schemas/units.ts";
import { ledgerEntry, NO_WORK } from "#schemas/work.ts";
import { createGuardedRead } from "#toolkits/market/ccxt/guarded-read.ts";
import { type CallEnd, createObservers, type Observer, type SeenCall } from "#toolkits/ports/observed.ts";

const patience = { signal: new AbortController().signal };
const CANDLES: SeenCall = { port: "marketData", verb: "candles" };
const ENTRY = ledgerEntry({ atMs: 0, phase: "sleep", job: "sleep-cycle", work: NO_WORK });

function watched() {
  const observers = createObservers();
  const seen: [SeenCall, CallEnd][] = [];
  const entries: unknown[] = [];
  const observer: Observer = {
    called: (call) => (end) => seen.push([call, end]),
    recorded: (one) => entries.push(one),
  };
  return { observers, seen, entries, stop: observers.add(observer) };
}

describe("whoever looks on", () => {
  it("is told of each call how it ended, once, and of each entry", async () => {
    const { observers, seen, entries, stop } = watched();
    const failed = new ProviderError({ was: "no.", remedy: "" });
    expect(await observers.during(CANDLES, async () => 7)).toBe(7);
    await expect(observers.during(CANDLES, () => Promise.reject(failed))).rejects.toBe(failed);
    const open = observers.began({ port: "model", verb: "m" });
    open.retried();
    open.ended(null);
    open.ended(failed);
    observers.recorded(ENTRY);
    expect(seen).toEqual([
      [CANDLES, { error: null, retries: 0 }],
      [CANDLES, { error: failed, retries: 0 }],
      [
        { port: "model", verb: "m" },
        { error: null, retries: 1 },
      ],
    ]);
    expect(entries).toEqual([ENTRY]);
    stop();
    await observers.during(CANDLES, async () => 7);
    expect(seen).toHaveLength(3);
  });

  it("and throws disturbs neither the call nor the others", async () => {
    const { observers, seen, entries } = watched();
    const throws = (): never => {
      throw new Error("a label that is none");
    };
    observers.add({ called: throws, recorded: throws });
    observers.add({ called: () => throws, recorded: throws });
    expect(await observers.during(CANDLES, async () => 7)).toBe(7);
    observers.recorded(ENTRY);
    expect(seen).toHaveLength(1);
    expect(entries).toHaveLength(1);
  });

  it("sees the further tries of a read of an exchange, each call its own", async () => {
    const { observers, seen } = watched();
    const read = createGuardedRead("binance", { now: () => unixMs(0), sleep: async () => {} }, 60_000);
    const failingFirst = (times: number) => async () => {
      let tries = 0;
      return read(
        "candles",
        async () => {
          tries += 1;
          class OperationFailed extends Error {}
          if (tries <= times) throw new OperationFailed("not now");
          return tries;
        },
        patience,
      );
    };
    await Promise.all([observers.during(CANDLES, failingFirst(2)), observers.during(CANDLES, failingFirst(0))]);
    expect(seen.map(([, { retries }]) => retries).sort()).toEqual([0, 2]);
  });
});
