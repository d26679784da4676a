// The contract of the SnapshotStore port, run as a part of the store's.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { consolidate } from "#memory/consolidate.ts";
import type { Snapshot, SnapshotKind, Store } from "#schemas/ports/memory.ts";
import { DAY_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { msAfter, options, T0 } from "#test/memory/fixtures.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";

export function snapshotContract(open: () => Store): void {
  describe("snapshots", () => {
    let serial = 0;
    const freshScope = () => {
      serial += 1;
      return `test:${serial}`;
    };
    const snapshot = (scope: string, seenAtMs: number, body: unknown = seenAtMs): Snapshot => ({
      scope,
      seenAtMs: unixMs(seenAtMs),
      body,
    });
    const timesOf = async (kind: SnapshotKind, scope: string | null, range: Partial<Range> = {}, store = open()) =>
      (await store.snapshots.list(kind, { ...ALL, ...range, scope }, options)).map(({ seenAtMs }) => seenAtMs - T0);

    it("gives back a body as it was written, frozen", async () => {
      await fc.assert(
        fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), async (value) => {
          const scope = `${freshScope()} "quoted" \\`;
          const body: unknown = JSON.parse(JSON.stringify(value));
          await open().snapshots.put("ranking", [snapshot(scope, T0, body)], options);
          const found = await open().snapshots.newest("ranking", scope, T0, options);
          expect(found).toEqual({ scope, seenAtMs: T0, body });
          expect(Object.isFrozen(found)).toBe(true);
        }),
        { numRuns: 50 },
      );
    });

    it("keeps one document of one moment: the one that was written last, also within one write", async () => {
      const scope = freshScope();
      const store = open().snapshots;
      await store.put("ranking", [snapshot(scope, T0, "a"), snapshot(scope, T0, "b")], options);
      expect((await store.newest("ranking", scope, T0, options))?.body).toBe("b");
      await store.put("ranking", [snapshot(scope, T0, "c")], options);
      await store.put("ranking", [], options);
      expect(await store.list("ranking", { ...ALL, scope }, options)).toEqual([snapshot(scope, T0, "c")]);
    });

    it("shows nothing that was seen after now (law 3)", async () => {
      const scope = freshScope();
      await open().snapshots.put(
        "identities",
        [2, 0, 1].map((ms) => snapshot(scope, msAfter(ms))),
        options,
      );
      const at = async (ms: number) =>
        (await open().snapshots.newest("identities", scope, msAfter(ms), options))?.seenAtMs;
      expect([await at(-1), await at(0), await at(1), await at(9)]).toEqual([undefined, T0, msAfter(1), msAfter(2)]);
      expect(await timesOf("identities", scope, { nowMs: msAfter(1) })).toEqual([1, 0]);
    });

    it("keeps kinds and scopes apart, and lists all scopes of a kind where none is named", async () => {
      const [a, b] = [freshScope(), freshScope()];
      // A day of their own: other tests write into the same store.
      const at = (ms: number) => msAfter(-50 * DAY_MS + ms);
      const store = open().snapshots;
      await store.put("news", [snapshot(a, at(1)), snapshot(b, at(2)), snapshot(b, at(1))], options);
      await store.put("implementation", [snapshot(a, at(3))], options);
      const found = await store.list("news", { scope: null, fromMs: at(0), nowMs: at(5), limit: 9 }, options);
      expect(found.map(({ scope, seenAtMs }) => [scope, seenAtMs - at(0)])).toEqual([
        [b, 2],
        [a, 1],
        [b, 1],
      ]);
      expect((await store.newest("implementation", a, at(9), options))?.seenAtMs).toBe(at(3));
      expect(await store.newest("implementation", b, at(9), options)).toBeUndefined();
    });

    it("lists from a moment on, newest first, so many and no more", async () => {
      const scope = freshScope();
      await open().snapshots.put(
        "news",
        [0, 1, 2, 3].map((ms) => snapshot(scope, msAfter(ms))),
        options,
      );
      expect(await timesOf("news", scope, { fromMs: msAfter(1) })).toEqual([3, 2, 1]);
      expect(await timesOf("news", scope, { fromMs: msAfter(1), limit: 2 })).toEqual([3, 2]);
    });

    it("writes 500 documents at once, and the same ones from two sides in opposite order", async () => {
      const scope = freshScope();
      const many = Array.from({ length: 500 }, (_, at) => snapshot(scope, msAfter(at)));
      const store = open().snapshots;
      await Promise.all([store.put("news", many, options), store.put("news", many.toReversed(), options)]);
      expect(await timesOf("news", scope)).toHaveLength(500);
      expect((await store.stats(options))["snapshots"]).toBeGreaterThanOrEqual(500);
    });

    it("thins rankings and identities to the last of each day, for 400 days; the newest stays whatever its age", async () => {
      const [venue, gone] = [freshScope(), freshScope()];
      const nowMs = unixMs(T0 + 500 * DAY_MS);
      const store = open();
      for (const kind of ["ranking", "identities"] as const) {
        const days = [99, 101, 450, 499.9].flatMap((day) => [day, day + 0.05]);
        await store.snapshots.put(
          kind,
          [...days.map((day) => snapshot(venue, T0 + day * DAY_MS)), snapshot(gone, T0), snapshot(gone, T0 + DAY_MS)],
          options,
        );
        await consolidate(store, { nowMs }, options);
        expect((await timesOf(kind, venue)).map((ms) => ms / DAY_MS)).toEqual([499.95, 499.9, 450.05, 101.05]);
        expect((await timesOf(kind, gone)).map((ms) => ms / DAY_MS)).toEqual([1]);
      }
    });

    it("keeps every news item for 90 days and no longer, and implementations for good", async () => {
      const scope = freshScope();
      const nowMs = unixMs(T0 + 500 * DAY_MS);
      const store = open();
      const seen = [0, 409, 410, 410, 499].map((day) => snapshot(scope, T0 + day * DAY_MS));
      await store.snapshots.put("news", seen, options);
      await store.snapshots.put("implementation", seen, options);
      await consolidate(store, { nowMs }, options);
      expect((await timesOf("news", scope)).map((ms) => ms / DAY_MS)).toEqual([499, 410]);
      expect(await timesOf("implementation", scope)).toHaveLength(4);
      expect((await consolidate(store, { nowMs }, options)).removed.snapshots).toBe(0);
    });

    it("does what the model in memory does, whatever is written and whenever it is thinned", async () => {
      await fc.assert(
        fc.asyncProperty(written, fc.integer({ min: 0, max: 600 }), async (writes, day) => {
          const model = createMemoryStore();
          const scopes = [freshScope(), freshScope()];
          for (const store of [open(), model]) {
            for (const { kind, scope, hours, body } of writes) {
              await store.snapshots.put(kind, [snapshot(scopes[scope] ?? "", T0 + hours * HOUR_MS, body)], options);
            }
            await consolidate(store, { nowMs: unixMs(T0 + day * DAY_MS) }, options);
          }
          for (const kind of KINDS) {
            for (const scope of scopes) {
              const kept = (store: Store) => store.snapshots.list(kind, { ...ALL, scope }, options);
              expect(await kept(open())).toEqual(await kept(model));
            }
          }
        }),
        { numRuns: 10 },
      );
    });
  });
}

interface Range {
  readonly fromMs: UnixMs;
  readonly nowMs: UnixMs;
  readonly limit: number;
}

const HOUR_MS = DAY_MS / 24;
const ALL = { fromMs: unixMs(0), nowMs: unixMs(T0 + 1000 * DAY_MS), limit: 1000 };
const KINDS: readonly SnapshotKind[] = ["ranking", "identities", "implementation", "news"];

const written = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    scope: fc.nat(1),
    hours: fc.integer({ min: 0, max: 600 * 24 }),
    body: fc.nat(3),
  }),
  { maxLength: 30 },
);
