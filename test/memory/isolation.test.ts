import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { arbitraryLife, DESKS, everythingOf, live, resultsOf, secretOf } from "./desk-life.ts";
import { options } from "./fixtures.ts";

describe("isolation of desks, in memory", () => {
  it("shows a desk nothing of another's, and leaves the others as they were when one is purged", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLife, fc.constantFrom(...DESKS), async (life, purged) => {
        const store = createMemoryStore();
        await live(store, life);
        const before = new Map<string, string>();
        for (const desk of DESKS) {
          const seen = await everythingOf(store, desk);
          before.set(desk, seen);
          for (const other of DESKS) if (other !== desk) expect(seen).not.toContain(secretOf(other));
        }
        await store.purge(purged, options);
        expect(await store.purge(purged, options)).toBe(0);
        for (const desk of DESKS) {
          const seen = await everythingOf(store, desk);
          if (desk !== purged) expect(seen).toBe(before.get(desk));
          else expect(seen).not.toContain(secretOf(desk));
        }
        for (const desk of DESKS) {
          const results = await resultsOf(store, desk);
          for (const other of DESKS) {
            if (other !== desk || desk === purged) expect(results).not.toContain(secretOf(other));
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
