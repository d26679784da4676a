// Entries that wait on a desk of a real clock, whose venue quotes: at approval the ask of that moment counts. And the receipt of such a day.
import { describe, expect, it } from "vitest";
import { approveProposal } from "#desk/acts/answer-proposal.ts";
import { openProposals } from "#desk/acts/propose.ts";
import type { Desk } from "#desk/desk.ts";
import { type Proposal, WaitingEntry } from "#schemas/act.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Ticker } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { unixMs } from "#schemas/units.ts";
import { DAY, receiptOf, receiptWorld, storeOf } from "#test/desk/receipt/receipt-world.ts";
import { patience } from "#test/support/desk.ts";

async function waiting() {
  const world = await receiptWorld({ kind: "system" });
  const desk = await world.open({ approve: "entries" });
  for (let n = 0; n < 40 && openProposals(desk).length === 0; n += 1) await world.run(desk, n, n + 1);
  const [first] = openProposals(desk);
  if (first === undefined) throw new Error("no entry waits");
  const events = async (): Promise<readonly JournalEvent[]> =>
    (await storeOf(desk, world.store).journal.read({}, patience)).map(({ event }) => event);
  return { desk, first, entry: WaitingEntry.parse(first.act), events };
}

/** The same desk where the venue quotes the market otherwise. */
function quoting(desk: Desk, symbol: string, as: (said: Ticker) => Ticker | null): Desk {
  const tickers: MarketData["tickers"] = async (request, options) =>
    (await desk.marketData.tickers(request, options)).flatMap((said) =>
      said.symbol === symbol ? (as(said) ?? []) : said,
    );
  return { ...desk, marketData: Object.assign(Object.create(desk.marketData) as MarketData, { tickers }) };
}

const approve = (desk: Desk, { proposalId }: Proposal) =>
  approveProposal(desk, { proposalId, by: "anna", reason: "" }, patience);
const refusals = (events: readonly JournalEvent[], { decision }: WaitingEntry) =>
  events.flatMap((e) => (e.type === "refusal" && e.refusal.decisionId === decision.decisionId ? [e.refusal.rule] : []));
const sent = (events: readonly JournalEvent[]) =>
  events.filter((e) => e.type === "order-list" && e.orders[0]?.role === "entry").length;

describe("an entry that waits where the venue quotes", () => {
  it("says how many seconds are left, and its limit", async () => {
    const { desk, first, entry } = await waiting();
    const left = Math.floor((first.expiresAtMs - desk.clock.now()) / 1000);
    expect(left).toBeGreaterThan(0);
    const text = first.lines.join(" ");
    expect(text).toContain(`within ${left} s, until `);
    expect(text).toContain(" or less, about ");
    expect(entry.order.limitPrice).not.toBeNull();
  });

  it("is sent while the ask is inside its limit", async () => {
    const { desk, first, events } = await waiting();
    expect(await approve(desk, first)).toMatchObject({ end: { outcome: "approved" }, report: { problems: [] } });
    expect(sent(await events())).toBe(1);
  });

  it.each([
    ["the ask has left its limit", "entry-price", (said: Ticker) => ({ ...said, ask: said.ask * 1.01 })],
    [
      "bid and ask are older than 10 s",
      "price",
      (said: Ticker) => ({ ...said, atMs: unixMs((said.atMs ?? 0) - 60_000) }),
    ],
    ["there is no bid and ask", "price", () => null],
    [
      "the price has fallen away from its analysis",
      "analysis-fresh",
      (said: Ticker) => ({ ...said, bid: said.bid * 0.9, ask: said.ask * 0.9 }),
    ],
  ] as const)("is refused by rule where %s (%s)", async (_, rule, as) => {
    const { desk, first, entry, events } = await waiting();
    const report = await approve(quoting(desk, entry.decision.symbol, as), first);
    expect(report).toMatchObject({ end: { outcome: "refused", by: "the desk" }, report: null });
    expect(report.end.reason).toContain("anna approved it");
    expect(refusals(await events(), entry)).toEqual([rule]);
    expect(sent(await events())).toBe(0);
  });

  it("waits on where the venue does not answer: nothing has ended", async () => {
    const { desk, first, entry, events } = await waiting();
    const silent = quoting(desk, entry.decision.symbol, () => {
      throw new ProviderError({ was: "silent", remedy: "" });
    });
    await expect(approve(silent, first)).rejects.toThrow(ProviderError);
    expect(openProposals(desk)).toContainEqual(first);
    expect(refusals(await events(), entry)).toEqual([]);
  });
});

it.each(["simulated", "system"] as const)(
  "the receipt of a day on a %s clock explains each approved entry by the person, and everything else exactly",
  async (kind) => {
    const world = await receiptWorld({ kind });
    const desk = await world.open({ approve: "entries" });
    let approved = 0;
    for (let n = 0; n < 24; n += 1) {
      await world.run(desk, n, n + 1);
      // Every second one waits in vain.
      for (const [i, one] of openProposals(desk).entries())
        if ((n + i) % 2 === 0 && (await approve(desk, one)).end.outcome === "approved") approved += 1;
    }
    const receipt = await receiptOf(desk, storeOf(desk, world.store), DAY);
    expect(approved).toBeGreaterThan(1);
    expect(receipt.differences.map(({ cause, subject }) => `${subject} ${cause}`)).toEqual(
      Array(approved).fill("order person"),
    );
    expect(receipt.bySubject.decision.reproduced).toBe(receipt.bySubject.decision.looked);
  },
);
