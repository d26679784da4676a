import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AssetDigest,
  distilAsset,
  distilMarket,
  distilSector,
  type LeftOut,
  MarketDigest,
  marketTopic,
  SectorDigest,
} from "#agents/deep-trader-manager/answers/distil.ts";
import {
  isWhole,
  PreparedAnswer,
  prepareAnswer,
  prepareFromDigest,
} from "#agents/deep-trader-manager/answers/prepared.ts";
import { levelPrice, price, signedPct } from "#agents/deep-trader-manager/answers/render-text.ts";
import { intervalsOf } from "#schemas/action-levels.ts";
import { BREADTH_KINDS, DESK_KINDS, type Intent, MARKET_KINDS, type QuestionKind } from "#schemas/question.ts";
import type { MarketView } from "#schemas/reading.ts";
import { mayEnter } from "#schemas/security.ts";
import { MarketSymbol, splitSymbol, timeframeMs, toIso, VenueId } from "#schemas/units.ts";
import { SECTORS, sectorOf } from "#toolkits/universe/sectors.ts";
import { BTC, ETH, makeAnalysis, makeView, VENUE } from "../memory/fixtures.ts";
import { analyses, STRATEGIES } from "./random-analyses.ts";

const intentOf = (kind: QuestionKind, over: Partial<Intent> = {}): Intent => ({
  kind,
  symbol: null,
  other: null,
  timeframe: "5m",
  side: null,
  negation: false,
  horizon: null,
  ...over,
});

const assetsOf = (records: readonly MarketView[]): readonly AssetDigest[] =>
  records.map((record) => distilAsset(record, STRATEGIES));
const reread = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Every intent that can be asked of these analyses, each kind in its ways. */
function intentsOver(records: readonly MarketView[]): readonly Intent[] {
  const [one, two] = records;
  const symbol = one?.symbol ?? null;
  const markets = MARKET_KINDS.flatMap((kind) =>
    ([null, "buy", "sell"] as const).map((side) => intentOf(kind, { symbol, side })),
  );
  const breadth = BREADTH_KINDS.flatMap((kind) => [false, true].map((negation) => intentOf(kind, { negation })));
  return [
    ...markets,
    intentOf("signal", { symbol, horizon: "long term" }),
    ...breadth,
    ...(two === undefined ? [] : [intentOf("compare", { symbol, other: two.symbol })]),
  ];
}

describe("a market digest", () => {
  it("counts and ranks what the analyses say, whatever order they come in", () => {
    fc.assert(
      fc.property(analyses(), (records) => {
        const digest = distilMarket(assetsOf(records));
        expect(distilMarket(assetsOf(records.toReversed()))).toEqual(digest);
        if (digest === null) throw new Error("there are records");
        const rsi = records.flatMap(({ indicators }) => indicators.rsiWilder ?? []);
        const moves = records.flatMap(({ trend }) => trend.changeDayPct ?? trend.changeHourPct ?? []);
        expect(digest).toMatchObject({
          markets: records.length,
          asOfMs: Math.min(...records.map(({ asOfMs }) => asOfMs)),
          oversold: rsi.filter((value) => value < 30).length,
          overbought: rsi.filter((value) => value > 70).length,
          breadth: {
            up: moves.filter((value) => value > 0).length,
            down: moves.filter((value) => value < 0).length,
            unmoved: moves.filter((value) => value === 0).length,
            unknown: records.length - moves.length,
          },
          barred: records.filter(({ security }) => !mayEnter(security.verdict)).length,
        });
        const sorted = rsi.toSorted((a, b) => a - b);
        expect(digest.lowestRsi.map(({ rsiWilder }) => rsiWilder)).toEqual(sorted.slice(0, 10));
        expect(digest.highestRsi.map(({ rsiWilder }) => rsiWilder)).toEqual(sorted.toReversed().slice(0, 10));
        const gains = moves.filter((value) => value > 0).toSorted((a, b) => b - a);
        expect(digest.gainers.map(({ changePct }) => changePct)).toEqual(gains.slice(0, 10));
        const losses = moves.filter((value) => value < 0).toSorted((a, b) => a - b);
        expect(digest.losers.map(({ changePct }) => changePct)).toEqual(losses.slice(0, 10));
        expect(new Set(digest.analysisIds)).toEqual(new Set(records.map(({ id }) => id)));
        expect(digest.sectors.reduce((sum, { markets }) => sum + markets, 0)).toBe(records.length);
      }),
    );
  });

  it("takes every row's number from the analysis that the row names", () => {
    fc.assert(
      fc.property(analyses(), (records) => {
        const digest = distilMarket(assetsOf(records));
        const byId = new Map(records.map((record) => [record.id, record]));
        for (const row of [...(digest?.lowestRsi ?? []), ...(digest?.highestRsi ?? [])]) {
          expect([row.symbol, row.rsiWilder]).toEqual([
            byId.get(row.analysisId)?.symbol,
            byId.get(row.analysisId)?.indicators.rsiWilder,
          ]);
        }
        const sectorRows = (digest?.sectors ?? []).flatMap(({ strongest, weakest }) => [
          strongest ?? [],
          weakest ?? [],
        ]);
        for (const row of [...(digest?.gainers ?? []), ...(digest?.losers ?? []), ...sectorRows.flat()]) {
          const trend = byId.get(row.analysisId)?.trend;
          const change = row.over === "day" ? trend?.changeDayPct : trend?.changeHourPct;
          // JSON knows no -0, and a digest is JSON.
          expect(row.changePct).toBe(Object.is(change, -0) ? 0 : change);
          if (row.over === "hour") expect(trend?.changeDayPct).toBeNull();
        }
        for (const row of digest?.nearEntry ?? []) {
          const record = byId.get(row.analysisId);
          const reading = record?.readings.find(({ strategyId }) => strategyId === row.strategyId);
          const own = reading === undefined ? [] : intervalsOf(reading.levels, "enter");
          expect(own).toContainEqual({ action: "enter", from: row.from, to: row.to });
          expect(record && mayEnter(record.security.verdict)).toBe(true);
        }
        for (const row of [...(digest?.riskiest ?? []), ...(digest?.barredRows ?? [])]) {
          expect(row.verdict).toBe(byId.get(row.analysisId)?.security.verdict);
        }
      }),
    );
  });

  it("puts block before unknown before caution, and then the larger ATR first", () => {
    const worse = { block: 3, unknown: 2, caution: 1, clear: 0, "not-applicable": 0 } as const;
    fc.assert(
      fc.property(analyses(), (records) => {
        const rows = distilMarket(assetsOf(records))?.riskiest ?? [];
        for (const [index, row] of rows.slice(1).entries()) {
          const before = rows[index];
          if (before === undefined) throw new Error("there is a row before it");
          expect(worse[before.verdict]).toBeGreaterThanOrEqual(worse[row.verdict]);
          if (worse[before.verdict] !== worse[row.verdict] || before.atrPct === null) continue;
          expect(row.atrPct).not.toBeNull();
          expect(before.atrPct).toBeGreaterThanOrEqual(row.atrPct ?? 0);
        }
      }),
    );
  });

  it("is the same after it was stored, and so is what is said from it", () => {
    const leftOut: LeftOut[] = [{ symbol: ETH, reason: "no-candle" }];
    fc.assert(
      fc.property(analyses(), (records) => {
        const digest = distilMarket(assetsOf(records), leftOut);
        const stored = MarketDigest.parse(reread(digest));
        expect(stored).toEqual(digest);
        for (const kind of BREADTH_KINDS) {
          const live = prepareAnswer(intentOf(kind), records, STRATEGIES, leftOut);
          expect(prepareFromDigest(intentOf(kind), stored)).toEqual(live);
          expect(live?.text).toContain("Left out, without a fresh analysis: ETH/USDT (no-candle).");
        }
      }),
    );
  });

  it("has a topic of its own for each timeframe and venue", () => {
    const places = [
      { timeframe: "5m", venueId: VENUE },
      { timeframe: "1h", venueId: VENUE },
      { timeframe: "5m", venueId: VenueId.parse("sim:2") },
    ] as const;
    const topics = places.map((place) => marketTopic(place, STRATEGIES));
    expect(new Set(topics).size).toBe(topics.length);
    expect(topics[0]).toMatch(/^market:5m@sim:1#[0-9a-f]{16}$/);
  });

  it("has a topic of its own for desks that run other strategies, so that none voids the other's", () => {
    const place = { timeframe: "5m", venueId: VENUE } as const;
    expect(marketTopic(place, STRATEGIES.slice(0, 1))).not.toBe(marketTopic(place, STRATEGIES));
    expect(marketTopic(place, STRATEGIES)).toBe(marketTopic(place, [...STRATEGIES]));
  });

  it("of no market is none", () => {
    expect(distilMarket([])).toBeNull();
  });

  it("is whole only where nothing that could be read is left out", () => {
    expect(isWhole({ leftOut: [{ symbol: BTC, reason: "no-candle" }] })).toBe(true);
    for (const reason of ["behind", "missing", "unread", "security-expired"] as const) {
      expect(isWhole({ leftOut: [{ symbol: BTC, reason }] })).toBe(false);
    }
  });
});

describe("a sector digest", () => {
  it("has the median of its members' changes, and its strongest and weakest", () => {
    const moved = (base: string, changeDayPct: number) =>
      makeView({
        symbol: MarketSymbol.parse(`${base}/USDT`),
        trend: { ...makeAnalysis().trend, changeDayPct },
      });
    const assets = assetsOf([moved("UNI", 4), moved("AAVE", -2), moved("CRV", 1), moved("LDO", 3), moved("BTC", 90)]);
    const digest = distilSector("defi", assets);
    expect(digest).toMatchObject({
      markets: 4,
      medianChangePct: 2,
      strongest: { symbol: "UNI/USDT", changePct: 4 },
      weakest: { symbol: "AAVE/USDT", changePct: -2 },
      breadth: { up: 3, down: 1, unmoved: 0, unknown: 0 },
    });
    expect(SectorDigest.parse(reread(digest))).toEqual(digest);
    expect(distilSector("gaming", assets)).toBeNull();
  });

  it("knows sectors from a table, and does not guess", () => {
    expect(["BTC", "UNI", "DOGE", "FIC0001", ""].map(sectorOf)).toEqual(["layer-1", "defi", "meme", "other", "other"]);
  });
});

describe("a prepared answer", () => {
  it("is the same after it was stored, for every kind about markets", () => {
    fc.assert(
      fc.property(analyses("5m", 2), (records) => {
        for (const intent of intentsOver(records)) {
          const prepared = prepareAnswer(intent, records, STRATEGIES);
          expect(prepared, intent.kind).not.toBeNull();
          expect(PreparedAnswer.parse(reread(prepared))).toEqual(prepared);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("stands on exactly the analyses of its intent", () => {
    fc.assert(
      fc.property(analyses("5m", 2), (records) => {
        for (const intent of intentsOver(records)) {
          const about = [intent.symbol, intent.other].filter((symbol) => symbol !== null);
          const cited = records.filter(({ symbol }) => about.length === 0 || about.includes(symbol));
          const prepared = prepareAnswer(intent, records, STRATEGIES);
          expect(new Set(prepared?.analysisIds)).toEqual(new Set(cited.map(({ id }) => id)));
          const ids = new Set(prepared?.analysisIds);
          for (const { analysisId } of prepared?.facts ?? [])
            if (analysisId !== null) expect(ids).toContain(analysisId);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("is not made for the desk's own kinds, without its records, or from those of another timeframe", () => {
    const records = [makeView({ symbol: BTC }), makeView({ symbol: ETH, timeframe: "1h" })];
    for (const kind of DESK_KINDS)
      expect(prepareAnswer(intentOf(kind, { symbol: BTC }), records, STRATEGIES)).toBeNull();
    expect(prepareAnswer(intentOf("rsi", { symbol: ETH }), records, STRATEGIES)).toBeNull();
    expect(prepareAnswer(intentOf("compare", { symbol: BTC, other: ETH }), records, STRATEGIES)).toBeNull();
    expect(prepareAnswer(intentOf("market", { timeframe: "15m" }), records, STRATEGIES)).toBeNull();
    expect(prepareAnswer(intentOf("market"), records, STRATEGIES)?.analysisIds).toEqual([records[0]?.id]);
  });

  it("has no number in its text that is not read, counted or worked out from the analyses it cites", () => {
    fc.assert(
      fc.property(analyses("5m", 2), (records) => {
        for (const intent of intentsOver(records)) {
          const prepared = prepareAnswer(intent, records, STRATEGIES);
          const cited = records.filter(({ id }) => prepared?.analysisIds.includes(id));
          const allowed = numbersOf(cited, intent);
          const said = numbersIn(prepared?.text ?? "");
          expect(
            said.filter((number) => !allowed.has(number)),
            `${intent.kind}: ${prepared?.text}`,
          ).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** Numbers as they are written, symbols of markets and times aside. */
const numbersIn = (text: string): readonly string[] =>
  text
    .replace(/[A-Z0-9]+\/USDT/g, " ")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => ` T${Date.parse(time)} `)
    .match(/T?\d+(?:\.\d+)?/g) ?? [];

/** What an answer that cites these records may say, worked out apart from the renderer. */
function numbersOf(records: readonly MarketView[], { kind }: Intent): ReadonlySet<string> {
  const two = (value: number) => Math.abs(value).toFixed(2);
  const allowed = new Set<string>();
  const add = (...texts: readonly string[]) => {
    for (const text of texts) for (const number of numbersIn(text)) allowed.add(number);
  };
  // Definitions: RSI and ATR 14, bands 20 and 2, the mean of 50, full warm-up 250, 24 hours, the borders 30 and 70, 5m.
  add("14", "20", "2", "50", "250", "24", "30", "70", "5");
  for (const { price: close, indicators, trend, readings, security, asOfMs, timeframe } of records) {
    add(levelPrice(close));
    for (const level of [close, indicators.atr, trend.dayHigh, trend.dayLow]) if (level !== null) add(price(level));
    for (const { levels, signal } of readings) {
      const bounds = [levels.searched, ...levels.intervals].flatMap((one) => [one?.from ?? close, one?.to ?? close]);
      for (const bound of bounds) add(levelPrice(bound), two((bound / close - 1) * 100));
      add(two(signal.strength));
    }
    const { bollinger, rsiWilder, atr, candles, filled } = indicators;
    if (bollinger !== null) add(price(bollinger.lower), price(bollinger.middle), price(bollinger.upper));
    if (bollinger?.percentB != null) add(two(bollinger.percentB));
    if (rsiWilder !== null) add(rsiWilder.toFixed(2));
    if (atr !== null) add(((atr / close) * 100).toFixed(2));
    for (const change of [trend.changeHourPct, trend.changeDayPct]) if (change !== null) add(signedPct(change));
    add(String(candles), String(filled), security.reason, toIso(asOfMs + timeframeMs(timeframe)));
  }
  if ((BREADTH_KINDS as readonly string[]).includes(kind)) {
    const moves = records.flatMap(({ symbol, trend }) => {
      const change = trend.changeDayPct ?? trend.changeHourPct;
      return change === null ? [] : [{ change, sector: sectorOf(splitSymbol(symbol).base) }];
    });
    const up = moves.filter(({ change }) => change > 0).length;
    if (moves.length > 0) add(((up / moves.length) * 100).toFixed(1));
    for (const sector of SECTORS) {
      const own = moves.filter((move) => move.sector === sector).map(({ change }) => change);
      const sorted = own.toSorted((a, b) => a - b);
      const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
      if (low !== undefined && high !== undefined) add(two((low + high) / 2));
      // The names of sectors have numbers in them.
      add(sector);
    }
    // Counts of markets, and of markets × strategies; that they are the right ones is the digest's own test.
    for (let count = 0; count <= records.length * STRATEGIES.length; count++) add(String(count));
  }
  return allowed;
}
