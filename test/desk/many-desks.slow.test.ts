import { describe, expect, it } from "vitest";
import { unixMs } from "#schemas/units.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { hashesOf, openMany } from "./many-desks.ts";

const FIRST_MS = unixMs(1_780_000_200_000);

describe("try", () => {
  it.each([10])(
    "%d desks",
    async (count) => {
      const many = await openMany("1m", FIRST_MS);
      try {
        const desks = await Promise.all(
          Array.from({ length: count }, (_, i) => many.open({ deskId: `d${i}`, assets: 20, strategies: [eager] })),
        );
        console.info("open", many.asked());
        for (let n = 0; n < 5; n++) {
          const t = performance.now();
          await many.slot(n, desks);
          console.info(n, many.asked(), performance.now() - t);
        }
        for (const one of desks) console.info(await hashesOf(one));
        expect(1).toBe(1);
      } finally {
        await many.close();
      }
    },
    300_000,
  );
});
