// The contract of the VenueBudget port: what one process learns of an exchange's limits holds for the others that share it. Times
// are hours and zero, so nothing here waits for a clock.
import { afterEach, describe, expect, it } from "vitest";
import type { VenueBudget } from "#schemas/ports/market.ts";

export interface VenueBudgetCapabilities {
  /** Requests of all who share it are spaced; false where ccxt's limiter does that, in the one process there is. */
  readonly spaces: boolean;
}

const HOUR_MS = 3_600_000;

/** `open`: a budget of the exchange of that name, shared with every other of the same name. */
export function venueBudgetContract(
  name: string,
  open: (exchange: string) => VenueBudget | Promise<VenueBudget>,
  capabilities: VenueBudgetCapabilities,
): void {
  describe(`venue budget: ${name}`, () => {
    let serial = 0;
    let exchange = "";
    const opened: VenueBudget[] = [];
    const two = async (): Promise<readonly [VenueBudget, VenueBudget]> => {
      serial += 1;
      exchange = `test-${process.pid}-${serial}`;
      const pair = [await open(exchange), await open(exchange)] as const;
      opened.push(...pair);
      return pair;
    };
    afterEach(async () => {
      for (const budget of opened.splice(0)) await budget.close();
    });

    it("gives the first request its turn at once", async () => {
      const [one] = await two();
      expect(await one.turn(1)).toEqual({ pausedForMs: 0, waitMs: 0 });
    });

    it("lets nobody ask while the exchange rests, whoever was told", async () => {
      const [one, other] = await two();
      await one.pause(HOUR_MS);
      for (const budget of [one, other]) {
        const { pausedForMs, waitMs } = await budget.turn(1);
        expect(pausedForMs).toBeGreaterThan(HOUR_MS - 60_000);
        expect(pausedForMs).toBeLessThanOrEqual(HOUR_MS);
        expect(waitMs).toBe(0);
      }
    });

    it("tells how long it rests without a turn being taken", async () => {
      const [one, other] = await two();
      expect(await other.restMs()).toBe(0);
      await one.pause(HOUR_MS);
      for (const budget of [one, other]) {
        const restMs = await budget.restMs();
        expect(restMs).toBeGreaterThan(HOUR_MS - 60_000);
        expect(restMs).toBeLessThanOrEqual(HOUR_MS);
      }
    });

    it("ends no rest early: a shorter one that comes later changes nothing", async () => {
      const [one, other] = await two();
      await one.pause(2 * HOUR_MS);
      await other.pause(1);
      expect((await one.turn(1)).pausedForMs).toBeGreaterThan(HOUR_MS);
    });

    it("is over with the rest", async () => {
      const [one, other] = await two();
      await one.pause(0);
      expect(await other.turn(1)).toEqual({ pausedForMs: 0, waitMs: 0 });
    });

    it("is of one exchange alone", async () => {
      const [one] = await two();
      await one.pause(HOUR_MS);
      const [another] = await two();
      expect((await another.turn(1)).pausedForMs).toBe(0);
    });

    if (capabilities.spaces) {
      it("spaces the requests of all who share it", async () => {
        const [one, other] = await two();
        expect((await one.turn(HOUR_MS)).waitMs).toBe(0);
        const second = (await other.turn(HOUR_MS)).waitMs;
        const third = (await one.turn(HOUR_MS)).waitMs;
        expect(second).toBeGreaterThan(HOUR_MS - 60_000);
        expect(third - second).toBeGreaterThan(HOUR_MS - 60_000);
        expect(third - second).toBeLessThanOrEqual(HOUR_MS);
        expect(await other.restMs()).toBe(0);
      });

      it("gives each of many that ask at once a turn of its own", async () => {
        const [one, other] = await two();
        const turns = await Promise.all(
          Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : other).turn(HOUR_MS)),
        );
        const hours = turns.map(({ waitMs }) => Math.round(waitMs / HOUR_MS)).sort((a, b) => a - b);
        expect(hours).toEqual(Array.from({ length: 20 }, (_, i) => i));
      });
    }
  });
}
