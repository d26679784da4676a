import { describe, expect, it } from "vitest";
import { triggersCommand } from "#apps/commands/triggers.ts";
import { nearestFirst, triggerRow } from "#desk/documents/trigger-rows.ts";
import type { ActionInterval } from "#schemas/reading.ts";
import type { SecurityVerdict } from "#schemas/security.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { beside5m, broken } from "#test/support/faulty-strategies.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { levelsOf, makeAnalysis, makeView } from "../memory/fixtures.ts";
import { simulatedDesk } from "./simulated-desk.ts";

interface Seen {
  /** Bounds; a number: at or below it. */
  readonly enter?: readonly [from: number | null, to: number | null] | null;
  readonly exit?: readonly [from: number | null, to: number | null] | null;
  readonly verdict?: SecurityVerdict;
  readonly held?: boolean;
  readonly unknown?: boolean;
  readonly blocked?: boolean;
}

/** A market at 100. */
function row(base: string, { enter = [null, 90], exit = [110, null], ...seen }: Seen = {}) {
  const { verdict = "clear", held = false, unknown = false, blocked = false } = seen;
  const interval = (action: ActionInterval["action"], bounds: Seen["enter"]): ActionInterval[] =>
    bounds == null ? [] : [{ action, from: bounds[0], to: bounds[1] }];
  const levels = unknown
    ? levelsOf([], { status: "not-worked-out", note: "too few candles", searched: null })
    : levelsOf([...interval("enter", enter), ...interval("exit", exit)]);
  const symbol = MarketSymbol.parse(`${base}/USDT`);
  const view = makeView({ symbol, security: { ...makeAnalysis().security, verdict } }, [{ levels }]);
  const [reading] = view.readings;
  if (reading === undefined) throw new Error("it was read");
  return triggerRow(view, { status: "read", strategyId: reading.strategyId, reading }, { held, blocked });
}

const order = (...rows: readonly ReturnType<typeof row>[]) =>
  rows.toSorted(nearestFirst).map(({ symbol }) => symbol.split("/")[0]);

describe("triggers", () => {
  it("stand with their distance from the price, in percent and signed, above as well as below", () => {
    expect(row("A", { enter: [null, 97.5], exit: [104, null] })).toMatchObject({
      strategyId: "mean-reversion",
      price: 100,
      status: "exact",
      enter: [{ from: null, to: 97.5 }],
      enterDistancePct: expect.closeTo(-2.5, 9),
      exit: [{ from: 104, to: null }],
      exitDistancePct: expect.closeTo(4, 9),
      verdict: "clear",
      held: false,
    });
    expect(row("A", { enter: [101, 102], exit: [99, 100] })).toMatchObject({
      enterDistancePct: expect.closeTo(1, 9),
      exitDistancePct: 0,
    });
    expect(row("A", { enter: null, exit: null })).toMatchObject({
      status: "exact",
      enter: [],
      enterDistancePct: null,
      exitDistancePct: null,
    });
  });

  it("come nearest first: by the entry, of what is held by the exit; a close that is there already before all", () => {
    expect(
      order(
        row("FAR", { enter: [null, 80], exit: [100.1, null] }),
        row("NEAR", { enter: [101, null], exit: [120, null] }),
        row("HELD", { enter: [null, 99.9], exit: [105, null], held: true }),
        row("THERE", { enter: [null, 101] }),
      ),
    ).toEqual(["THERE", "NEAR", "HELD", "FAR"]);
  });

  it("that can do nothing come last: no entry, a barred one, none worked out, no exit of what is held", () => {
    expect(
      order(
        row("E", { unknown: true }),
        row("D", { exit: null, held: true }),
        row("C", { enter: [null, 99.9], verdict: "block" }),
        row("B", { enter: [null, 99.9], verdict: "unknown" }),
        row("A", { enter: null }),
        row("Z", { enter: [null, 50] }),
      ),
    ).toEqual(["Z", "A", "B", "C", "D", "E"]);
  });

  it("have a row for each market and strategy, name the strategy, and print how many were not worked out", async () => {
    const { run, runSlot } = await simulatedDesk({ strategies: [shippedStrategy("mean-reversion"), eager] });
    await runSlot(0);
    const { document, text } = await run<Awaited<ReturnType<typeof triggersCommand.execute>>>(triggersCommand);
    expect(document).toMatchObject({ fresh: 12, levels: 24, strategies: ["mean-reversion", "eager"], silent: [] });
    expect(text.split("\n")[1]).toMatch(/^market +strategy +price +enters +exits +security/);
    expect(text).toMatch(/ eager .* at or below [\d.]+ \((−|\+|now)/);
    expect(text).toMatch(/not worked out: \d+ of 24 \(\d+\.\d %\)$/);
  });

  it("name a strategy that was ended, and one that cannot read the timeframe, and show no level of either", async () => {
    const strategies = [shippedStrategy("mean-reversion"), broken, beside5m];
    const { run, runSlot } = await simulatedDesk({ strategies });
    await runSlot(0);
    const { document, text } = await run<{ triggers: { strategyId: string }[] }>(triggersCommand);
    expect(new Set(document.triggers.map(({ strategyId }) => strategyId))).toEqual(new Set(["mean-reversion"]));
    expect(text).toMatch(/broken says nothing: it was ended: .*no luck/);
    expect(text).toContain("beside-5m says nothing: it cannot read 5m candles: beside its 5m ones it needs shorter");
  });
});
