// What the sources of the account say, against the documents and views that people are shown.
import { beforeAll, describe, expect, it } from "vitest";
import { baseFacts } from "#desk/answering/sources/base-facts.ts";
import { stopLossText } from "#desk/answering/views/holdings.ts";
import { type PortfolioView, viewPortfolio } from "#desk/documents/portfolio-view.ts";
import { runMetrics, runSpan } from "#desk/documents/run-metrics.ts";
import { stressReportOf } from "#desk/documents/stress-report.ts";
import { tradesReportOf } from "#desk/documents/trades-report.ts";
import { StrategyError } from "#schemas/errors.ts";
import type { Fact } from "#schemas/fact.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { add, multiply, type Quantity, subtract, toNumber } from "#schemas/money.ts";
import { isWorking } from "#schemas/order.ts";
import { clusterOf, type Relationships } from "#schemas/relationship.ts";
import { DAY_MS, MarketSymbol, unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import settings from "../../../../apps/settings.json" with { type: "json" };
import { type AskedSources, asked, labelled, ofKind, openIdle, openTraded, STEP_MS } from "./asked-desk.ts";

let desk: AskedSources;
let view: PortfolioView;
let events: readonly JournalEvent[];

beforeAll(async () => {
  desk = asked(await openTraded());
  view = await viewPortfolio(desk.open.desk, patience);
  events = await desk.test.events();
  expect(view.positions.length).toBeGreaterThan(6);
});

const saidOf = (facts: readonly Fact[], label: RegExp): Fact["value"] | undefined => labelled(facts, label)[0]?.value;
const trades = () => desk.open.desk.account.statistics().trades();

describe("`positions`", () => {
  it("has the portfolio view's figures, the largest first", async () => {
    const facts = await desk.read("positions", { limit: 10 });
    expect(saidOf(facts, /^equity/)).toBe(view.equity);
    expect(saidOf(facts, /^cash/)).toBe(view.cash);
    expect(saidOf(facts, /^exposure/)).toBe(view.exposurePct);
    expect(saidOf(facts, /^open positions/)).toBe(view.openPositions);
    const held = view.positions.toSorted((a, b) => toNumber(b.value) - toNumber(a.value));
    expect(ofKind(facts, "stop").map(({ market, value }) => [market, value])).toEqual(
      held.map((p) => [p.symbol, p.stopPrice]),
    );
    for (const p of held) {
      const own = facts.filter(({ market }) => market === p.symbol);
      expect(saidOf(own, /^value now/)).toBe(p.value);
      expect(saidOf(own, /above the stop/)).toBeCloseTo(-(p.stopDistancePct ?? Number.NaN), 12);
      expect(saidOf(own, /target is above/)).toBe(p.targetDistancePct);
      const [pct, money] = ofKind(own, "pnl");
      expect(pct).toMatchObject({ unit: "pct", value: p.pnlPct });
      expect(money).toMatchObject({
        unit: "money",
        currency: "USDT",
        value: subtract(p.value, multiply(p.quantity, p.averagePrice) as typeof p.value),
      });
      expect(saidOf(own, /^held for/)).toBe(desk.open.desk.clock.now() - p.openedAtMs);
      expect(ofKind(own, "verdict")).toHaveLength(1);
    }
  });

  it("marks the worst, the one nearest to its stop and the largest, also where the list is shorter", async () => {
    const [worst] = view.positions.toSorted((a, b) => (a.pnlPct ?? 0) - (b.pnlPct ?? 0));
    const [nearest] = view.positions.toSorted((a, b) => (b.stopDistancePct ?? 0) - (a.stopDistancePct ?? 0));
    const [largest] = view.positions.toSorted((a, b) => toNumber(b.value) - toNumber(a.value));
    for (const limit of [1, 10]) {
      const facts = await desk.read("positions", { limit });
      expect(labelled(facts, /the worst of all positions/)).toMatchObject([{ market: worst?.symbol, rank: "lowest" }]);
      expect(labelled(facts, /the nearest of all/)).toMatchObject([{ market: nearest?.symbol, rank: "lowest" }]);
      expect(labelled(facts, /share of equity, the largest/)).toMatchObject([
        {
          market: largest?.symbol,
          rank: "highest",
          value: (toNumber(largest?.value ?? "") / toNumber(view.equity)) * 100,
        },
      ]);
      const shown = new Set(ofKind(facts, "stop").map(({ market }) => market)).size;
      expect(shown + Number(saidOf(facts, /^more positions/) ?? 0)).toBe(view.positions.length);
    }
  });

  it("ranks nothing where one market alone was asked about", async () => {
    const [one] = view.positions;
    const facts = await desk.read("positions", { asset: one?.symbol ?? "" });
    expect(ofKind(facts, "stop")).toHaveLength(1);
    expect(facts.filter(({ rank, market }) => rank !== null && market !== null)).toEqual([]);
  });

  it("has neither dust nor what it would be worth in its list", async () => {
    const test = await openTraded(4);
    const before = asked(test);
    const [{ symbol, quantity } = { symbol: MarketSymbol.parse("BTC/USDT"), quantity: "0" }] = openPositions(
      test.desk.account.portfolio(),
    );
    expect(ofKind(await before.read("positions", { limit: 10 }), "stop", symbol)).toHaveLength(1);
    const atMs = test.desk.clock.now();
    const dust = { type: "dust", atMs, strategyId: "eager", symbol, quantity: quantity as Quantity } as const;
    await test.desk.account.append([dust], patience);
    const after = asked(test);
    expect(ofKind(await after.read("positions", { limit: 10 }), "stop", symbol)).toEqual([]);
    const run = {
      nowMs: atMs,
      language: "en",
      tally: after.tally,
      question: "",
      conversation: null,
      known: () => null,
    } as const;
    expect(baseFacts(after.open, run).filter(({ market }) => market === symbol)).toEqual([]);
    expect((await after.read("positions", { asset: symbol }))[0]).toMatchObject({ value: `${symbol} is not held.` });
  });

  it("says so where nothing held moves together, and where that is not known", async () => {
    const current = desk.open.desk.relationships.current(desk.open.desk.clock.now());
    const known = (relationships: typeof current) =>
      asked(desk.test, { desk: { relationships: relating(relationships) } });
    const alone = await known(current === null ? null : { ...current, clusters: [] }).read("positions");
    expect(alone.at(-1)).toMatchObject({ label: "nothing held together" });
    const unknown = await known(null).read("positions");
    expect(unknown.at(-1)).toMatchObject({ label: "relationships unknown" });
    const stress = await known(null).read("stress", { pct: -10 });
    // The digest of the hour is in Khala.
    expect(labelled(stress, /^moves by beta$/)).toHaveLength(1);
    expect(saidOf(stress, /^scenario: positions that move/)).toBe(view.positions.length);
  });

  it("names the largest group that moves together", async () => {
    const related = desk.open.desk.relationships.current(desk.open.desk.clock.now());
    const groups = Map.groupBy(view.positions, ({ symbol }) => clusterOf(related, symbol).join());
    const [largest = []] = [...groups.values()].toSorted(
      (a, b) => b.reduce((n, p) => n + toNumber(p.value), 0) - a.reduce((n, p) => n + toNumber(p.value), 0),
    );
    expect(largest.length).toBeGreaterThan(1);
    const facts = await desk.read("positions");
    expect(saidOf(facts, /largest such group/)).toBe(
      largest
        .map(({ symbol }) => symbol)
        .sort()
        .join(", "),
    );
    expect(saidOf(facts, /^positions of that group/)).toBe(largest.length);
  });
});

const relating = (relationships: Relationships | null) => ({
  ...desk.open.desk.relationships,
  current: () => relationships,
});

describe("`stops` and `stress`", () => {
  it("lose what the answer in words says", async () => {
    const facts = await desk.read("stops", { limit: 10 });
    const { text } = await stopLossText(desk.open.desk, { symbol: null, nowMs: desk.open.desk.clock.now() }, patience);
    const total = String(saidOf(facts, /^change from the value now if all stops/));
    expect(text).toContain(`${toNumber(total).toPrecision(7)} USDT`);
    const each = labelled(facts, /^change from the value now if this stop/).map(({ value }) => String(value));
    expect(each.reduce((sum, one) => add(sum, one), "0")).toBe(total);
    expect(each.map(Number)).toEqual(each.map(Number).toSorted((a, b) => a - b));
  });

  it.each([-90, -10, -0.2, 0, 0.2, 5, 100])("a move of %s percent is what the stress report says", async (pct) => {
    const facts = await desk.read("stress", { pct, limit: 10 });
    const report = await stressReportOf(desk.open.desk, { movePct: pct, minutes: 60, gapPct: 0 }, patience);
    const changes = labelled(facts, /^scenario: change of this position/);
    expect(changes.map(({ market, value }) => [market, value])).toEqual(
      report.positions.map(({ symbol, change }) => [symbol, change]),
    );
    expect(saidOf(facts, /^scenario: change of equity$/)).toBe(report.total.change);
    expect(saidOf(facts, /^scenario: change of equity if/)).toBe(report.atOnce.change);
    expect(saidOf(facts, /^scenario: stops that would be hit/)).toBe(report.total.stopsHit);
    expect(saidOf(facts, /^scenario: positions that move/)).toBe(changes.length);
    for (const [at, { label }] of changes.entries()) {
      const roles = report.positions[at]?.fills.map(({ role }) => role) ?? [];
      const end = roles.includes("stop-loss")
        ? "stop would be hit"
        : roles.includes("take-profit")
          ? "target"
          : "neither";
      expect(label).toContain(end);
    }
    expect(labelled(facts, /^moves by beta$/)).toHaveLength(1);
  });

  it("moves a market that does not lead alone, and says so", async () => {
    const { leader } = await stressReportOf(desk.open.desk, { movePct: -10, minutes: 60, gapPct: 0 }, patience);
    const one = view.positions.find(({ symbol }) => symbol !== leader);
    const facts = await desk.read("stress", { pct: -10, asset: one?.symbol ?? "", limit: 10 });
    expect(saidOf(facts, /^scenario: positions that move/)).toBe(1);
    expect(labelled(facts, /^scenario: change of this position/)).toMatchObject([{ market: one?.symbol }]);
    expect(labelled(facts, /^moves alone$/)).toHaveLength(1);
  });

  it.each([-91, 101])("refuses a move of %s percent", async (pct) => {
    await expect(desk.read("stress", { pct })).rejects.toThrow();
  });
});

describe("`orders`", () => {
  it("counts what works, and shows price and quantity", async () => {
    const orders = [...desk.open.desk.account.portfolio().orders.values()].filter(isWorking);
    const facts = await desk.read("orders", { limit: 10 });
    expect(saidOf(facts, /^orders that work/)).toBe(orders.length);
    expect(ofKind(facts, "event")).toHaveLength(10);
    const stops = orders.filter(({ role }) => role === "stop-loss").map(({ triggerPrice }) => triggerPrice);
    for (const { value } of ofKind(facts, "stop")) expect(stops).toContain(value);
  });
});

describe("`limits`", () => {
  it("has the settings, each under a variable that exists", async () => {
    const facts = await desk.read("limits");
    const { limits } = desk.open.desk.config;
    expect(saidOf(facts, /MAX_EXPOSURE_PCT/)).toBe(limits.maxExposurePct);
    expect(saidOf(facts, /MAX_OPEN_POSITIONS/)).toBe(limits.maxOpenPositions);
    expect(saidOf(facts, /MAX_DAY_LOSS_PCT/)).toBe(limits.maxDayLossPct);
    const named = facts.flatMap(({ label }) => label.match(/DEEPTRADER_\w+/g) ?? []);
    const known = settings.map((setting) => setting.env);
    expect(named.length).toBeGreaterThan(9);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
    expect(facts.at(-1)?.value).toMatch(/^Limits are loosened only in the configuration/);
  });

  it("tells a strategy's own stop and size from the desk's", async () => {
    const own = asked(await openIdle({ strategies: [shippedStrategy("breakout")], limits: { entryPct: 3 } }));
    const facts = await own.read("limits");
    expect(labelled(facts, /^stop this far below the entry \(the strategy's own\)/)).toMatchObject([{ value: 6 }]);
    expect(labelled(facts, /^one entry, .*\(DEEPTRADER_ENTRY_PCT\)/)).toMatchObject([{ value: 3 }]);
    expect(saidOf(facts, /^one entry now/)).toBe("300");
    expect(labelled(facts, /^target/)).toEqual([]);
    expect(saidOf(await own.read("strategy"), /^stop that follows/)).toBe(3);
    const desks = await desk.read("limits");
    expect(saidOf(desks, /DEEPTRADER_STOP_PCT/)).toBe(0.4);
    expect(saidOf(desks, /DEEPTRADER_TARGET_PCT/)).toBe(0.8);
  });

  it("refuses in the gate's own words what the desk refused at its newest close", async () => {
    const refused = events.flatMap((event) => (event.type === "refusal" ? [event] : []));
    const last = refused.at(-1);
    expect(last?.refusal.asOfMs).toBe(desk.open.desk.clock.now());
    const facts = await desk.read("limits", { asset: last?.refusal.symbol ?? "" });
    expect(labelled(facts, /^entry refused$/)).toHaveLength(1);
    expect(labelled(facts, /^the rule against an entry/)).toMatchObject([
      { value: last?.refusal.reason, label: `the rule against an entry: ${last?.refusal.rule}` },
    ]);
  });

  it("works out the entry that the gate would let pass: size, stop, target, and what the stop costs", async () => {
    const test = await openTraded(1, { limits: { maxEntriesPerSlot: 1, stopPct: 10, targetPct: 20 } });
    const own = asked(test);
    const [entry] = (await test.events()).flatMap((event) => (event.type === "order-list" ? [event.orders] : []));
    const bought = entry?.[0];
    const facts = await own.read("limits", { asset: bought?.symbol === "BTC/USDT" ? "ETH" : "BTC" });
    expect(labelled(facts, /^entry allowed$/)).toHaveLength(1);
    const notional = toNumber(String(saidOf(facts, /^an entry by the rules$/)));
    expect(notional).toBeGreaterThan(190);
    expect(notional).toBeLessThanOrEqual(200);
    const price = toNumber(String(saidOf(facts, /^price that this entry/)));
    expect(toNumber(String(saidOf(facts, /^stop that the rules/))) / price).toBeCloseTo(0.9, 3);
    expect(toNumber(String(saidOf(facts, /^target that the rules/))) / price).toBeCloseTo(1.2, 3);
    // Of the entry a tenth, and about 15 bps of what is left for fee and slippage.
    expect(toNumber(String(saidOf(facts, /^result if that stop/))) / notional).toBeCloseTo(-0.1 - 0.9 * 0.0015, 4);
  });

  it("says what bars every entry: a pause, a pause of one strategy, the halt file", async () => {
    const haltFile = { exists: false };
    const test = await openIdle({ haltFile });
    const said = async () => (await asked(test).read("limits")).map(({ label }) => label);
    expect(await said()).toContain("entries open");
    const pause = { type: "control", atMs: test.desk.clock.now(), action: "pause", reason: "test" } as const;
    await test.desk.account.append([{ ...pause, strategyId: "eager" }], patience);
    expect(await said()).toContain("strategy paused");
    await test.desk.account.append([{ ...pause, strategyId: null }], patience);
    expect(await said()).toContain("desk paused");
    haltFile.exists = true;
    expect(await said()).toContain("desk halted");
    expect(await said()).not.toContain("entries open");
  });
});

describe("`trades` and `statistics`", () => {
  it("shows the newest trades with the reasons of their entries, and the newest entry", async () => {
    const facts = await desk.read("trades", { limit: 3 });
    const newest = trades().toReversed().slice(0, 3);
    expect(ofKind(facts, "pnl").map(({ value }) => value)).toEqual(newest.flatMap((t) => [t.pnl, t.returnPct]));
    expect(saidOf(facts, /^closed trades/)).toBe(trades().length);
    expect(saidOf(facts, /^more trades/)).toBe(trades().length - 3);
    const decisions = new Map(
      events.flatMap((e) => (e.type === "decision" ? [[e.decision.decisionId, e.decision.reason]] : [])),
    );
    const reasons = labelled(facts, /^why it was bought/);
    expect(reasons).toHaveLength(4);
    for (const { recordId, value } of reasons) expect(decisions.get(recordId ?? "")).toBe(value);
    const fill = events.findLast((e) => e.type === "fill" && e.fill.role === "entry");
    expect(saidOf(facts, /^newest entry of all/)).toBe(fill?.type === "fill" ? fill.fill.price : null);
  });

  it("tells losers from winners, and one market from others", async () => {
    const lost = trades().filter(({ pnl }) => toNumber(pnl) < 0);
    const losing = await desk.read("trades", { outcome: "losing", days: 1, limit: 10 });
    expect(labelled(losing, /^losing closed trades/)).toMatchObject([{ value: lost.length, window: "1d" }]);
    for (const { value } of ofKind(losing, "pnl")) expect(Number(value)).toBeLessThan(0);
    const of = await desk.read("trades", { asset: "BTC", outcome: "winning" });
    const won = trades().filter(({ symbol, pnl }) => symbol === "BTC/USDT" && toNumber(pnl) > 0);
    expect(Number(saidOf(of, /^winning closed trades/) ?? 0)).toBe(won.length);
  });

  it("has the figures of the trades report and of the run's metrics", async () => {
    const facts = await desk.read("statistics");
    const { feeBps, slippageBps } = desk.open.desk.config.costs;
    const nowMs = desk.open.desk.clock.now();
    const report = tradesReportOf(trades(), {
      run: "live",
      strategies: ["eager"],
      quote: "USDT",
      nowMs,
      sinceMs: null,
      openPositions: openPositions(desk.open.desk.account.portfolio()).length,
      buyAndHoldPct: null,
      feeBps,
      slippageBps,
    });
    expect(saidOf(facts, /^closed trades$/)).toBe(report.tradesClosed);
    expect(saidOf(facts, /^share of closed trades/)).toBe(report.winRatePct);
    expect(saidOf(facts, /^mean result of a trade$/)).toBe(report.meanTradePct);
    expect(ofKind(facts, "interval").map(({ value }) => value)).toEqual(report.meanTradePct95);
    expect(saidOf(facts, /^profit factor/)).toBe(report.profitFactor);
    expect(saidOf(facts, /^realised result after/)).toBe(report.pnl);
    expect(saidOf(facts, /^fees of these/)).toBe(report.fees[0]?.amount);
    const span = runSpan(desk.open.desk, events);
    if (span === null) throw new Error("no span");
    const { metrics } = await runMetrics(desk.open.desk, span, patience);
    expect(saidOf(facts, /^return of equity/)).toBe(metrics.totalReturnPct);
    expect(saidOf(facts, /^buy and hold/)).toBe(metrics.buyAndHoldPct);
    expect(labelled(facts, /^largest drawdown/)).toMatchObject([{ value: metrics.maxDrawdownPct, rank: "highest" }]);
    expect(saidOf(facts, /^fees paid in the run/)).toBe(metrics.feesPaid);
  });

  it("says that too few trades are no interval, and of days alone no return of the run", async () => {
    const own = asked(await openTraded(12));
    const facts = await own.read("statistics", { days: 1 });
    expect(Number(saidOf(facts, /^closed trades$/))).toBeLessThan(30);
    expect(labelled(facts, /^too few trades$/)).toHaveLength(1);
    expect([...ofKind(facts, "interval"), ...ofKind(facts, "return")]).toEqual([]);
    const later = asked(own.test, { nowMs: unixMs(own.open.desk.clock.now() + 2 * DAY_MS) });
    expect(await later.read("statistics", { days: 1 })).toMatchObject([{ label: "no trades" }]);
  });
});

describe("`journal` and `today`", () => {
  it("says why it did not buy more: the refusals of a market, newest first", async () => {
    const own = events.flatMap((e) => (e.type === "refusal" && e.refusal.symbol === "SOL/USDT" ? [e] : []));
    const facts = await desk.read("journal", { asset: "SOL", side: "buy", done: "refused", limit: 4 });
    expect(saidOf(facts, /^refusals by the risk rules/)).toBe(own.length);
    expect(ofKind(facts, "reason").map(({ value }) => value)).toEqual(
      own
        .toReversed()
        .slice(0, 4)
        .map(({ refusal }) => refusal.reason),
    );
    const within = own.filter(({ atMs }) => atMs >= desk.open.desk.clock.now() - 3_600_000);
    expect(within.length).toBeLessThan(own.length);
    const lately = await desk.read("journal", { asset: "SOL", side: "buy", done: "refused", hours: 1 });
    expect(labelled(lately, /^refusals by the risk rules/)).toMatchObject([{ value: within.length, window: "1h" }]);
    const acted = await desk.read("journal", { done: "acted", hours: 1, limit: 10 });
    expect(ofKind(acted, "reason")).toEqual([]);
    for (const { asOfMs } of ofKind(acted, "event"))
      expect(asOfMs).toBeGreaterThanOrEqual(desk.open.desk.clock.now() - 3_600_000);
  });

  it("counts the day by the journal, and measures a run that began today from its cash", async () => {
    const facts = await desk.read("today");
    const orders = (side: string) =>
      new Set(events.flatMap((e) => (e.type === "fill" && e.fill.side === side ? [e.fill.clientOrderId] : []))).size;
    expect(saidOf(facts, /^entries filled/)).toBe(orders("buy"));
    expect(saidOf(facts, /^exits filled/)).toBe(orders("sell"));
    expect(saidOf(facts, /^change of equity$/)).toBe(subtract<string>(view.equity, "10000"));
    expect(labelled(facts, /^the run began/)).toHaveLength(1);
    const byRule = labelled(facts, /^refused by the rule/).map(({ value }) => Number(value));
    expect(byRule.reduce((a, b) => a + b, 0)).toBe(saidOf(facts, /^entries and exits that the risk rules refused/));
  });

  it("measures hours from the mark at their beginning", async () => {
    const facts = await desk.read("today", { hours: 2 });
    const fromMs = desk.open.desk.clock.now() - 2 * 3_600_000;
    const mark = events.findLast((e) => e.type === "equity" && e.slotMs <= fromMs);
    if (mark?.type !== "equity") throw new Error("no mark");
    expect(labelled(facts, /^change of equity$/)).toMatchObject([
      { value: subtract(view.equity, mark.equity), window: "2h" },
    ]);
    const bought = events.flatMap((e) => (e.type === "fill" && e.atMs >= fromMs && e.fill.side === "buy" ? [e] : []));
    expect(saidOf(facts, /^entries filled/)).toBe(bought.length);
    expect(bought.length).toBeLessThan(Number(saidOf(await desk.read("today"), /^entries filled/)));
  });
});

describe("`strategy` and `report`", () => {
  it("gives a shipped strategy's rule and thresholds, and refuses an id that is not there", async () => {
    const own = asked(await openIdle({ strategies: [shippedStrategy("mean-reversion")] }));
    const facts = await own.read("strategy");
    expect(ofKind(facts, "threshold-oversold")).toMatchObject([{ value: 30, strategyId: "mean-reversion" }]);
    expect(ofKind(facts, "threshold-overbought")).toMatchObject([{ value: 70 }]);
    expect(saidOf(facts, /^its rule$/)).toMatch(/^It buys where RSI is under its oversold threshold/);
    await expect(own.read("strategy", { id: "mean" })).rejects.toThrow(/one of mean-reversion/);
  });

  it("quotes what a strategy of the operator's own file says of itself", async () => {
    const [host] = desk.open.desk.hosts;
    if (host === undefined) throw new Error("no host");
    const file = {
      ...host,
      info: { ...host.info, file: "/home/me/eager.ts", parameters: { oversold: 20, mode: "x" } },
    };
    const facts = await asked(desk.test, { desk: { hosts: [file] } }).read("strategy");
    expect(labelled(facts, /^its title$/)).toMatchObject([{ quoted: true }]);
    expect(labelled(facts, /^parameter mode$/)).toMatchObject([{ quoted: true }]);
    // Its name for it need not mean RSI.
    expect(ofKind(facts, "threshold")).toMatchObject([{ value: 20, label: "parameter oversold" }]);
  });

  it("tells a paused strategy and one that was ended from one that runs", async () => {
    const [host] = desk.open.desk.hosts;
    if (host === undefined) throw new Error("no host");
    const fault = new StrategyError({ strategy: "eager", was: "it threw.", remedy: "Correct it." });
    const ended = await asked(desk.test, { desk: { hosts: [{ ...host, fault }] } }).read("strategy");
    expect(labelled(ended, /^why it was ended$/)).toMatchObject([{ value: fault.message }]);
    expect(labelled(await desk.read("strategy"), /^strategy runs$/)).toHaveLength(1);
  });

  it("reads the share served from memory and the tokens from the ledger", async () => {
    const facts = await desk.read("report");
    const all = Number(saidOf(facts, /^questions and decisions served/));
    expect(all).toBe(60 * 12);
    expect(saidOf(facts, /^share served from memory/)).toBe((100 * Number(saidOf(facts, /^of them recalled/))) / all);
    const earlier = asked(desk.test, { nowMs: unixMs(desk.open.desk.clock.now() - 30 * STEP_MS) });
    expect(saidOf(await earlier.read("report"), /^questions and decisions served/)).toBe(30 * 12);
    expect(saidOf(facts, /QUESTION_DAY_TOKENS/)).toBe(desk.open.desk.config.thinking.dayQuestionTokens);
  });
});
