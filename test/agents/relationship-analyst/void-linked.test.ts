// With a Khala of a few lines; what it does to a whole desk stands in test/scheduler/shock.test.ts.
import { describe, expect, it } from "vitest";
import { type VoidLinkedParts, voidLinked } from "#agents/relationship-analyst/void-linked.ts";
import { type Analysis, type Recall, StaleReason } from "#schemas/analysis.ts";
import type { VenueId } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { analysis, BTC, ETH, oneCluster, SLOT_MS } from "#test/toolkits/risk/fixture.ts";

const leader: Analysis = { ...analysis, symbol: BTC };

/** A Khala that says this of the leader, and fails at the n-th invalidation. */
function khalaThatSays(recall: Recall, failAt = Number.POSITIVE_INFINITY) {
  const voided: unknown[] = [];
  let calls = 0;
  const khala: VoidLinkedParts["khala"] = {
    recall: async () => recall,
    invalidate: async (scope) => {
      calls += 1;
      if (calls === failAt) throw new Error("the store is gone");
      voided.push(scope);
      return scope.symbol === ETH && failAt === 0 ? 0 : 1;
    },
  };
  return { khala, voided };
}

const stale = (reason: StaleReason): Recall => ({ status: "stale", record: leader, ageMs: 0, reason });
const partsOf = (khala: VoidLinkedParts["khala"]): VoidLinkedParts => ({
  khala,
  venueId: "sim:1" as VenueId,
  timeframe: "5m",
  relationships: oneCluster([BTC, ETH]),
  memory: { actedOnAnalysisId: null },
});
const move = { price: 90, nowMs: SLOT_MS };

describe("voidLinked", () => {
  it("heeds a drifted leader and nothing else", async () => {
    for (const reason of StaleReason.options) {
      const { khala, voided } = khalaThatSays(stale(reason));
      await voidLinked(partsOf(khala), move, patience);
      expect(voided.length, reason).toBe(reason === "drifted" ? 2 : 0);
    }
    for (const recall of [{ status: "missing" }, { status: "fresh", record: leader, ageMs: 0 }] as const) {
      const { khala, voided } = khalaThatSays(recall);
      await voidLinked(partsOf(khala), move, patience);
      expect(voided).toEqual([]);
    }
  });

  it("that is cut short is not taken for done: the next call takes back all of it", async () => {
    const { khala, voided } = khalaThatSays(stale("drifted"), 2);
    const parts = partsOf(khala);
    await expect(voidLinked(parts, move, patience)).rejects.toThrow("the store is gone");
    expect(parts.memory.actedOnAnalysisId).toBeNull();
    expect(await voidLinked(parts, move, patience)).toEqual([BTC, ETH]);
    expect(voided).toHaveLength(3);
    expect(await voidLinked(parts, move, patience)).toEqual([]);
  });

  it("names only markets of which there was something to take back", async () => {
    const { khala } = khalaThatSays(stale("drifted"), 0);
    expect(await voidLinked(partsOf(khala), move, patience)).toEqual([BTC]);
  });

  it("does nothing without relationships or without a leader", async () => {
    for (const relationships of [null, { ...oneCluster([BTC, ETH]), leader: null }]) {
      const { khala, voided } = khalaThatSays(stale("drifted"));
      expect(await voidLinked({ ...partsOf(khala), relationships }, move, patience)).toEqual([]);
      expect(voided).toEqual([]);
    }
  });
});
