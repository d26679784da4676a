// What the sources of the market say, against the views, the digest and the rows that people are shown.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { distilAsset, distilMarket } from "#agents/deep-trader-manager/answers/distil.ts";
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { boundedFacts, factsOf, withExtremes, withRank } from "#desk/answering/sources/make-facts.ts";
import { analysisFacts, levelFacts, sayingFacts } from "#desk/answering/sources/market-facts.ts";
import { nearestFirst, triggerRow, wayToGo } from "#desk/documents/trigger-rows.ts";
import { sayingsOf } from "#memory/said-of.ts";
import { nearestLevel } from "#schemas/action-levels.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import { Fact } from "#schemas/fact.ts";
import type { Money } from "#schemas/money.ts";
import type { MarketView } from "#schemas/reading.ts";
import { clusterOf } from "#schemas/relationship.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { openPositions, positionOf } from "#toolkits/portfolio/positions.ts";
import { analyses, STRATEGIES } from "../../../agents/random-analyses.ts";
import { levelsOf } from "../../../memory/fixtures.ts";
import { type AskedSources, asked, labelled, ofKind, openIdle, openTraded, START_MS, STEP_MS } from "./asked-desk.ts";

const [BTC, ETH, SOL] = ["BTC/USDT", "ETH/USDT", "SOL/USDT"].map((symbol) => MarketSymbol.parse(symbol)) as [
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
];

describe("the facts of a view", () => {
  it("have the view's own values, and levels no nearer and no further than the level shown", () => {
    fc.assert(
      fc.property(analyses(), (views) => {
        for (const view of views) agree(view);
      }),
    );
  });

  function agree(view: MarketView): void {
    const facts = [...analysisFacts(view), ...sayingFacts(view, STRATEGIES)];
    for (const fact of facts) Fact.parse({ ...fact, id: "f1" });
    expect(facts.find(({ kind }) => kind === "rsi")?.value).toBe(view.indicators.rsiWilder);
    for (const saying of sayingsOf(view, STRATEGIES)) {
      const own = facts.filter(({ strategyId }) => strategyId === saying.strategyId);
      if (saying.status === "silent") {
        expect(own.map(({ value }) => value)).toEqual([saying.why]);
        continue;
      }
      for (const action of ["enter", "exit"] as const) {
        const nearest = nearestLevel(saying.reading.levels, action, view.price);
        const said =
          saying.reading.levels.status === "not-worked-out" ? [] : levelFacts(view, saying.reading, [action]);
        if (saying.reading.levels.status === "not-worked-out") continue;
        expect(said.filter(({ kind }) => kind === "distance").map(({ value }) => value)).toEqual(
          nearest === null ? [] : [nearest.distancePct],
        );
        expect(said.filter(({ kind }) => kind === `level-${action}`).map(({ value }) => value)).toEqual(
          [nearest?.from ?? null, nearest?.to ?? null].filter((bound) => bound !== null),
        );
      }
    }
  }
});

/** The same markets, of which the first two have one level each, one nearer than the other. */
const twoLevels = (views: readonly MarketView[]) =>
  views.slice(0, 2).map((view, at) => {
    const readings = view.readings.map((reading) => ({
      ...reading,
      levels: levelsOf([{ action: "enter", from: null, to: view.price * (0.99 - at / 100) }]),
    }));
    return { status: "fresh", record: { ...view, readings }, ageMs: 0 } as const;
  });

describe("ranks", () => {
  const facts = (values: readonly (number | null)[]) =>
    values.map((value) => factsOf({}).pct("change", value, "change"));
  const ranks = (ranked: readonly NewFact[]) => ranked.map(({ rank = null }) => rank);

  it("go to the only highest and the only lowest", () => {
    expect(ranks(withExtremes(facts([1, 3, 2])))).toEqual(["lowest", "highest", null]);
    expect(ranks(withExtremes(facts([3, 3, 2, null])))).toEqual([null, null, "lowest", null]);
    expect(ranks(withExtremes(facts([3, null])))).toEqual([null, null]);
    expect(ranks(withRank(facts([1, 2]), "lowest"))).toEqual(["lowest", null]);
    expect(ranks(withRank(facts([1, 1]), "lowest"))).toEqual([null, null]);
  });

  it("and counts of what is left out are there only where something is", () => {
    const listed = { kind: "count", what: "rows", shared: {} } as const;
    const rows = (limit: number) => boundedFacts([1, 2, 3], limit, listed, (value) => facts([value]));
    expect(rows(2).map(({ value }) => value)).toEqual([1, 2, 1]);
    expect(rows(3).map(({ value }) => value)).toEqual([1, 2, 3]);
  });
});

describe("of a desk that has read its markets", () => {
  let desk: AskedSources;
  let views: readonly MarketView[];
  const now = () => desk.open.desk.clock.now();

  beforeAll(async () => {
    desk = asked(await openTraded());
    const { views: khala, marketData } = desk.open.desk;
    const { assets } = await desk.open.desk.universe.at(now(), patience);
    const keys = assets.map((symbol) => ({ venueId: marketData.venueId, symbol, timeframe: "5m" as const }));
    const recalls = await khala.recallMany(keys, { nowMs: now() }, patience);
    views = recalls.flatMap((recall) => (recall.status === "fresh" ? [recall.record] : []));
    expect(views).toHaveLength(12);
  });

  const viewOf = (symbol: MarketSymbol): MarketView | undefined => views.find((view) => view.symbol === symbol);

  it("`analysis` finds a misspelt coin, and gives its view and what is held of it", async () => {
    const facts = await desk.read("analysis", { asset: "solanna", timeframe: "5 min" });
    const view = viewOf(SOL);
    expect(ofKind(facts, "rsi")).toMatchObject([{ value: view?.indicators.rsiWilder, market: SOL, timeframe: "5m" }]);
    expect(ofKind(facts, "price")).toMatchObject([{ value: view?.price, recordId: view?.id, asOfMs: view?.asOfMs }]);
    expect(ofKind(facts, "signal")).toMatchObject([{ value: view?.readings[0]?.signal.action, strategyId: "eager" }]);
    expect(labelled(facts, /^not held$/)).toMatchObject([{ value: "SOL/USDT is not held." }]);
    const eth = await desk.read("analysis", { asset: "ETH" });
    const position = positionOf(desk.open.desk.account.portfolio(), { strategyId: "eager", symbol: ETH });
    expect(ofKind(eth, "quantity")).toMatchObject([{ value: position?.quantity, currency: "ETH" }]);
  });

  it("names the nearest for a coin that is not traded here", async () => {
    await expect(desk.read("analysis", { asset: "dogwifhatt" })).rejects.toThrow(UnknownNameError);
    await expect(desk.read("positions", { asset: "XYZ" })).rejects.toThrow(/"XYZ" is no market of this desk/);
  });

  it("`analysis` says what is not fresh, with its age, and that nothing is there at another timeframe", async () => {
    const later = asked(desk.test, { nowMs: unixMs(now() + 3 * STEP_MS) });
    const facts = await later.read("analysis", { asset: "SOL" });
    expect(facts[0]).toMatchObject({
      kind: "statement",
      value: "The newest analysis of SOL/USDT at 5m is not fresh.",
      label: "not fresh (behind); `delegate` makes a new one",
    });
    expect(ofKind(facts, "duration")).toMatchObject([{ value: 3 * STEP_MS, market: SOL }]);
    const [none] = await desk.read("analysis", { asset: "SOL", timeframe: "4 hours" });
    expect(none).toMatchObject({ value: "There is no analysis of SOL/USDT at 4h." });
  });

  it("`levels` ranks as `triggers` does", async () => {
    const portfolio = desk.open.desk.account.portfolio();
    const rows = views
      .flatMap((view) =>
        sayingsOf(view, desk.open.desk.hosts).map((saying) =>
          triggerRow(view, saying, {
            held: positionOf(portfolio, { strategyId: "eager", symbol: view.symbol }) !== undefined,
            blocked: false,
          }),
        ),
      )
      .filter((row) => Number.isFinite(wayToGo(row)))
      .sort(nearestFirst);
    const facts = await desk.read("levels", { limit: 10 });
    expect(ofKind(facts, "distance").map(({ market, value }) => [market, Math.abs(Number(value))])).toEqual(
      rows.slice(0, 10).map((row) => [row.symbol, wayToGo(row)]),
    );
    expect(labelled(facts, /^more markets/)).toMatchObject([{ value: rows.length - 10 }]);
    const [first, second] = rows;
    if (first === undefined || second === undefined) throw new Error("no levels");
    // Several are at a level already: none of them is the nearest.
    expect(wayToGo(first)).toBe(wayToGo(second));
    expect(facts.every(({ rank }) => rank === null)).toBe(true);
    const few = await desk.read("levels", { limit: 1 });
    expect(ofKind(few, "distance")).toHaveLength(1);
  });

  it("`levels` has what is held beside the day's universe, and ranks the only nearest", async () => {
    const ranking = { assets: [BTC, ETH], liquidity: new Map(), excluded: [], problem: null };
    const universe = { at: async () => ranking, newest: () => ranking };
    const narrow = asked(desk.test, { desk: { universe } });
    const held = openPositions(desk.open.desk.account.portfolio()).map(({ symbol }) => symbol);
    const facts = await narrow.read("levels", { limit: 10 });
    expect(new Set(ofKind(facts, "distance").map(({ market }) => market))).toEqual(new Set([BTC, ETH, ...held]));
    const two = await asked(desk.test, {
      desk: {
        universe: { ...universe, at: async () => ({ ...ranking, assets: [BTC] }) },
        account: { ...desk.open.desk.account, portfolio: () => emptyPortfolio({ quote: "USDT", cash: "1" as Money }) },
        views: { ...desk.open.desk.views, recallMany: async () => twoLevels(views) },
      },
    }).read("levels");
    expect(ofKind(two, "distance").map(({ rank }) => rank)).toEqual(["lowest", null]);
  });

  it("lists made of all markets take no stale analysis, and say how many they lack", async () => {
    const later = asked(desk.test, { nowMs: unixMs(now() + 3 * STEP_MS) });
    for (const [id, input] of [
      ["market", {}],
      ["screen", { by: "rsi" }],
      ["levels", {}],
    ] as const) {
      const facts = await later.read(id, input);
      expect(facts[0]?.kind).toBe("statement");
      expect(labelled(facts, /left out: no fresh analysis$/)).toMatchObject([{ value: 12 }]);
    }
  });

  it("an analysis that a price at hand has left is not fresh", async () => {
    const test = await openTraded(1);
    const { planner, clock } = test.desk;
    planner.prices.set(SOL, { price: 1, atMs: clock.now() });
    const [first] = await asked(test).read("analysis", { asset: "SOL" });
    expect(first).toMatchObject({ kind: "statement", label: "not fresh (drifted); `delegate` makes a new one" });
  });

  it("`levels` of one market gives both its sides", async () => {
    const facts = await desk.read("levels", { asset: "eth" });
    expect(ofKind(facts, "level-enter", ETH).length + ofKind(facts, "level-exit", ETH).length).toBe(2);
  });

  it("`market` is the digest's", async () => {
    const digest = distilMarket(views.map((view) => distilAsset(view, desk.open.desk.hosts)));
    const facts = await desk.read("market");
    const count = (label: RegExp) => labelled(facts, label)[0]?.value;
    expect(count(/^markets that rose/)).toBe(digest?.breadth.up);
    expect(count(/^markets that fell/)).toBe(digest?.breadth.down);
    expect(count(/^oversold markets/)).toBe(digest?.oversold);
    expect(count(/^overbought markets/)).toBe(digest?.overbought);
    const { up, down } = digest?.breadth ?? {};
    expect(count(/^market breadth/)).toContain(`${up} markets rose, ${down} fell`);
    const ranked = facts.filter(({ rank }) => rank !== null).map(({ kind, market, rank }) => [kind, market, rank]);
    expect(ranked).toEqual([
      ["change", digest?.gainers[0]?.symbol, "highest"],
      ["change", digest?.losers[0]?.symbol, "lowest"],
      ["rsi", digest?.lowestRsi[0]?.symbol, "lowest"],
      ["rsi", digest?.highestRsi[0]?.symbol, "highest"],
    ]);
    expect(ofKind(facts, "verdict").map(({ market }) => market)).toEqual(
      digest?.riskiest.slice(0, 3).map(({ symbol }) => symbol),
    );
  });

  it.each(["rsi", "change-hour", "change-day", "atr", "percent-b", "distance"] as const)(
    "`screen` by %s sorts from either end and counts what it leaves out",
    async (by) => {
      for (const order of ["lowest", "highest"] as const) {
        const facts = await desk.read("screen", { by, order, limit: 4 });
        const rows = labelled(facts, /number \d/).map(({ value }) => Number(value));
        const keys = by === "distance" ? rows.map(Math.abs) : rows;
        expect(keys).toEqual(keys.toSorted((a, b) => (order === "lowest" ? a - b : b - a)));
        expect(rows).toHaveLength(4);
        expect(labelled(facts, /^more markets/)[0]?.value).toBe(12 - 4);
        const ranks = facts.flatMap(({ rank }) => (rank === null ? [] : [rank]));
        expect(ranks).toEqual(keys[0] === keys[1] ? [] : [order]);
      }
    },
  );

  it("`screen` near a value ranks none as highest or lowest", async () => {
    const facts = await desk.read("screen", { by: "rsi", near: 40, limit: 3 });
    const away = ofKind(facts, "rsi").map(({ value }) => Math.abs(Number(value) - 40));
    const all = views.map(({ indicators }) => Math.abs((indicators.rsiWilder ?? Number.NaN) - 40));
    expect(away).toEqual(all.toSorted((a, b) => a - b).slice(0, 3));
    expect(facts.every(({ rank }) => rank === null)).toBe(true);
  });

  it("`compare` ranks RSI and the day's change among those compared, and names each market once", async () => {
    const facts = await desk.read("compare", { assets: ["BTC", "bitcoin", "ETH", "SOL"] });
    for (const [kind, isOne] of [
      ["rsi", () => true],
      ["change", ({ window }: Fact) => window === "1d"],
    ] as const) {
      const rows = ofKind(facts, kind).filter(isOne);
      expect(rows.map(({ market }) => market)).toEqual([BTC, ETH, SOL]);
      const values = rows.map(({ value }) => Number(value));
      expect(rows.find(({ rank }) => rank === "highest")?.value).toBe(Math.max(...values));
      expect(rows.find(({ rank }) => rank === "lowest")?.value).toBe(Math.min(...values));
    }
    await expect(desk.read("compare", { assets: ["BTC"] })).rejects.toThrow();
  });

  it("`relationships` tells of the leader and the cluster, and that causes are not known", async () => {
    const related = desk.open.desk.relationships.current(now());
    const facts = await desk.read("relationships", { asset: "SOL" });
    const leader = viewOf(related?.leader ?? BTC);
    expect(labelled(facts, /over a day \(the leading market\)/)).toMatchObject([
      { value: leader?.trend.changeDayPct, market: related?.leader },
    ]);
    expect(labelled(facts, /^markets of its cluster/)[0]?.value).toBe(
      related === null ? Number.NaN : clusterOf(related, SOL).length,
    );
    expect(facts.at(-1)?.value).toBe("Causes outside the price data are not known here.");
    const changes = ofKind(facts, "change").map(({ market, window }) => `${market} ${window}`);
    expect(new Set(changes).size).toBe(changes.length);
    const own = await desk.read("relationships", { asset: related?.leader ?? "BTC" });
    expect(labelled(own, /^is leader$/)).toHaveLength(1);
  });

  it("`delegate` has one market analysed, once, and gives what `analysis` then gives", async () => {
    const made = await desk.read("delegate", { asset: "BTC", timeframe: "1h" });
    expect(ofKind(made, "rsi")).toMatchObject([{ market: BTC, timeframe: "1h" }]);
    expect(desk.tally.total().delegations).toBe(1);
    expect((await desk.read("analysis", { asset: "BTC", timeframe: "1h" })).map(({ id }) => id)).toEqual(
      made.map(({ id }) => id),
    );
  });

  it("`delegate` stops where the work of one question is spent", async () => {
    const poor = await openIdle({ thinking: { questionUnits: 200 } });
    const sources = asked(poor);
    expect(ofKind(await sources.read("delegate", { asset: "BTC" }), "rsi")).toHaveLength(1);
    expect(await sources.read("delegate", { asset: "ETH" })).toMatchObject([
      { kind: "statement", label: "work spent" },
    ]);
  });

  it("reads nothing that came after the run's moment", async () => {
    const then = unixMs(START_MS + 40 * STEP_MS);
    const before = asked(await openTraded(41), { nowMs: then });
    const after = asked(desk.test, { nowMs: then });
    for (const [id, input] of [
      ["analysis", { asset: "SOL" }],
      ["market", {}],
      ["screen", { by: "rsi" }],
      ["compare", { assets: ["BTC", "DOGE"] }],
    ] as const) {
      const [seen, later] = [await before.read(id, input), await after.read(id, input)];
      // What is held is the account's of now.
      const content = (facts: readonly Fact[]) =>
        facts.filter(({ recordId }) => recordId !== "account" && recordId !== null).map(({ id: _, ...fact }) => fact);
      expect(content(later)).toEqual(content(seen));
    }
    for (const id of ["journal", "trades", "today", "market", "levels", "positions", "stops", "orders"])
      for (const { asOfMs } of await after.read(id)) expect(asOfMs ?? 0).toBeLessThanOrEqual(then);
  });
});
