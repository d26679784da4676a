// The receipt of a day: what an untouched desk journaled is reproduced to the last digit, and each thing that may have changed since is
// told from a row that was touched.
import { describe, expect, it } from "vitest";
import { sellPosition } from "#desk/acts/sell.ts";
import type { Desk } from "#desk/desk.ts";
import type { ReceiptCause, ReceiptReport } from "#desk/documents/receipt-report.ts";
import { noteTerms } from "#desk/receipt/terms.ts";
import { EntryStyle } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { multiply, type Quantity } from "#schemas/money.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { rsi } from "#toolkits/indicators/refs.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { DAY, decisionsOf, NEXT_DAY, receiptOf, receiptWorld, storeOf, tampered } from "./receipt-world.ts";

type Receipt = Omit<ReceiptReport, "night">;

const countsOf = ({ causes }: Receipt): Partial<Record<ReceiptCause, number>> =>
  Object.fromEntries(Object.entries(causes).filter(([, rows]) => rows > 0));

const noted = async (desk: Desk): Promise<Desk> => {
  await noteTerms(desk, desk.clock.now(), patience);
  return desk;
};

/** The first entry that was made, and not refused. */
async function firstEntry(store: Parameters<typeof decisionsOf>[0]) {
  const rows = await store.journal.read({}, patience);
  const made = new Set(rows.flatMap(({ event }) => (event.type === "order-list" ? [event.orders[0]?.decisionId] : [])));
  const entry = (await decisionsOf(store)).find((d) => d.action === "enter" && made.has(d.decisionId));
  if (entry === undefined) throw new Error("nothing was entered");
  return entry;
}

describe.each(["simulated", "system"] as const)("a day of an untouched desk on a %s clock", (kind) => {
  it("is reproduced whole: decisions with their orders and refusals, fills, orders, equity", async () => {
    const world = await receiptWorld({ kind });
    const desk = await noted(await world.open());
    await world.run(desk, 0, 49);
    for (const day of [DAY, NEXT_DAY]) {
      const receipt = await receiptOf(desk, storeOf(desk, world.store), day);
      expect(receipt.differences).toEqual([]);
      expect(receipt.reproduced).toBe(receipt.looked);
      expect(receipt.bySubject.decision.looked).toBe((await decisionsOf(storeOf(desk, world.store), day)).length);
      expect(receipt.bySubject.decision.looked).toBeGreaterThan(10);
      expect(receipt.bySubject.fill.looked).toBeGreaterThan(5);
      expect(receipt.bySubject.equity.looked).toBe(24);
      expect(receipt).toMatchObject({ isWhole: true, fromStored: 0 });
    }
  });

  it("is reproduced over a restart in between", async () => {
    const world = await receiptWorld({ kind });
    await world.run(await noted(await world.open()), 0, 13);
    const desk = await noted(await world.open());
    await world.run(desk, 13, 25);
    const receipt = await receiptOf(desk, storeOf(desk, world.store));
    expect(receipt.differences).toEqual([]);
    expect(receipt.bySubject.decision.looked).toBeGreaterThan(10);
  });

  it("with slots that were missed has nothing unexplained", async () => {
    const world = await receiptWorld({ kind });
    await world.run(await noted(await world.open()), 0, 9);
    const desk = await noted(await world.open());
    await world.run(desk, 14, 25);
    const receipt = await receiptOf(desk, storeOf(desk, world.store));
    expect(receipt.differences).toEqual([]);
    expect(receipt.bySubject.equity.looked).toBe(19);
  });

  it("counts as pruned what was deleted, and guesses none of it", async () => {
    const world = await receiptWorld({ kind });
    const desk = await noted(await world.open());
    await world.run(desk, 0, 25);
    await desk.khala.prune(unixMs(DAY + 12 * timeframeMs("1h")), patience);
    const receipt = await receiptOf(desk, storeOf(desk, world.store));
    expect(Object.keys(countsOf(receipt))).toEqual(["record-pruned"]);
    const before = (await decisionsOf(storeOf(desk, world.store))).filter(
      ({ asOfMs }) => asOfMs < DAY + 12 * timeframeMs("1h"),
    );
    const pruned = receipt.differences.filter(({ subject }) => subject === "decision");
    expect(pruned).toHaveLength(before.length);
    expect(before.length).toBeGreaterThan(3);
  });

  const touched: readonly [string, (event: JournalEvent, id: string) => JournalEvent, RegExp][] = [
    [
      "the quantity of an order",
      (event, id) =>
        event.type === "order-list" && event.orders[0]?.decisionId === id && event.orders[0].parentId === null
          ? {
              ...event,
              orders: event.orders.map((order) => ({ ...order, quantity: multiply(order.quantity, "2") as Quantity })),
            }
          : event,
      /quantity of the entry \S+ in the journal, \S+ again/,
    ],
    [
      "the action of a decision",
      (event, id) =>
        event.type === "decision" && event.decision.decisionId === id
          ? { ...event, decision: { ...event.decision, action: "exit" } }
          : event,
      /the row's id is not that of what it says/,
    ],
    [
      "the price of a decision",
      (event, id) =>
        event.type === "decision" && event.decision.decisionId === id
          ? { ...event, decision: { ...event.decision, price: event.decision.price * 1.01 } }
          : event,
      /price \S+ in the journal, \S+ again/,
    ],
  ];

  it.each(touched)("names %s that was changed in the store, and explains it by nothing", async (_, change, text) => {
    const world = await receiptWorld({ kind });
    const desk = await noted(await world.open());
    await world.run(desk, 0, 25);
    const store = storeOf(desk, world.store);
    const { decisionId } = await firstEntry(store);
    const receipt = await receiptOf(
      desk,
      tampered(store, (event) => change(event, decisionId)),
    );
    expect(Object.keys(countsOf(receipt))).toEqual(["unexplained"]);
    expect(receipt.differences.map((row) => row.text).join("\n")).toMatch(text);
  });

  it("names a fee, and an equity mark, that were changed", async () => {
    const world = await receiptWorld({ kind });
    const desk = await noted(await world.open());
    await world.run(desk, 0, 25);
    const store = storeOf(desk, world.store);
    const rows = await store.journal.read({}, patience);
    const filled = rows.find(({ event }) => event.type === "fill");
    const fee = await receiptOf(
      desk,
      tampered(store, (event, { seq }) =>
        event.type === "fill" && seq === filled?.seq ? { ...event, fill: { ...event.fill, fee: "1" as never } } : event,
      ),
    );
    expect(fee.differences[0]?.text).toMatch(/^fill of \S+ \S+: fee 1 USDT in the journal, 0\.\d+ USDT again$/);
    expect(fee.causes.unexplained).toBeGreaterThan(0);
    const lastMs = DAY + 23 * timeframeMs("1h");
    const equity = await receiptOf(
      desk,
      tampered(store, (event) =>
        event.type === "equity" && event.slotMs === lastMs ? { ...event, equity: "12345" as never } : event,
      ),
    );
    expect(equity.differences.filter(({ subject }) => subject === "equity").map((row) => row.text)).toEqual([
      expect.stringMatching(/^equity 12345 in the journal, \d/),
    ]);
    expect(equity.closingEquity).toBe("12345");
  });
});

/** As the eager one, but that it hardly enters. */
const shy = compileStrategy(
  defineStrategy({
    id: "eager",
    title: "Enters under RSI 20",
    indicators: { rsi: rsi(14) },
    lookBack: 0,
    enter: ({ now }) => now.rsi < 20 && { strength: 0.5, because: [`RSI ${now.rsi}`] },
    exit: ({ now }) => now.rsi > 51 && { strength: (now.rsi - 51) / 49, because: [`RSI ${now.rsi}`] },
    describe: ({ now }) => [`RSI ${now.rsi}`],
  }),
  { file: null },
);

describe("what changed since", () => {
  it("a candle that the venue corrected explains the decision that stood on it", async () => {
    const plain = await receiptWorld({ kind: "system" });
    const first = await plain.open();
    await plain.run(first, 0, 25);
    const { symbol, asOfMs } = await firstEntry(storeOf(first, plain.store));
    const corrected = { symbol, openMs: asOfMs - timeframeMs("1h"), fromMs: asOfMs + timeframeMs("1h") };
    const world = await receiptWorld({ kind: "system", corrected });
    const desk = await noted(await world.open());
    await world.run(desk, 0, 25);
    const receipt = await receiptOf(desk, storeOf(desk, world.store));
    expect(Object.keys(countsOf(receipt))).toEqual(["candle-corrected"]);
    expect(receipt.differences[0]).toMatchObject({ symbol, subject: "decision" });
  });

  it("another strategy under the same name explains what it does not say, and a changed limit what it does not allow", async () => {
    const world = await receiptWorld({ kind: "simulated" });
    await world.run(await noted(await world.open()), 0, 24);
    const other = await world.open({ strategies: [shy] });
    await world.run(other, 24, 25);
    const changed = await receiptOf(other, storeOf(other, world.store));
    expect(Object.keys(countsOf(changed))).toEqual(["strategy-changed"]);
    // Exits are decided as before.
    expect(changed.bySubject.decision.reproduced).toBeGreaterThan(0);

    const smaller = await noted(await world.open({ strategies: [eager], limits: { cooldownCandles: 0, entryPct: 1 } }));
    const sized = await receiptOf(smaller, storeOf(smaller, world.store));
    expect(Object.keys(countsOf(sized))).toEqual(["settings-changed"]);
    expect(sized.differences[0]?.text).toMatch(/quantity of the entry/);
  });

  it("a strategy whose file changed while nobody noted it is known by the readings that are kept", async () => {
    const world = await receiptWorld({ kind: "simulated" });
    await world.run(await world.open(), 0, 24);
    const desk = await world.open({ strategies: [shy] });
    await world.run(desk, 24, 25);
    const receipt = await receiptOf(desk, storeOf(desk, world.store));
    expect(Object.keys(countsOf(receipt))).toEqual(["strategy-changed"]);
  });

  it("a sale by hand is a person's", async () => {
    const world = await receiptWorld({ kind: "simulated" });
    const desk = await noted(await world.open());
    let hour = 0;
    while (desk.account.portfolio().positions.size === 0 && hour < 20) {
      await world.run(desk, hour, hour + 1);
      hour += 1;
    }
    const [held] = desk.account.portfolio().positions.values();
    if (held === undefined) throw new Error("nothing is held");
    const asked = { symbol: held.symbol, strategyId: null, amount: null, by: "Ann", reason: "enough" };
    await sellPosition(desk, asked as never, patience);
    await world.run(desk, hour, 25);
    const receipt = await receiptOf(desk, storeOf(desk, world.store));
    expect(countsOf(receipt)).toEqual({ person: 1 });
  });

  it("a halt file, which no record keeps, explains what it refused", async () => {
    const world = await receiptWorld({ kind: "simulated" });
    const haltFile = { exists: false };
    const desk = await noted(await world.open({ haltFile }));
    await world.run(desk, 0, 8);
    haltFile.exists = true;
    await world.run(desk, 8, 16);
    haltFile.exists = false;
    await world.run(desk, 16, 25);
    const receipt = await receiptOf(desk, storeOf(desk, world.store));
    expect(Object.keys(countsOf(receipt))).toEqual(["input-not-kept"]);
  });

  it("a market that the venue has closed since is not held against the entry that was made there", async () => {
    const world = await receiptWorld({ kind: "simulated" });
    const desk = await noted(await world.open());
    await world.run(desk, 0, 25);
    const store = storeOf(desk, world.store);
    const { symbol } = await firstEntry(store);
    const markets = new Map(
      [...desk.markets].map(
        ([name, market]) => [name, name === symbol ? { ...market, active: false } : market] as const,
      ),
    );
    const receipt = await receiptOf({ ...desk, markets }, store);
    expect(Object.keys(countsOf(receipt))).toEqual(["input-not-kept"]);
    expect(receipt.differences[0]?.text).toMatch(/accepted in the journal, refused by market-inactive again/);
  });

  it("the day under way is looked at as far as it is, and a day without rows says so", async () => {
    const world = await receiptWorld({ kind: "simulated" });
    const desk = await noted(await world.open());
    await world.run(desk, 0, 6);
    expect(await receiptOf(desk, storeOf(desk, world.store))).toMatchObject({ isWhole: false, day: "2026-09-14" });
    const before = await receiptOf(desk, storeOf(desk, world.store), unixMs(DAY - 86_400_000));
    expect(before).toMatchObject({ looked: 0, closingEquity: null, differences: [] });
  });

  it("every way of entering is replayed", async () => {
    for (const entryStyle of EntryStyle.options) {
      const world = await receiptWorld({ kind: "simulated" });
      const desk = await noted(await world.open({ entryStyle }));
      await world.run(desk, 0, 25);
      const receipt = await receiptOf(desk, storeOf(desk, world.store));
      expect(receipt.differences).toEqual([]);
    }
  });
});
