import { describe, expect, it } from "vitest";
import { createTrust } from "#memory/tiers/changes-look.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import { KEY, options } from "../fixtures.ts";

type Look = { readonly mark: string; readonly keys: readonly AnalysisKey[] };

/** A store whose looks end when the test says so. */
function open() {
  const asked: { readonly mark: string | null; readonly end: PromiseWithResolvers<Look> }[] = [];
  const forgotten: (readonly AnalysisKey[] | null)[] = [];
  const clock = { ms: 0 };
  const trust = createTrust({
    analyses: {
      changedSince: (mark) => {
        const end = Promise.withResolvers<Look>();
        asked.push({ mark, end });
        return end.promise;
      },
    },
    monotonicMs: () => clock.ms,
    forget: (keys) => void forgotten.push(keys),
  });
  const answer = (mark: string, keys: readonly AnalysisKey[] = []) => asked.at(-1)?.end.resolve({ mark, keys });
  const fail = () => asked.at(-1)?.end.reject(new Error("down"));
  return { trust, asked, forgotten, clock, answer, fail };
}

describe("trust in the in-process tier", () => {
  it("holds for 500 ms from the beginning of a look", async () => {
    const { trust, clock, answer } = open();
    expect(trust.holds()).toBe(false);
    const renewed = trust.renew(options);
    clock.ms = 100;
    answer("m1");
    await renewed;
    clock.ms = 500;
    expect(trust.holds()).toBe(true);
    clock.ms = 501;
    expect(trust.holds()).toBe(false);
  });

  it("forgets all at the first look, what changed at the next, nothing where nothing changed", async () => {
    const { trust, asked, forgotten, clock, answer } = open();
    for (const keys of [[], [KEY], []]) {
      clock.ms += 501;
      const renewed = trust.renew(options);
      answer(`m${asked.length}`, keys);
      await renewed;
    }
    expect(forgotten).toEqual([null, [KEY]]);
    expect(asked.map(({ mark }) => mark)).toEqual([null, "m1", "m2"]);
  });

  it("asks once for all who ask at once", async () => {
    const { trust, asked, answer } = open();
    const all = Promise.all(Array.from({ length: 50 }, () => trust.renew(options)));
    answer("m1");
    await all;
    expect(asked).toHaveLength(1);
  });

  it("does not give a late caller a look that is too old by then", async () => {
    const { trust, asked, clock, answer } = open();
    const early = trust.renew(options);
    clock.ms = 400;
    const late = trust.renew(options);
    clock.ms = 600;
    answer("m1");
    await early;
    await expect.poll(() => asked.length, { interval: 1 }).toBe(2);
    answer("m2");
    await late;
    expect(trust.holds()).toBe(true);
  });

  it("lets reads go on while the store is down, asks again after 500 ms, and then forgets all", async () => {
    const { trust, asked, forgotten, clock, answer, fail } = open();
    const first = trust.renew(options);
    answer("m1");
    await first;
    clock.ms = 501;
    const failing = trust.renew(options);
    fail();
    await failing;
    clock.ms = 1001;
    await trust.renew(options);
    expect(asked).toHaveLength(2);
    clock.ms = 1002;
    const back = trust.renew(options);
    answer("m2");
    await back;
    expect(asked.map(({ mark }) => mark)).toEqual([null, "m1", null]);
    expect(forgotten).toEqual([null, null]);
    expect(trust.holds()).toBe(true);
  });

  it("lets a caller go when its signal fires, and leaves the look to the others", async () => {
    const { trust, answer } = open();
    const controller = new AbortController();
    const aborted = trust.renew({ signal: controller.signal });
    const other = trust.renew(options);
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    answer("m1");
    await other;
    expect(trust.holds()).toBe(true);
  });

  it("believes nothing without a clock", async () => {
    const trust = createTrust({
      analyses: { changedSince: async () => ({ mark: "m", keys: [] }) },
      monotonicMs: undefined,
      forget: () => {},
    });
    await trust.renew(options);
    expect(trust.holds()).toBe(false);
  });
});
