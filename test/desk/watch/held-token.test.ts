import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AlertFacts, AlertMemory, NO_MEMORY } from "#desk/watch/alert-facts.ts";
import { changesOf, tokenFacts } from "#desk/watch/held-token.ts";
import { raiseAlerts } from "#desk/watch/rules.ts";
import type { Alert } from "#schemas/alert.ts";
import { StoreError } from "#schemas/errors.ts";
import type { CheckState, SecurityCheck, SecurityReport, Severity } from "#schemas/security.ts";
import { unixMs } from "#schemas/units.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { reportOf } from "#test/support/synthetic-market.ts";
import { rateCheck } from "#toolkits/security/goplus-fields.ts";
import { AAA, BBB, buyer, buyerNamed, kindsOf, openStaged, type StagedDesk, slotMsOf } from "./staged-world.ts";

const check = (
  id: string,
  state: CheckState,
  severity: Severity = "high",
  says = `${id} ${state}`,
  source = "goplus",
): SecurityCheck => ({ id, state, severity, source, evidence: says });
const facts = (checks: readonly SecurityCheck[], rest: Partial<SecurityReport> = {}) =>
  tokenFacts({ ...reportOf("clear", 0, 1), checks: [...checks], ...rest });
const tax = (ratio: number) =>
  rateCheck({ source: "goplus", trusted: false }, "buy_tax", "the tax on a purchase", ratio);

describe("what of a token has changed", () => {
  it.each<[string, ReturnType<typeof facts>, ReturnType<typeof facts>, readonly [string, string][]]>([
    [
      "a check fails",
      facts([check("is_mintable", "pass")]),
      facts([check("is_mintable", "fail", "medium")]),
      [["is_mintable:medium", "warning"]],
    ],
    [
      "a sale is stopped",
      facts([check("cannot_sell", "pass")]),
      facts([check("cannot_sell", "fail", "critical")]),
      [["cannot_sell:critical", "critical"]],
    ],
    [
      "a failure weighs more",
      facts([check("buy_tax", "fail", "medium")]),
      facts([check("buy_tax", "fail", "high")]),
      [["buy_tax:high", "critical"]],
    ],
    [
      "a failure weighs less",
      facts([check("buy_tax", "fail", "medium")]),
      facts([check("buy_tax", "fail", "low")]),
      [["buy_tax:low", "info"]],
    ],
    [
      "a failure is over",
      facts([check("is_proxy", "fail", "medium")]),
      facts([check("is_proxy", "pass")]),
      [["is_proxy:fine", "info"]],
    ],
    [
      "a fact is known no more",
      facts([check("is_mintable", "pass")]),
      facts([check("is_mintable", "unknown")]),
      [["is_mintable:unknown", "warning"]],
    ],
    [
      "what was not known is found to fail",
      facts([check("owner", "unknown")]),
      facts([check("owner", "fail", "high")]),
      [["owner:high", "critical"]],
    ],
    ["what was not known is fine", facts([check("owner", "unknown")]), facts([check("owner", "pass")]), []],
    ["a tax moves within its weight", facts([tax(0.049)]), facts([tax(0.051)]), []],
    ["a tax comes to weigh", facts([tax(0.01)]), facts([tax(0.12)]), [["buy_tax:high", "critical"]]],
    [
      "holders are counted anew",
      facts([check("holder_count", "pass", "info", "1,204 holders")]),
      facts([check("holder_count", "pass", "info", "1,198 holders")]),
      [],
    ],
    ["a check does not apply any more", facts([check("hook", "pass")]), facts([check("hook", "not-applicable")]), []],
    ["a check is new", facts([]), facts([check("transfers", "fail", "medium")]), []],
    ["a check is not reported", facts([check("transfers", "pass")]), facts([]), []],
    [
      "transfers are suspended",
      facts([check("transfers", "pass")]),
      facts([check("transfers", "unknown")]),
      [["transfers:unknown", "warning"]],
    ],
    [
      "another contract",
      facts([], { chain: "1", contract: "0xaa" }),
      facts([], { chain: "1", contract: "0xbb" }),
      [["=contract:1:0xbb", "critical"]],
    ],
    ["the contract is learned", facts([]), facts([], { chain: "1", contract: "0xbb" }), []],
    ["the contract is not said", facts([], { chain: "1", contract: "0xaa" }), facts([]), []],
    [
      "another implementation",
      facts([], { implementation: "0xaa" }),
      facts([], { implementation: "0xbb" }),
      [["=implementation:0xbb", "critical"]],
    ],
    [
      "it becomes a proxy",
      facts([], { implementation: null }),
      facts([], { implementation: "0xbb" }),
      [["=implementation:0xbb", "critical"]],
    ],
    ["the implementation is learned", facts([]), facts([], { implementation: "0xbb" }), []],
    ["the implementation is not said", facts([], { implementation: "0xaa" }), facts([]), []],
  ])("%s", (_what, was, is, expected) => {
    expect(changesOf(was, is).map(({ name, severity }) => [name, severity])).toEqual(expected);
    expect(changesOf(is, is)).toEqual([]);
  });

  it("is judged by the worst of several sources, and one that left it open undoes no pass", () => {
    const [pass, open, fail] = [
      check("owner", "pass", "high", "none", "rpc"),
      check("owner", "unknown", "high", "not said", "goplus"),
      check("owner", "fail", "high", "may mint", "sourcify"),
    ];
    expect(changesOf(facts([pass]), facts([open, pass]))).toEqual([]);
    expect(changesOf(facts([pass, open]), facts([open, pass, fail])).map(({ text }) => text)).toEqual([
      "owner passed (“none”) when bought, now failed, high (“may mint (sourcify; but rpc: none)”)",
    ]);
  });

  it("shows what a token says in one line, cut, and turns no text around", () => {
    const says = `a\u001b[2J\u202eb\n${"x".repeat(500)}`;
    const [change] = changesOf(facts([check("name", "pass")]), facts([check("name", "fail", "low", says)]));
    expect(change?.text).toMatch(/^name passed \(“name pass”\) when bought, now failed, low \(“a \[2J bx* x+…”\)$/);
    expect(change?.text.length).toBeLessThan(200);
  });
});

const mint = (state: CheckState, severity: Severity = "medium") => check("is_mintable", state, severity);

async function holding(report: Partial<SecurityReport>, parts: Parameters<typeof openStaged>[0] = {}) {
  const staged = await openStaged(parts);
  staged.world.report = report;
  await staged.run(3);
  return staged;
}

const turned = async (staged: StagedDesk): Promise<readonly Alert[]> =>
  (await staged.alerts()).filter(({ kind }) => kind === "held-token-turned");

describe.each([false, true])("a held token that turns (a new process every slot: %s)", (restarts) => {
  it("is told of once, with what was and what is, as gravely as what has changed", async () => {
    const staged = await holding({ checks: [mint("pass"), tax(0.01)], implementation: "0xaa" }, { restarts });
    staged.world.report = { checks: [mint("fail"), tax(0.015)], implementation: "0xaa" };
    await staged.run(4);
    staged.world.report = { checks: [mint("fail"), tax(0.015)], implementation: "0xbb" };
    await staged.run(4);
    const alerts = await turned(staged);
    expect(alerts.map(({ severity }) => severity)).toEqual(["warning", "critical"]);
    expect(alerts.map(({ text }) => text)).toEqual([
      "The token of AAA/USDT, BBB/USDT has changed since it was bought." +
        " AAA/USDT: is_mintable passed (“is_mintable pass”) when bought, now failed, medium (“is_mintable fail”)." +
        " BBB/USDT: is_mintable passed (“is_mintable pass”) when bought, now failed, medium (“is_mintable fail”).",
      "The token of AAA/USDT, BBB/USDT has changed since it was bought." +
        " AAA/USDT: implementation was 0xaa when bought, now 0xbb." +
        " BBB/USDT: implementation was 0xaa when bought, now 0xbb.",
    ]);
  });

  it("is told of in the alert of its verdict, where that turned too", async () => {
    const staged = await holding({ checks: [mint("pass")] }, { restarts });
    staged.world.verdict = "block";
    staged.world.report = { checks: [mint("fail", "critical")] };
    await staged.run(4);
    const alerts = await turned(staged);
    expect(alerts.map(({ severity }) => severity)).toEqual([undefined]);
    expect(alerts[0]?.text).toMatch(
      /judged block: it is being sold\. AAA\/USDT: is_mintable passed .* BBB\/USDT: is_m/,
    );
    expect(staged.test().desk.account.portfolio().positions.size).toBe(0);
  });

  it("is compared with what was known when it was being bought, not with the first look after", async () => {
    const staged = await openStaged({ restarts });
    staged.world.report = { checks: [mint("pass")] };
    await staged.run(1);
    expect(staged.test().desk.account.portfolio().positions.size).toBe(0);
    staged.world.report = { checks: [mint("fail")] };
    await staged.run(3);
    expect(await turned(staged)).toHaveLength(1);
  });

  it("and is judged block before it was first seen held is sold, and that is said", async () => {
    const staged = await openStaged({ restarts });
    await staged.run(1);
    staged.world.verdict = "block";
    await staged.run(4);
    expect((await turned(staged)).map(({ text }) => text)).toEqual([expect.stringContaining("judged block")]);
    expect(staged.test().desk.account.portfolio().positions.size).toBe(0);
  });
});

describe("a held token", () => {
  it("that turns block is sold by every strategy that holds it, and said once", async () => {
    const staged = await holding(
      { checks: [mint("pass")] },
      { strategies: [buyer, buyerNamed("other")], limits: { maxOpenPositions: 4, maxEntriesPerSlot: 4 } },
    );
    await staged.run(2);
    const before = [...staged.test().desk.account.portfolio().positions.values()].map(
      (p) => `${p.strategyId} ${p.symbol}`,
    );
    expect(new Set(before.map((text) => text.split(" ")[0])).size).toBeGreaterThan(1);
    staged.world.verdict = "block";
    await staged.run(4);
    expect(staged.test().desk.account.portfolio().positions.size).toBe(0);
    expect(await turned(staged)).toHaveLength(1);
  });

  it("that turns unknown is held, with why, and not added to", async () => {
    const staged = await holding({});
    const held = staged.test().desk.account.portfolio().positions;
    staged.world.verdict = "unknown";
    staged.world.report = { reason: "Not known: owner." };
    await staged.run(6);
    expect(staged.test().desk.account.portfolio().positions).toEqual(held);
    expect((await turned(staged)).map(({ text }) => text)).toEqual([
      "The token of AAA/USDT, BBB/USDT is now judged unknown: it is held, and not added to. AAA/USDT: Not known: owner. BBB/USDT: Not known: owner.",
    ]);
  });

  it("is not told of again on its way back, nor where a source no longer says what had failed", async () => {
    const staged = await holding({ checks: [mint("pass")] });
    for (const [state, expected] of [
      ["fail", 1],
      ["unknown", 1],
      ["fail", 1],
      ["pass", 1],
      ["fail", 2],
    ] as const) {
      staged.world.report = { checks: [mint(state)] };
      await staged.run(3);
      expect([state, (await turned(staged)).length]).toEqual([state, expected]);
    }
  });

  it("and a report past its time, a silent feed or a check that is gone neither raise nor clear anything of its checks", async () => {
    const staged = await holding({ checks: [mint("pass")] });
    staged.world.report = { checks: [mint("fail")] };
    await staged.run(2);
    staged.world.report = { checks: [] };
    await staged.run(3);
    staged.world.report = { checks: [mint("fail")] };
    await staged.run(2);
    expect(await turned(staged)).toHaveLength(1);
  });

  it("that is sold and bought again is compared with what it was when it was bought again", async () => {
    const staged = await openStaged({ limits: { cooldownCandles: 0 } });
    staged.world.report = { checks: [mint("pass")] };
    await staged.run(3);
    staged.world.verdict = "block";
    await staged.run(1);
    staged.world.verdict = "clear";
    staged.world.report = { checks: [mint("fail")] };
    await staged.run(6);
    expect(staged.test().desk.account.portfolio().positions.size).toBe(2);
    expect(kindsOf(await staged.alerts())["held-token-turned"]).toBe(1);
  });
});

const QUIET: AlertFacts = {
  nowMs: slotMsOf(2),
  simulated: false,
  strategies: [STRATEGY],
  ended: [],
  fills: [],
  fillsToldMs: [],
  unacknowledged: [],
  limits: null,
  control: { state: "running", announced: "running", reason: null },
  lastSlots: null,
  delistings: [],
  watchesMet: [],
  slot: null,
};

describe("a memory of before checks were kept", () => {
  it("still loads, keeps its verdicts, and takes the first look at checks for the beginning", () => {
    const old = AlertMemory.parse({ slotMs: slotMsOf(1), conditions: {}, unread: {}, verdicts: { [AAA]: "clear" } });
    const held = (slot: number, state: CheckState, verdict: "clear" | "unknown"): AlertFacts => ({
      ...QUIET,
      slot: {
        slotMs: slotMsOf(slot),
        status: "finished",
        held: [
          {
            symbol: AAA,
            isListed: true,
            withoutStop: [],
            read: true,
            openedMs: [unixMs(1)],
            verdict,
            reason: null,
            token: facts([mint(state)]),
          },
        ],
      },
    });
    const first = raiseAlerts(old, held(2, "fail", "unknown"));
    expect(first.alerts.map(({ text }) => text)).toEqual([expect.stringContaining("judged unknown")]);
    const second = raiseAlerts(AlertMemory.parse(JSON.parse(JSON.stringify(first.memory))), held(3, "fail", "clear"));
    expect(second.alerts).toEqual([]);
    const third = raiseAlerts(second.memory, held(4, "pass", "clear"));
    expect(third.alerts.map(({ severity }) => severity)).toEqual(["info"]);
    expect(NO_MEMORY).toEqual(AlertMemory.parse(NO_MEMORY));
  });
});

/** How a slot ends: as it should, or with a new process after a crash before, between or after what is stored. */
const ENDS = ["whole", "restart", "before-memory", "before-journal"] as const;
type End = (typeof ENDS)[number];
const STATES = ["pass", "medium", "critical", "unknown", "absent"] as const;
const IDS = ["one", "two", "three"];
type Seen = readonly (typeof STATES)[number][];

const checksOf = (seen: Seen): SecurityCheck[] =>
  IDS.flatMap((id, row) => {
    const state = seen[row] ?? "absent";
    if (state === "absent") return [];
    return [
      check(id, state === "pass" || state === "unknown" ? state : "fail", state === "critical" ? state : "medium"),
    ];
  });

/** By hand, check by check: what an operator ought to be told of, in order. */
function expectedOf(id: number, sequence: readonly Seen[]): readonly string[] {
  const told: string[] = [];
  let was: string | null = null;
  /** Changes that are told of, and for how many looks each has been over. */
  const over = new Map<string, number>();
  for (const seen of sequence) {
    const is = seen[id] ?? "absent";
    const failing = [...over.keys()].some((value) => value !== "unknown");
    if (is === "absent" || (is === "unknown" && failing)) {
      // Nothing is seen: what was told stands.
      for (const value of over.keys()) over.set(value, 0);
      continue;
    }
    if (was === null || (was === "unknown" && is === "pass")) was = is;
    if (is !== was && !over.has(is)) told.push(is);
    for (const [value, looks] of [...over]) {
      if (value === is) continue;
      if (looks === 1) over.delete(value);
      else over.set(value, 1);
    }
    if (is !== was) over.set(is, 0);
  }
  return told;
}

describe("changes of held tokens", () => {
  it("are each told exactly once, and nothing else is, wherever the desk is stopped", async () => {
    const looks = fc.array(
      fc.record({ seen: fc.tuple(...IDS.map(() => fc.constantFrom(...STATES))), end: fc.constantFrom(...ENDS) }),
      { minLength: 1, maxLength: 9 },
    );
    await fc.assert(
      fc.asyncProperty(looks, async (sequence) => {
        const bought: Seen = ["pass", "medium", "unknown"];
        let end: End = "whole";
        const staged = await openStaged({
          restarts: true,
          wrapRuns: (runs) => ({
            ...runs,
            begin: async (run, options) => {
              if (run.job === "alerts" && end === "before-memory")
                throw new StoreError({ was: "Killed.", remedy: "Start." });
              return runs.begin(run, options);
            },
            finish: async (run, result, options) => {
              await runs.finish(run, result, options);
              if (run.job === "alerts" && end === "before-journal")
                throw new StoreError({ was: "Killed.", remedy: "Start." });
            },
          }),
        });
        staged.world.report = { checks: checksOf(bought) };
        await staged.run(3);
        const looked: Seen[] = [bought];
        for (const look of sequence) {
          end = look.end;
          staged.world.report = { checks: checksOf(look.seen) };
          const killed = await staged.run(1).then(
            () => false,
            () => true,
          );
          end = "whole";
          // Killed before it remembered: it never looked.
          if (!(killed && look.end === "before-memory")) looked.push(look.seen);
        }
        staged.world.report = { checks: checksOf(looked.at(-1) ?? bought) };
        await staged.run(1);
        looked.push(looked.at(-1) ?? bought);
        const texts = (await turned(staged)).map(({ text }) => text);
        for (const symbol of [AAA, BBB]) {
          for (const [row, id] of IDS.entries()) {
            const told = texts.flatMap((text) => {
              const own = text.split(` ${symbol}: `)[1]?.split(/\. (?=BBB)/)[0] ?? "";
              const found = new RegExp(`${id} \\w+.*? when bought, now (passed|unknown|failed, \\w+)`).exec(own)?.[1];
              return found === undefined ? [] : [found.replace("failed, ", "").replace("passed", "pass")];
            });
            expect([symbol, id, told]).toEqual([symbol, id, expectedOf(row, looked)]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
