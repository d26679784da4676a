// The contract of the Lease port, run as a part of the store's. A lease of 0 ms has run out when it is given, so nothing
// here waits for a clock.
import { describe, expect, it } from "vitest";
import type { Store } from "#schemas/ports/memory.ts";
import { DeskId } from "#schemas/units.ts";
import { options } from "#test/memory/fixtures.ts";

const LONG_MS = 3_600_000;

export function leaseContract(open: () => Store): void {
  describe("leases", () => {
    let serial = 0;
    const freshName = () => {
      serial += 1;
      return `lease:${serial}`;
    };
    const acquire = (name: string, ttlMs = LONG_MS) => open().leases.acquire(name, ttlMs, options);
    const held = async (name: string, ttlMs = LONG_MS) => {
      const lease = await acquire(name, ttlMs);
      if (lease === null) throw new Error(`${name} is held`);
      return lease;
    };

    it("has one holder at a time", async () => {
      const name = freshName();
      const lease = await held(name);
      expect(lease.name).toBe(name);
      expect(await acquire(name)).toBeNull();
      expect(await acquire(freshName())).not.toBeNull();
    });

    it("goes to one of many that ask at once", async () => {
      const name = freshName();
      const asked = await Promise.all(Array.from({ length: 20 }, () => acquire(name)));
      expect(asked.filter((lease) => lease !== null)).toHaveLength(1);
    });

    it("is free again once given back, under a larger fence, and is not given back by who had it before", async () => {
      const name = freshName();
      const first = await held(name);
      await first.release(options);
      const second = await held(name);
      expect(second.fence).toBeGreaterThan(first.fence);
      await first.release(options);
      expect(await acquire(name)).toBeNull();
      expect(await first.renew(LONG_MS, options)).toBe(false);
      expect(await second.renew(LONG_MS, options)).toBe(true);
    });

    it("cannot be renewed once given back", async () => {
      const name = freshName();
      const lease = await held(name);
      await lease.release(options);
      await lease.release(options);
      expect(await lease.renew(LONG_MS, options)).toBe(false);
      expect(await acquire(name)).not.toBeNull();
    });

    it("goes to the next when its time is over, and its late holder is told so", async () => {
      const name = freshName();
      const late = await held(name, 0);
      const next = await held(name);
      expect(next.fence).toBeGreaterThan(late.fence);
      expect(await late.renew(LONG_MS, options)).toBe(false);
      expect(await acquire(name)).toBeNull();
    });

    it("stays with a holder who renews it late, where nobody else has come", async () => {
      const name = freshName();
      const lease = await held(name, 0);
      expect(await lease.renew(LONG_MS, options)).toBe(true);
      expect(await acquire(name)).toBeNull();
    });

    it("gives every holder a larger fence than all before, also after a purge has taken the name away", async () => {
      const desk = DeskId.parse(`leases-${freshName().slice(6)}`);
      const name = `desk:${desk}:work`;
      const fences: number[] = [];
      for (let i = 0; i < 5; i++) fences.push((await held(name, 0)).fence);
      const last = await held(name);
      expect(await open().purge(desk, options)).toBe(1);
      expect(await last.renew(LONG_MS, options)).toBe(false);
      fences.push(last.fence, (await held(name)).fence);
      expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
    });
  });
}
