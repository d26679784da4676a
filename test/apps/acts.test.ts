// The operator's commands: what a trader types and reads.
import { describe, expect, it } from "vitest";
import { type ApprovalDoor, answerProposalLine } from "#apps/chat-approvals.ts";
import { actCommands } from "#apps/commands/acts.ts";
import { approvalsCommands } from "#apps/commands/approvals.ts";
import { closeCommand } from "#apps/commands/close.ts";
import { controlCommands } from "#apps/commands/control.ts";
import { journalCommand } from "#apps/commands/journal.ts";
import { securityOverrideCommands } from "#apps/commands/security-override.ts";
import { positionsCommand, statusCommand } from "#apps/commands/status.ts";
import { triggersCommand } from "#apps/commands/triggers.ts";
import { DESK_COMMANDS } from "#apps/desk-commands.ts";
import { proposeAct } from "#desk/acts/propose.ts";
import { ActReport, ApprovalReport, ApprovalsList, ProposeReport } from "#desk/documents/act-report.ts";
import type { Act } from "#schemas/act.ts";
import { UsageError } from "#schemas/errors.ts";
import { holdingDesk } from "#test/desk/acts/holding-desk.ts";
import { patience } from "#test/support/desk.ts";
import { simulatedDesk } from "./simulated-desk.ts";

const [reduce, cancel, block, unblock, tighten] = actCommands;
const [list, approve, refuse] = approvalsCommands;
const [pause] = controlCommands;

describe("the operator's commands", () => {
  it("reduce sells a part and says what is left to happen", async () => {
    const { run, position } = await holdingDesk();
    const { document, text } = await run(reduce, { by: "anna", reason: "news" }, [position.base, "50%"]);
    expect(ActReport.parse(document)).toMatchObject({
      done: true,
      by: "anna",
      act: { kind: "reduce", amount: { pct: 50 } },
    });
    expect(text).toMatch(
      /^SIMULATED.*\nExit of \S+ \S+ \(last price .* UTC\): accepted; it fills when the market next trades\.$/s,
    );
    const again = await run(reduce, {}, [position.base, position.quantity]);
    expect(again.text).toMatch(/Not done: .*cannot be sold as a part: \S+ is held\. Expected .*deeptrader close/);
    expect(reduce.failed?.(again.document)).toBe(true);
  });

  it.each([["0%"], ["100%"], ["-1"], ["0"], ["1e3"], [""]])(
    "reduce refuses the amount %j before a desk is asked",
    (amount) => {
      expect(() => reduce.check?.({ args: ["SOL", amount], flags: {} })).toThrow(UsageError);
    },
  );

  it("cancel takes an order as positions shows it", async () => {
    const { run } = await holdingDesk();
    const { text } = await run(positionsCommand);
    const [, id = ""] = /order ([0-9a-f]{8}) {2}take-profit sell/.exec(text) ?? [];
    expect(id).not.toBe("");
    const canceled = await run(cancel, { reason: "let it run" }, [id]);
    expect(canceled.text).toContain(`The take-profit ${id}: sell `);
    expect(canceled.text).toMatch(/is canceled\.$/);
  });

  it("block shows in status, triggers and journal until unblock", async () => {
    const { run, runSlot } = await simulatedDesk();
    await runSlot(0);
    expect((await run(block, { by: "anna", reason: "unlock" }, ["btc"])).text).toContain(
      "BTC is blocked: no entries of it.",
    );
    const { document, text } = await run<{ blocked: unknown[] }>(statusCommand);
    expect(document.blocked).toMatchObject([{ what: "BTC", by: "anna", reason: "unlock" }]);
    expect(text).toContain("blocked    BTC by anna: unlock");
    expect((await run(triggersCommand)).text).toMatch(/BTC\/USDT .*blocked/);
    expect((await run(journalCommand)).text).toMatch(/block BTC by anna: unlock/);
    expect((await run(unblock, {}, ["BTC"])).text).toContain("Entries of BTC are allowed again");
    expect((await run(statusCommand)).text).not.toContain("blocked");
  });

  it("tighten takes a limit by any of its spellings, shows it in status, and --clear takes it back", async () => {
    const { run } = await simulatedDesk();
    for (const [name, value] of [
      ["maxOpenPositions", "5"],
      ["max-entries-per-slot", "1"],
      ["limits.entryPct", "1.5%"],
    ] as const) {
      expect((await run<ActReport>(tighten, {}, [name, value])).document.done, name).toBe(true);
    }
    const { document, text } = await run<{ tightened: unknown[]; maxOpenPositions: number }>(statusCommand);
    expect(document).toMatchObject({
      maxOpenPositions: 5,
      tightened: [{ limit: "maxOpenPositions", value: 5, configured: 10 }, {}, {}],
    });
    expect(text).toContain("tightened  entryPct 1.5 (configured 2)");
    const cleared = await run(tighten, { clear: true, reason: "week is over" }, ["maxOpenPositions"]);
    expect(cleared.text).toContain("maxOpenPositions is 10 again, as configured (positions); it was 5.");
    expect(tighten.failed?.(cleared.document)).toBe(false);
    await expect(run(tighten, { clear: true, reason: "x", propose: true }, ["entryPct"])).rejects.toThrow(
      /cannot be proposed/,
    );
    await expect(run(tighten, { clear: true }, ["entryPct"])).rejects.toThrow(/without --reason/);
  });

  it("tighten stop takes a price, or a distance below the last price", async () => {
    const { run, position, restsFor } = await holdingDesk();
    const { text } = await run(tighten, {}, ["stop", position.base, "5%"]);
    expect(text).toMatch(/The stop of \S+ \S+ is at \S+ \(accepted\)\.$/);
    const stop = () => Number(restsFor().find(({ role }) => role === "stop-loss")?.triggerPrice);
    const before = stop();
    expect(before).toBeGreaterThan(Number(position.stopPrice));
    expect((await run(tighten, {}, ["stop", position.base, String(before * 0.99)])).text).toMatch(
      /Not done: .*is farther/,
    );
    expect(stop()).toBe(before);
    expect(() => tighten.check?.({ args: ["stop", "SOL"], flags: {} })).toThrow(/a market and a value/);
    await expect(run(tighten, {}, ["stop", position.base, "0%"])).rejects.toThrow(UsageError);
  });

  it("with --propose does nothing, and approvals lists it, does it or leaves it", async () => {
    const { run, position, desk } = await holdingDesk();
    const made = await run(closeCommand, { propose: true, by: "watcher" }, [position.base]);
    expect(ProposeReport.parse(made.document).proposal).toMatchObject({ proposalId: "p1", madeBy: "watcher" });
    expect(made.text).toMatch(
      /Proposal p1:\nSell all .*deeptrader approvals approve p1 · deeptrader approvals refuse p1$/s,
    );
    await run(pause, { propose: true });
    expect(desk.account.portfolio().control).toBe("running");
    const listed = await run(list);
    expect(ApprovalsList.parse(listed.document).open.map(({ proposalId }) => proposalId)).toEqual(["p1", "p2"]);
    expect(listed.text).toMatch(/by watcher, 0 s ago/);

    const done = await run(approve, { by: "anna" }, ["p1"]);
    expect(ApprovalReport.parse(done.document)).toMatchObject({ already: false, report: { done: true } });
    expect(done.text).toMatch(/p1 is approved by anna\.\nExit of /);
    const late = await run(approve, { by: "ben" }, ["P1"]);
    expect(late.text).toMatch(/p1 was approved by anna at 2024-03-01 \d\d:\d\d UTC\.$/);
    expect(approve.failed?.(late.document)).toBe(true);
    expect((await run(refuse, { reason: "not now" }, ["p2"])).text).toContain("p2 is refused by operator: not now.");
    expect((await run(list)).text).toMatch(
      /^SIMULATED.*\nNothing waits for an answer\.\np1 was approved by anna .*\np2 was refused/s,
    );
    const nothing = await run(closeCommand, { propose: true }, [position.base]);
    expect(nothing.text).toMatch(/Not proposed: .*already working/);
    expect(closeCommand.failed?.(nothing.document)).toBe(true);
  });
});

describe("a line of the chat", () => {
  const HERE = "terminal";

  async function chat(...acts: readonly Act[]) {
    const opened = await simulatedDesk();
    for (const act of acts) await proposeAct(opened.desk, { act, madeBy: "the chat", conversation: HERE }, patience);
    const other: Act = { kind: "block", what: "ETH" };
    await proposeAct(opened.desk, { act: other, madeBy: "the chat", conversation: "another" }, patience);
    const door: ApprovalDoor = {
      conversation: HERE,
      run: (name, { flags, args }) => {
        const command = DESK_COMMANDS.find((one) => one.name === name);
        if (command === undefined) throw new Error(name);
        return opened.run(command, flags, [...args]);
      },
    };
    return { ...opened, say: (text: string) => answerProposalLine(text, door) };
  }
  const pausing: Act = { kind: "pause", strategyId: null };
  const blocking: Act = { kind: "block", what: "BTC" };

  it.each(["yes", "Yes!", "y", "ok", "approve", "approve p1", "/approve p1", "yes p1"])(
    "%s does the one thing proposed there",
    async (line) => {
      const { say, desk } = await chat(pausing);
      expect(await say(line)).toMatch(/p1 is approved by operator in the chat\.\nThe desk is paused/);
      expect(desk.account.portfolio().control).toBe("paused");
      expect(desk.account.portfolio().blocked.size).toBe(0);
    },
  );

  it.each(["no", "n", "refuse", "no p1", "/refuse p1"])("%s leaves it", async (line) => {
    const { say, desk } = await chat(pausing);
    expect(await say(line)).toContain("p1 is refused by operator in the chat: refused in the chat.");
    expect(desk.account.portfolio().control).toBe("running");
  });

  it("plain, with two proposed, does neither and asks which", async () => {
    const { say, desk } = await chat(pausing, blocking);
    expect(await say("yes")).toBe("p1, p2 wait for an answer here: say which, as in `yes p1`.");
    expect(desk.account.portfolio()).toMatchObject({ control: "running", blocked: new Map() });
    expect(await say("yes p2")).toContain("p2 is approved");
  });

  it("plain, with nothing proposed there, is a question; another conversation's is answered by its name only", async () => {
    const { say, desk } = await chat();
    expect(await say("yes")).toBeNull();
    expect(desk.account.portfolio().blocked.size).toBe(0);
    expect(await say("approvals")).toContain("Proposal p1:");
    expect(await say("yes p1")).toContain("p1 is approved");
  });

  it.each(["yes please sell", "no idea", "what is the RSI of BTC?", "approve of SOL?", "yesterday", "p1"])(
    "%j is a question",
    async (line) => {
      const { say } = await chat(pausing);
      expect(await say(line)).toBeNull();
    },
  );
});

describe("the operator's word on a token", () => {
  const [override, lift] = securityOverrideCommands;

  it("bars a coin, shows in status and journal, and is lifted", async () => {
    const { run } = await simulatedDesk();
    const asked = { by: "anna", verdict: "unknown", reason: "bridge under attack" };
    expect((await run(override, asked, ["btc"])).text).toMatch(
      /BTC counts as unknown at best until `security lift BTC`/,
    );
    const { document, text } = await run<{ overrides: unknown[] }>(statusCommand);
    expect(document.overrides).toMatchObject([{ target: "BTC", verdict: "unknown", by: "anna", reason: asked.reason }]);
    expect(text).toContain("overridden BTC is no better than unknown by anna: bridge under attack");
    expect((await run(journalCommand)).text).toMatch(/BTC is no better than unknown by anna: bridge under attack/);
    expect((await run(lift, {}, ["BTC"])).text).toMatch(/No longer: BTC is no better than unknown\./);
    expect((await run(statusCommand)).text).not.toContain("overridden");
    expect((await run(journalCommand)).text).toMatch(/lifted: BTC is no better than unknown/);
  });

  it("takes an open fact of a half-known token as given, and no critical one; its verdict is still what its sources leave open", async () => {
    const { run } = await simulatedDesk({ assets: 120 });
    const asked = { fact: "sell_tax", reason: "sold some, no tax" };
    const given = await run(override, asked, ["HALFLIT"]);
    expect(given.text).toMatch(/Its verdict is then unknown: Not known: is_honeypot, hidden_owner\./);
    const critical = await run(override, { ...asked, fact: "is_honeypot" }, ["HALFLIT"]);
    expect(critical.text).toMatch(/Not done: is_honeypot is critical: it is not taken as given on anyone's word\./);
    expect(override.failed?.(critical.document)).toBe(true);
  });

  it.each([
    [{ reason: "x" }, /neither a fact nor a verdict/],
    [{ fact: "sell_tax", verdict: "block", reason: "x" }, /a fact and a verdict/],
    [{ verdict: "clear", reason: "x" }, /only bars: block or unknown/],
    [{ verdict: "block" }, /without --reason/],
    [{ verdict: "block", reason: "  " }, /without --reason/],
  ])("refuses %j before a desk is asked", (flags, message) => {
    expect(() => override.check?.({ args: ["BTC"], flags })).toThrow(UsageError);
    expect(() => override.check?.({ args: ["BTC"], flags })).toThrow(message);
  });
});
