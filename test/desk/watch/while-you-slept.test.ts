import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Desk } from "#desk/desk.ts";
import { openingLine, since } from "#desk/watch/since.ts";
import { whileYouSlept } from "#desk/watch/while-you-slept.ts";
import type { JournalEvent, JournalRow } from "#schemas/journal.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience, type TestDesk } from "#test/support/desk.ts";
import { FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { busyRun, STARTED, venue } from "./busy-run.ts";

/** One line a subject, and no more subjects than these, so nothing is ever cut off. */
const MAX_LINES = 15;
/** What the record of a question writes that has shown it. */
const markLooked = async ({ account, clock }: Pick<Desk, "account" | "clock">, throughSeq: number): Promise<unknown> =>
  account.append([{ type: "looked", atMs: clock.now(), throughSeq }], patience);

const SETTINGS = { quote: "USDT", stepMs: timeframeMs("5m"), marksWholeSinceMs: 0 };
const quietMark = (slotMs: UnixMs): JournalEvent => ({
  type: "equity",
  atMs: slotMs,
  slotMs,
  equity: "10000" as never,
  loss: {
    dayStartMs: 0,
    dayStartEquity: 10_000,
    peaks: [],
    equity: 10_000,
    dayChangePct: 0,
    drawdownPct: 0,
    dayLossLatched: false,
    drawdownLatched: false,
  },
});

let test: TestDesk;
let rows: readonly JournalRow[] = [];
beforeAll(async () => {
  test = await busyRun();
  rows = await test.store.journal(test.desk.deskId, test.desk.runId).read({}, patience);
});

const lastSeq = (): number => rows.at(-1)?.seq ?? 0;
const cut = () => fc.integer({ min: 0, max: lastSeq() });
const rowsUpTo = (seq: number): readonly JournalRow[] => rows.filter((row) => row.seq <= seq);

describe("while you slept", () => {
  it("tells a busy night in lines that a trader reads, worst first", () => {
    const { lines } = whileYouSlept(rows, 0, SETTINGS);
    const heads = lines.map(({ text }) => text.replace(/[:\d ].*$/, ""));
    expect(heads).toEqual([
      "Stop",
      "Order",
      "Refused",
      "Blind",
      "Strategy",
      "Held",
      "Delisting",
      "Limit",
      "Control",
      "Silence",
      "",
      "Equity",
      "Sold",
      "Bought",
      "",
    ]);
    const all = lines.map(({ text }) => text).join("\n");
    expect(all).toMatch(/^Control: 2 times, last: resume at [-\d]+ [\d:]+ UTC, back \(#\d+, #\d+\)$/m);
    expect(all).toMatch(
      /^Silence: The desk was dead from .*: 6 slots were missed; 3 single slots missed \(5 rows, #\d+ to #\d+\)$/m,
    );
    expect(all).toMatch(/^\d+ stops? hit: [A-Z]{3} −[\d.]+.* USDT \(.*#\d+/m);
    expect(all).toMatch(/^Equity 10,000 → [\d,.]+ USDT, [+−][\d.]+ % \(#\d+, #\d+\)$/m);
    expect(all).toMatch(/^Sold in \d+ trades: ([A-Z]{3} [+−][\d.]+(, )?)+.* USDT after fees \(/m);
    expect(all).toMatch(/^Bought in \d+ fills: [A-Z, ]+ \(/m);
    expect(all).toMatch(/^\d+ refused by the risk gate: [a-z -]+ \d+/m);
  });

  it("never takes more than 15 lines, and cites in each a row that is news", () => {
    fc.assert(
      fc.property(cut(), cut(), (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const { lines } = whileYouSlept(rowsUpTo(to), from, SETTINGS);
        expect(lines.length).toBeLessThanOrEqual(MAX_LINES);
        for (const { seq } of lines) expect(seq.some((number) => number > from && number <= to)).toBe(true);
      }),
    );
  });

  // A figure that needs a row which is not cited could not be checked by who reads it.
  it("makes every figure of the rows that its line cites: from them alone the same line comes out", () => {
    fc.assert(
      fc.property(cut(), cut(), (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        for (const { text, seq } of whileYouSlept(rowsUpTo(to), from, SETTINGS).lines) {
          // Pairs of marks: each says how many slots lie between its two, and nothing of what lies between pairs.
          if (text.includes("missed (")) continue;
          const cited = rows.filter((row) => seq.includes(row.seq));
          expect(whileYouSlept(cited, from, SETTINGS).lines.map((line) => line.text)).toContain(text);
        }
      }),
    );
  });

  it("counts missed slots from the pairs of marks that it cites", () => {
    const line = whileYouSlept(rows, 0, SETTINGS).lines.find(({ text }) => text.startsWith("Silence"));
    const marks = rows.flatMap(({ seq, event }) =>
      event.type === "equity" && line?.seq.includes(seq) === true ? [event.slotMs] : [],
    );
    expect(marks.map((ms, at) => (ms - (marks[at - 1] ?? ms)) / SETTINGS.stepMs - 1).filter((n) => n > 0)).toEqual([
      1, 7, 2,
    ]);
  });

  it("takes no mark that was thinned away for a slot that was missed", () => {
    const marks = rows.filter(({ event }) => event.type === "equity");
    const thin = marks.filter((_, at) => at % 2 === 0 || at > 60);
    const wholeFrom = marks[61]?.event;
    const marksWholeSinceMs = wholeFrom?.type === "equity" ? wholeFrom.slotMs : 0;
    const linesOf = (settings: typeof SETTINGS) =>
      whileYouSlept(thin, 0, settings).lines.filter(({ text }) => text.startsWith("Silence"));
    expect(linesOf({ ...SETTINGS, marksWholeSinceMs }).map(({ text }) => text.split(" (")[0])).toEqual([
      "Silence: 3 single slots missed",
    ]);
    expect(linesOf(SETTINGS)[0]?.text).not.toContain(" 3 single");
  });

  it("says nothing at the second of two looks in a row", () => {
    fc.assert(
      fc.property(cut(), (to) => {
        const first = whileYouSlept(rowsUpTo(to), 0, SETTINGS);
        const second = whileYouSlept(rowsUpTo(to), first.throughSeq, SETTINGS);
        expect(second.lines).toEqual([]);
        expect(second.throughSeq).toBe(first.throughSeq);
      }),
    );
  });

  it("repeats nothing and leaves nothing out, however often somebody looks in between", () => {
    const countOf = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
    const told = (looks: readonly number[]) => {
      const sums = { stops: 0, sold: 0, refused: 0, missed: 0 };
      looks.reduce((from, to) => {
        const { lines, throughSeq } = whileYouSlept(rowsUpTo(to), from, SETTINGS);
        for (const { text } of lines) {
          sums.stops += countOf(text, /^(\d+) stops? hit/);
          sums.sold += countOf(text, /^Sold in (\d+) trade/);
          sums.refused += countOf(text, /^(\d+) refused/);
          sums.missed += countOf(text, /^Silence: .*?(\d+) single/);
        }
        return throughSeq;
      }, 0);
      return sums;
    };
    const once = told([lastSeq()]);
    expect(once).toMatchObject({ missed: 3, refused: rows.filter(({ event }) => event.type === "refusal").length });
    expect(once.stops).toBeGreaterThan(0);
    expect(once.sold).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.array(cut(), { maxLength: 12 }), (looks) => {
        expect(told([...looks.toSorted((a, b) => a - b), lastSeq()])).toEqual(once);
      }),
    );
  });

  it("gives the profit of the portfolio's own books, market by market", () => {
    const { lines } = whileYouSlept(rows, 0, SETTINGS);
    const told = lines
      .filter(({ text }) => / hit: |^Sold/.test(text))
      .flatMap(({ text }) => [...text.matchAll(/(?:[A-Z]{3}|more) ([+−])([\d.]+)/g)])
      .reduce((sum, [, sign, size]) => sum + (sign === "−" ? -1 : 1) * Number(size), 0);
    const closed = test.desk.account
      .statistics()
      .trades()
      .reduce((sum, { pnl }) => sum + Number(pnl), 0);
    expect(told).toBeCloseTo(closed, 0);
  });
});

describe("a look at a desk", () => {
  it("that was marked is not told again, and writes one row however often it is repeated", async () => {
    const opened = await busyRun();
    const { desk, store } = opened;
    const first = await since(desk, store, patience);
    expect(first.text).toMatch(/^Since the run began \(2024-03-01 20:00 UTC, #\d+\):\n- Stop missing: /);
    expect(first.lines.length).toBeLessThanOrEqual(15);
    expect(openingLine(first)).toMatch(/^Since you last looked: Stop missing: .* And \d+ more: ask/);
    // Not marked: it was not shown.
    expect((await since(desk, store, patience)).text).toBe(first.text);
    await markLooked(desk, first.throughSeq);
    const looked = (await opened.events()).length;
    for (let look = 0; look < 3; look++) {
      const again = await since(desk, store, patience);
      expect(again.text).toMatch(/^Since you last looked \(.*\): nothing\.$/);
      expect([again.lines, openingLine(again), again.throughSeq]).toEqual([[], null, first.throughSeq]);
      await markLooked(desk, again.throughSeq);
    }
    expect((await opened.events()).length).toBe(looked);
    // What telling leaves behind is no news, or each look would find the traces of the one before.
    const delivered = { type: "alert-delivered" as const, atMs: desk.clock.now(), alertId: "x", channel: "terminal" };
    await desk.account.append([delivered], patience);
    expect((await since(desk, store, patience)).throughSeq).toBe(first.throughSeq);
  });

  it("finds nothing in slots that changed nothing, equity neither", async () => {
    const { desk, store, clock } = await openTestDesk({ venue, startMs: FIRST_SLOT_MS });
    await desk.account.append(
      [STARTED, { type: "control", strategyId: null, atMs: FIRST_SLOT_MS, action: "halt", reason: "" }],
      patience,
    );
    await markLooked(desk, (await since(desk, store, patience)).throughSeq);
    for (let slot = 0; slot < 4; slot++) {
      const slotMs = unixMs(FIRST_SLOT_MS + slot * SETTINGS.stepMs);
      clock.advanceTo(slotMs);
      await desk.account.append([quietMark(slotMs)], patience);
    }
    expect((await since(desk, store, patience)).lines).toEqual([]);
  });

  it("of a desk that has done nothing says so", async () => {
    const { desk, store } = await openTestDesk({ venue, startMs: FIRST_SLOT_MS });
    expect(await since(desk, store, patience)).toMatchObject({
      text: "Since the desk began: nothing.",
      asOfMs: null,
      throughSeq: 0,
    });
  });
});
