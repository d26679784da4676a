import { describe, expect, it } from "vitest";
import { nearestFirst, triggerRow } from "#apps/commands/triggers.ts";
import type { Triggers } from "#schemas/analysis.ts";
import type { SecurityVerdict } from "#schemas/security.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { makeAnalysis } from "../memory/fixtures.ts";

interface Seen {
  readonly enter?: number | null;
  readonly exit?: number | null;
  readonly verdict?: SecurityVerdict;
  readonly held?: boolean;
}

/** A market at 100. */
function row(base: string, { enter = 90, exit = 110, verdict = "clear", held = false }: Seen = {}) {
  const triggers: Triggers = { enterAtOrBelow: enter, exitAtOrAbove: exit };
  const { security } = makeAnalysis();
  const symbol = MarketSymbol.parse(`${base}/USDT`);
  return triggerRow(makeAnalysis({ symbol, triggers, security: { ...security, verdict } }), held);
}

const order = (...rows: readonly ReturnType<typeof row>[]) =>
  rows.toSorted(nearestFirst).map(({ symbol }) => symbol.split("/")[0]);

describe("triggers", () => {
  it("stand with their distance from the price, in percent and signed", () => {
    expect(row("A", { enter: 97.5, exit: 104 })).toMatchObject({
      price: 100,
      enterAtOrBelow: 97.5,
      enterDistancePct: expect.closeTo(-2.5, 9),
      exitAtOrAbove: 104,
      exitDistancePct: expect.closeTo(4, 9),
      verdict: "clear",
      held: false,
    });
    expect(row("A", { enter: null, exit: null })).toMatchObject({ enterDistancePct: null, exitDistancePct: null });
  });

  it("come nearest first: by the entry, of what is held by the exit; a close that may even rise comes before all", () => {
    expect(
      order(
        row("FAR", { enter: 80, exit: 100.1 }),
        row("NEAR", { enter: 99, exit: 120 }),
        row("HELD", { enter: 99.9, exit: 105, held: true }),
        row("PAST", { enter: 101 }),
      ),
    ).toEqual(["PAST", "NEAR", "HELD", "FAR"]);
  });

  it("that can do nothing come last, in the order of the alphabet: no entry, a barred one, no exit of what is held", () => {
    expect(
      order(
        row("D", { exit: null, held: true }),
        row("C", { enter: 99.9, verdict: "block" }),
        row("B", { enter: 99.9, verdict: "unknown" }),
        row("A", { enter: null }),
        row("Z", { enter: 50 }),
      ),
    ).toEqual(["Z", "A", "B", "C", "D"]);
  });
});
