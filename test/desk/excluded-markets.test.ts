// The configuration's market patterns: they choose what is ranked and entered, and never bar the way out.
import { describe, expect, it } from "vitest";
import { leftOutNow } from "#desk/documents/account-report.ts";
import { whyNotTraded } from "#desk/documents/left-out.ts";
import { createDailyUniverse } from "#desk/run-slot/daily-universe.ts";
import { scopeOf } from "#desk/run-slot/jobs.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { MarketPatterns } from "#schemas/market-patterns.ts";
import type { Universe } from "#schemas/ports/market.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { ofMarket } from "#test/support/strategy.ts";
import { FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { START_MS, simulatedDesk } from "../apps/simulated-desk.ts";

const NAMES = ["A/USDT", "AUP/USDT", "B/USDT", "C/EUR", "D/USDT"] as readonly string[] as readonly MarketSymbol[];

/** Ranks by the alphabet, and notes how many were asked for. */
function alphabet() {
  const asked: number[] = [];
  const universe: Universe = {
    topAssets: async ({ count }) => {
      asked.push(count);
      return { assets: NAMES.slice(0, count), liquidity: new Map() };
    },
  };
  return { universe, asked };
}

const rankedBy = async (assets: number, patterns: Partial<MarketPatterns>) =>
  createDailyUniverse(alphabet().universe, { assets, markets: MarketPatterns.parse(patterns) }).at(
    FIRST_SLOT_MS,
    patience,
  );

describe("the universe of a day", () => {
  it("has the best of the markets that are admitted, as many as are asked for, and names what fell out", async () => {
    expect(await rankedBy(3, { exclude: ["*UP/USDT"] })).toMatchObject({
      assets: ["A/USDT", "B/USDT", "C/EUR"],
      excluded: ["AUP/USDT"],
    });
    expect(await rankedBy(2, { include: ["*/EUR"] })).toMatchObject({
      assets: ["C/EUR"],
      excluded: ["A/USDT", "AUP/USDT"],
    });
  });

  it("that leaves nothing to look at is never kept: it is said, and asked for again at the next slot", async () => {
    let listed: readonly MarketSymbol[] = [];
    const universe: Universe = { topAssets: async () => ({ assets: listed, liquidity: new Map() }) };
    const daily = createDailyUniverse(universe, { assets: 3, markets: MarketPatterns.parse({}) });
    expect(await daily.at(FIRST_SLOT_MS, patience)).toMatchObject({
      assets: [],
      problem: expect.stringMatching(/^no market is looked at: .* Choose another --quote\.$/),
    });
    listed = NAMES.slice(0, 1);
    const later = unixMs(FIRST_SLOT_MS + timeframeMs("5m"));
    expect(await daily.at(later, patience)).toMatchObject({ assets: ["A/USDT"], problem: null });
    listed = [];
    const tomorrow = unixMs(FIRST_SLOT_MS + timeframeMs("1d"));
    expect(await daily.at(tomorrow, patience)).toMatchObject({ assets: ["A/USDT"], problem: expect.any(String) });
  });

  it("names the patterns that leave nothing", async () => {
    const { assets, problem } = await rankedBy(3, { include: ["*/XYZ"] });
    expect(assets).toEqual([]);
    expect(problem).toMatch(/\*\/XYZ.* leaves none of the best 3\. Widen the patterns\./);
  });

  it("is asked for no more than is analysed where no pattern is set", async () => {
    const { universe, asked } = alphabet();
    const { assets, excluded } = await createDailyUniverse(universe, {
      assets: 2,
      markets: MarketPatterns.parse({}),
    }).at(FIRST_SLOT_MS, patience);
    expect([assets, excluded, asked]).toEqual([["A/USDT", "AUP/USDT"], [], [2]]);
  });
});

describe("a market that is excluded while it is held", () => {
  it("is still analysed, is left by its exit, is never entered again, and is named as left out", async () => {
    const before = await simulatedDesk({ strategies: [eager] });
    let slot = 0;
    const held = () => [...before.desk.account.portfolio().positions.values()].find(({ dust }) => !dust)?.symbol;
    while (held() === undefined && slot < 30) await before.runSlot(slot++);
    const symbol = held();
    if (symbol === undefined) throw new Error("nothing was bought");

    const { marketData, markets, security } = before.desk;
    const universe: Universe = { topAssets: async () => before.desk.universe.at(before.clock.now(), patience) };
    const after = await openTestDesk({
      venue: { marketData, markets, universe, security },
      startMs: before.clock.now(),
      assets: 12,
      strategies: [eager],
      store: before.store,
      markets: { exclude: [symbol] },
    });
    expect(after.desk.account.portfolio().positions.has(ofMarket(symbol, eager.id))).toBe(true);
    const atRestart = (await after.events()).length;
    let unusableWhileHeld = 0;
    for (const last = slot + 60; slot < last; ) {
      const slotMs = unixMs(START_MS + slot++ * timeframeMs("5m"));
      after.clock.advanceTo(slotMs);
      const { sleep } = await runLiveSlot(after.desk, slotMs, patience);
      const isHeld = after.desk.account.portfolio().positions.has(ofMarket(symbol, eager.id));
      if (isHeld) unusableWhileHeld += sleep.unusable["excluded by configuration"] ?? 0;
    }
    const decisions = (await after.events())
      .slice(atRestart)
      .flatMap((e) => (e.type === "decision" ? [e.decision] : []));
    expect(decisions.filter((d) => d.symbol === symbol).map(({ action }) => action)).toEqual(["exit"]);
    expect(decisions.some((d) => d.symbol !== symbol && d.action === "enter")).toBe(true);
    expect(unusableWhileHeld).toBeGreaterThan(0);
    const { assets, excluded } = await after.desk.universe.at(after.clock.now(), patience);
    expect([assets.includes(symbol), excluded]).toEqual([false, [symbol]]);
    const left = await leftOutNow(after.desk, patience);
    expect(left.markets.filter((market) => market.symbol === symbol)).toMatchObject([
      { reason: "excluded by configuration" },
    ]);
  });

  it("is named by report also where it was never analysed, and by a backtest with the patterns", async () => {
    const { desk, runSlot } = await simulatedDesk({ markets: { include: ["BTC/*", "ETH/*"] } });
    await runSlot(0);
    const { markets } = await leftOutNow(desk, patience);
    const others = markets.filter(({ reason }) => reason === "excluded by configuration");
    expect(others).toHaveLength(10);
    expect((await desk.universe.at(desk.clock.now(), patience)).assets.toSorted()).toEqual(["BTC/USDT", "ETH/USDT"]);
    const windows = { full: 9, tooFew: 0, holed: 0 };
    const [symbol = "" as MarketSymbol] = others.map((market) => market.symbol);
    expect(whyNotTraded(desk, { symbol, windows })).toEqual({
      reason: "excluded by configuration",
      text: "excluded by configuration (markets BTC/* ETH/*)",
    });
    expect(whyNotTraded(desk, { symbol: "BTC/USDT" as MarketSymbol, windows })).toBeNull();
  });
});

describe("what a slot's stored result depends on", () => {
  it("is as it always was for one strategy on all markets, and tells strategies, parameters and patterns apart", async () => {
    const { desk } = await simulatedDesk();
    const { config } = desk;
    expect(scopeOf(desk)).toBe("sim:7 5m 12 mean-reversion");
    const uses = [
      { use: "mean-reversion", sharePct: 50, parameters: {} },
      { use: "ema-cross", sharePct: 50, parameters: { fast: 9 } },
    ];
    expect(scopeOf({ ...desk, config: { ...config, strategies: uses } })).toBe(
      "sim:7 5m 12 mean-reversion+ema-cross(fast=9)",
    );
    const markets = { include: ["*/USDT"], exclude: ["*UP/USDT"] };
    expect(scopeOf({ ...desk, config: { ...config, markets } })).toBe("sim:7 5m 12 mean-reversion */USDT !*UP/USDT");
  });
});
