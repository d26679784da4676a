import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CandleSeries, type CandleVerdict, candleAt, candlesOf } from "#schemas/market.ts";
import { TIMEFRAMES, type Timeframe, timeframeMs } from "#schemas/units.ts";
import { type JumpEvidence, judgedFromMs, judgeJumps } from "#toolkits/market/judge-jumps.ts";
import { moved, ordinary, scaled, T0, upTo } from "./jump-support.ts";

const ALONE: JumpEvidence = { leader: null, known: new Map() };
const STEP_MS = timeframeMs("5m");
const verdictsOf = (series: CandleSeries, evidence: Partial<JumpEvidence> = {}) =>
  judgeJumps(series, { ...ALONE, ...evidence }).verdicts.map(({ openMs, verdict }) => [
    (openMs - T0) / STEP_MS,
    verdict,
  ]);

describe("a bad tick in a closed candle", () => {
  const BAD = 150;
  const market = ordinary(300);
  const hits: readonly (readonly [string, (series: CandleSeries) => CandleSeries])[] = [
    ["× 10", (s) => scaled(s, BAD, 10)],
    ["÷ 10", (s) => scaled(s, BAD, 0.1)],
    ["× 1.6", (s) => scaled(s, BAD, 1.6)],
    ["÷ 1.6", (s) => scaled(s, BAD, 1 / 1.6)],
    ["× 10 in its close and high", (s) => scaled(s, BAD, 10, ["high", "close"])],
    ["× 1.6 in its high alone", (s) => scaled(s, BAD, 1.6, ["high"])],
    ["÷ 10 in its low alone", (s) => scaled(s, BAD, 0.1, ["low"])],
  ];

  it.each(hits)("%s is pending at its close: it is not among the candles, and is named", (_, hit) => {
    const { series, verdicts } = judgeJumps(upTo(hit(market), BAD + 1), ALONE);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["pending"]);
    expect(series.openMs.at(-1)).toBe(market.openMs[BAD - 1]);
    expect(series.pending?.openMs).toBe(market.openMs[BAD]);
    expect(series.pending?.text).toMatch(
      /^SOL\/USDT 5m candle closed 12:35 reached [\d.]+, (1\/)?[\d.]+ (×|of) its neighbours; waiting for the next candle$/,
    );
  });

  it.each(hits)("%s is a hole for good once the next candle is where it was before, with a dated note", (_, hit) => {
    const { series, verdicts } = judgeJumps(upTo(hit(market), BAD + 2), ALONE);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["hole"]);
    expect(candlesOf(series)).toEqual(candlesOf(upTo(market, BAD + 2)).filter((_one, i) => i !== BAD));
    expect(series.pending).toBeUndefined();
    expect(series.notes).toEqual([
      {
        kind: "implausible",
        atMs: market.openMs[BAD],
        text: expect.stringMatching(/^candle 2026-03-02T12:30.* left out: it reached [\d.]+, .* the close before/),
      },
    ]);
  });

  it("twice in a row at different prices is two holes; the same tick again and again never counts", () => {
    const two = scaled(scaled(market, BAD, 10), BAD + 1, 1.6);
    expect(verdictsOf(upTo(two, BAD + 3))).toEqual([
      [BAD, "hole"],
      [BAD + 1, "hole"],
    ]);
    const flicker = [0, 2, 4, 6].reduce((series, i) => scaled(series, BAD + i, 10), market);
    expect(verdictsOf(flicker)).toEqual([0, 2, 4, 6].map((i) => [BAD + i, "hole"]));
  });

  it("of a market whose candles stand still is one all the same: no movement is no licence", () => {
    const flat = {
      ...market,
      open: market.open.map(() => 100),
      close: market.close.map(() => 100),
      high: market.high.map(() => 100),
      low: market.low.map(() => 100),
    };
    expect(verdictsOf(scaled(flat, BAD, 1.6))).toEqual([[BAD, "hole"]]);
  });

  it.each(TIMEFRAMES)("of ten times is caught on %s candles", (timeframe: Timeframe) => {
    const { verdicts } = judgeJumps(scaled(ordinary(300, { timeframe }), BAD, 10), ALONE);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["hole"]);
  });
});

describe("a move that stays", () => {
  const AT = 150;
  const market = ordinary(300);

  it.each([0.6, 0.1, 1.6, 10])("(%d ×) is agreed by the next candle, and all its candles count", (times) => {
    const crash = moved(market, AT, times);
    expect(verdictsOf(upTo(crash, AT + 1))).toEqual([[AT, "pending"]]);
    const { series, verdicts } = judgeJumps(crash, ALONE);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["agreed"]);
    expect(candlesOf(series)).toEqual(candlesOf(crash));
    expect([...(series.agreedLate ?? [])]).toEqual([market.openMs[AT]]);
  });

  it("is not doubted where the leader makes it too: a crash of everything is no fault of the feed", () => {
    const quiet = ordinary(300, { symbol: "BTC/USDT", seed: 7 });
    const leader = moved(quiet, AT, 0.87);
    const crash = moved(market, AT, 0.55);
    expect(verdictsOf(upTo(crash, AT + 1), { leader })).toEqual([]);
    expect(verdictsOf(upTo(crash, AT + 1), { leader: moved(quiet, AT, 1.1) })).toEqual([[AT, "pending"]]);
  });

  it("of a leader explains no tick of ten times, nor one the other way", () => {
    const leader = moved(ordinary(300, { symbol: "BTC/USDT", seed: 7 }), AT, 0.5);
    expect(verdictsOf(upTo(scaled(market, AT, 0.1), AT + 1), { leader })).toEqual([[AT, "pending"]]);
    expect(verdictsOf(upTo(scaled(market, AT, 1.6), AT + 1), { leader })).toEqual([[AT, "pending"]]);
  });

  it("is not doubted in a market that moves so all the time", () => {
    const wild = { ...market, close: market.close.map((value, i) => value * (i % 2 === 0 ? 1 : 1.02)) };
    const rising = moved(wild, AT, 1.7);
    const high = rising.high.map((value, i) => Math.max(value, rising.close[i] ?? 0, rising.open[i] ?? 0));
    expect(verdictsOf({ ...rising, high })).toEqual([]);
  });
});

describe("what was decided before", () => {
  const AT = 150;
  const spike = scaled(ordinary(300), AT, 1.6);
  const openMs = spike.openMs[AT] ?? 0;
  const said = (verdict: CandleVerdict["verdict"], knownMs = openMs + 2 * STEP_MS) =>
    new Map([[openMs, { verdict, knownMs }]]);

  it("stands, whatever the next candle says", () => {
    expect(verdictsOf(spike, { known: said("agreed") })[0]).toEqual([AT, "agreed"]);
    const crash = moved(ordinary(300), AT, 0.5);
    expect(verdictsOf(crash, { known: said("hole") })[0]).toEqual([AT, "hole"]);
    expect(verdictsOf(spike, { known: said("pending") })).toEqual([[AT, "hole"]]);
  });

  it("at its own close, by a second source, leaves no slot in which it was waited for", () => {
    const crash = moved(ordinary(300), AT, 0.5);
    const late = (knownMs: number) =>
      judgeJumps(crash, { leader: null, known: said("agreed", knownMs) }).series.agreedLate;
    expect(late(openMs + STEP_MS + 3000)).toBeUndefined();
    expect([...(late(openMs + 2 * STEP_MS) ?? [])]).toEqual([openMs]);
  });

  it("is no word about a candle that the source has corrected since", () => {
    expect(verdictsOf(ordinary(300), { known: said("hole") })).toEqual([]);
  });
});

/** Feeds with jumps, ticks and gaps anywhere. */
const feed = fc
  .record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    hits: fc.array(
      fc.record({
        row: fc.integer({ min: 0, max: 259 }),
        times: fc.constantFrom(10, 0.1, 1.6, 0.5, 1.31, 0.7),
        stays: fc.boolean(),
      }),
      { maxLength: 12 },
    ),
    gaps: fc.uniqueArray(fc.integer({ min: 0, max: 259 }), { maxLength: 20 }),
  })
  .map(({ seed, hits, gaps }) => {
    const whole = hits.reduce(
      (s, { row, times, stays }) => (stays ? moved : scaled)(s, row, times),
      ordinary(260, { seed }),
    );
    const kept = (_: number, i: number): boolean => !gaps.includes(i);
    const { open, high, low, close, volume } = whole;
    return {
      ...whole,
      openMs: whole.openMs.filter(kept),
      open: open.filter(kept),
      high: high.filter(kept),
      low: low.filter(kept),
      close: close.filter(kept),
      volume: volume.filter(kept),
    };
  });

describe("judged at any moment", () => {
  it("a prefix of the candles gives the prefix of what counts, the pending newest excepted", () => {
    fc.assert(
      fc.property(feed, fc.nat(259), (series, cut) => {
        fc.pre(cut > 0 && cut <= series.openMs.length);
        const part = judgeJumps(upTo(series, cut), ALONE);
        const whole = judgeJumps(series, ALONE);
        const lastMs = series.openMs[cut - 1] ?? 0;
        const counted = candlesOf(whole.series).filter(({ openMs }) => openMs <= lastMs);
        const late = part.series.pending === undefined ? counted : counted.filter(({ openMs }) => openMs < lastMs);
        expect(candlesOf(part.series)).toEqual(late);
        const settled = part.verdicts.filter(({ verdict }) => verdict !== "pending");
        expect(settled).toEqual(whole.verdicts.filter(({ openMs }) => openMs < lastMs));
      }),
      { numRuns: 300 },
    );
  });

  it("a candle's verdict is the same from whichever candle on the source was asked", () => {
    let doubted = 0;
    fc.assert(
      fc.property(feed, fc.nat(259), (series, from) => {
        fc.pre(from < series.openMs.length);
        const part = judgeJumps(upTo(series, series.openMs.length, from), ALONE);
        const firstMs = series.openMs[from] ?? 0;
        const comparable = ({ openMs }: { readonly openMs: number }): boolean => judgedFromMs(openMs, "5m") >= firstMs;
        const whole = judgeJumps(series, ALONE);
        expect(part.verdicts.filter(comparable)).toEqual(whole.verdicts.filter(comparable));
        doubted += whole.verdicts.filter(comparable).length;
      }),
      { numRuns: 300 },
    );
    expect(doubted).toBeGreaterThan(100);
  });

  it("nothing is invented: what counts is what came, and every candle left out is named", () => {
    fc.assert(
      fc.property(feed, (series) => {
        const { series: kept, verdicts } = judgeJumps(series, ALONE);
        const came = new Map(candlesOf(series).map((candle) => [candle.openMs, candle]));
        for (const candle of candlesOf(kept)) expect(came.get(candle.openMs)).toEqual(candle);
        const gone = verdicts.filter(({ verdict }) => verdict !== "agreed").length;
        expect(kept.openMs.length + gone).toBe(series.openMs.length);
        expect(candleAt(kept, 0)).toEqual(candleAt(series, 0));
      }),
    );
  });
});
