// Entries that wait for the operator, on the simulated venue: its clock stands at the slot, so the window is moved by the test.
import { describe, expect, it } from "vitest";
import { approveProposal, endExpired, refuseProposal } from "#desk/acts/answer-proposal.ts";
import { openProposals, proposeAct } from "#desk/acts/propose.ts";
import type { Desk } from "#desk/desk.ts";
import { Act, type Proposal, type WaitingEntry } from "#schemas/act.ts";
import type { RiskRule } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { unixMs } from "#schemas/units.ts";
import { simulatedDesk } from "#test/apps/simulated-desk.ts";
import { reopened } from "#test/desk/acts/holding-desk.ts";
import { patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";

const WINDOW_MS = 60_000;

/** A desk that asks first, with what waits in the first slot that has any. */
async function asking(over: Parameters<typeof simulatedDesk>[0] = {}) {
  const opened = await simulatedDesk({ strategies: [eager], approve: "entries", ...over });
  let slot = 0;
  while (openProposals(opened.desk).length === 0 && slot < 20) await opened.runSlot(slot++);
  const [first] = openProposals(opened.desk);
  if (first === undefined) throw new Error("no entry waits");
  return { ...opened, first, next: () => opened.runSlot(slot++) };
}

const entryOf = ({ act }: Proposal): WaitingEntry => {
  if (act.kind !== "enter") throw new Error("another act waits");
  return act;
};

const answer = ({ proposalId }: Proposal, by = "anna") => ({ proposalId, by, reason: `approved by ${by}` });
const approve = (desk: Desk, proposal: Proposal, by?: string) => approveProposal(desk, answer(proposal, by), patience);

const entriesOf = (events: readonly JournalEvent[]) =>
  events.flatMap((e) => (e.type === "order-list" && e.orders[0]?.role === "entry" ? [e.orders[0]] : []));
const refusalsOf = (events: readonly JournalEvent[], { decision }: WaitingEntry) =>
  events.flatMap((e) =>
    e.type === "refusal" && e.refusal.decisionId === decision.decisionId ? [[e.refusal.rule, e.refusal.reason]] : [],
  );

describe("an entry that waits for the operator", () => {
  it("is a decision, a proposal and an alert in the journal, and no order", async () => {
    const { desk, events, first } = await asking();
    const { decision, order, slotMs } = entryOf(first);
    expect(entriesOf(await events())).toEqual([]);
    expect((await events()).some((e) => e.type === "decision" && e.decision.decisionId === decision.decisionId)).toBe(
      true,
    );
    expect(first).toMatchObject({ madeBy: "eager", conversation: null, expiresAtMs: slotMs + WINDOW_MS });
    const [alert] = desk.alerts.log.all().filter(({ kind }) => kind === "entry-waits");
    for (const said of [first.proposalId, order.quantity, "Its stop:", "Because: RSI", "before the next slot"])
      expect(alert?.text).toContain(said);
  });

  it("is sent once, with who and when, in the append that says approved; asked twice changes nothing", async () => {
    const { desk, events, first } = await asking();
    const done = await approve(desk, first);
    expect(done).toMatchObject({ already: false, end: { outcome: "approved", by: "anna" }, report: { done: true } });
    const rows = await events();
    const at = rows.findIndex((e) => e.type === "proposal-ended");
    expect(rows[at + 1]).toMatchObject({
      type: "order-list",
      orders: [{ clientOrderId: entryOf(first).order.clientOrderId }, {}, {}],
    });
    expect(await approve(desk, first, "ben")).toMatchObject({ already: true, end: { by: "anna" }, report: null });
    expect(entriesOf(await events())).toHaveLength(1);
  });

  it("fills, and is protected, as any other", async () => {
    const { desk, first, next } = await asking();
    await approve(desk, first);
    await next();
    const { symbol } = entryOf(first).decision;
    const stops = [...desk.account.portfolio().orders.values()].filter(
      (o) => o.symbol === symbol && o.role === "stop-loss",
    );
    expect(stops).toMatchObject([{ status: "accepted" }]);
  });

  it("expires with its window: nothing is sent, and its refusal says why", async () => {
    const { desk, clock, events, first } = await asking();
    clock.advanceTo(unixMs(first.expiresAtMs));
    expect(await approve(desk, first)).toMatchObject({ end: { outcome: "expired", by: "the desk" }, report: null });
    expect(entriesOf(await events())).toEqual([]);
    expect(refusalsOf(await events(), entryOf(first))).toEqual([
      ["approval", "nobody approved it within its entry window"],
    ]);
  });

  it("still can be approved a millisecond before", async () => {
    const { desk, clock, first } = await asking();
    clock.advanceTo(unixMs(first.expiresAtMs - 1));
    expect((await approve(desk, first)).end.outcome).toBe("approved");
  });

  it("ends by itself at the next slot, before that slot's rows, and is decided anew only on the next candle", async () => {
    const { events, first, next } = await asking();
    await next();
    const rows = await events();
    const ended = rows.findIndex((e) => e.type === "proposal-ended");
    const lastSlot = rows.findLastIndex((e) => e.type === "equity");
    expect(ended).toBeGreaterThan(0);
    expect(ended).toBeLessThan(lastSlot);
    expect(
      rows.filter((e) => e.type === "decision" && e.decision.decisionId === entryOf(first).decision.decisionId),
    ).toHaveLength(1);
  });

  it("is refused by the operator's no, who is named", async () => {
    const { desk, events, first } = await asking();
    await refuseProposal(desk, { proposalId: first.proposalId, by: "anna", reason: "too early" }, patience);
    expect(refusalsOf(await events(), entryOf(first))).toEqual([["approval", "refused by anna: too early"]]);
    expect(entriesOf(await events())).toEqual([]);
  });

  const pause = { type: "control", action: "pause", strategyId: null, by: "ben", nth: 0, reason: "news" } as const;
  const bars: readonly (readonly [
    string,
    RiskRule,
    (desk: Awaited<ReturnType<typeof asking>>) => Promise<void> | void,
  ])[] = [
    [
      "the desk was halted",
      "halt",
      ({ append, clock }) => void append({ ...pause, action: "halt", atMs: clock.now() }),
    ],
    ["it was paused", "pause", ({ append, clock }) => void append({ ...pause, atMs: clock.now() })],
    [
      "the asset was blocked",
      "blocked-by-operator",
      async ({ append, clock, first }) => {
        const { symbol } = entryOf(first).decision;
        await append({
          type: "block",
          atMs: clock.now(),
          what: symbol,
          blocked: true,
          by: "ben",
          nth: 0,
          reason: "news",
        });
      },
    ],
    [
      "exposure was tightened",
      "exposure",
      async ({ append, clock }) => {
        await append({
          type: "limit",
          atMs: clock.now(),
          limit: "maxExposurePct",
          value: 0.5,
          by: "ben",
          nth: 0,
          reason: "news",
        });
      },
    ],
    [
      "its analysis was taken back",
      "analysis-fresh",
      async ({ desk, first }) => {
        const { symbol, timeframe } = entryOf(first).decision;
        await desk.khala.invalidate(
          { venueId: desk.marketData.venueId, symbol, timeframe },
          { reason: "invalidated", detail: "test" },
          patience,
        );
      },
    ],
  ];
  it.each(bars)("is refused at approval where %s, by the rule %s", async (_, rule, change) => {
    const opened = await asking();
    await change(opened);
    const { desk, events, first } = opened;
    const report = await approve(desk, first);
    expect(report).toMatchObject({ end: { outcome: "refused", by: "the desk" }, report: null });
    expect(refusalsOf(await events(), entryOf(first)).map(([named]) => named)).toEqual([rule]);
    expect(entriesOf(await events())).toEqual([]);
  });

  it("respects the places of its slot with the others that wait: of three wanted two wait, and the third is refused", async () => {
    const opened = await simulatedDesk({ strategies: [eager], approve: "entries" });
    for (let slot = 0; slot < 20 && openProposals(opened.desk).length < 2; slot += 1) await opened.runSlot(slot);
    const waiting = openProposals(opened.desk);
    expect(waiting).toHaveLength(2);
    const bySlot = (await opened.events()).flatMap((e) => (e.type === "refusal" ? [e.refusal.rule] : []));
    expect(bySlot).toContain("slot-limit");
    for (const one of waiting) expect((await approve(opened.desk, one)).end.outcome).toBe("approved");
    expect(entriesOf(await opened.events())).toHaveLength(2);
  });

  it.each(["maxEntriesPerSlot", "maxOpenPositions"] as const)(
    "is judged with what was approved before it: %s tightened to one passes the first alone",
    async (limit) => {
      const { desk, clock, append, events, runSlot } = await simulatedDesk({ strategies: [eager], approve: "entries" });
      for (let slot = 0; slot < 20 && openProposals(desk).length < 2; slot += 1) await runSlot(slot);
      const [one, other] = openProposals(desk);
      if (one === undefined || other === undefined) throw new Error("too few wait");
      await append({ type: "limit", atMs: clock.now(), limit, value: 1, by: "ben", nth: 0, reason: "news" });
      expect((await approve(desk, one)).end.outcome).toBe("approved");
      expect((await approve(desk, other)).end.outcome).toBe("refused");
      expect(refusalsOf(await events(), entryOf(other)).map(([rule]) => rule)).toEqual([
        limit === "maxEntriesPerSlot" ? "slot-limit" : "max-positions",
      ]);
    },
  );

  it("is bought smaller where less passes now, and never larger than was shown", async () => {
    const { desk, clock, append, first } = await asking();
    await append({ type: "limit", atMs: clock.now(), limit: "entryPct", value: 1, by: "ben", nth: 0, reason: "news" });
    const { report } = await approve(desk, first);
    const bought = Number(report?.orders[0]?.quantity);
    expect(bought).toBeGreaterThan(0);
    expect(bought).toBeLessThan(Number(entryOf(first).order.quantity) * 0.6);
    expect(report?.lines.join(" ")).toContain("Less than the");
  });

  it("survives a restart within its window, and is sent once by the desk that comes after", async () => {
    const opened = await asking();
    const again = await reopened(opened, { approve: "entries" });
    const [still] = openProposals(again.desk);
    expect(still).toEqual(opened.first);
    expect((await approve(again.desk, opened.first)).end.outcome).toBe("approved");
    expect(entriesOf(await again.events())).toHaveLength(1);
  });

  it("is over after a restart beyond its window", async () => {
    const opened = await asking();
    opened.clock.advanceTo(unixMs(opened.first.expiresAtMs));
    const again = await reopened(opened, { approve: "entries" });
    expect(openProposals(again.desk)).toEqual([]);
    expect(await endExpired(again.desk, patience)).toBeGreaterThan(0);
    expect(entriesOf(await again.events())).toEqual([]);
  });

  it("can be asked for by nobody: it is no act, so no chat, model or program proposes one", () => {
    expect(Act.safeParse({ kind: "enter" }).success).toBe(false);
    expect(JSON.stringify(Act.options.map(({ shape }) => shape.kind.values))).not.toContain("enter");
  });

  it("leaves the numbers of other proposals alone, whoever comes first", async () => {
    const { desk, events, runSlot } = await simulatedDesk({ strategies: [eager], approve: "entries" });
    const act = { kind: "pause", strategyId: "eager" } as const;
    await proposeAct(desk, { act, madeBy: "a script", conversation: null }, patience);
    for (let slot = 0; slot < 20 && openProposals(desk).length < 2; slot += 1) await runSlot(slot);
    const ids = (await events()).flatMap((e) => (e.type === "proposal" ? [e.proposal.proposalId] : []));
    expect(ids.length).toBeGreaterThan(1);
    expect(ids).toEqual(ids.map((_, i) => `p${i + 1}`));
  });
});

it("exits and stops wait for nobody", async () => {
  const { desk, events, first, next } = await asking();
  await approve(desk, first);
  for (let slot = 0; slot < 40 && !(await events()).some((e) => e.type === "fill" && e.fill.side === "sell"); slot += 1)
    await next();
  const rows = await events();
  expect(rows.some((e) => e.type === "fill" && e.fill.side === "sell")).toBe(true);
  expect(rows.every((e) => e.type !== "proposal" || e.proposal.act.kind === "enter")).toBe(true);
});

it("a desk that approves everything decides as one that is not asked; without the setting nothing is proposed", async () => {
  const [asked, free] = [
    await simulatedDesk({ strategies: [eager], approve: "entries" }),
    await simulatedDesk({ strategies: [eager] }),
  ];
  for (let slot = 0; slot < 30; slot += 1) {
    await asked.runSlot(slot);
    for (const one of openProposals(asked.desk)) await approve(asked.desk, one);
    await free.runSlot(slot);
  }
  const decided = async ({ events }: typeof free) =>
    (await events()).flatMap((e) => (e.type === "decision" ? [e.decision.decisionId] : []));
  expect(await decided(asked)).toEqual(await decided(free));
  expect((await free.events()).some((e) => e.type === "proposal")).toBe(false);
  expect(asked.desk.account.portfolio().positions).toEqual(free.desk.account.portfolio().positions);
  expect(entriesOf(await asked.events()).length).toBeGreaterThan(3);
});
