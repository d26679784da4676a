// The counts of a report are kept as events pass by: they are those that the whole journal gives.
import { expect, it } from "vitest";
import { reportCommand } from "#apps/commands/report.ts";
import { JournalTally } from "#desk/documents/journal-tally.ts";
import { ordersOf } from "#desk/documents/orders-of.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { JournalPart } from "#schemas/ports/trading.ts";
import { patience } from "#test/support/desk.ts";
import { busyRun } from "../watch/busy-run.ts";

const countsOf = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));

/** As the journal has it: an order is what its newest row says. */
function countedAll(events: readonly JournalEvent[]) {
  const newest = new Map(events.flatMap(ordersOf).map(({ clientOrderId, status }) => [clientOrderId, status]));
  return {
    ordersByStatus: countsOf([...newest.values()]),
    alertsByKind: countsOf(events.flatMap((event) => (event.type === "alert" ? [event.alert.kind] : []))),
  };
}

it("counts orders by what they are now, and alerts by kind, at every event", async () => {
  const { desk, events } = await busyRun();
  const tally = new JournalTally();
  const all = await events();
  all.forEach((event, at) => {
    tally.take(event);
    if (at % 97 === 0) expect(tally.counts()).toEqual(countedAll(all.slice(0, at + 1)));
  });
  expect(tally.counts()).toEqual(countedAll(all));
  expect(Object.keys(tally.counts().ordersByStatus).length).toBeGreaterThan(2);
  expect(desk.tally.counts()).toEqual(tally.counts());
  expect(desk.tally.refusals.counts()).toEqual(tally.refusals.counts());
  const { of, refused } = tally.refusals.counts();
  expect([of, refused]).toEqual(
    ["decision", "refusal"].map((type) => all.filter((event) => event.type === type).length),
  );
});

it("a report, which a page asks for at every slot, reads no row of the journal but its first", async () => {
  const { desk, store } = await busyRun();
  const read: JournalPart[] = [];
  const watched = {
    ...store,
    journal: (...of: Parameters<typeof store.journal>) => {
      const journal = store.journal(...of);
      return {
        ...journal,
        read: (filter: Parameters<typeof journal.read>[0], options: typeof patience) => {
          const { sinceSeq: _, ...part } = filter;
          read.push(part);
          return journal.read(filter, options);
        },
      };
    },
  };
  const report = await reportCommand.execute({ desk, store: watched } as never, { flags: {} } as never, patience);
  expect(report).toMatchObject({ journal: desk.tally.counts() });
  expect(read.map(({ types }) => types)).toEqual([["run-started"]]);
});
