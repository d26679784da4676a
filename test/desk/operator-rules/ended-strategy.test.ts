// A strategy that was ended decides nothing any more; the operator's rules and the token's verdict still bind what it holds.
import { describe, expect, it } from "vitest";
import { addOperatorRule } from "#desk/operator-rules/add-rule.ts";
import type { OperatorRule } from "#schemas/operator-rule.ts";
import { patience } from "#test/support/desk.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { openStaged } from "../watch/staged-world.ts";

/** Buys at once, and throws from the moment it is told to. */
function doomed() {
  const state = { throws: false };
  const strategy = compileStrategy(
    defineStrategy({
      id: "doomed",
      title: "Buys, then throws",
      indicators: {},
      enter: () => {
        if (state.throws) throw new Error("its end");
        return { strength: 1, because: "always" };
      },
    }),
    { file: null },
  );
  return { state, strategy };
}

async function holdingWithoutStrategy() {
  const { state, strategy } = doomed();
  const staged = await openStaged({ strategies: [strategy] });
  await staged.run(3);
  state.throws = true;
  await staged.run(2);
  const { desk } = staged.test();
  expect(desk.hosts.map(({ fault }) => fault !== null)).toEqual([true]);
  const held = () => [...staged.test().desk.account.portfolio().positions.values()].filter(({ dust }) => !dust);
  expect(held()).toHaveLength(2);
  const exits = async () =>
    (await staged.test().events()).flatMap((e) =>
      e.type === "decision" && e.decision.action === "exit" ? [e.decision] : [],
    );
  return { staged, held, exits };
}

describe("what an ended strategy holds", () => {
  it("is sold where a rule does not let it be held", async () => {
    const { staged, held, exits } = await holdingWithoutStrategy();
    const rule: OperatorRule = {
      type: "no-hold-over",
      scope: { kind: "assets", assets: ["AAA"] },
      when: { kind: "hours", from: "09:00", to: "12:00" },
      hoursBefore: 0,
    };
    await addOperatorRule(staged.test().desk, { rule, words: "not AAA", by: "operator" }, patience);
    await staged.run(2);
    expect(held().map(({ symbol }) => symbol)).toEqual(["BBB/USDT"]);
    expect(await exits()).toMatchObject([
      { symbol: "AAA/USDT", strategyId: "doomed", reason: expect.stringMatching(/^your rule r1/) },
    ]);
  });

  it("is sold where its token turned to block, and stays else", async () => {
    const { staged, held, exits } = await holdingWithoutStrategy();
    await staged.run(2);
    expect(held()).toHaveLength(2);
    staged.world.verdict = "block";
    // Until the reports at hand have expired.
    for (let slot = 0; slot < 40 && held().length > 0; slot++) await staged.run(1);
    expect(held()).toEqual([]);
    expect((await exits()).map(({ reason }) => reason)).toEqual(
      Array(2).fill(expect.stringMatching(/turned to block/)),
    );
  });
});
