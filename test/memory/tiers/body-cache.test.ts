import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBodyCache } from "#memory/tiers/body-cache.ts";
import { ETH, KEY, makeAnalysis, msAfter, T0 } from "../fixtures.ts";
import { createMapCache } from "../local-bus.ts";

const analysis = makeAnalysis();
const wanted = { key: KEY, version: analysis };

describe("the cache of bodies", () => {
  it("gives back what it was given, with the check that the store knows of", async () => {
    const bodies = createBodyCache(createMapCache());
    await bodies.putMany([analysis, makeAnalysis({ symbol: ETH })]);
    const checkedThroughMs = msAfter(9);
    const [found, missing] = await bodies.getMany([
      { key: KEY, version: { ...analysis, checkedThroughMs } },
      { key: { ...KEY, timeframe: "1h" }, version: analysis },
    ]);
    expect(found).toEqual({ ...analysis, checkedThroughMs });
    expect(Object.isFrozen(found?.indicators)).toBe(true);
    expect(missing).toBeUndefined();
  });

  it("keeps two records of one id apart by the moment they were computed at", async () => {
    const bodies = createBodyCache(createMapCache());
    const renewed = makeAnalysis({ computedAtMs: msAfter(1), validUntilMs: msAfter(9) });
    expect(renewed.id).toBe(analysis.id);
    await bodies.putMany([analysis, renewed]);
    const found = await bodies.getMany([analysis, renewed].map((version) => ({ key: KEY, version })));
    expect(found).toEqual([analysis, renewed]);
  });

  it("takes no text with one letter changed, moved or missing for a record", async () => {
    const cache = createMapCache();
    const bodies = createBodyCache(cache);
    await bodies.putMany([analysis]);
    const [[name, text] = ["", ""]] = [...cache.texts];
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.constantFrom("", "9", '"', "{}"), async (at, instead) => {
        const changed = text.slice(0, at) + instead + text.slice(at + 1);
        cache.texts.set(name, changed);
        const [found] = await bodies.getMany([wanted]);
        expect(found).toEqual(changed === text ? analysis : undefined);
      }),
    );
  });

  it("takes no body from under another name", async () => {
    const cache = createMapCache();
    const bodies = createBodyCache(cache);
    const other = makeAnalysis({ symbol: ETH, asOfMs: T0 });
    await bodies.putMany([analysis, other]);
    const [[mine = "", mineText = ""] = [], [theirs = "", theirsText = ""] = []] = [...cache.texts];
    cache.texts.set(mine, theirsText).set(theirs, mineText);
    expect(await bodies.getMany([wanted])).toEqual([undefined]);
  });
});
