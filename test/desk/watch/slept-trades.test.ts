import { expect, it } from "vitest";
import { soldLine } from "#desk/watch/slept-trades.ts";
import type { JournalEvent, JournalRow } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import { unixMs } from "#schemas/units.ts";
import { makeFill } from "#test/memory/fixtures.ts";

/** One market, bought and sold so many times; with a count of how often a row was looked at. */
function traded(trades: number) {
  let looks = 0;
  const rows = Array.from({ length: 2 * trades }, (_, at): JournalRow => {
    const side = at % 2 === 0 ? "buy" : "sell";
    const role = side === "buy" ? "entry" : "exit";
    const fill = makeFill({ fillId: `f${at}`, side, role, fee: "0" as Money, atMs: unixMs(at) });
    const event: JournalEvent = { type: "fill", atMs: fill.atMs, fill };
    return {
      seq: at + 1,
      eventId: `fill:f${at}`,
      get event() {
        looks += 1;
        return event;
      },
    };
  });
  return { rows, looks: () => looks };
}

it("looks at a row as often in a long absence as in a short one", () => {
  const looksAt = (trades: number): number => {
    const { rows, looks } = traded(trades);
    expect(soldLine(rows, 0, "USDT")?.rows).toHaveLength(2 * trades);
    return looks() / rows.length;
  };
  expect(looksAt(2_000)).toBe(looksAt(20));
});
