// Price watches on a desk whose prices do as they are told: met once, by a close beyond the level, whatever restarts.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addPriceWatch, describeNewWatch, type NewWatch, removePriceWatch } from "#desk/watch/add-watch.ts";
import { metBy } from "#desk/watch/judge-watch.ts";
import { watchFromWords, watchOf } from "#desk/watch/watch-words.ts";
import { whileYouSlept } from "#desk/watch/while-you-slept.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { Price } from "#schemas/money.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { PriceWatch } from "#schemas/watch.ts";
import { patience } from "#test/support/desk.ts";
import { AAA, BBB, FIRST_MS, openStaged, type StagedDesk, slotMsOf } from "./staged-world.ts";

const below = (level: string, change: Partial<PriceWatch> = {}): PriceWatch =>
  PriceWatch.parse({ kind: "close-below", symbol: AAA, timeframe: "5m", level, ...change });

const set = (staged: StagedDesk, watch: PriceWatch) =>
  addPriceWatch(staged.test().desk, { watch, by: "operator" }, patience);

const met = async (staged: StagedDesk) =>
  (await staged.alerts()).filter(({ kind }) => kind === "watch-met").map(({ text, symbol }) => `${symbol}: ${text}`);

describe.each([[false], [true]])("a watch (a new process for every slot: %s)", (restarts) => {
  it("is told once, with the figure and the candle, and is over then", async () => {
    const staged = await openStaged({ restarts });
    await staged.run(2);
    expect(await set(staged, below("95"))).toMatchObject({ status: "added", watch: { watchId: "w1" } });
    staged.world.moves.set(3, 0.9).set(4, 0.8);
    await staged.run(1);
    expect(await met(staged)).toEqual([]);
    await staged.run(4);
    expect(await met(staged)).toEqual([
      "AAA/USDT: Your watch w1 is met: AAA/USDT closed at 90.09 USDT on 5m (2026-03-02 09:15 UTC), under 95.",
    ]);
    expect(staged.reported.filter(({ kind }) => kind === "watch-met")).toMatchObject([{ alertId: "watch-met:w1" }]);
    expect(staged.test().desk.alerts.watches.standing()).toEqual([]);
    const rows = (await staged.test().events()).filter(({ type }) => type === "price-watch");
    expect(rows.map((row) => row.type === "price-watch" && row.state)).toEqual(["added", "met"]);
  });

  it("takes a close at its level for neither under nor over", async () => {
    const staged = await openStaged({ restarts });
    await staged.run(1);
    // Slots of even number close at 100 exactly, the others at 100.1.
    await set(staged, below("100"));
    await set(staged, below("100.1", { kind: "close-above" }));
    await staged.run(6);
    expect(await met(staged)).toEqual([]);
    staged.world.moves.set(staged.next(), 0.998);
    await staged.run(1);
    expect(await met(staged)).toHaveLength(1);
  });
});

describe("a watch", () => {
  it("that is met when it is set is said to be, waits for nothing, and raises no alert", async () => {
    const staged = await openStaged();
    await staged.run(3);
    const answer = await set(staged, below("100.5"));
    expect(answer).toMatchObject({
      status: "met",
      text: "Met already: AAA/USDT closed at 100 USDT on 5m (2026-03-02 09:10 UTC), under 100.5. Nothing waits for it.",
    });
    await staged.run(3);
    expect(await met(staged)).toEqual([]);
    // The same may be set again: its id is another one.
    expect(await set(staged, below("95"))).toMatchObject({ watch: { watchId: "w2" } });
  });

  it("that was taken away is not told", async () => {
    const staged = await openStaged();
    await staged.run(1);
    await set(staged, below("95"));
    const gone = { watchId: "w1", by: "operator" };
    expect(await removePriceWatch(staged.test().desk, gone, patience)).toMatchObject({ status: "removed" });
    expect(await removePriceWatch(staged.test().desk, gone, patience)).toMatchObject({ status: "refused" });
    staged.world.moves.set(2, 0.5);
    await staged.run(3);
    expect(await met(staged)).toEqual([]);
  });

  it("of a market that the desk does not follow makes it follow, and enter it none the more", async () => {
    const staged = await openStaged({ assets: 1 });
    await staged.run(2);
    const { desk } = staged.test();
    const key = { venueId: desk.marketData.venueId, symbol: BBB, timeframe: "5m" } as const;
    const standing = async () => (await desk.khala.recallMany([key], { nowMs: desk.clock.now() }, patience))[0]?.status;
    expect(await standing()).toBe("missing");
    await set(staged, below("95", { symbol: BBB }));
    staged.world.moves.set(4, 0.9);
    await staged.run(4);
    expect(await standing()).toBe("stale");
    expect(await met(staged)).toHaveLength(1);
    const decided = (await staged.test().events()).flatMap((e) => (e.type === "decision" ? [e.decision.symbol] : []));
    expect(new Set(decided)).toEqual(new Set([AAA]));
  });

  it("says nothing of a slot without a fresh analysis, and looks again at the next", async () => {
    const staged = await openStaged();
    await staged.run(2);
    await set(staged, below("95"));
    staged.world.moves.set(2, 0.9).set(3, 0.9);
    staged.world.pricesFail = new ProviderError({
      was: "Silence.",
      remedy: "Wait.",
    });
    await staged.run(1);
    expect(await met(staged)).toEqual([]);
    staged.world.pricesFail = null;
    await staged.run(1);
    expect(await met(staged)).toHaveLength(1);
  });

  it("is in the digest of what happened while the operator was away", async () => {
    const staged = await openStaged();
    await staged.run(1);
    await set(staged, below("95"));
    staged.world.moves.set(1, 0.9);
    await staged.run(1);
    const { desk, store } = staged.test();
    const rows = await store.journal(desk.deskId, desk.runId).read({}, patience);
    const { lines } = whileYouSlept(rows, 0, { quote: "USDT", stepMs: timeframeMs("5m"), marksWholeSinceMs: 0 });
    expect(lines.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^Watches met: Your watch w1 is met: /));
  });
});

describe("what meets a watch", () => {
  const read = (price: number, rsiWilder: number | null, slot = 0) => ({
    base: "5m" as const,
    analysis: () => ({
      price,
      asOfMs: slotMsOf(slot),
      indicators: { rsiWilder, warmup: "full" } as never,
    }),
  });

  it("is strictly beyond its level, as decimals", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), (cents, level) => {
        const figures = read(cents / 100, cents / 100);
        const at = (kind: PriceWatch["kind"]): boolean => {
          const text = (level / 100).toString() as Price;
          const own = { ...(kind.startsWith("price") ? {} : { timeframe: "5m" }), kind, symbol: AAA };
          return metBy({ ...own, level: kind.startsWith("rsi") ? level / 100 : text } as PriceWatch, figures) !== null;
        };
        for (const of of ["close", "price", "rsi"] as const) {
          expect(at(`${of}-below`)).toBe(cents < level);
          expect(at(`${of}-above`)).toBe(cents > level);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("of a longer candle is the close that the two have in common, and no other", () => {
    // 09:00 UTC is slot 0.
    const watch = below("95", { timeframe: "1h" });
    expect(FIRST_MS % timeframeMs("1h")).toBe(0);
    expect([0, 1, 11, 12].map((slot) => metBy(watch, read(90, null, slot)) !== null)).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(metBy(watch, read(90, null, 12))).toMatchObject({ timeframe: "1h", closeMs: unixMs(FIRST_MS + 3_600_000) });
  });

  it("is nothing where there is no RSI, or no analysis", () => {
    const watch = PriceWatch.parse({ kind: "rsi-below", symbol: AAA, timeframe: "5m", level: 30 });
    expect(metBy(watch, read(90, 29.999))).not.toBeNull();
    expect(metBy(watch, read(90, null))).toBeNull();
    expect(metBy(watch, { base: "5m", analysis: () => null })).toBeNull();
    const thin = { price: 90, asOfMs: slotMsOf(0), indicators: { rsiWilder: 20, warmup: "insufficient" } as never };
    expect(metBy(watch, { base: "5m", analysis: () => thin })).toBeNull();
  });
});

describe("the wordings of a watch", () => {
  const short = (words: string): string | null => {
    const worded = watchFromWords(words);
    if (worded === null) return null;
    const { market, kind, level, currency, timeframe } = worded;
    return [market, kind, level, currency, timeframe].filter((part) => part !== null).join(" ");
  };

  it.each([
    ["ETH closes under 3000", "ETH close-below 3000"],
    ["tell me when ETH closes under 3,000.5 USDT on 4h", "ETH close-below 3000.5 USDT 4h"],
    ["ETH/BTC closes above 0.05", "ETH/BTC close-above 0.05"],
    ["ETH closes over $3000", "ETH close-above 3000 $"],
    ["BTC RSI over 70 on 1h", "BTC rsi-above 70 1h"],
    ["let me know if the RSI of BTC is below 30.", "BTC rsi-below 30"],
    ["SOL price above 200", "SOL price-above 200"],
    ["SOL falls under 0.123", "SOL price-below 0.123"],
    ["ETH schließt unter 3.000", "ETH close-below 3000"],
    ["sag mir, wenn ETH unter 3.000,5 USDT schließt", "ETH close-below 3000.5 USDT"],
    ["RSI von BTC über 70", "BTC rsi-above 70"],
    ["ETH cierra por debajo de 3000", "ETH close-below 3000"],
    ["avísame cuando SOL está por encima de 200", "SOL price-above 200"],
  ])("reads %j", (words, watch) => expect(short(words)).toBe(watch));

  it.each([
    "ETH closes",
    "ETH closes under 3.000,5",
    "ETH closes under 3000 on 2h",
    "ETH closes under 3000 and BTC over 70000",
    "ETH is under 5%",
    "sell ETH when it closes under 3000",
    "ETH closes under 03000",
  ])("does not read %j, rather than a part of it", (words) => expect(short(words)).toBeNull());

  it("take the currency of the market, or none", () => {
    const of = (words: string) => {
      const worded = watchFromWords(words);
      return worded === null ? null : watchOf(worded, AAA, "5m").status;
    };
    expect(["AAA closes under 3 usdt", "AAA closes under $3", "AAA closes under 3"].map(of)).toEqual(
      Array(3).fill("watch"),
    );
    expect(["AAA closes under 3 EUR", "AAA RSI under 30 USDT", "AAA closes under 0"].map(of)).toEqual(
      Array(3).fill("refused"),
    );
  });
});

describe("what is said of a watch before it is set", () => {
  it("names the candle, what is not seen, and that the level itself does not count", async () => {
    const staged = await openStaged();
    const of = (watch: NewWatch["watch"]) => describeNewWatch(staged.test().desk, { watch });
    expect(of(below("95", { timeframe: "1h" }))).toBe(
      "Tells you once when AAA/USDT closes under 95 USDT on 1h. Looked at on each 1h close (UTC); closes while the desk is not running are not seen. 95 itself does not count.",
    );
    expect(of(PriceWatch.parse({ kind: "price-above", symbol: AAA, level: "200" }))).toContain(
      "Looked at on each 5m close: a price between two closes is not seen.",
    );
  });
});
