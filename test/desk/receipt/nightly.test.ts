import { describe, expect, it } from "vitest";
import type { Desk } from "#desk/desk.ts";
import type { ReceiptSummary } from "#desk/documents/receipt-report.ts";
import { ReceiptMaking, type ReceiptStore } from "#desk/receipt/make-receipt.ts";
import { NightlyReceipt, nightOf } from "#desk/receipt/nightly.ts";
import { patience } from "#test/support/desk.ts";
import { settled } from "#test/support/hand-clock.ts";
import { DAY, NEXT_DAY, receiptWorld, storeOf, tampered } from "./receipt-world.ts";

const quiet = { isRunningSlot: () => false, onProblem: () => {} };

const alertsOf = (desk: Desk) => desk.alerts.log.all().filter(({ kind }) => kind === "receipt-unexplained");

/** Counts the pages that are read of it. */
function counted(store: ReceiptStore) {
  const read = { pages: 0 };
  const journal: ReceiptStore["journal"] = {
    ...store.journal,
    read: (filter, options) => {
      read.pages += 1;
      return store.journal.read(filter, options);
    },
  };
  return { read, store: { ...store, journal } };
}

const withLessCash = (store: ReceiptStore): ReceiptStore =>
  tampered(store, (event) =>
    event.type === "equity" && event.slotMs === DAY + 5 * 3_600_000 ? { ...event, equity: "1" as never } : event,
  );

describe("the receipt asleep", () => {
  it("is made after the day's first slot, once, also over a restart, and nothing explained is told to nobody", async () => {
    const world = await receiptWorld({ kind: "simulated" });
    const desk = await world.open();
    const { store, read } = counted(storeOf(desk, world.store));
    const nightly = new NightlyReceipt(desk, store, quiet);
    await world.run(desk, 0, 24);
    await nightly.look(patience);
    // The day before the run began has nothing, and that is a receipt.
    expect(await nightOf(desk.runs, DAY, patience)).toBeNull();
    const before = read.pages;
    await nightly.look(patience);
    expect(read.pages).toBe(before);
    await world.run(desk, 24, 25);
    await nightly.look(patience);
    const made = await nightOf(desk.runs, DAY, patience);
    expect(made).toMatchObject({ day: "2026-09-14", causes: { unexplained: 0 } });
    expect(made?.reproduced).toBeGreaterThan(50);
    expect(made?.reproduced).toBe(made?.looked);

    const after = read.pages;
    await nightly.look(patience);
    const again = await world.open();
    await world.run(again, 25, 26);
    await new NightlyReceipt(again, store, quiet).look(patience);
    expect(read.pages).toBe(after);
    await world.run(again, 26, 49);
    await new NightlyReceipt(again, store, quiet).look(patience);
    expect(await nightOf(again.runs, NEXT_DAY, patience)).toMatchObject({
      day: "2026-09-15",
      causes: { unexplained: 0 },
    });
    expect(alertsOf(again)).toEqual([]);
    const entries = await again.ledger.entries({}, patience);
    expect(entries.filter(({ job }) => job === "receipt").length).toBeGreaterThan(1);
  });

  it("raises one alert where something is unexplained, however often it is looked and opened", async () => {
    const world = await receiptWorld({ kind: "simulated" });
    const desk = await world.open();
    await world.run(desk, 0, 25);
    const store = withLessCash(storeOf(desk, world.store));
    const said: string[] = [];
    const nightly = new NightlyReceipt(desk, store, { ...quiet, onProblem: (text) => said.push(text) });
    await nightly.look(patience);
    await nightly.look(patience);
    expect(alertsOf(desk)).toMatchObject([
      {
        alertId: "receipt-unexplained:2026-09-14",
        text: expect.stringMatching(/^Receipt of 2026-09-14: 1 of \d+ row/),
      },
    ]);
    expect(said).toHaveLength(1);
    const again = await world.open();
    await world.run(again, 25, 26);
    await new NightlyReceipt(again, store, quiet).look(patience);
    expect(alertsOf(again)).toHaveLength(1);
  });

  it("a desk that dies between its alert and its receipt makes the receipt again and tells nothing twice", async () => {
    const world = await receiptWorld({ kind: "simulated" });
    const desk = await world.open();
    await world.run(desk, 0, 25);
    const store = withLessCash(storeOf(desk, world.store));
    const dying: Desk = { ...desk, runs: { ...desk.runs, finish: async () => Promise.reject(new Error("killed")) } };
    const nightly = new NightlyReceipt(dying, store, quiet);
    await expect(nightly.look(patience)).rejects.toThrow("killed");
    const again = await world.open();
    await world.run(again, 25, 26);
    await new NightlyReceipt(again, store, quiet).look(patience);
    expect(alertsOf(again)).toHaveLength(1);
    expect(await nightOf(again.runs, DAY, patience)).toMatchObject({ causes: { unexplained: 1 } });
  });

  it("begins nothing while a slot runs or a question is asked, and goes on at the row it had come to", async () => {
    const world = await receiptWorld({ kind: "simulated" });
    const desk = await world.open();
    await world.run(desk, 0, 25);
    const { store, read } = counted(storeOf(desk, world.store));
    let [isRunning, asked] = [true, 0];
    const nightly = new NightlyReceipt(desk, store, {
      ...quiet,
      isRunningSlot: () => {
        asked += 1;
        return isRunning || asked % 10 === 0;
      },
    });
    await nightly.look(patience);
    isRunning = false;
    await desk.questionPriority.asked(() => nightly.look(patience));
    expect(read.pages).toBe(0);
    let looks = 0;
    while ((await nightOf(desk.runs, DAY, patience)) === null && looks < 200) {
      await nightly.look(patience);
      looks += 1;
    }
    expect(looks).toBeGreaterThan(5);
    const made = await nightOf(desk.runs, DAY, patience);
    expect(made?.reproduced).toBe(made?.looked);
    expect(made?.bySubject.equity.looked).toBe(24);
  });

  it("made by another process is kept as the desk's own would be, told of as it, and never made twice meanwhile", async () => {
    const world = await receiptWorld({ kind: "simulated" });
    const desk = await world.open();
    await world.run(desk, 0, 25);
    const { store, read } = counted(withLessCash(storeOf(desk, world.store)));
    const other = new ReceiptMaking(desk, withLessCash(storeOf(desk, world.store)), DAY);
    while (await other.step(patience));
    const elsewhere = Promise.withResolvers<ReceiptSummary | null>();
    const asked: number[] = [];
    const said: string[] = [];
    const nightly = new NightlyReceipt(desk, store, {
      ...quiet,
      onProblem: (text) => said.push(text),
      makeElsewhere: (dayMs) => {
        asked.push(dayMs);
        return elsewhere.promise;
      },
    });
    await nightly.look(patience);
    await nightly.look(patience);
    expect(await nightOf(desk.runs, DAY, patience)).toBeNull();
    elsewhere.resolve(other.summary());
    await settled();
    await nightly.look(patience);
    await nightly.look(patience);
    expect(await nightOf(desk.runs, DAY, patience)).toEqual(other.summary());
    expect([asked, read.pages]).toEqual([[DAY], 0]);
    expect(said).toEqual([expect.stringMatching(/^Receipt of 2026-09-14: 1 of/)]);
  });

  it("that nobody else makes the desk makes itself, and it is the same", async () => {
    const world = await receiptWorld({ kind: "simulated" });
    const desk = await world.open();
    await world.run(desk, 0, 25);
    const own = new ReceiptMaking(desk, storeOf(desk, world.store), DAY);
    while (await own.step(patience));
    const nightly = new NightlyReceipt(desk, storeOf(desk, world.store), { ...quiet, makeElsewhere: async () => null });
    await nightly.look(patience);
    await settled();
    await nightly.look(patience);
    expect(await nightOf(desk.runs, DAY, patience)).toEqual(own.summary());
  });
});
