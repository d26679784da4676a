import { describe, expect, it } from "vitest";
import { type RiskRule, RiskRule as RiskRules } from "#schemas/decision.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import { clientOrderIdOf } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { type MarketSymbol, splitSymbol, unixMs } from "#schemas/units.ts";
import { standing } from "#test/support/operator-rules.ts";
import { ofMarket, TERMS } from "#test/support/strategy.ts";
import { type GateInput, gate } from "#toolkits/risk/gate.ts";
import { ANY_ORDER, ENTRIES_ONLY } from "#toolkits/risk/rules/table.ts";
import {
  agreeing,
  analysis,
  BTC,
  decision,
  ETH,
  entry,
  exit,
  FIVE_MINUTES,
  held,
  loss,
  market,
  oneCluster,
  onOrder,
  order,
  PEG,
  portfolio,
  position,
  SLOT_MS,
} from "./fixture.ts";

const ruleOf = (input: GateInput): RiskRule | "accepted" => {
  const result = gate(input);
  return result.accepted ? "accepted" : result.refusal.rule;
};
const reasonOf = (input: GateInput): string => {
  const result = gate(input);
  return result.accepted ? "accepted" : result.refusal.reason;
};
const withPortfolio = (input: GateInput, change: Partial<GateInput["portfolio"]>): GateInput => ({
  ...input,
  portfolio: { ...input.portfolio, ...change },
});
const withSecurity = (change: Partial<typeof analysis.security>): GateInput => ({
  ...entry,
  analysis: { ...analysis, security: { ...analysis.security, ...change } },
});

const vetoing = { ...agreeing, verdict: "veto" as const, sizeRatio: 0 };

describe("the gate", () => {
  it("asks every rule there is, in the order in which they are named", () => {
    // What an operator leaves or refuses is a refusal by name, and no rule of the gate.
    const named = RiskRules.options.filter((name) => name !== "approval");
    expect([...ANY_ORDER, ...ENTRIES_ONLY].map(([name]) => name)).toEqual(named);
  });

  it("turns an accepted entry into a bracketed market order for the next open", () => {
    const result = gate(entry);
    expect(result).toEqual({
      accepted: true,
      order: order({
        clientOrderId: clientOrderIdOf(decision.decisionId, "entry", 0),
        decisionId: decision.decisionId,
        symbol: BTC,
        quantity: "2" as Quantity,
        createdAtMs: SLOT_MS,
        activeFromMs: SLOT_MS,
        expiresAtMs: unixMs(SLOT_MS + FIVE_MINUTES),
      }),
    });
  });

  it("on a real venue makes a limit no worse than the smaller of 0.25 ATR and 30 bps, for at most 60 s", () => {
    const atr = { ...entry, terms: { ...TERMS, entryStyle: "limit-at-quote" as const } };
    const byAtr = gate(atr);
    expect(byAtr).toMatchObject({ order: { type: "limit", limitPrice: "100.2", expiresAtMs: SLOT_MS + 60_000 } });
    const wild = { ...analysis, indicators: { ...analysis.indicators, atr: 9 } };
    expect(gate({ ...atr, analysis: wild })).toMatchObject({ order: { limitPrice: "100.3" } });
    // The ceiling is rounded down to the tick, and the size is taken at the ceiling.
    const coarse = gate({ ...atr, market: { ...market, tickSize: "0.25" } });
    expect(coarse).toMatchObject({ order: { limitPrice: "100", quantity: "2" } });
    expect(byAtr).toMatchObject({ order: { quantity: "1.996" } });
  });

  it("turns an exit into a market order over everything held, rounded down to the step", () => {
    const result = gate(withPortfolio(exit, { positions: held(position(BTC, "1.99950001")) }));
    expect(result).toMatchObject({
      accepted: true,
      order: { side: "sell", type: "market", role: "exit", quantity: "1.999", bracket: null, expiresAtMs: null },
    });
  });

  it("lets a late exit work from the next candle, not from one that has passed", () => {
    const nowMs = unixMs(SLOT_MS + 90_000);
    expect(gate({ ...exit, late: true, nowMs })).toMatchObject({ order: { activeFromMs: SLOT_MS + FIVE_MINUTES } });
    expect(gate({ ...exit, nowMs: unixMs(SLOT_MS + 60_000) })).toMatchObject({ order: { activeFromMs: SLOT_MS } });
  });

  it("refuses to be asked about a hold", () => {
    expect(() => gate({ ...entry, decision: { ...decision, action: "hold" } })).toThrow(/hold/);
  });
});

describe("rules of any order", () => {
  it.each([
    ["halt by control", withPortfolio(exit, { control: "halted" }), "halt"],
    ["halt by file", { ...exit, haltFile: true }, "halt"],
    ["NaN price", { ...exit, decision: { ...exit.decision, price: Number.NaN } }, "price"],
    ["zero price", { ...exit, decision: { ...exit.decision, price: 0 } }, "price"],
    ["infinite price", { ...entry, decision: { ...decision, price: Number.POSITIVE_INFINITY } }, "price"],
    ["unlisted market", { ...exit, market: null }, "market-filters"],
    ["position below a step", withPortfolio(exit, { positions: held(position(BTC, "0.0009")) }), "market-filters"],
    ["position below the minimum", withPortfolio(exit, { positions: held(position(BTC, "0.049")) }), "market-filters"],
    ["position at the minimum", withPortfolio(exit, { positions: held(position(BTC, "0.05")) }), "accepted"],
    [
      "position below the smallest quantity",
      withPortfolio(
        { ...exit, market: { ...market, minQuantity: "100" } },
        { positions: held(position(BTC, "99.999")) },
      ),
      "market-filters",
    ],
    [
      "position above the largest quantity",
      withPortfolio({ ...exit, market: { ...market, maxQuantity: "1" } }, { positions: held(position(BTC, "99")) }),
      "accepted",
    ],
    ["entry below the smallest quantity", { ...entry, market: { ...market, minQuantity: "100" } }, "market-filters"],
    ["nothing held", withPortfolio(exit, { positions: held(position(ETH, "2")) }), "position"],
    [
      "an exit that is already working",
      withPortfolio(exit, { orders: onOrder(order({ symbol: BTC, side: "sell", role: "exit" })) }),
      "position",
    ],
    [
      "a stop that is already selling",
      withPortfolio(exit, {
        orders: onOrder(order({ symbol: BTC, side: "sell", role: "stop-loss", type: "stop-market", triggered: true })),
      }),
      "position",
    ],
    [
      "a resting stop",
      withPortfolio(exit, {
        orders: onOrder(order({ symbol: BTC, side: "sell", role: "stop-loss", type: "stop-market" })),
      }),
      "accepted",
    ],
    ["paused", withPortfolio(exit, { control: "paused" }), "accepted"],
    ["blocked by the operator", withPortfolio(exit, { blocked: blocking("BTC") }), "accepted"],
    ["an inactive market", { ...exit, market: { ...market, active: false } }, "accepted"],
  ] as const)("%s", (_name, input, expected) => {
    expect(ruleOf(input)).toBe(expected);
  });
});

const blocking = (what: string): Portfolio["blocked"] =>
  new Map([[what, { by: "anna", atMs: SLOT_MS, reason: "unlock on Friday" }]]);

describe("rules of entries", () => {
  const late = (afterMs: number): GateInput => ({ ...entry, nowMs: unixMs(SLOT_MS + afterMs) });
  const exitedAgo = (ms: number): GateInput =>
    withPortfolio(entry, { lastExitMs: new Map([[ofMarket(BTC), unixMs(SLOT_MS - ms)]]) });
  const coin = (n: number) => `C${n}/USDT` as MarketSymbol;
  /** The cluster of BTC and of five coins, of which the first few are held. */
  const clustered = (input: GateInput, count: number): GateInput => ({
    ...withPortfolio(input, {
      positions: held(...Array.from({ length: count }, (_, n) => position(coin(n), "0.1", "1"))),
    }),
    relationships: oneCluster([BTC, coin(0), coin(1), coin(2), coin(3), coin(4)]),
  });
  const mayJoin = (input: GateInput, symbols: readonly MarketSymbol[]): GateInput => ({
    ...input,
    relationships:
      input.relationships === null
        ? null
        : {
            ...input.relationships,
            mayJoin: (_, bases) => symbols.filter((symbol) => symbol === BTC || bases.has(splitSymbol(symbol).base)),
          },
  });
  const moved = [coin(0), coin(1), coin(2)];
  const many = (count: number) => held(...Array.from({ length: count }, (_, n) => position(coin(n), "0.1", "1")));

  it.each([
    ["paused", withPortfolio(entry, { control: "paused" }), "pause"],
    ["inactive market", { ...entry, market: { ...market, active: false } }, "market-inactive"],
    [
      "a market that the configuration excludes",
      { ...entry, admitted: { include: ["*"], exclude: ["BT?/*"] } },
      "excluded-market",
    ],
    [
      "a market that it does not include",
      { ...entry, admitted: { include: ["ETH/*"], exclude: [] } },
      "excluded-market",
    ],
    ["its asset blocked", withPortfolio(entry, { blocked: blocking("BTC") }), "blocked-by-operator"],
    ["the market blocked", withPortfolio(entry, { blocked: blocking(BTC) }), "blocked-by-operator"],
    ["another market of its asset blocked", withPortfolio(entry, { blocked: blocking("BTC/EUR") }), "accepted"],
    ["another asset blocked", withPortfolio(entry, { blocked: blocking("ETH") }), "accepted"],
    ["another settlement currency", { ...entry, quote: "EUR" }, "quote-currency"],
    ["a market listed in another currency", { ...entry, market: { ...market, quote: "EUR" } }, "quote-currency"],
    [
      "a symbol in another currency than its market",
      { ...entry, decision: { ...decision, symbol: "BTC/EUR" as MarketSymbol } },
      "quote-currency",
    ],
    ["a slot taken up late", { ...entry, late: true }, "late-slot"],
    ["something held that cannot be followed", { ...entry, blind: true }, "blind"],
    ["a venue that differs from the journal", { ...entry, accountBar: "it differs" }, "account-differs"],
    ["60 s after a 5m close", late(60_000), "accepted"],
    ["more than 60 s after a 5m close", late(60_001), "late-slot"],
    ["stale analysis", { ...entry, freshness: "drifted" }, "analysis-fresh"],
    ["missing analysis", { ...entry, freshness: "missing", analysis: null }, "analysis-fresh"],
    ["an analysis other than the one decided on", { ...entry, analysis: { ...analysis, id: "a2" } }, "analysis-fresh"],
    ["another timeframe's analysis", { ...entry, analysis: { ...analysis, timeframe: "1h" } }, "analysis-fresh"],
    ["another market's analysis", { ...entry, analysis: { ...analysis, symbol: ETH } }, "analysis-fresh"],
    [
      "partial warm-up",
      { ...entry, analysis: { ...analysis, indicators: { ...analysis.indicators, warmup: "partial" } } },
      "warm-up",
    ],
    ["verdict block", withSecurity({ verdict: "block" }), "security"],
    ["verdict unknown", withSecurity({ verdict: "unknown" }), "security"],
    ["verdict caution", withSecurity({ verdict: "caution" }), "accepted"],
    ["verdict not-applicable", withSecurity({ verdict: "not-applicable" }), "accepted"],
    ["security expiring this moment", withSecurity({ validUntilMs: SLOT_MS }), "security"],
    ["security valid one ms longer", withSecurity({ validUntilMs: SLOT_MS + 1 }), "accepted"],
    ["base already held", withPortfolio(entry, { positions: held(position(BTC, "0.1")) }), "already-open"],
    [
      "base held against another quote",
      withPortfolio(entry, { positions: held(position("BTC/USDC" as MarketSymbol, "0.1")) }),
      "already-open",
    ],
    [
      "base held as dust",
      withPortfolio(entry, { positions: held({ ...position(BTC, "0.01"), dust: true }) }),
      "accepted",
    ],
    ["base on order", withPortfolio(entry, { orders: onOrder(order({ symbol: BTC })) }), "already-open"],
    ["2 of 3 cooldown candles", exitedAgo(3 * FIVE_MINUTES - 1), "cooldown"],
    ["3 of 3 cooldown candles", exitedAgo(3 * FIVE_MINUTES), "accepted"],
    ["day loss latched", withPortfolio(entry, { loss: { ...loss, dayLossLatched: true } }), "day-loss"],
    ["drawdown latched", withPortfolio(entry, { loss: { ...loss, drawdownLatched: true } }), "drawdown"],
    ["9 positions", withPortfolio(entry, { positions: many(9) }), "accepted"],
    ["10 positions", withPortfolio(entry, { positions: many(10) }), "max-positions"],
    [
      "9 positions and an entry",
      withPortfolio(entry, { positions: many(9), orders: onOrder(order()) }),
      "max-positions",
    ],
    ["1 entry in the slot", { ...entry, entriesThisSlot: 1 }, "accepted"],
    ["2 entries in the slot", { ...entry, entriesThisSlot: 2 }, "slot-limit"],
    ["exposure at the limit", withPortfolio(entry, { positions: held(position(ETH, "18")) }), "accepted"],
    ["exposure above the limit", withPortfolio(entry, { positions: held(position(ETH, "18.001")) }), "exposure"],
    [
      "exposure with a working entry",
      withPortfolio(entry, { positions: held(position("A/USDT" as MarketSymbol, "16.001")), orders: onOrder(order()) }),
      "exposure",
    ],
    [
      "a working entry without a price",
      { ...withPortfolio(entry, { orders: onOrder(order()) }), marks: new Map() },
      "exposure",
    ],
    ["cash that covers notional, slippage and fee", withPortfolio(entry, { cash: "200.3001" as Money }), "accepted"],
    ["cash a little short of the costs", withPortfolio(entry, { cash: "200.3" as Money }), "cash"],
    [
      "cash tied up by a working entry",
      withPortfolio(entry, { cash: "400.6001" as Money, orders: onOrder(order()) }),
      "cash",
    ],
    [
      "cash beside a working entry",
      withPortfolio(entry, { cash: "400.6002" as Money, orders: onOrder(order()) }),
      "accepted",
    ],
    ["quote 2 % off par", { ...entry, quoteOffPar: { offPct: 2, symbol: PEG } }, "accepted"],
    ["quote more than 2 % off par", { ...entry, quoteOffPar: { offPct: 2.01, symbol: PEG } }, "quote-peg"],
    ["quote of which nothing says whether it is at par", { ...entry, quoteOffPar: "no pair shows it" }, "quote-peg"],
    [
      "no ATR for the limit",
      {
        ...entry,
        terms: { ...TERMS, entryStyle: "limit-at-quote" },
        analysis: { ...analysis, indicators: { ...analysis.indicators, atr: null } },
      },
      "entry-price",
    ],
    [
      "a stop that no tick can express",
      {
        ...entry,
        decision: { ...decision, price: 1e-8 },
        market: { ...market, tickSize: "0.00000001", stepSize: "1" },
      },
      "entry-price",
    ],
    [
      "a tick so coarse that the stop of the fill is at the price",
      {
        ...entry,
        decision: { ...decision, price: 3e-8 },
        market: { ...market, tickSize: "0.00000001", stepSize: "1" },
      },
      "entry-price",
    ],
    [
      "a price of 1e-7 with ticks of 1e-8",
      {
        ...entry,
        decision: { ...decision, price: 1e-7 },
        market: { ...market, tickSize: "0.00000001", stepSize: "1" },
      },
      "accepted",
    ],
    ["the leader 3 deviations down within the hour", { ...entry, leaderHourSigmas: -3 }, "accepted"],
    ["the leader a little more than 3 down", { ...entry, leaderHourSigmas: -3.000001 }, "leader-shock"],
    ["the leader far up", { ...entry, leaderHourSigmas: 9 }, "accepted"],
    ["a leader of whom nothing is known", { ...entry, leaderHourSigmas: null }, "accepted"],
    ["2 of its cluster held", clustered(entry, 2), "accepted"],
    ["3 of its cluster held", clustered(entry, 3), "cluster-cap"],
    ["3 held that move apart from it", { ...clustered(entry, 3), relationships: oneCluster(moved) }, "accepted"],
    [
      "3 of its cluster held, all of which may be linked",
      mayJoin(clustered(entry, 3), [BTC, coin(0), coin(1), coin(2), coin(3)]),
      "cluster-cap",
    ],
    [
      "3 held, of which 2 may be linked: no cluster is looked at",
      mayJoin(clustered(entry, 3), [BTC, coin(0)]),
      "accepted",
    ],
    ["3 held, and nobody knows what moves together", { ...clustered(entry, 3), relationships: null }, "accepted"],
    [
      "2 of its cluster held and one on order",
      withPortfolio(clustered(entry, 2), { orders: onOrder(order({ symbol: coin(2) })) }),
      "cluster-cap",
    ],
    [
      "2 of its cluster held and the rest of one as dust",
      withPortfolio(clustered(entry, 2), {
        positions: held(position(coin(0), "1"), position(coin(1), "1"), { ...position(coin(2), "1"), dust: true }),
      }),
      "accepted",
    ],
    [
      "3 of its cluster held, two of them one asset in two currencies",
      withPortfolio(clustered(entry, 2), {
        positions: held(position(coin(0), "1"), position(coin(1), "1"), position("C1/USDC" as MarketSymbol, "1")),
      }),
      "accepted",
    ],
    ["a cluster of its own, larger than the limit, of which nothing is held", clustered(entry, 0), "accepted"],
    [
      "3 of its cluster held where 4 are allowed",
      { ...clustered(entry, 3), limits: { ...entry.limits, maxEntriesPerCluster: 4 } },
      "accepted",
    ],
    ["a debate that agrees", { ...entry, debate: agreeing }, "accepted"],
    ["a debate that vetoes", { ...entry, debate: vetoing }, "second-opinion"],
    [
      "a veto whose last close is over",
      {
        ...entry,
        debate: {
          ...vetoing,
          forAsOfMs: unixMs(SLOT_MS - 2 * FIVE_MINUTES),
          validUntilMs: unixMs(SLOT_MS - FIVE_MINUTES),
        },
      },
      "accepted",
    ],
    ["a veto for closes to come", { ...entry, debate: { ...vetoing, forAsOfMs: unixMs(SLOT_MS + 1) } }, "accepted"],
    [
      "a veto at its last close",
      { ...entry, debate: { ...vetoing, forAsOfMs: unixMs(SLOT_MS - 11 * FIVE_MINUTES) } },
      "second-opinion",
    ],
    [
      "a veto whose price is at its bound",
      { ...entry, debate: { ...vetoing, bounds: { above: 100, below: 101 } } },
      "second-opinion",
    ],
    [
      "a veto whose price is outside its bounds",
      { ...entry, debate: { ...vetoing, bounds: { above: 100.01, below: null } } },
      "accepted",
    ],
    ["equity too small for the minimum", { ...entry, equity: "250" as Money }, "market-filters"],
  ] as const)("%s", (_name, input, expected) => {
    expect(ruleOf(input)).toBe(expected);
  });

  it("says what was and what the limit is", () => {
    expect(reasonOf(withPortfolio(entry, { positions: held(position(ETH, "18.4")) }))).toBe(
      "exposure 20.4 % would exceed the limit of 20 %",
    );
    expect(reasonOf(withPortfolio(entry, { positions: held(position(ETH, "18.001")) }))).toBe(
      "exposure 20.001 % would exceed the limit of 20 %",
    );
    expect(reasonOf({ ...entry, quoteOffPar: { offPct: 3.0931, symbol: PEG } })).toBe(
      "USDT is 3.0931 % off par by USDC/USDT; the limit is 2 %",
    );
  });

  it("names who moves with it, and who fell how far", () => {
    expect(reasonOf(clustered(entry, 3))).toBe(
      "C0/USDT, C1/USDT, C2/USDT move with it and are open or on order; the limit is 3 per cluster",
    );
    expect(reasonOf({ ...entry, leaderHourSigmas: -3.25, relationships: oneCluster([ETH, BTC]) })).toBe(
      "ETH/USDT fell 3.25 daily standard deviations within an hour; the limit is 3",
    );
    const onTimeframe = (timeframe: "4h" | "1d" | "1h") =>
      reasonOf({
        ...entry,
        decision: { ...decision, timeframe },
        analysis: { ...analysis, timeframe },
        leaderHourSigmas: -4,
      });
    expect(onTimeframe("1h")).toContain("within an hour;");
    expect(onTimeframe("4h")).toContain("within one candle of 4h;");
    expect(onTimeframe("1d")).toContain("within one candle of 1d;");
  });

  it("says until when the day's loss bars entries: at 00:00 it is the day that just ends", () => {
    const latched = (dayStartMs: number, slotMs = SLOT_MS) =>
      reasonOf({
        ...withPortfolio(entry, { loss: { ...loss, dayStartMs, dayChangePct: -2.5, dayLossLatched: true } }),
        slotMs,
        nowMs: slotMs,
      });
    expect(latched(1_699_920_000_000)).toMatch(/^equity is -2.5 % on the day .* no entries until 00:00 UTC$/);
    const midnight = unixMs(1_700_006_400_000);
    expect(latched(1_699_920_000_000, midnight)).toMatch(/no entries at the close that ends it$/);
  });

  it("a debate that shrinks makes the order smaller by its share, while it holds only, and never larger", () => {
    const half = { ...agreeing, verdict: "shrink" as const, sizeRatio: 0.5 };
    expect(gate({ ...entry, debate: half })).toMatchObject({ accepted: true, order: { quantity: "1" } });
    const late = { ...half, validUntilMs: unixMs(SLOT_MS - FIVE_MINUTES) };
    expect(gate({ ...entry, debate: late })).toMatchObject({ order: { quantity: "2" } });
    expect(gate({ ...entry, debate: { ...agreeing, sizeRatio: 0.5 } })).toMatchObject({ order: { quantity: "2" } });
  });

  it("marks a position at its average price where no close is known, never at nothing", () => {
    const input = withPortfolio(entry, { positions: held(position("A/USDT" as MarketSymbol, "1", "1801")) });
    expect(ruleOf(input)).toBe("exposure");
    expect(ruleOf({ ...input, marks: new Map([["A/USDT" as MarketSymbol, Number.NaN]]) })).toBe("exposure");
  });

  it("names the first rule that objects", () => {
    expect(ruleOf({ ...withPortfolio(entry, { control: "paused" }), late: true, quote: "EUR" })).toBe("pause");
  });

  it("counts the limit price of a working limit entry, not its mark", () => {
    const waiting = order({ type: "limit", limitPrice: "901" as Price });
    expect(ruleOf(withPortfolio(entry, { orders: onOrder(waiting) }))).toBe("exposure");
  });

  it("lets the full exit pass with every entry rule tripped at once", () => {
    const tripped: GateInput = {
      ...exit,
      analysis: null,
      freshness: "missing",
      market: { ...market, active: false },
      admitted: { include: ["*"], exclude: ["*/USDT"] },
      quote: "EUR",
      nowMs: unixMs(SLOT_MS + 10 * FIVE_MINUTES),
      late: true,
      blind: true,
      accountBar: "the venue has less than the journal says",
      entriesThisSlot: 99,
      quoteOffPar: { offPct: 50, symbol: PEG },
      leaderHourSigmas: -3.5,
      relationships: oneCluster([decision.symbol, coin(0), coin(1)]),
      debate: vetoing,
      equity: "1" as Money,
      marks: new Map(),
      terms: { ...TERMS, entryStyle: "limit-at-quote", sharePct: 50 },
      portfolio: {
        ...portfolio,
        control: "paused",
        blocked: blocking("BTC"),
        cash: "0" as Money,
        positions: held(position(BTC, "2"), ...many(20).values()),
        orders: onOrder(order()),
        lastExitMs: new Map([[ofMarket(BTC), SLOT_MS]]),
        loss: { ...loss, dayLossLatched: true, drawdownLatched: true },
        rules: standing({ type: "no-entries", scope: { kind: "all" }, when: { kind: "always" } }),
      },
    };
    expect(gate(tripped)).toMatchObject({ accepted: true, order: { quantity: "2" } });
    for (const [name, rule] of ENTRIES_ONLY) {
      if (["entry-price", "warm-up", "security"].includes(name)) continue;
      const draft = { status: "sized", quantity: "2" as Quantity, notional: "200" as Money, limitPrice: null } as const;
      expect(rule(tripped, draft), name).not.toBeNull();
    }
  });
});
