// One debate with plain values, for tests that look at few of its members.
import type { Debate, DebateRole } from "#schemas/debate.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { unixMs } from "#schemas/units.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { AS_OF_MS } from "./an-analysis.ts";

export const aRole = (probability: number | null = 0.4, change: Partial<DebateRole> = {}): DebateRole => ({
  probability,
  points: [],
  author: {
    model: "test/m",
    instructions: "aaaaaaaaaaaaaaaa",
    prompt: "bbbbbbbbbbbbbbbb",
    inputTokens: 100,
    outputTokens: 10,
    estimatedTokens: 0,
  },
  ...change,
});

export const aDebate = (change: Partial<Debate> = {}): Debate => {
  const forAsOfMs = change.forAsOfMs ?? unixMs(AS_OF_MS + 300_000);
  return {
    debateId: "debate",
    symbol: "BTC/USDT" as MarketSymbol,
    strategyId: STRATEGY,
    timeframe: "5m",
    madeAtMs: unixMs(forAsOfMs - 300_000),
    forAsOfMs,
    validUntilMs: forAsOfMs,
    bounds: { above: null, below: null },
    probability: 0.4,
    verdict: "agree",
    sizeRatio: 1,
    bull: aRole(0.6),
    bear: aRole(0.3),
    judge: aRole(0.4),
    facts: [],
    analysisIds: ["analysis-of-BTC/USDT"],
    ...change,
  };
};
