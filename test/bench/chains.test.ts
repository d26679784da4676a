// Three seeds of what docs/evaluation.md states of ten.
import { describe, expect, it } from "vitest";
import { chainQuestions, scoreChains } from "#bench/evaluation/chains.ts";
import { mean } from "#bench/evaluation/statistics.ts";

const SEEDS = [1, 2, 3];

function scoresAt(rate: number) {
  const streams = SEEDS.map((seed) => chainQuestions(seed, rate));
  const of = (transitions: "with" | "without") => {
    const scores = streams.map((asked) => scoreChains(asked, transitions));
    return { bits: mean(scores.map(({ bits }) => bits)), hit5: mean(scores.map(({ hit5 }) => hit5)) };
  };
  return { with: of("with"), without: of("without") };
}

describe("the guess by what follows what", () => {
  it("has half of the questions among the five likeliest where seven of ten are followed up", () => {
    const scores = scoresAt(0.7);
    expect(scores.with.hit5).toBeGreaterThanOrEqual(0.5);
    expect(scores.with.bits).toBeLessThan(scores.without.bits - 1);
  });

  it("costs nothing where nothing follows", () => {
    const scores = scoresAt(0);
    expect(scores.with.bits).toBeLessThan(scores.without.bits + 0.005);
    expect(scores.with.hit5).toBeGreaterThan(scores.without.hit5 - 0.005);
  });
});
