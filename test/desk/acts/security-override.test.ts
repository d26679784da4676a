// The operator's word on tokens: what it does to entries and holdings, and what it is refused for.
import { describe, expect, it } from "vitest";
import { approveProposal } from "#desk/acts/answer-proposal.ts";
import { doAct } from "#desk/acts/do-act.ts";
import { proposeAct } from "#desk/acts/propose.ts";
import type { Desk } from "#desk/desk.ts";
import type { ActOf } from "#schemas/act.ts";
import { journalEventId } from "#schemas/journal.ts";
import type { SecuritySource } from "#schemas/ports/market.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { splitSymbol } from "#schemas/units.ts";
import { simulatedDesk } from "#test/apps/simulated-desk.ts";
import { patience } from "#test/support/desk.ts";
import { applyEvent } from "#toolkits/portfolio/portfolio.ts";
import { evmChecks } from "#toolkits/security/evm-checks.ts";
import { freezeReport } from "#toolkits/security/goplus.ts";
import { judge } from "#toolkits/security/rubric.ts";
import { SOUND_EVM } from "../../toolkits/security/goplus-records.ts";
import { holdingDesk, reopened } from "./holding-desk.ts";

const said = { by: "anna", reason: "news" };
const CODE = "0x000000000000000000000000000000000000aaaa";
const OTHER_CODE = "0x000000000000000000000000000000000000bbbb";
const CONTRACT = "0x00000000000000000000000000000000000c0de1";

type Override = ActOf<"security-override">;
const fact = (target: string, id: string, implementation: string | null = null): Override => ({
  kind: "security-override",
  target,
  fact: id,
  implementation,
  verdict: null,
  why: "sold five of it",
});
const verdict = (target: string, word: "block" | "unknown"): Override => ({
  kind: "security-override",
  target,
  fact: null,
  implementation: null,
  verdict: word,
  why: "bridge under attack",
});
const lift = (target: string, id: string | null = null) => ({ kind: "security-lift", target, fact: id }) as const;

/** A desk whose source says this of every coin but BTC, which it knows nothing of. */
async function deskOf(record: Readonly<Record<string, unknown>>, more: Partial<SecurityReport> = {}) {
  const opened = await simulatedDesk();
  const { clock } = opened.desk;
  const security: SecuritySource = {
    id: "test",
    report: async ({ symbol }) => {
      const { base } = splitSymbol(symbol);
      const checks =
        base === "BTC" ? [] : [...evmChecks("goplus", { ...SOUND_EVM, ...record }), ...(more.checks ?? [])];
      const dates = { observedAtMs: clock.now(), validUntilMs: clock.now() + 3_600_000 };
      const contract = base === "BTC" ? { chain: null, contract: null } : { chain: "1", contract: CONTRACT };
      return freezeReport({ ...judge(checks), ...contract, ...dates, ...more, checks });
    },
  };
  const desk: Desk = { ...opened.desk, security };
  return { ...opened, desk, act: (asked: Override | ReturnType<typeof lift>) => doAct(desk, asked, said, patience) };
}

describe("a fact that is taken as given", () => {
  it("is one that its source left open; the words say what the verdict is then, and journal and portfolio have it", async () => {
    const { act, desk, events } = await deskOf({ sell_tax: "" });
    const report = await act(fact("eth", "sell_tax"));
    expect(report).toMatchObject({ done: true, refusal: null });
    expect(report.lines.join("\n")).toBe(
      `Sell_tax of 1:${CONTRACT} is taken as given, until \`security lift 1:${CONTRACT} --fact sell_tax\`. Now: the tax on a sale is not reported.\n` +
        "Its verdict is then clear: 29 checks passed, none that matters failed.",
    );
    const row = (await events()).at(-1);
    expect(row).toMatchObject({ type: "security-override", state: "set", by: "anna", reason: "sold five of it" });
    expect([...desk.account.portfolio().overrides.values()]).toMatchObject([
      { target: `1:${CONTRACT}`, fact: "sell_tax", by: "anna", reason: "sold five of it" },
    ]);
  });

  it.each([
    ["is_honeypot", { is_honeypot: "" }, /is_honeypot is critical: it is not taken as given on anyone's word/],
    ["sell_tax", { sell_tax: "0.3" }, /sell_tax is known, and bad: the tax on a sale is 30 %/],
    ["is_honeypot", { is_honeypot: "1" }, /is_honeypot is known, and bad/],
    ["sell_tax", {}, /sell_tax is known already/],
    ["sel_tax", { sell_tax: "" }, /there is no fact "sel_tax"; there is sell_tax/],
    ["mintable", {}, /no source that answered says anything of mintable/],
    ["implementation", {}, /named by its address: add --implementation/],
  ])("is not %s of %j", async (id, record, refusal) => {
    const { act, desk, events } = await deskOf(record);
    const before = (await events()).length;
    const report = await act(fact("ETH", id));
    expect(report).toMatchObject({ done: false, refusal: expect.stringMatching(refusal) });
    expect(await events()).toHaveLength(before);
    expect(desk.account.portfolio().overrides.size).toBe(0);
  });

  it.each([
    [
      { id: "record", state: "unknown", severity: "critical", source: "no source", evidence: "goplus did not answer" },
      "record",
    ],
    [{ id: "is_new", state: "unknown", severity: "high", source: "no source", evidence: "nobody says" }, "is_new"],
    [
      {
        id: "expired",
        state: "unknown",
        severity: "critical",
        source: "goplus",
        evidence: "found: x; that report is over",
      },
      "expired",
    ],
    [
      {
        id: "transfers",
        state: "unknown",
        severity: "medium",
        source: "identity",
        evidence: "withdrawals are suspended",
      },
      "transfers",
    ],
  ] as const)("is never the silence of a source, nor what its venue says: %j", async (check, id) => {
    const { act } = await deskOf({}, { checks: [check] });
    expect((await act(fact("ETH", id))).refusal).toMatch(/nothing stands in|which coin it is and where it trades/);
  });

  it("is none of a report that is over, of a coin without a contract, or of what the venue does not have", async () => {
    const over = await deskOf({ sell_tax: "" }, { validUntilMs: 0 });
    expect((await over.act(fact("ETH", "sell_tax"))).refusal).toMatch(/its report is over/);
    expect((await over.act(fact("BTC", "sell_tax"))).refusal).toMatch(/BTC has no contract that is known/);
    expect((await over.act(fact("1:0x00000000000000000000000000000000deadbeef", "sell_tax"))).refusal).toMatch(
      /no contract of a market here/,
    );
    expect((await over.act(fact("NOSUCH", "sell_tax"))).refusal).toMatch(/has no "NOSUCH"; there is/);
  });

  it("is, of a proxy, the code that its calls go to now, named by its address", async () => {
    const open = {
      id: "implementation",
      state: "unknown",
      severity: "high",
      source: "rpc",
      evidence: "not inspected",
    } as const;
    const { act } = await deskOf({}, { checks: [open], implementation: CODE });
    expect((await act(fact("ETH", "implementation", OTHER_CODE))).refusal).toBe(
      `its calls go to ${CODE}, so that is what has to be named`,
    );
    const report = await act(fact(`1:${CONTRACT}`, "implementation", CODE.replace("aaaa", "AAAA")));
    expect(report).toMatchObject({ done: true });
    expect(report.lines[1]).toMatch(/^Its verdict is then clear/);
    expect((await act(fact("ETH", "implementation", CODE))).refusal).toMatch(/already, by anna/);
  });

  it("is voided at approval where its source says something else by then", async () => {
    const { desk } = await deskOf({ sell_tax: "" });
    const asked = { act: fact("ETH", "sell_tax"), madeBy: "a script", conversation: null };
    const proposed = await proposeAct(desk, asked, patience);
    if (proposed.status !== "proposed") throw new Error(proposed.reason);
    const now = (await deskOf({ sell_tax: "0.2" })).desk.security;
    const answer = { proposalId: proposed.proposal.proposalId, by: "anna", reason: "approved by anna" };
    const { end } = await approveProposal({ ...desk, security: now }, answer, patience);
    expect(end.outcome).toBe("void");
    expect(desk.account.portfolio().overrides.size).toBe(0);
  });
});

describe("a verdict of the operator's", () => {
  it("bars at once, holds across restarts, and is lifted by name", async () => {
    const opened = await holdingDesk();
    const { desk, position } = opened;
    const report = await doAct(desk, verdict(position.base.toLowerCase(), "unknown"), said, patience);
    expect(report.lines).toEqual([
      `${position.base} counts as unknown at best until \`security lift ${position.base}\`: no entries; what is held stays, with its stop.`,
    ]);
    await opened.next();
    expect([...desk.account.portfolio().positions.values()].some(({ base }) => base === position.base)).toBe(true);
    const again = await reopened(opened);
    expect([...again.desk.account.portfolio().overrides.values()]).toMatchObject([
      { target: position.base, verdict: "unknown" },
    ]);
    const lifted = await doAct(again.desk, lift(position.symbol), said, patience);
    expect(lifted.lines[0]).toBe(
      `No longer: ${position.base} is no better than unknown. anna said so: bridge under attack.`,
    );
    expect(again.desk.account.portfolio().overrides.size).toBe(0);
  });

  it("of block sells what is held, at the next close", async () => {
    const opened = await holdingDesk();
    const { desk, position, next } = opened;
    const report = await doAct(desk, verdict(position.symbol, "block"), said, patience);
    expect(report.lines[0]).toContain("what is held of it is sold");
    await next();
    await next();
    const exits = (await opened.events()).flatMap((e) =>
      e.type === "decision" && e.decision.action === "exit" ? [e.decision] : [],
    );
    expect(exits.find(({ symbol }) => symbol === position.symbol)?.reason).toContain(
      'anna says so: "bridge under attack"',
    );
  });

  it("is never made better by another: block stays until it is lifted", async () => {
    const { act } = await deskOf({});
    expect((await act(verdict("ETH", "unknown"))).done).toBe(true);
    expect((await act(verdict("ETH", "unknown"))).refusal).toMatch(/^ETH is no better than unknown already, by anna/);
    expect((await act(verdict("ETH", "block"))).done).toBe(true);
    expect((await act(verdict("ETH", "unknown"))).refusal).toMatch(/^ETH is block already/);
    expect((await act(lift("ETH", "sell_tax"))).refusal).toBe("nothing of the kind stands; there is: ETH is block");
    expect((await act(lift("ETH"))).done).toBe(true);
    expect((await act(lift("ETH"))).refusal).toBe("nothing of the kind stands; no override does");
  });

  it("and its lift at one moment are two rows", async () => {
    const { act, events } = await deskOf({});
    await act(verdict("ETH", "block"));
    await act(lift("ETH"));
    await act(verdict("ETH", "block"));
    const rows = (await events()).filter(({ type }) => type === "security-override");
    expect(new Set(rows.map(journalEventId)).size).toBe(3);
  });
});

it("what was said before the run's first slot holds in it", async () => {
  const { act, desk, events } = await deskOf({});
  await act(verdict("ETH", "block"));
  const portfolio = desk.account.portfolio();
  const quote = { cash: portfolio.cash, quote: portfolio.quote, venueId: "test", strategyIds: [] };
  const begun = {
    type: "run-started",
    atMs: desk.clock.now(),
    ...quote,
    timeframe: "5m",
    securityPolicy: "recorded",
  } as const;
  expect(applyEvent(portfolio, begun).overrides).toEqual(portfolio.overrides);
  expect((await events()).filter(({ type }) => type === "security-override")).toHaveLength(1);
});
