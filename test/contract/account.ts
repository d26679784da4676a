// The contract of the writer of an account: what a process may still write when another has taken the account. Part of the
// store's.
import { describe, expect, it } from "vitest";
import { WriterLostError } from "#schemas/errors.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { DeskId, RunId } from "#schemas/units.ts";
import { control, msAfter, options, T0 } from "#test/memory/fixtures.ts";
import { alone } from "#test/support/account.ts";

export function accountContract(open: () => Store): void {
  describe("the writer of an account", () => {
    let serial = 0;
    const run = RunId.parse("live");
    const slot = { job: "decision-cycle", slotMs: T0, nowMs: T0 };
    const freshDesk = () => {
      serial += 1;
      return DeskId.parse(`account-${serial}`);
    };
    const eventsOf = async (desk: DeskId) =>
      (await open().journal(desk, run).read({}, options)).map(({ event }) => event);

    it("has a larger fence than every one before", async () => {
      const desk = freshDesk();
      const first = await open().openAccount(desk, alone);
      const second = await open().openAccount(desk, alone);
      await second.release();
      const third = await open().openAccount(desk, alone);
      await open().purge(desk, options);
      const fourth = await open().openAccount(desk, alone);
      const fences = [first, second, third, fourth].map(({ fence }) => fence);
      expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
    });

    it("writes nothing any more once another has taken the account", async () => {
      const desk = freshDesk();
      const first = await open().openAccount(desk, alone);
      await first.journal(run).append([control(1)], options);
      await first.runs(run).begin(slot, options);
      const second = await open().openAccount(desk, alone);
      await expect(first.journal(run).append([control(2)], options)).rejects.toThrow(WriterLostError);
      await expect(first.runs(run).begin({ ...slot, slotMs: msAfter(1) }, options)).rejects.toThrow(WriterLostError);
      await expect(first.runs(run).finish({ ...slot, fence: 1 }, "late", options)).rejects.toThrow(WriterLostError);
      expect(await eventsOf(desk)).toEqual([control(1)]);
      expect(await open().runs(desk, run).lastFinished(slot.job, options)).toBeNull();
      expect(first.lost.reason).toBeInstanceOf(WriterLostError);
      expect(second.lost.aborted).toBe(false);
      await second.journal(run).append([control(2)], options);
      expect(await second.runs(run).begin(slot, options)).toEqual({ status: "taken-up", fence: 2 });
      expect(await second.runs(run).begin({ ...slot, slotMs: msAfter(1) }, options)).toMatchObject({ status: "begun" });
    });

    it("is not even told that an event was there before", async () => {
      const desk = freshDesk();
      const first = await open().openAccount(desk, alone);
      await first.journal(run).append([control(1)], options);
      await open().openAccount(desk, alone);
      await expect(first.journal(run).append([control(1)], options)).rejects.toThrow(WriterLostError);
    });

    it("writes nothing any more once it was given back or the desk purged", async () => {
      const desk = freshDesk();
      const released = await open().openAccount(desk, alone);
      await released.release();
      await released.release();
      await expect(released.journal(run).append([control(1)], options)).rejects.toThrow(/given back or purged/);
      const purged = await open().openAccount(desk, alone);
      await open().purge(desk, options);
      await expect(purged.journal(run).append([control(1)], options)).rejects.toThrow(/given back or purged/);
      expect(await eventsOf(desk)).toEqual([]);
    });

    it("is of one desk: another desk's goes on", async () => {
      const [mine, theirs] = [freshDesk(), freshDesk()];
      const first = await open().openAccount(mine, alone);
      await open().openAccount(theirs, alone);
      await open().openAccount(theirs, alone);
      await first.journal(run).append([control(1)], options);
      expect(await eventsOf(mine)).toEqual([control(1)]);
    });

    it("has written exactly what was acknowledged, however appends and takings meet", async () => {
      const desk = freshDesk();
      const writers = [await open().openAccount(desk, alone)];
      const acknowledged: number[] = [];
      await Promise.all(
        Array.from({ length: 60 }, async (_, i) => {
          if (i % 10 === 9) {
            writers.push(await open().openAccount(desk, alone));
            return;
          }
          try {
            await writers
              .at(-1)
              ?.journal(run)
              .append([control(i)], options);
            acknowledged.push(i);
          } catch (error) {
            expect(error).toBeInstanceOf(WriterLostError);
          }
        }),
      );
      const written = (await eventsOf(desk)).map(({ atMs }) => Number(atMs));
      expect(written.toSorted((a, b) => a - b)).toEqual(acknowledged.toSorted((a, b) => a - b));
    });
  });
}
