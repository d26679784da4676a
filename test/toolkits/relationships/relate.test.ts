import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusterOf } from "#schemas/relationship.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { LINKED_CORRELATION, relate, relateInSteps } from "#toolkits/relationships/relate.ts";
import { groupReturns, HOUR_MS, noise, pearson, symbolOf } from "./fixture.ts";

const at = (order: readonly MarketSymbol[]) => ({ hourMs: HOUR_MS, timeframe: "5m" as const, order });
const [A, B, C, D, E] = ["A", "B", "C", "D", "E"].map(symbolOf) as [
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
];
const relateAll = (returns: ReadonlyMap<MarketSymbol, Float64Array>) => relate(returns, at([...returns.keys()]));

describe("relate", () => {
  it("finds the groups, names each by its most liquid market, and leaves out who is alone", () => {
    const found = relateAll(
      new Map([
        [A, groupReturns(1, 1, 0.95)],
        [B, groupReturns(2, 2, 0.95)],
        [C, groupReturns(1, 3, 0.95)],
        [D, groupReturns(3, 4, 0.95)],
        [E, groupReturns(2, 5, 0.95)],
      ]),
    );
    expect(found).toMatchObject({ hourMs: HOUR_MS, timeframe: "5m", leader: A, linkedToLeader: [C], labels: {} });
    expect(found.clusters.map(({ id, members }) => ({ id, members }))).toEqual([
      { id: A, members: [A, C] },
      { id: B, members: [B, E] },
    ]);
    expect(clusterOf(found, E)).toEqual([B, E]);
    expect(clusterOf(found, D)).toEqual([D]);
  });

  it("links by complete linkage: a market that moves with one member and not with the other stays out", () => {
    // B lies between A and C: it is linked with both, they are not with each other.
    const [x, y] = [noise(1, 288), noise(2, 288)];
    const mix = (share: number) => x.map((value, i) => share * value + Math.sqrt(1 - share ** 2) * (y[i] ?? 0));
    const returns = new Map([
      [A, mix(1)],
      [B, mix(0.85)],
      [C, mix(0.5)],
    ]);
    const correlation = (one: MarketSymbol, other: MarketSymbol) =>
      pearson([...(returns.get(one) ?? [])], [...(returns.get(other) ?? [])]);
    expect(correlation(A, B)).toBeGreaterThan(LINKED_CORRELATION);
    expect(correlation(B, C)).toBeGreaterThan(LINKED_CORRELATION);
    expect(correlation(A, C)).toBeLessThan(LINKED_CORRELATION);
    expect(relateAll(returns).clusters).toEqual([
      { id: A, members: [A, B], minCorrelation: expect.closeTo(correlation(A, B), 5) },
    ]);
    // In another order of liquidity C is there first, and A has to stay out.
    expect(relate(returns, at([C, B, A])).clusters.map(({ members }) => members)).toEqual([[C, B]]);
  });

  it("what is linked with the leader is so by itself, whichever cluster it has joined", () => {
    const [x, y] = [noise(1, 288), noise(2, 288)];
    const mix = (share: number) => x.map((value, i) => share * value + Math.sqrt(1 - share ** 2) * (y[i] ?? 0));
    // D is linked with the leader A and with C, but B, which is in A's cluster already, keeps it out.
    const returns = new Map([
      [A, mix(0.85)],
      [B, mix(0.45)],
      [D, mix(1)],
    ]);
    const found = relateAll(returns);
    expect(found.clusters.map(({ members }) => members)).toEqual([[A, B]]);
    expect(found.linkedToLeader).toEqual([B, D]);
  });

  it("a market that has not moved is alone, and so is one that nobody has read", () => {
    const found = relate(
      new Map([
        [A, groupReturns(1, 1, 0.99)],
        [B, new Float64Array(288)],
        [C, new Float64Array(288).fill(0.001)],
        [D, groupReturns(1, 2, 0.99)],
      ]),
      at([E, A, B, C, D]),
    );
    expect(found.clusters.map(({ members }) => members)).toEqual([[A, D]]);
    // The leader is the most liquid one even where nothing is known of it; then nothing hangs on it.
    expect(found).toMatchObject({ leader: E, linkedToLeader: [] });
  });

  it("is empty for nobody", () => {
    expect(relate(new Map(), at([]))).toMatchObject({ leader: null, clusters: [], linkedToLeader: [] });
  });

  it("compares a short past with the newest part of a long one", () => {
    const long = groupReturns(1, 1, 0.99);
    const found = relateAll(
      new Map([
        [A, long],
        [B, groupReturns(1, 2, 0.99).slice(-120)],
        [C, groupReturns(1, 3, 0.99).slice(0, 120)],
      ]),
    );
    expect(found.clusters.map(({ members }) => members)).toEqual([[A, B]]);
    // One that had not moved in the part that both have is not linked, whatever it did before.
    const late = long.map((value, i) => (i < 168 ? value : 0));
    const still = relateAll(
      new Map([
        [A, late],
        [B, groupReturns(1, 2, 0.99).slice(-120)],
      ]),
    );
    expect(still.clusters).toEqual([]);
  });

  it("negative correlation is no link", () => {
    const returns = groupReturns(1, 1, 0.95);
    expect(
      relateAll(
        new Map([
          [A, returns],
          [B, returns.map((value) => -value)],
        ]),
      ).clusters,
    ).toEqual([]);
  });
});

describe("whatever the markets", () => {
  const markets = fc.array(
    fc.record({
      group: fc.integer({ min: 1, max: 4 }),
      share: fc.constantFrom(0, 0.6, 0.85, 0.9, 0.99, 1),
      length: fc.constantFrom(288, 288, 288, 150, 100),
      scale: fc.constantFrom(1, 1e-6, 50),
    }),
    { maxLength: 14 },
  );
  const returnsOf = (drawn: readonly { group: number; share: number; length: number; scale: number }[]) =>
    new Map(
      drawn.map(({ group, share, length, scale }, i) => [
        symbolOf(`M${i}`),
        groupReturns(group, i, share)
          .slice(-length)
          .map((value) => value * scale),
      ]),
    );

  it("every two of a cluster are linked by the definition, every one is in one cluster at most, and its first was there first", () => {
    fc.assert(
      fc.property(markets, (drawn) => {
        const returns = returnsOf(drawn);
        const order = [...returns.keys()];
        const { clusters, leader, linkedToLeader } = relate(returns, at(order));
        const tail = (symbol: MarketSymbol, count: number) => [...(returns.get(symbol) ?? [])].slice(-count);
        const correlation = (a: MarketSymbol, b: MarketSymbol) => {
          const count = Math.min(returns.get(a)?.length ?? 0, returns.get(b)?.length ?? 0);
          return pearson(tail(a, count), tail(b, count));
        };
        const members = clusters.flatMap((cluster) => cluster.members);
        expect(new Set(members).size).toBe(members.length);
        for (const cluster of clusters) {
          expect(cluster.members.length).toBeGreaterThan(1);
          expect(cluster.id).toBe(cluster.members[0]);
          expect(cluster.members).toEqual(order.filter((symbol) => cluster.members.includes(symbol)));
          const pairs = cluster.members.flatMap((a, i) => cluster.members.slice(i + 1).map((b) => correlation(a, b)));
          expect(Math.min(...pairs)).toBeCloseTo(cluster.minCorrelation, 5);
          expect(cluster.minCorrelation).toBeGreaterThanOrEqual(0.75 - 1e-6);
        }
        // Nobody stays out of a cluster that was there before and would have taken it.
        for (const symbol of order) {
          const own = clusters.find((cluster) => cluster.members.includes(symbol));
          for (const cluster of clusters) {
            if (cluster === own) break;
            const before = cluster.members.filter((member) => order.indexOf(member) < order.indexOf(symbol));
            if (before.length === 0) continue;
            expect(before.some((member) => correlation(member, symbol) < 0.75 + 1e-9)).toBe(true);
          }
        }
        expect(leader).toBe(order[0] ?? null);
        const linked = order.slice(1).filter((symbol) => correlation(order[0] ?? symbol, symbol) >= 0.75);
        expect(linkedToLeader).toEqual(linked);
      }),
      { numRuns: 300 },
    );
  });

  it("the scale of a market's moves changes nothing", () => {
    fc.assert(
      fc.property(markets, fc.constantFrom(1e-3, 7, 400), (drawn, factor) => {
        const returns = returnsOf(drawn);
        const scaled = new Map([...returns].map(([symbol, values]) => [symbol, values.map((value) => value * factor)]));
        const { clusters } = relateAll(returns);
        expect(relateAll(scaled).clusters.map(({ members }) => members)).toEqual(
          clusters.map(({ members }) => members),
        );
      }),
    );
  });
});

describe("thousands of markets", () => {
  const returns = new Map(
    Array.from({ length: 1500 }, (_, i) => [symbolOf(`M${i}`), groupReturns(i % 300, i, i % 5 === 0 ? 0 : 0.95, 120)]),
  );

  it("are related with pauses, between which no more than a few thousand pairs are looked at, and to the same end", async () => {
    const order = [...returns.keys()];
    let pauses = 0;
    const inSteps = await relateInSteps(returns, at(order), async () => {
      pauses += 1;
    });
    expect(inSteps).toEqual(relate(returns, at(order)));
    expect(inSteps.clusters.length).toBeGreaterThan(200);
    // 300 singles and 300 groups met by 1,500 markets: some 360,000 pairs or more, 4,096 to a step and one market's over.
    expect(pauses).toBeGreaterThan(60);
  });

  it("a few are related without a pause", async () => {
    const few = [...returns.keys()].slice(0, 50);
    await relateInSteps(returns, at(few), () => Promise.reject(new Error("paused")));
  });
});
