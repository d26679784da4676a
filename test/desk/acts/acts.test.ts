// The operator's acts, each by the function that a command and an approved proposal share.
import { describe, expect, it } from "vitest";
import { approveProposal } from "#desk/acts/answer-proposal.ts";
import { doAct } from "#desk/acts/do-act.ts";
import { clearLimit } from "#desk/acts/kinds/tighten.ts";
import { proposeAct } from "#desk/acts/propose.ts";
import type { Desk } from "#desk/desk.ts";
import type { Act } from "#schemas/act.ts";
import { ProviderError, UsageError } from "#schemas/errors.ts";
import { compare, type Price, percent, type Quantity, roundQuantity, subtract } from "#schemas/money.ts";
import { isWorking } from "#schemas/order.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { simulatedDesk } from "#test/apps/simulated-desk.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { ofMarket } from "#test/support/strategy.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";
import { holdingDesk } from "./holding-desk.ts";

const said = { by: "anna", reason: "news" };
const act = ({ desk }: { readonly desk: Desk }, asked: Act) => doAct(desk, asked, said, patience);
const all = { strategyId: null } as const;

describe("reduce", () => {
  it("sells the part that was asked for, and stop and target shrink to what is left", async () => {
    const opened = await holdingDesk();
    const { desk, position, restsFor, next, markets } = opened;
    const { symbol } = position;
    const report = await act(opened, { kind: "reduce", symbol, ...all, amount: { pct: 40 } });
    const { stepSize = "1" } = markets.get(symbol) ?? {};
    const sold = roundQuantity(percent(position.quantity, 40), stepSize);
    expect(report).toMatchObject({ done: true, refusal: null, orders: [{ side: "sell", quantity: sold }] });
    await next();
    const left = positionOf(desk.account.portfolio(), position);
    expect(left?.quantity).toBe(subtract(position.quantity, sold));
    expect(left).toMatchObject({ dust: false, stopPrice: position.stopPrice, targetPrice: position.targetPrice });
    const rests = restsFor().filter(isWorking);
    expect(rests.map(({ role }) => role).sort()).toEqual(["stop-loss", "take-profit"]);
    for (const order of rests) {
      expect(compare(subtract(order.quantity, order.filledQuantity), left?.quantity ?? "0")).toBeLessThanOrEqual(0);
    }
  });

  it("names its decision and journals it before it is sent, once, also twice at one moment", async () => {
    const opened = await holdingDesk();
    const { position, events, desk } = opened;
    const before = (await events()).length;
    const asked: Act = { kind: "reduce", symbol: position.symbol, ...all, amount: { pct: 10 } };
    await act(opened, asked);
    await act(opened, asked);
    const rows = (await events()).slice(before);
    const decisions = rows.flatMap((e) => (e.type === "decision" ? [e.decision] : []));
    expect(rows.slice(0, 2).map(({ type }) => type)).toEqual(["decision", "order-list"]);
    expect(decisions.map(({ reason }) => reason)).toEqual(["reduced by anna: news", "reduced by anna: news"]);
    expect(new Set(decisions.map(({ decisionId }) => decisionId)).size).toBe(2);
    const exits = [...desk.account.portfolio().orders.values()].filter(({ role }) => role === "exit");
    expect(exits).toHaveLength(2);
  });

  it("leaves the way out of the rest open while the part is being sold", async () => {
    const opened = await holdingDesk();
    const { desk, position, next } = opened;
    await act(opened, { kind: "reduce", symbol: position.symbol, ...all, amount: { pct: 50 } });
    const report = await act(opened, { kind: "close", symbol: position.symbol, ...all });
    expect(report.done).toBe(true);
    await next();
    expect(desk.account.portfolio().positions.has(ofMarket(position.symbol, eager.id))).toBe(false);
    const sold = (await opened.events()).flatMap((e) => (e.type === "fill" && e.fill.side === "sell" ? [e.fill] : []));
    const total = sold
      .filter(({ symbol }) => symbol === position.symbol)
      .reduce((sum, f) => sum + Number(f.quantity), 0);
    expect(total).toBeCloseTo(Number(position.quantity), 12);
  });

  it("marks a rest that is too small to sell as dust, and its orders go", async () => {
    const opened = await holdingDesk();
    const { desk, position, restsFor, next, markets } = opened;
    const { stepSize = "1" } = markets.get(position.symbol) ?? {};
    const quantity = subtract(position.quantity, stepSize as Quantity);
    await act(opened, { kind: "reduce", symbol: position.symbol, ...all, amount: { quantity } });
    await next();
    expect(positionOf(desk.account.portfolio(), position)).toMatchObject({ dust: true, quantity: stepSize });
    expect(restsFor()).toEqual([]);
  });

  it.each([
    ["all of it", (held: string) => ({ quantity: held as Quantity }), /to sell all of it/i],
    ["less than one step", () => ({ pct: 1e-9 }), /nothing is left at the market's step/],
  ])("refuses %s with the figures, and journals nothing", async (_name, amountOf, reason) => {
    const opened = await holdingDesk();
    const { position, events } = opened;
    const before = await events();
    const asked: Act = { kind: "reduce", symbol: position.symbol, ...all, amount: amountOf(position.quantity) };
    expect(await act(opened, asked)).toMatchObject({ done: false, refusal: expect.stringMatching(reason) });
    expect(await events()).toEqual(before);
  });

  it("refuses what is not held, naming what is", async () => {
    const opened = await holdingDesk();
    const other = [...opened.markets.keys()].find((symbol) => symbol !== opened.position.symbol) as MarketSymbol;
    const report = await act(opened, { kind: "close", symbol: other, ...all });
    expect(report.refusal).toContain(opened.position.symbol);
  });
});

describe("cancel", () => {
  /** A desk whose entry waits for the next open. */
  async function waitingDesk(over: Parameters<typeof simulatedDesk>[0] = {}) {
    const opened = await simulatedDesk({ strategies: [eager], ...over });
    const entries = () =>
      [...opened.desk.account.portfolio().orders.values()].filter((o) => o.role === "entry" && isWorking(o));
    let slot = 0;
    while (entries().length === 0 && slot < 20) await opened.runSlot(slot++);
    const [entry] = entries();
    if (entry === undefined) throw new Error("nothing is on order");
    return { ...opened, entry, entries, next: () => opened.runSlot(slot++) };
  }

  it("ends a working entry with its unsent children, by the beginning of its id", async () => {
    const { desk, entry, next } = await waitingDesk();
    const report = await act({ desk }, { kind: "cancel", order: entry.clientOrderId.slice(0, 8) });
    expect(report).toMatchObject({ done: true, orders: [{ status: "canceled" }] });
    const ofIt = [...desk.account.portfolio().orders.values()].filter((o) => o.parentId === entry.clientOrderId);
    expect(ofIt).toEqual([]);
    await next();
    expect(positionOf(desk.account.portfolio(), entry)).toBeUndefined();
    expect(desk.account.portfolio().canceling.size).toBe(0);
  });

  it("is in the journal before the venue is told, and done after a death in between", async () => {
    const { desk, entry, store, clock } = await waitingDesk();
    const dead = { ...desk, execution: { ...desk.execution, cancel: () => Promise.reject(new Error("killed")) } };
    await expect(doAct(dead, { kind: "cancel", order: entry.clientOrderId }, said, patience)).rejects.toThrow("killed");
    const venue = { ...desk, universe: { topAssets: () => Promise.reject(new Error("not asked")) } };
    const again = await openTestDesk({ venue: venue as never, startMs: clock.now(), store, strategies: [eager] });
    const { collectReports } = await import("#desk/run-slot/collect-reports.ts");
    await collectReports(again.desk, again.desk.clock.now(), patience);
    expect(again.desk.account.portfolio().orders.has(entry.clientOrderId)).toBe(false);
    const ends = (await again.events()).flatMap((e) =>
      e.type === "order" && e.order.clientOrderId === entry.clientOrderId ? [e.order] : [],
    );
    expect(ends.at(-1)).toMatchObject({ status: "canceled", statusReason: "canceled by anna: news" });
  });

  it("refuses the stop of a position and names close, and what is not there", async () => {
    const opened = await holdingDesk();
    const stop = opened.restsFor().find(({ role }) => role === "stop-loss");
    const refusal = async (order: string) => (await act(opened, { kind: "cancel", order })).refusal;
    expect(await refusal(stop?.clientOrderId ?? "")).toContain(`close ${opened.position.symbol}`);
    expect(await refusal("zz")).toMatch(/no working order begins with "zz"; there are [0-9a-f]{8} \(/);
    expect(await refusal("")).toMatch(/no working order/);
    const ids = [...opened.desk.account.portfolio().orders.keys()];
    expect(await refusal(ids[0]?.slice(0, 0) ?? "")).toMatch(/no working order/);
  });

  it("of a target leaves the stop, and the target does not come back", async () => {
    const opened = await holdingDesk();
    const target = opened.restsFor().find(({ role }) => role === "take-profit");
    const report = await act(opened, { kind: "cancel", order: target?.clientOrderId ?? "" });
    expect(report).toMatchObject({ done: true, orders: [{ status: "canceled" }] });
    await opened.next();
    const position = positionOf(opened.desk.account.portfolio(), opened.position);
    if (position !== undefined)
      expect(position).toMatchObject({ targetPrice: null, stopPrice: opened.position.stopPrice });
  });
});

describe("block", () => {
  it("bars entries of an asset through the gate, lets exits go, holds after a restart, and is lifted", async () => {
    const opened = await simulatedDesk({ strategies: [eager] });
    const { desk, store, clock, events, markets } = opened;
    const bases = [...new Set([...markets.values()].map(({ base }) => base))];
    for (const base of bases)
      expect(await act(opened, { kind: "block", what: base.toLowerCase() })).toMatchObject({ done: true });
    for (let slot = 0; slot < 6; slot += 1) await opened.runSlot(slot);
    const rows = await events();
    expect(rows.some(({ type }) => type === "order-list")).toBe(false);
    const refusals = rows.flatMap((e) => (e.type === "refusal" ? [e.refusal] : []));
    expect(refusals.length).toBeGreaterThan(0);
    expect(new Set(refusals.map(({ rule }) => rule))).toEqual(new Set(["blocked-by-operator"]));
    expect(refusals[0]?.reason).toMatch(/is blocked by anna \(news\); no entries of it until `unblock /);

    const again = await openTestDesk({ venue: desk as never, startMs: clock.now(), store, strategies: [eager] });
    expect([...again.desk.account.portfolio().blocked.keys()].sort()).toEqual([...bases].sort());
    const [first = ""] = bases;
    expect(await act(again, { kind: "block", what: first })).toMatchObject({
      refusal: expect.stringMatching(/blocked already, by anna: news/),
    });
    expect(await act(again, { kind: "unblock", what: first })).toMatchObject({ done: true });
    expect(again.desk.account.portfolio().blocked.has(first)).toBe(false);
    expect(await act(again, { kind: "unblock", what: first })).toMatchObject({ done: false });
    expect((await act(again, { kind: "block", what: "NOPE" })).refusal).toMatch(/has no "NOPE"; there is/);
  });

  it("cancels the working entry of what it blocks", async () => {
    const opened = await simulatedDesk({ strategies: [eager] });
    const working = () =>
      [...opened.desk.account.portfolio().orders.values()].filter((o) => o.role === "entry" && isWorking(o));
    for (let slot = 0; working().length === 0 && slot < 20; slot += 1) await opened.runSlot(slot);
    const [entry] = working();
    if (entry === undefined) throw new Error("nothing is on order");
    const report = await act(opened, { kind: "block", what: entry.symbol });
    expect(report.done).toBe(true);
    expect(working().some(({ symbol }) => symbol === entry.symbol)).toBe(false);
  });
});

describe("tighten", () => {
  it("binds the gate from the next decision on, never loosens, and is taken back by a person only", async () => {
    const opened = await simulatedDesk({ strategies: [eager] });
    const { desk, events, store, clock } = opened;
    const tighten = (value: number) => act(opened, { kind: "tighten", limit: "maxOpenPositions", value });
    expect(await tighten(1)).toMatchObject({
      done: true,
      lines: ["maxOpenPositions is 1 now, configured 10 (positions)."],
    });
    for (let slot = 0; slot < 20; slot += 1) await opened.runSlot(slot);
    const open = [...desk.account.portfolio().positions.values()].filter(({ dust }) => !dust);
    expect(open.length).toBeLessThanOrEqual(1);
    const refusals = (await events()).flatMap((e) => (e.type === "refusal" ? [e.refusal] : []));
    expect(refusals.some(({ reason }) => reason.endsWith("the limit is 1"))).toBe(true);

    expect((await tighten(1)).refusal).toMatch(/only what is lower is tighter/);
    expect((await tighten(2)).refusal).toMatch(/only what is lower is tighter/);
    expect((await tighten(0)).refusal).toMatch(/cannot be 0: expected a whole number/);
    const again = await openTestDesk({ venue: desk as never, startMs: clock.now(), store, strategies: [eager] });
    expect([...again.desk.account.portfolio().tightened]).toEqual([["maxOpenPositions", 1]]);
    expect(await clearLimit(again.desk, "maxOpenPositions", said, patience)).toEqual([
      "maxOpenPositions is 10 again, as configured (positions); it was 1.",
    ]);
    await expect(clearLimit(again.desk, "maxOpenPositions", said, patience)).rejects.toThrow(UsageError);
  });

  it("of the day's loss holds for the meter of the next slot", async () => {
    const opened = await holdingDesk();
    const latched = () => opened.desk.account.portfolio().loss?.dayLossLatched;
    expect(latched()).toBe(false);
    // Fees of the entry alone are more.
    await act(opened, { kind: "tighten", limit: "maxDayLossPct", value: 0.0001 });
    await opened.next();
    const { dayChangePct = 0 } = opened.desk.account.portfolio().loss ?? {};
    expect(latched()).toBe(dayChangePct <= -0.0001);
    await opened.next();
    expect(latched()).toBe(true);
  });

  it("knows that a longer cooldown is tighter", async () => {
    const opened = await simulatedDesk();
    const cooldown = (value: number) => act(opened, { kind: "tighten", limit: "cooldownCandles", value });
    expect((await cooldown(2)).refusal).toMatch(/only what is higher is tighter/);
    expect((await cooldown(12)).done).toBe(true);
  });
});

describe("tighten-stop", () => {
  it("moves the stop nearer as a new generation of the same order, for the same quantity", async () => {
    const opened = await holdingDesk();
    const { position, restsFor, desk } = opened;
    const [before] = restsFor().filter(({ role }) => role === "stop-loss");
    const middle = (Number(position.stopPrice) + Number(position.averagePrice)) / 2;
    const price = String(Number(middle.toPrecision(8))) as Price;
    const report = await act(opened, { kind: "tighten-stop", symbol: position.symbol, ...all, price });
    expect(report.done).toBe(true);
    const stops = restsFor().filter(({ role }) => role === "stop-loss");
    expect(stops).toHaveLength(1);
    const [stop] = stops;
    expect(stop).toMatchObject({ generation: (before?.generation ?? 0) + 1, quantity: before?.quantity });
    expect(stop?.parentId).toBe(before?.parentId);
    expect(Number(stop?.triggerPrice)).toBeGreaterThan(Number(before?.triggerPrice));
    expect(Number(stop?.triggerPrice)).toBeLessThanOrEqual(Number(price));
    expect(positionOf(desk.account.portfolio(), position)?.stopPrice).toBe(stop?.triggerPrice);
    const resting = await desk.execution.openOrders(patience);
    expect(resting.filter((o) => o.role === "stop-loss" && o.symbol === position.symbol)).toHaveLength(1);

    const loosen = await act(opened, {
      kind: "tighten-stop",
      symbol: position.symbol,
      ...all,
      price: position.stopPrice as Price,
    });
    expect(loosen.refusal).toMatch(/is farther, and a stop is only moved nearer/);
    const above = await act(opened, {
      kind: "tighten-stop",
      symbol: position.symbol,
      ...all,
      price: "99999999" as Price,
    });
    expect(above.refusal).toMatch(/is not below the last price/);
  });
});

describe("under a halt", () => {
  it("nothing that sends is done; a pause, a block and a tightening are", async () => {
    const haltFile = { exists: false };
    const opened = await holdingDesk({ haltFile });
    const { position, restsFor, events } = opened;
    const target = restsFor().find(({ role }) => role === "take-profit");
    haltFile.exists = true;
    const { symbol } = position;
    const before = await events();
    const sending: readonly Act[] = [
      { kind: "close", symbol, ...all },
      { kind: "reduce", symbol, ...all, amount: { pct: 50 } },
      { kind: "cancel", order: target?.clientOrderId ?? "" },
      { kind: "tighten-stop", symbol, ...all, price: position.averagePrice },
    ];
    for (const asked of sending) {
      expect(await act(opened, asked), asked.kind).toMatchObject({ refusal: expect.stringMatching(/is halted/) });
    }
    expect((await act(opened, { kind: "resume", ...all })).refusal).toMatch(/lifted with `deeptrader resume`/);
    expect(await events()).toEqual(before);
    const still: readonly Act[] = [
      { kind: "pause", ...all },
      { kind: "block", what: symbol },
      { kind: "tighten", limit: "entryPct", value: 1 },
    ];
    for (const asked of still) expect(await act(opened, asked), asked.kind).toMatchObject({ done: true });
  });
});

it("a proposal whose time is over ends with the slot", async () => {
  const opened = await simulatedDesk();
  await opened.runSlot(0);
  const asked = { act: { kind: "pause", ...all } as const, madeBy: "x", conversation: null };
  await proposeAct(opened.desk, asked, patience);
  await opened.runSlot(1);
  expect((await opened.events()).some(({ type }) => type === "proposal-ended")).toBe(false);
  await opened.runSlot(2);
  expect((await opened.events()).at(-1)).toMatchObject({
    type: "proposal-ended",
    end: { outcome: "expired", by: "the desk" },
  });
});

it("a person's ten minutes are many of a simulation that is paced", async () => {
  const opened = await simulatedDesk();
  const paced = { ...opened.desk, config: { ...opened.desk.config, speed: 60 } };
  const outcome = await proposeAct(
    paced,
    { act: { kind: "pause", ...all }, madeBy: "x", conversation: null },
    patience,
  );
  if (outcome.status === "refused") expect.fail(outcome.reason);
  expect(outcome.proposal.expiresAtMs - outcome.proposal.atMs).toBe(600 * 60_000);
});

it("no more than 20 proposals wait at once", async () => {
  const opened = await simulatedDesk();
  const asked = { act: { kind: "pause", ...all } as const, madeBy: "x", conversation: null };
  for (let n = 0; n < 20; n += 1) expect((await proposeAct(opened.desk, asked, patience)).status).toBe("proposed");
  expect(await proposeAct(opened.desk, asked, patience)).toMatchObject({
    reason: expect.stringMatching(/^20 proposals wait/),
  });
});

it("keeps words of one moment apart: the journal has what the desk was told, in its order", async () => {
  const opened = await simulatedDesk();
  const { desk, store, clock } = opened;
  const words: readonly Act[] = [
    { kind: "pause", ...all },
    { kind: "resume", ...all },
    { kind: "pause", ...all },
    { kind: "block", what: "BTC" },
    { kind: "unblock", what: "BTC" },
    { kind: "block", what: "BTC" },
  ];
  for (const asked of words) expect((await act(opened, asked)).done).toBe(true);
  const again = await openTestDesk({ venue: desk as never, startMs: clock.now(), store });
  expect(again.desk.account.portfolio()).toEqual(desk.account.portfolio());
  expect(again.desk.account.portfolio()).toMatchObject({
    control: "paused",
    blocked: new Map([["BTC", { by: "anna" }]]),
  });
});

it("on a real venue is shown at the bid and compared with it, where there is a fresh one", async () => {
  const held = await holdingDesk();
  const { desk, position, clock } = held;
  let quote: { bid: number; atMs: number | null } | null = null;
  const [close = Number.NaN] = (await priced()) ?? [];
  async function priced() {
    const { symbol } = position;
    const nowMs = clock.now();
    const fromMs = unixMs(nowMs - 300_000);
    return (await desk.marketData.candles({ symbol, timeframe: "5m", nowMs, fromMs }, patience)).close;
  }
  const real = {
    ...desk,
    clock: { ...clock, kind: "system", now: () => clock.now() } as never,
    marketData: Object.create(desk.marketData, {
      tickers: {
        value: async () => {
          if (quote === null) throw new ProviderError({ was: "silent", remedy: "" });
          const { symbol } = position;
          return [{ symbol, atMs: quote.atMs, bid: quote.bid, ask: quote.bid, last: quote.bid, quoteVolume: null }];
        },
      },
    }),
  } as Desk;
  const asked: Act = { kind: "close", symbol: position.symbol, ...all };
  const shown = async () => {
    const outcome = await proposeAct(real, { act: asked, madeBy: "x", conversation: null }, patience);
    return outcome.status === "proposed" ? outcome.proposal : expect.fail(outcome.reason);
  };
  expect((await shown()).price?.price).toBe(close);
  quote = { bid: close * 0.999, atMs: clock.now() - 10_001 };
  expect((await shown()).price?.price).toBe(close);
  quote = { bid: close * 0.999, atMs: clock.now() - 10_000 };
  const proposal = await shown();
  expect(proposal.price).toMatchObject({ price: close * 0.999, asOfMs: clock.now() - 10_000 });
  // The candle is the same; the bid is not.
  quote = { bid: close * 0.98, atMs: clock.now() };
  const { proposalId } = proposal;
  const { end } = await approveProposal(real, { proposalId, by: "anna", reason: "" }, patience);
  expect(end).toMatchObject({ outcome: "void", reason: expect.stringContaining("moved −1.90 %") });
});
