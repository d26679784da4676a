// A journal of the first version: intents and states as snapshots, stops and targets born at the venue. A desk of today goes
// on with it: the same stop under the same id, and no second order.
import { describe, expect, it } from "vitest";
import { collectReports } from "#desk/run-slot/collect-reports.ts";
import { DECISION_JOB, runJob, scopeOf } from "#desk/run-slot/jobs.ts";
import { decisionId } from "#schemas/decision.ts";
import { JournalEvent } from "#schemas/journal.ts";
import { type DeskId, type MarketSymbol, type RunId, unixMs, type VenueId } from "#schemas/units.ts";
import { openTestDesk, patience, type TestDesk } from "#test/support/desk.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";

const STEP_MS = 300_000;
const [ENTRY, STOP, TARGET] = ["a".repeat(32), "b".repeat(32), "c".repeat(32)];
const venue = createSyntheticMarket({
  seed: 3,
  timeframe: "5m",
  firstSlotMs: FIRST_SLOT_MS,
  slots: 6,
  shapes: assortedShapes()
    .slice(0, 1)
    .map((shape) => ({ ...shape, volatility: 0.0001, hole: 0 })),
});
const SYMBOL = [...venue.markets.keys()][0] ?? "";

/** An order row as the first version wrote it. */
const order = (change: Readonly<Record<string, unknown>>) => ({
  type: "order",
  atMs: FIRST_SLOT_MS,
  order: {
    clientOrderId: ENTRY,
    decisionId: "a".repeat(64),
    parentId: null,
    symbol: SYMBOL,
    side: "buy",
    kind: "market",
    role: "entry",
    quantity: "1",
    filledQuantity: "0",
    limitPrice: null,
    triggerPrice: null,
    triggered: false,
    bracket: { stopPct: 90, targetPct: 900 },
    createdAtMs: FIRST_SLOT_MS,
    workingFromMs: FIRST_SLOT_MS,
    expiresAtMs: FIRST_SLOT_MS + STEP_MS,
    status: "intended",
    statusReason: "",
    ...change,
  },
});
const child = { parentId: ENTRY, side: "sell", bracket: null, expiresAtMs: null, status: "open" };
const fill = {
  type: "fill",
  atMs: FIRST_SLOT_MS,
  fill: {
    fillId: "f",
    clientOrderId: ENTRY,
    symbol: SYMBOL,
    side: "buy",
    role: "entry",
    quantity: "1",
    price: "100",
    notional: "100",
    fee: "0.1",
    feeCurrency: "USDT",
    atMs: FIRST_SLOT_MS,
    basis: "next-open",
  },
};
const intended = order({});
const held = [
  intended,
  order({ status: "open" }),
  fill,
  order({ status: "filled", filledQuantity: "1" }),
  order({ ...child, clientOrderId: STOP, kind: "stop", role: "stop", triggerPrice: "10" }),
  order({ ...child, clientOrderId: TARGET, kind: "target", role: "target", limitPrice: "1000.5" }),
];

async function goOn(rows: readonly unknown[], slots: number): Promise<TestDesk & { readonly before: number }> {
  const test = await openTestDesk({ venue, startMs: unixMs(FIRST_SLOT_MS + 1) });
  await test.desk.account.append(
    rows.map((row) => JournalEvent.parse(row)),
    patience,
  );
  const again = await openTestDesk({ venue, startMs: unixMs(FIRST_SLOT_MS + 1), store: test.store });
  const before = (await again.events()).length;
  for (let slot = 0; slot <= slots; slot++) {
    const nowMs = unixMs(FIRST_SLOT_MS + 1 + slot * STEP_MS);
    again.clock.advanceTo(nowMs);
    await collectReports(again.desk, nowMs, patience);
  }
  return { ...again, before };
}

describe("a journal of the first version", () => {
  it("with a position and resting orders folds to the same ones, and nothing is sent", async () => {
    const { desk, events, before } = await goOn(held, 3);
    const orders = [...desk.account.portfolio().orders.values()];
    expect(
      orders.map(({ clientOrderId, role, status, triggerPrice, limitPrice }) => [
        clientOrderId,
        role,
        status,
        triggerPrice,
        limitPrice,
      ]),
    ).toEqual([
      [STOP, "stop-loss", "accepted", "10", null],
      [TARGET, "take-profit", "accepted", null, "1000.5"],
    ]);
    expect((await desk.execution.openOrders(patience)).map(({ clientOrderId }) => clientOrderId)).toEqual([
      STOP,
      TARGET,
    ]);
    expect([...desk.account.portfolio().positions.values()]).toMatchObject([
      { strategyId: "mean-reversion", stopPrice: "10", targetPrice: "1000.5", quantity: "1" },
    ]);
    expect(await events()).toHaveLength(before);
  });

  it("has the decision ids of today, so that a slot taken up again decides nothing twice", () => {
    // Of a run in November 2026, before strategies were files.
    const XMR = { symbol: "XMR/USDT" as MarketSymbol, timeframe: "5m", asOfMs: unixMs(1_767_588_300_000) } as const;
    const of = { deskId: "main" as DeskId, runId: "sim-mx0e4s04-1216" as RunId, venueId: "sim:1" as VenueId };
    expect(decisionId({ ...of, ...XMR, strategyId: "mean-reversion", action: "enter" })).toBe(
      "2c4592d72578d09b2dc32c791bb0968effae909196919de8760806932dd98c0f",
    );
  });

  it("has results of slots that are repeated, under the strategy there was", async () => {
    const { desk } = await openTestDesk({ venue, startMs: unixMs(FIRST_SLOT_MS + 1) });
    const key = { job: DECISION_JOB.name, scope: scopeOf(desk), slotMs: FIRST_SLOT_MS };
    const begun = await desk.runs.begin({ ...key, nowMs: FIRST_SLOT_MS }, patience);
    if (begun.status === "done") expect.fail("it was done already");
    const decision = { symbol: SYMBOL, action: "enter", reason: "RSI 25", analysisId: "a", path: "recalled" };
    const refusal = { symbol: SYMBOL, rule: "max-positions", reason: "the limit is 10" };
    const sent = { clientOrderId: ENTRY, symbol: SYMBOL, side: "buy", quantity: "1", status: "intended" };
    const result = { slot: FIRST_SLOT_MS, decisions: [decision], refusals: [refusal], orders: [sent], equity: "9990" };
    await desk.runs.finish({ ...key, fence: begun.fence }, { ...result, problems: [], repeated: false }, patience);

    const work = () => expect.fail("the slot was decided again");
    const repeated = await runJob(desk, DECISION_JOB, { slotMs: FIRST_SLOT_MS }, work, patience);
    const strategyId = "mean-reversion";
    expect(repeated).toMatchObject({
      repeated: true,
      equity: "9990",
      decisions: [{ ...decision, strategyId }],
      refusals: [{ ...refusal, strategyId }],
      orders: [{ clientOrderId: ENTRY, status: "unresolved", strategyId }],
    });
  });

  it("with an intent asks the venue, sends it once under its id, and protects what it buys", async () => {
    const { desk, events } = await goOn([intended], 2);
    const rows = await events();
    expect(rows.flatMap((e) => (e.type === "fill" ? [e.fill.clientOrderId] : []))).toEqual([ENTRY]);
    expect(
      [...desk.account.portfolio().orders.values()].map(({ role, parentId, status }) => [role, parentId, status]),
    ).toEqual([
      ["stop-loss", ENTRY, "accepted"],
      ["take-profit", ENTRY, "accepted"],
    ]);
  });

  it("with a stop that was touched and filled in part goes on selling the rest", async () => {
    const touched = order({
      ...child,
      clientOrderId: STOP,
      kind: "stop",
      role: "stop",
      triggerPrice: "99",
      triggered: true,
      quantity: "1",
      workingFromMs: FIRST_SLOT_MS,
    });
    const { desk, events } = await goOn([...held.slice(0, 4), touched], 1);
    expect((await events()).flatMap((e) => (e.type === "fill" ? [e.fill.role] : []))).toEqual(["entry", "stop-loss"]);
    expect(desk.account.portfolio().positions.size).toBe(0);
  });
});
