// A desk of two strategies that hold one coin: what its commands, views and answers say of each, and what they act on.
import { beforeAll, describe, expect, it } from "vitest";
import { closeCommand, writeOffCommand } from "#apps/commands/close.ts";
import { controlCommands } from "#apps/commands/control.ts";
import { journalCommand } from "#apps/commands/journal.ts";
import { reportCommand } from "#apps/commands/report.ts";
import { positionsCommand, statusCommand } from "#apps/commands/status.ts";
import { tradesCommand } from "#apps/commands/trades.ts";
import { createDeskView } from "#desk/answering/desk-view.ts";
import { whyText } from "#desk/answering/views/why.ts";
import type { CloseReport, WriteOffReport } from "#desk/documents/close-report.ts";
import type { PortfolioView } from "#desk/documents/portfolio-view.ts";
import type { TradesReport } from "#desk/documents/trades-report.ts";
import { sendOrders } from "#desk/run-slot/send.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { clientOrderIdOf } from "#schemas/order.ts";
import { type Position, positionKey } from "#schemas/portfolio.ts";
import { unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { TERMS } from "#test/support/strategy.ts";
import { entryOrder } from "#test/toolkits/execution/fixture.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { isOf } from "#toolkits/portfolio/positions.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";

const TREND = "trend";
const STEP_MS = 300_000;
const [pause, resume, halt] = controlCommands;

/** The eager strategy has bought something, and the other one the same coin. */
async function twoHolding() {
  const terms = new Map([
    [eager.id, { ...TERMS, sharePct: 60 }],
    [TREND, { ...TERMS, sharePct: 40 }],
  ]);
  const opened = await simulatedDesk({ strategies: [eager], terms });
  const { desk, append } = opened;
  let slot = 0;
  const held = () => [...desk.account.portfolio().positions.values()].find(({ dust }) => !dust);
  while (held() === undefined && slot < 20) await opened.runSlot(slot++);
  const first = held();
  if (first === undefined) throw new Error("nothing was bought");
  const nowMs = unixMs(START_MS + (slot - 1) * STEP_MS);
  const order = entryOrder({
    strategyId: TREND,
    clientOrderId: clientOrderIdOf("trend's", "entry", 0),
    decisionId: "trend's",
    symbol: first.symbol,
    quantity: first.quantity,
    createdAtMs: nowMs,
    activeFromMs: nowMs,
    expiresAtMs: unixMs(nowMs + STEP_MS),
  });
  await append({ type: "order-list", atMs: nowMs, orders: [...orderListOf(order)] });
  await sendOrders(desk, patience);
  await opened.runSlot(slot++);
  const of = (strategyId: string): Position => {
    const position = desk.account.portfolio().positions.get(positionKey({ strategyId, symbol: first.symbol }));
    if (position === undefined) throw new Error(`${strategyId} holds nothing`);
    return position;
  };
  const stopsOf = (strategyId: string) =>
    [...desk.account.portfolio().orders.values()].filter(
      (o) => o.role === "stop-loss" && isOf({ strategyId, symbol: first.symbol })(o),
    );
  return { ...opened, symbol: first.symbol, of, stopsOf, next: () => opened.runSlot(slot++) };
}

describe("a desk of two strategies that hold one coin", () => {
  let opened: Awaited<ReturnType<typeof twoHolding>>;
  beforeAll(async () => {
    opened = await twoHolding();
  });

  it("has a position and a stop of each, and one balance at the venue", async () => {
    const { desk, of, stopsOf, symbol } = opened;
    const held = Number(of(eager.id).quantity) + Number(of(TREND).quantity);
    const balances = await desk.execution.balances(patience);
    expect(Number(balances.get(symbol.split("/")[0] ?? ""))).toBeCloseTo(held, 9);
    for (const id of [eager.id, TREND]) expect(stopsOf(id)).toMatchObject([{ quantity: of(id).quantity }]);
  });

  it("names the strategy of each in positions, status and journal, as text and as JSON", async () => {
    const { run, symbol } = opened;
    const positions = await run<PortfolioView>(positionsCommand);
    expect(positions.document.positions.map((p) => [p.strategyId, p.symbol])).toContainEqual([TREND, symbol]);
    expect(positions.text).toMatch(new RegExp(`${symbol} +${TREND} `));
    expect(positions.text).toMatch(new RegExp(`${symbol} +${eager.id} `));
    const status = await run(statusCommand);
    expect(status.document).toMatchObject({
      strategies: [
        { strategyId: eager.id, sharePct: 60, paused: false },
        { strategyId: TREND, sharePct: 40, paused: false, openPositions: 1 },
      ],
    });
    expect(status.text).toContain(`${TREND} (40 % of equity, 1 open)`);
    const journal = await run<{ readonly events: readonly JournalEvent[] }>(journalCommand, { limit: "400" });
    expect(journal.text).toMatch(new RegExp(`entry buy .* ${symbol} \\(${TREND}\\) at `));
    expect(journal.text).toMatch(new RegExp(`entry buy .* ${symbol} \\(${eager.id}\\) at `));
  });

  it("names them in answers about what is held, traded and why", async () => {
    const { desk, store, symbol, events } = opened;
    const journal = await events();
    const nowMs = desk.clock.now();
    const readJournal = async () => journal.map((event, seq) => ({ seq, eventId: String(seq), event }));
    const view = createDeskView({ desk, storeKind: store.kind, readJournal } as never);
    const held = { symbol, nowMs, period: null } as const;
    const profit = await view.account({ ...held, figure: "unrealised" } as never, patience);
    expect(profit.text.split("\n")).toEqual([
      expect.stringContaining(`${symbol} (${eager.id}) `),
      expect.stringContaining(`${symbol} (${TREND}) `),
    ]);
    const bought = await view.account({ ...held, figure: "bought" } as never, patience);
    expect(bought.text).toContain(`${symbol} (${TREND}) `);
    expect(view.standing(symbol)).toMatch(new RegExp(`of it \\(${eager.id}\\) and .* of it \\(${TREND}\\)\\.$`));
    const about = { symbol, side: "buy", negation: false, timeframe: "5m", nowMs, period: null } as const;
    const why = await whyText(desk, readJournal, about, patience);
    expect(why.text).toContain(`${symbol} (${TREND}) at `);
  });

  it("pauses and resumes one by name: the other goes on, and what is unknown is named", async () => {
    const { run, desk } = opened;
    const paused = await run(pause, { strategy: TREND, reason: "news" });
    expect(paused.document).toMatchObject({ strategyId: TREND, control: "running", paused: [TREND] });
    expect(paused.text).toContain(`${TREND} paused: no entries of it`);
    expect([...desk.account.portfolio().paused]).toEqual([TREND]);
    expect((await run(statusCommand)).text).toContain("1 open, paused)");
    await expect(run(pause, { strategy: "nobody" })).rejects.toThrow(UnknownNameError);
    await expect(run(pause, { strategy: "nobody" })).rejects.toThrow(`one of ${eager.id}, ${TREND}`);
    const all = await run(pause);
    expect(all.document).toMatchObject({ strategyId: null, control: "paused", paused: [TREND] });
    const one = await run(resume, { strategy: TREND });
    expect(one.document).toMatchObject({ strategyId: TREND, control: "paused", paused: [] });
    expect(one.text).toContain("The desk as a whole is still paused.");
    await run(pause, { strategy: TREND });
    expect((await run(resume)).document).toMatchObject({ strategyId: null, control: "running", paused: [] });
  });

  it("halts as a whole and says so", async () => {
    const { run } = opened;
    const { document, text } = await run(halt, {});
    expect(document).toMatchObject({ strategyId: null, control: "halted" });
    expect(text).toContain("The whole desk, every strategy, sends nothing");
    await run(resume);
  });

  it("closes for the one that is named, and leaves the other with its stop", async () => {
    const { run, symbol, of, stopsOf, next, desk } = opened;
    const before = of(eager.id);
    const { document, text } = await run<CloseReport>(closeCommand, { strategy: TREND, reason: "news" }, [symbol]);
    expect(document.positions).toMatchObject([{ strategyId: TREND, quantity: of(TREND).quantity, refusal: null }]);
    expect(text).toMatch(new RegExp(`Exit of .* ${symbol} \\(${TREND}\\) `));
    await expect(run(closeCommand, { strategy: "nobody" }, [symbol])).rejects.toThrow(UnknownNameError);
    await next();
    const { positions } = desk.account.portfolio();
    expect(positions.has(positionKey({ strategyId: TREND, symbol }))).toBe(false);
    expect(stopsOf(TREND)).toEqual([]);
    const after = positions.get(positionKey({ strategyId: eager.id, symbol }));
    if (after !== undefined) expect(stopsOf(eager.id)).toMatchObject([{ quantity: before.quantity }]);
    await expect(run(closeCommand, { strategy: TREND }, [symbol])).rejects.toThrow(`not held by ${TREND}`);
  });

  it("counts trades, wins and profit by strategy, in trades and report", async () => {
    const { run, symbol } = opened;
    const trades = await run<TradesReport>(tradesCommand);
    expect(trades.document.trades).toContainEqual(expect.objectContaining({ strategyId: TREND, symbol }));
    const of = (id: string) => trades.document.byStrategy.find(({ name }) => name === id);
    expect(of(TREND)).toMatchObject({ trades: 1 });
    expect(of(eager.id)).toBeDefined();
    expect(trades.document.strategies).toEqual([eager.id, TREND]);
    expect(trades.text).toMatch(new RegExp(`${TREND} +1 +[01] +(0|100)\\.0 % `));
    const report = await run<{ readonly account: { readonly byStrategy: readonly unknown[] } }>(reportCommand);
    expect(report.document.account.byStrategy).toEqual(trades.document.byStrategy);
    expect(report.text).toContain("closed trades by strategy");
  });
});

describe("close and write-off without a strategy", () => {
  it("close it for every strategy that holds it, and say which", async () => {
    const { run, symbol, next, desk } = await twoHolding();
    const { document, text } = await run<CloseReport>(closeCommand, {}, [symbol]);
    expect(document.positions.map(({ strategyId }) => strategyId)).toEqual([eager.id, TREND]);
    expect(text).toContain(`${symbol} (${eager.id})`);
    expect(text).toContain(`${symbol} (${TREND})`);
    await next();
    for (const strategyId of [eager.id, TREND]) {
      expect(desk.account.portfolio().positions.has(positionKey({ strategyId, symbol }))).toBe(false);
    }
  });

  it("write off one, or all that hold it", async () => {
    const { run, symbol, markets, desk, stopsOf } = await twoHolding();
    markets.delete(symbol);
    const one = await run<WriteOffReport>(writeOffCommand, { strategy: TREND, reason: "gone" }, [symbol]);
    expect(one.document.positions).toMatchObject([{ strategyId: TREND }]);
    expect(stopsOf(TREND)).toEqual([]);
    expect(stopsOf(eager.id)).toHaveLength(1);
    const rest = await run<WriteOffReport>(writeOffCommand, { reason: "gone" }, [symbol]);
    expect(rest.document.positions).toMatchObject([{ strategyId: eager.id }]);
    expect([...desk.account.portfolio().positions.values()].filter((p) => p.symbol === symbol)).toEqual([]);
  });
});

it("an alert of a missing stop names the strategy that has none", async () => {
  const { symbol, stopsOf, next, append, clock, events } = await twoHolding();
  for (const stop of stopsOf(TREND)) {
    const event = { type: "canceled", reason: "by the venue" } as const;
    await append({ type: "order", atMs: clock.now(), order: { ...stop, status: "canceled" }, event });
  }
  for (let n = 0; n < 3; n++) await next();
  const told = (await events()).flatMap((e) =>
    e.type === "alert" && e.alert.kind === "stop-missing" ? [e.alert] : [],
  );
  expect(told).toMatchObject([
    { symbol, text: expect.stringContaining(`No stop rests for ${symbol} (${TREND}), held without one since`) },
  ]);
});
