// A question reads the rows of the journal that it is answered from, and no others: of a year that is a twentieth. What is answered is what
// the whole journal says.
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { journalIn, type ReadJournal } from "#desk/account/journal-pages.ts";
import { createDeskView } from "#desk/answering/desk-view.ts";
import { readSince, sinceLook } from "#desk/watch/since.ts";
import type { JournalRow } from "#schemas/journal.ts";
import { TRADE_FIGURES } from "#schemas/question.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { asked } from "#test/desk/answering/sources/asked-desk.ts";
import { patience, type TestDesk } from "#test/support/desk.ts";
import { FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { busyRun } from "../watch/busy-run.ts";

let test: TestDesk;
let whole: readonly JournalRow[] = [];
let inParts: ReadJournal;
/** Whatever part is asked for. */
const all: ReadJournal = async () => whole;
beforeAll(async () => {
  test = await busyRun();
  const journal = test.store.journal(test.desk.deskId, test.desk.runId);
  whole = await journal.read({}, patience);
  inParts = journalIn(journal);
});

const time = fc.integer({ min: -2, max: 130 }).map((slot) => unixMs(FIRST_SLOT_MS + slot * 300_000 + 1));
const period = fc
  .tuple(time, time)
  .map(([a, b]) => ({ fromMs: unixMs(Math.min(a, b)), untilMs: unixMs(Math.max(a, b)), words: "then" }));

it("figures, fees, reasons and comparisons are those that the whole journal gives", async () => {
  const view = (readJournal: ReadJournal) => createDeskView({ desk: test.desk, storeKind: "memory", readJournal });
  const symbol = fc.constantFrom(null, ...[...test.desk.markets.keys()].slice(0, 4), MarketSymbol.parse("NONE/USDT"));
  const about = fc.record({
    symbol,
    period: fc.option(period),
    nowMs: time,
    figure: fc.constantFrom(...TRADE_FIGURES),
    side: fc.constantFrom(null, "buy" as const, "sell" as const),
    negation: fc.boolean(),
    timeframe: fc.constant("5m" as const),
  });
  await fc.assert(
    fc.asyncProperty(about, async (asking) => {
      const [part, full] = [view(inParts), view(all)];
      for (const verb of ["account", "fees", "benchmark", "why"] as const) {
        const [given, right] = await Promise.all([part, full].map((one) => one[verb](asking, patience)));
        expect(given, verb).toEqual(right);
      }
    }),
    { numRuns: 60 },
  );
});

it("what happened since a look, or in a period, is what the whole journal tells", async () => {
  const { desk } = test;
  const seq = fc.integer({ min: 0, max: whole.length });
  await fc.assert(
    fc.asyncProperty(fc.option(seq), fc.option(period), async (throughSeq, then) => {
      const mark: JournalRow[] =
        throughSeq === null
          ? []
          : [
              {
                seq: whole.length + 1,
                eventId: "looked:1",
                event: { type: "looked", atMs: desk.clock.now(), throughSeq },
              },
            ];
      const rows = [...whole, ...mark];
      const read: ReadJournal = async (part, options) => {
        const own = mark.filter(() => part.types?.includes("looked") ?? true);
        return [...(await inParts(part, options)), ...own];
      };
      expect(await readSince(desk, read, then, patience)).toEqual(sinceLook(desk, rows, then));
    }),
    { numRuns: 100 },
  );
});

it.each(["journal", "today", "trades", "statistics", "plans"] as const)("facts of %s are the same", async (id) => {
  const [part, full] = [asked(test), asked(test)];
  const given = await part.read(id);
  expect(given.length).toBeGreaterThan(0);
  Object.assign(full.open, { readJournal: all });
  expect(given).toEqual(await full.read(id));
});
