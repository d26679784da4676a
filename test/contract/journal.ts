// The contract of the Journal port.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import { DeskId, RunId, unixMs } from "#schemas/units.ts";
import { control, ETH, makeFill, makeOrder, options, T0 } from "#test/memory/fixtures.ts";
import { journalOf } from "#test/support/account.ts";
import { STRATEGY } from "#test/support/strategy.ts";

export interface JournalPlace {
  journal(deskId: DeskId, runId: RunId): Journal;
  close(): Promise<void>;
}

export const journalPlaceOf = (store: Store): JournalPlace => ({
  journal: (deskId, runId) => journalOf(store, deskId, runId),
  close: () => store.close(),
});

export function journalContract(name: string, makePlace: () => Promise<JournalPlace>): void {
  describe(`journal contract: ${name}`, () => {
    let place: JournalPlace;
    let serial = 0;
    const run = RunId.parse("live");
    const freshDesk = () => {
      serial += 1;
      return DeskId.parse(`journal-${serial}`);
    };
    beforeAll(async () => {
      place = await makePlace();
    });
    afterAll(() => place?.close());

    const eventsOf = async (journal: Journal) => (await journal.read({}, options)).map(({ event }) => event);

    it("gives back the events of every kind, in the order of appending, with ascending seq", async () => {
      const journal = place.journal(freshDesk(), run);
      const events: JournalEvent[] = [
        { type: "order", atMs: T0, order: makeOrder() },
        { type: "fill", atMs: T0, fill: makeFill() },
        { type: "dust", strategyId: STRATEGY, atMs: T0, symbol: ETH, quantity: makeFill().quantity },
        ...Array.from({ length: 300 }, (_, i) => control(1000 - i)),
      ];
      await journal.append(events.slice(0, 2), options);
      await journal.append(events.slice(2), options);
      const rows = await journal.read({}, options);
      expect(rows.map(({ event }) => event)).toEqual(events);
      expect(rows.every((row, i) => i === 0 || row.seq > (rows[i - 1]?.seq ?? Number.POSITIVE_INFINITY))).toBe(true);
    });

    it("leaves out an event that is there already, within one append and between two", async () => {
      const journal = place.journal(freshDesk(), run);
      await journal.append([control(1, "first"), control(1, "second")], options);
      await journal.append([control(1, "third"), control(2)], options);
      expect(await eventsOf(journal)).toEqual([control(1, "first"), control(2)]);
    });

    it("reads the newest when there is a limit, oldest of them first", async () => {
      const journal = place.journal(freshDesk(), run);
      await journal.append(
        [1, 2, 3, 4].map((atMs) => control(atMs)),
        options,
      );
      const rows = await journal.read({ limit: 2 }, options);
      expect(rows.map(({ event }) => event)).toEqual([control(3), control(4)]);
      expect(await journal.read({ limit: 0 }, options)).toEqual([]);
    });

    it("reads what came after a row, the newest of it where there is a limit", async () => {
      const journal = place.journal(freshDesk(), run);
      await journal.append(
        [1, 2, 3, 4].map((atMs) => control(atMs)),
        options,
      );
      const [first, second] = await journal.read({}, options);
      const since = async (sinceSeq = 0, limit?: number) =>
        (await journal.read({ sinceSeq, ...(limit === undefined ? {} : { limit }) }, options)).map(
          ({ event }) => event,
        );
      expect(await since(first?.seq)).toEqual([control(2), control(3), control(4)]);
      expect(await since(second?.seq, 1)).toEqual([control(4)]);
      expect(await since((await journal.read({}, options)).at(-1)?.seq)).toEqual([]);
    });

    it("reads it page by page from the beginning", async () => {
      const journal = place.journal(freshDesk(), run);
      await journal.append(
        [1, 2, 3].map((atMs) => control(atMs)),
        options,
      );
      const page = await journal.read({ first: 2 }, options);
      expect(page.map(({ event }) => event)).toEqual([control(1), control(2)]);
      const next = await journal.read({ first: 2, sinceSeq: page.at(-1)?.seq ?? 0 }, options);
      expect(next.map(({ event }) => event)).toEqual([control(3)]);
    });

    it("reads rows of some kinds, or those that name a market, with every other bound", async () => {
      const journal = place.journal(freshDesk(), run);
      const [order, fill] = [makeOrder(), makeFill()];
      await journal.append(
        [
          control(1),
          { type: "order-list", atMs: T0, orders: [order] },
          { type: "order", atMs: T0, order },
          { type: "fill", atMs: T0, fill },
          {
            type: "block",
            what: "SOL",
            blocked: true,
            atMs: T0,
            by: "operator",
            nth: 0,
            reason: `not "symbol":"${order.symbol}"`,
          },
          control(2),
        ],
        options,
      );
      const all = await journal.read({}, options);
      const typesIn = async (filter: Parameters<Journal["read"]>[0]) =>
        (await journal.read(filter, options)).map(({ event }) => event.type);
      expect(await typesIn({ types: ["fill", "control"] })).toEqual(["control", "fill", "control"]);
      expect(await typesIn({ types: ["order"] })).toEqual(["order"]);
      expect(await typesIn({ types: [] })).toEqual([]);
      expect(await typesIn({ symbol: order.symbol })).toEqual(["order-list", "order", "fill"]);
      expect(await typesIn({ symbol: order.symbol.slice(1) })).toEqual([]);
      expect(await typesIn({ symbol: order.symbol, types: ["fill", "control"] })).toEqual(["fill"]);
      expect(await typesIn({ types: ["control"], limit: 1 })).toEqual(["control"]);
      expect(await typesIn({ types: ["control", "fill"], first: 2 })).toEqual(["control", "fill"]);
      expect(await typesIn({ types: ["control", "fill"], sinceSeq: all[0]?.seq ?? 0 })).toEqual(["fill", "control"]);
    });

    it("writes all of an append or nothing", async () => {
      const journal = place.journal(freshDesk(), run);
      const unwritable = { ...control(2) } as JournalEvent & { self?: unknown };
      unwritable.self = unwritable; // has no JSON form
      await expect(journal.append([control(1), unwritable], options)).rejects.toThrow();
      expect(await journal.read({}, options)).toEqual([]);
    });

    it("keeps runs of one desk apart", async () => {
      const desk = freshDesk();
      await place.journal(desk, run).append([control(1)], options);
      const other = place.journal(desk, RunId.parse("other"));
      await other.append([control(1)], options);
      expect(await eventsOf(other)).toEqual([control(1)]);
    });

    it("accepts the same event from two appenders at once only once", async () => {
      const desk = freshDesk();
      const events = Array.from({ length: 50 }, (_, i) => control(i));
      await Promise.all([1, 2, 3].map(() => place.journal(desk, run).append(events, options)));
      expect(await eventsOf(place.journal(desk, run))).toEqual(
        events.map((event) => ({ ...event, atMs: unixMs(event.atMs) })),
      );
    });
  });
}
