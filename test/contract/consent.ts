// The contract of consent: what is proposed is done at most once, on a person's word, as it was shown; whatever dies, expires,
// moves or is halted in between. Run on every store.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approveProposal, endExpired, refuseProposal } from "#desk/acts/answer-proposal.ts";
import { openProposals, proposeAct } from "#desk/acts/propose.ts";
import type { Desk } from "#desk/desk.ts";
import { collectReports } from "#desk/run-slot/collect-reports.ts";
import type { Act, Proposal } from "#schemas/act.ts";
import { AccountInUseError, StoreError, UnknownNameError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import { unixMs } from "#schemas/units.ts";
import { holdingDesk, reopened } from "#test/desk/acts/holding-desk.ts";
import { patience } from "#test/support/desk.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";

const MINUTE_MS = 60_000;

export async function proposed(desk: Desk, act: Act, conversation: string | null = null): Promise<Proposal> {
  const outcome = await proposeAct(desk, { act, madeBy: "the chat", conversation }, patience);
  if (outcome.status === "refused") throw new Error(outcome.reason);
  return outcome.proposal;
}

/** Exits that a person's word has made: their orders. */
export function exitsOf(events: readonly JournalEvent[]): readonly string[] {
  const said = new Set(
    events.flatMap((e) => (e.type === "decision" && / by /.test(e.decision.reason) ? [e.decision.decisionId] : [])),
  );
  return events.flatMap((e) =>
    e.type === "order-list"
      ? e.orders.filter(({ decisionId }) => said.has(decisionId)).map(({ clientOrderId }) => clientOrderId)
      : [],
  );
}

export const endsOf = (events: readonly JournalEvent[]) =>
  events.flatMap((e) => (e.type === "proposal-ended" ? [e.end] : []));

/** The same desk where the market's closes are so many times what they are. */
export function atPrices(desk: Desk, ratio: number): Desk {
  const marketData: MarketData = Object.create(desk.marketData, {
    candles: {
      value: async (...asked: Parameters<MarketData["candles"]>): Promise<CandleSeries> => {
        const series = await desk.marketData.candles(...asked);
        return { ...series, close: series.close.map((close) => close * ratio) };
      },
    },
  });
  return { ...desk, marketData };
}

export function consentContract(
  name: string,
  place: () => Promise<{ readonly store: Store; readonly remove: () => Promise<void> }>,
): void {
  describe(`consent on ${name}`, () => {
    let opened: Awaited<ReturnType<typeof place>>;
    let serial = 0;
    beforeAll(async () => {
      opened = await place();
    });
    afterAll(async () => {
      await opened.remove();
    });
    const holding = (over: Parameters<typeof holdingDesk>[0] = {}) => {
      serial += 1;
      return holdingDesk({ store: opened.store, runId: `consent-${serial}`, ...over });
    };
    type Holding = Awaited<ReturnType<typeof holding>>;
    const closing = ({ position }: Holding): Act => ({ kind: "close", symbol: position.symbol, strategyId: null });
    const approve = (desk: Desk, { proposalId }: Proposal, by = "anna") =>
      approveProposal(desk, { proposalId, by, reason: `approved by ${by}` }, patience);

    it("shows exactly what would be done, and does it in the append that says approved", async () => {
      const desk = await holding();
      const before = (await desk.events()).length;
      const proposal = await proposed(desk.desk, closing(desk), "terminal");
      expect(proposal).toMatchObject({ proposalId: "p1", madeBy: "the chat", conversation: "terminal" });
      expect(proposal.expiresAtMs - proposal.atMs).toBe(10 * MINUTE_MS);
      const said = proposal.lines.join("\n");
      expect(said).toContain(
        `Sell all ${desk.position.quantity} ${desk.position.base} (${desk.position.symbol}) at the market: about `,
      );
      expect(said).toMatch(/Canceled with it: its stop at \S+ and its target at \S+\./);
      expect(said).toMatch(/Not done if the price moves more than 1 % from \S+, or the position in \S+ changes\./);
      expect(openProposals(desk.desk).map(({ proposalId }) => proposalId)).toEqual(["p1"]);

      const { end, report } = await approve(desk.desk, proposal);
      expect(end).toMatchObject({ outcome: "approved", by: "anna" });
      expect(report).toMatchObject({ done: true, orders: [{ side: "sell", quantity: desk.position.quantity }] });
      const rows = (await desk.events()).slice(before);
      expect(rows.slice(0, 4).map(({ type }) => type)).toEqual([
        "proposal",
        "proposal-ended",
        "decision",
        "order-list",
      ]);
      expect(rows[2]).toMatchObject({ decision: { reason: "closed by anna: approved by anna (p1)" } });
      await desk.next();
      expect(positionOf(desk.desk.account.portfolio(), desk.position)).toBeUndefined();
    });

    it("of two who approve at once one is told it is done, the other by whom and when", async () => {
      const desk = await holding();
      const proposal = await proposed(desk.desk, closing(desk));
      const both = await Promise.all([approve(desk.desk, proposal, "anna"), approve(desk.desk, proposal, "ben")]);
      expect(both.map(({ already, end }) => [already, end.outcome, end.by])).toEqual([
        [false, "approved", "anna"],
        [true, "approved", "anna"],
      ]);
      const refused = await refuseProposal(desk.desk, { proposalId: "p1", by: "carl", reason: "no" }, patience);
      expect(refused).toMatchObject({ already: true, end: { outcome: "approved", by: "anna" } });
      const events = await desk.events();
      expect(endsOf(events)).toHaveLength(1);
      expect(exitsOf(events)).toHaveLength(1);
    });

    it("is known again after a death, and done once", async () => {
      const desk = await holding();
      const proposal = await proposed(desk.desk, closing(desk));
      const again = await reopened(desk);
      expect(openProposals(again.desk)).toEqual([proposal]);
      expect(await approve(again.desk, proposal)).toMatchObject({ end: { outcome: "approved" } });
      const third = await reopened(again);
      expect(await approve(third.desk, proposal, "ben")).toMatchObject({ already: true, end: { by: "anna" } });
      expect(exitsOf(await third.events())).toHaveLength(1);
      expect((await proposed(third.desk, { kind: "pause", strategyId: null })).proposalId).toBe("p2");
    });

    it.each(["before", "after"] as const)(
      "that dies %s its approval is durable is done once, or waits on",
      async (when) => {
        const desk = await holding();
        const proposal = await proposed(desk.desk, closing(desk));
        const died = new StoreError({ was: "It died here.", remedy: "Start it again." });
        const dying = await reopened(desk, {
          wrapJournal: (inner: Journal): Journal => ({
            ...inner,
            append: async (events, options) => {
              if (!events.some(({ type }) => type === "proposal-ended")) return inner.append(events, options);
              if (when === "after") await inner.append(events, options);
              throw died;
            },
          }),
        });
        await expect(approve(dying.desk, proposal)).rejects.toThrow(died);
        const again = await reopened(desk);
        await collectReports(again.desk, again.desk.clock.now(), patience);
        const { already, end } = await approve(again.desk, proposal, "ben");
        expect([already, end.outcome, end.by]).toEqual(
          when === "after" ? [true, "approved", "anna"] : [false, "approved", "ben"],
        );
        const events = await again.events();
        expect(endsOf(events)).toHaveLength(1);
        const [exit, ...others] = exitsOf(events);
        expect(others).toEqual([]);
        expect((await again.desk.execution.openOrders(patience)).filter(({ role }) => role === "exit")).toMatchObject([
          { clientOrderId: exit },
        ]);
      },
    );

    it("ends with its time: nothing is done, and the slot writes it down", async () => {
      const desk = await holding();
      const [first, second] = [await proposed(desk.desk, closing(desk)), await proposed(desk.desk, closing(desk))];
      desk.clock.advanceTo(unixMs(first.expiresAtMs - 1));
      expect(openProposals(desk.desk)).toHaveLength(2);
      desk.clock.advanceTo(first.expiresAtMs);
      expect(openProposals(desk.desk)).toEqual([]);
      expect(await approve(desk.desk, first)).toMatchObject({
        already: false,
        end: { outcome: "expired" },
        report: null,
      });
      expect(await endExpired(desk.desk, patience)).toBe(1);
      expect(await endExpired(desk.desk, patience)).toBe(0);
      expect(await approve(desk.desk, second)).toMatchObject({ already: true, end: { outcome: "expired" } });
      expect(exitsOf(await desk.events())).toEqual([]);
    });

    it.each([
      [1.0099, "approved"],
      [1.0101, "void"],
      [0.9901, "approved"],
      [0.9899, "void"],
    ] as const)("at %f times the price it was shown at is %s", async (ratio, outcome) => {
      const desk = await holding();
      const proposal = await proposed(desk.desk, closing(desk));
      const { end } = await approve(atPrices(desk.desk, ratio), proposal);
      expect(end.outcome).toBe(outcome);
      if (outcome === "void")
        expect(end.reason).toMatch(/the price of \S+ moved [+−]1\.01 %, from .* 1 % is allowed\. Ask again\./);
      expect(exitsOf(await desk.events())).toHaveLength(outcome === "void" ? 0 : 1);
    });

    it("is void where what is held has changed, or is being sold already", async () => {
      const desk = await holding();
      const { symbol } = desk.position;
      const half: Act = { kind: "reduce", symbol, strategyId: null, amount: { pct: 50 } };
      const [now, later, twice] = [
        await proposed(desk.desk, half),
        await proposed(desk.desk, half),
        await proposed(desk.desk, closing(desk)),
      ];
      expect((await approve(desk.desk, now)).end.outcome).toBe("approved");
      await desk.next();
      const { end } = await approve(desk.desk, later);
      expect(end.outcome).toBe("void");
      expect(end.reason).toMatch(/the position in \S+ was \S+ \S+ and is \S+ \S+\. Ask again\./);
      expect((await approve(desk.desk, twice)).end.outcome).toBe("void");
      const [first, second] = [await proposed(desk.desk, closing(desk)), await proposed(desk.desk, closing(desk))];
      expect((await approve(desk.desk, first)).end.outcome).toBe("approved");
      expect((await approve(desk.desk, second)).end).toMatchObject({
        outcome: "void",
        reason: expect.stringContaining("already working"),
      });
      expect(exitsOf(await desk.events())).toHaveLength(2);
    });

    it("under a halt does nothing that sends, and says so; a pause it does", async () => {
      const haltFile = { exists: false };
      const desk = await holding({ haltFile });
      const [close, pause] = [
        await proposed(desk.desk, closing(desk)),
        await proposed(desk.desk, { kind: "pause", strategyId: null }),
      ];
      haltFile.exists = true;
      expect((await approve(desk.desk, close)).end).toMatchObject({
        outcome: "refused",
        by: "the desk",
        reason: expect.stringContaining("halted"),
      });
      expect((await approve(desk.desk, pause)).end).toMatchObject({ outcome: "approved", by: "anna" });
      expect(desk.desk.account.portfolio().control).toBe("paused");
      expect(exitsOf(await desk.events())).toEqual([]);
      const more = await proposeAct(desk.desk, { act: closing(desk), madeBy: "x", conversation: null }, patience);
      expect(more).toMatchObject({ status: "refused", reason: expect.stringContaining("halted") });
    });

    it("refused by a person is not done, and keeps who and why", async () => {
      const desk = await holding();
      const { proposalId } = await proposed(desk.desk, closing(desk));
      const { end, report } = await refuseProposal(desk.desk, { proposalId, by: "ben", reason: "not now" }, patience);
      expect([end.outcome, end.by, end.reason, report]).toEqual(["refused", "ben", "not now", null]);
      expect(await approve(desk.desk, { proposalId } as Proposal)).toMatchObject({ already: true, end: { by: "ben" } });
      expect(exitsOf(await desk.events())).toEqual([]);
    });

    it("of a silent venue waits on, and of an unknown name says which wait", async () => {
      const desk = await holding();
      const proposal = await proposed(desk.desk, closing(desk));
      const silent: Desk = {
        ...desk.desk,
        marketData: Object.create(desk.desk.marketData, {
          candles: { value: () => Promise.reject(new Error("silent")) },
        }),
      };
      await expect(approve(silent, proposal)).rejects.toThrow("silent");
      expect(openProposals(desk.desk)).toEqual([proposal]);
      const unknown = approve(desk.desk, { proposalId: "p9" } as Proposal);
      await expect(unknown).rejects.toThrow(UnknownNameError);
      await expect(unknown).rejects.toThrow(/no proposal "p9".*one of p1/);
    });

    it("is asked of a writer only", async () => {
      const desk = await holding();
      const proposal = await proposed(desk.desk, closing(desk));
      const reading: Desk = {
        ...desk.desk,
        account: { ...desk.desk.account, mayWrite: false, portfolio: desk.desk.account.portfolio },
      };
      await expect(approve(reading, proposal)).rejects.toThrow(AccountInUseError);
      expect(
        await proposeAct(reading, { act: closing(desk), madeBy: "x", conversation: null }, patience),
      ).toMatchObject({
        status: "refused",
      });
    });
  });
}
