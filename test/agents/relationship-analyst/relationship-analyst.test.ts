import { describe, expect, it } from "vitest";
import { analyseRelationships, relationshipsTopic } from "#agents/relationship-analyst/relationship-analyst.ts";
import type { TopicDraft } from "#memory/topics.ts";
import { Relationships } from "#schemas/relationship.ts";
import { TopicRecord } from "#schemas/topic.ts";
import { type MarketSymbol, unixMs, type VenueId } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { groupReturns, HOUR_MS, noise, seriesWith, symbolOf } from "#test/toolkits/relationships/fixture.ts";
import { analysis } from "#test/toolkits/risk/fixture.ts";
import { returnsUpTo } from "#toolkits/relationships/returns.ts";

const [BTC, ETH, ODD, NEW] = ["BTC", "ETH", "ODD", "NEW"].map(symbolOf) as [
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
];
const VENUE = "sim:1" as VenueId;
const NOW_MS = unixMs(HOUR_MS + 3_000);

/** Topics that keep what they are told. */
function notebook() {
  const drafts: TopicDraft[] = [];
  const topics = {
    remember: async (draft: TopicDraft) => {
      drafts.push(draft);
      return TopicRecord.parse({
        kind: "digest",
        deskId: null,
        topic: draft.topic,
        id: "t1",
        schemaVersion: 1,
        definitionId: "def",
        asOfMs: NOW_MS,
        computedAtMs: NOW_MS,
        validUntilMs: draft.validUntilMs,
        sources: [],
        body: draft.body,
      });
    },
  };
  return { drafts, topics };
}

function reads() {
  const series = [
    seriesWith(BTC, groupReturns(1, 1, 0.95), { after: [1, 2, 0.5] }),
    seriesWith(ETH, groupReturns(1, 2, 0.95)),
    seriesWith(ODD, noise(9, 288)),
    seriesWith(NEW, noise(8, 50)),
  ];
  return { hourMs: HOUR_MS, returns: new Map(series.map((one) => [one.symbol, returnsUpTo(one, HOUR_MS)])) };
}

const chained = { ...analysis, symbol: ETH, security: { ...analysis.security, chain: "ethereum" } };

describe("the RelationshipAnalyst", () => {
  it("relates what it has heard, and remembers it as the digest of venue and timeframe, on the analyses it was given", async () => {
    const { drafts, topics } = notebook();
    const deps = { topics, venueId: VENUE, pause: async () => undefined };
    const request = {
      reads: reads(),
      timeframe: "5m" as const,
      order: [BTC, ETH, ODD, NEW],
      analyses: [chained],
      nowMs: NOW_MS,
    };
    const found = await analyseRelationships(deps, request, patience);
    expect(found).toMatchObject({ hourMs: HOUR_MS, timeframe: "5m", leader: BTC, linkedToLeader: [ETH] });
    expect(found.clusters.map(({ members }) => members)).toEqual([[BTC, ETH]]);
    // Of a market with too few candles none is known.
    expect(found.betas?.map(({ symbol, rows }) => [symbol, rows])).toEqual([BTC, ETH, ODD].map((one) => [one, 288]));
    expect(found.betas?.[0]?.beta).toBe(1);
    expect(found.betas?.[1]?.beta).toBeCloseTo(0.9, 1);
    expect(drafts).toEqual([
      {
        kind: "digest",
        topic: "relationships:5m@sim:1",
        body: found,
        sources: [chained],
        validUntilMs: HOUR_MS + 3_600_000,
      },
    ]);
    // As it comes back from the store.
    expect(Relationships.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  });

  it("reads what was remembered before betas were worked out, and knows none of it", () => {
    const before = { hourMs: HOUR_MS, timeframe: "5m", leader: BTC, clusters: [], linkedToLeader: [], labels: {} };
    expect(Relationships.parse(before).betas).toBeUndefined();
  });

  it("says what is known of each asset, and null where nothing is", async () => {
    const { topics } = notebook();
    const { labels } = await analyseRelationships(
      { topics, venueId: VENUE, pause: async () => undefined },
      { reads: reads(), timeframe: "5m", order: [BTC, ETH, NEW], analyses: [chained], nowMs: NOW_MS },
      patience,
    );
    expect(labels).toEqual({
      BTC: { sector: "layer-1", chain: null },
      ETH: { sector: "layer-1", chain: "ethereum" },
      NEW: { sector: null, chain: null },
    });
  });

  it("holds for as long as the candles do where they are longer than an hour", async () => {
    const { drafts, topics } = notebook();
    await analyseRelationships(
      { topics, venueId: VENUE, pause: async () => undefined },
      { reads: { hourMs: HOUR_MS, returns: new Map() }, timeframe: "4h", order: [], analyses: [], nowMs: NOW_MS },
      patience,
    );
    expect(drafts[0]).toMatchObject({ topic: relationshipsTopic("4h", VENUE), validUntilMs: HOUR_MS + 4 * 3_600_000 });
  });
});
