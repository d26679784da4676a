import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayEnter, type SecurityCheck, SecurityVerdict } from "#schemas/security.ts";
import { judge, REQUIRED_CHECKS, taxSeverity } from "#toolkits/security/rubric.ts";
import { EVM_REQUIRED, judgeEvm, judgeSolana, LIVE_OWNER, SOUND_EVM, SOUND_SOLANA, without } from "./goplus-records.ts";

/** 0 is the worst. */
const rank = (verdict: SecurityVerdict) => SecurityVerdict.options.indexOf(verdict);
const check = (id: string, state: SecurityCheck["state"], severity: SecurityCheck["severity"]): SecurityCheck => ({
  id,
  state,
  severity,
  source: "test",
  evidence: `${id} ${state}`,
});
const complete = REQUIRED_CHECKS.evm.map((id) => check(id, "pass", "high"));

const evmAnswers = fc.record(
  Object.fromEntries(
    Object.entries(SOUND_EVM).map(([field, good]) => [
      field,
      field.endsWith("_tax")
        ? fc.constantFrom("0", "0.03", "0.2", "0.9", "")
        : field === "owner_address"
          ? fc.constantFrom(good, LIVE_OWNER, "")
          : Array.isArray(good)
            ? fc.constant(good)
            : fc.oneof(
                { weight: 5, arbitrary: fc.constant(good) },
                { weight: 1, arbitrary: fc.constantFrom("0", "1", "") },
              ),
    ]),
  ),
);
const trust = fc.constantFrom({}, { trust_list: "1" });
const solanaAnswers = fc.record(
  Object.fromEntries(
    Object.entries(SOUND_SOLANA).map(([field, good]) => [
      field,
      fc.oneof(
        { weight: 6, arbitrary: fc.constant(good) },
        { weight: 1, arbitrary: fc.constantFrom<unknown>({ status: "1" }, { status: "" }, "1", "2", null) },
      ),
    ]),
  ),
);
const anyCheck = fc
  .tuple(
    fc.constantFrom(...REQUIRED_CHECKS.evm, "cannot_sell_all", "something_new"),
    fc.constantFrom<SecurityCheck["state"]>("pass", "fail", "unknown", "not-applicable"),
    fc.constantFrom<SecurityCheck["severity"]>("critical", "high", "medium", "low", "info"),
  )
  .map(([id, state, severity]) => check(id, state, severity));

describe("rubric", () => {
  it("requires the nine facts of an EVM contract", () => {
    expect([...REQUIRED_CHECKS.evm].sort()).toEqual(EVM_REQUIRED.toSorted());
  });

  it.each([
    ["critical", "block"],
    ["high", "block"],
    ["medium", "caution"],
    ["low", "clear"],
    ["info", "clear"],
  ] as const)("answers a failed %s check by %s", (severity, verdict) => {
    expect(judge([...complete, check("cannot_sell_all", "fail", severity)]).verdict).toBe(verdict);
  });

  it("orders block > unknown > caution > clear", () => {
    const [blocking, open, cautious] = [
      check("selfdestruct", "fail", "critical"),
      check("is_honeypot", "unknown", "critical"),
      check("external_call", "fail", "medium"),
    ];
    expect(judge([...complete, cautious, open, blocking]).verdict).toBe("block");
    expect(judge([...complete, cautious, open]).verdict).toBe("unknown");
    expect(judge([...complete, cautious]).verdict).toBe("caution");
    expect(judge(complete).verdict).toBe("clear");
  });

  it("never takes absence for safety: nothing checked, checks left out, checks that do not apply", () => {
    expect(judge([]).verdict).toBe("unknown");
    for (const id of REQUIRED_CHECKS.evm) {
      expect(judge(complete.filter((passed) => passed.id !== id)).verdict, id).toBe("unknown");
    }
    expect(judge(complete.map((passed) => ({ ...passed, state: "not-applicable" as const }))).verdict).toBe("unknown");
  });

  it("counts an open check that it has no rule for as required", () => {
    expect(judge([...complete, check("something_new", "unknown", "info")]).verdict).toBe("unknown");
    expect(judge([...complete, check("cannot_sell_all", "unknown", "critical")]).verdict).toBe("clear");
  });

  it("keeps the worse of two sources that disagree", () => {
    expect(judge([...complete, check("is_honeypot", "fail", "critical")]).verdict).toBe("block");
    expect(judge([...complete, check("is_honeypot", "unknown", "critical")]).verdict).toBe("unknown");
  });

  it("names the worst finding first and counts the rest", () => {
    const findings = [check("a", "fail", "high"), check("b", "fail", "critical"), check("c", "fail", "medium")];
    expect(judge(findings).reason).toBe("Blocked: b fail, and 1 more finding.");
    expect(judge([...complete, check("a", "fail", "medium")]).reason).toBe("Caution: a fail.");
    expect(judge([check("is_proxy", "unknown", "medium")]).reason).toBe("Not known: is_proxy.");
  });

  it("grades taxes at 2, 10 and 50 %", () => {
    expect([0, 0.0199, 0.02, 0.0999, 0.1, 0.4999, 0.5, 1].map(taxSeverity)).toEqual([
      null,
      null,
      "medium",
      "medium",
      "high",
      "high",
      "critical",
      "critical",
    ]);
  });

  it("is never improved by one more failed or open check", () => {
    fc.assert(
      fc.property(fc.array(anyCheck, { maxLength: 14 }), anyCheck, (some, extra) => {
        const bad = { ...extra, state: extra.state === "fail" ? ("fail" as const) : ("unknown" as const) };
        const before = judge([...complete, ...some]);
        expect(rank(judge([...complete, ...some, bad]).verdict)).toBeLessThanOrEqual(rank(before.verdict));
      }),
    );
  });

  it("is never improved by hiding a required fact, whatever else a record says", () => {
    fc.assert(
      fc.property(evmAnswers, trust, fc.constantFrom(...EVM_REQUIRED), (answers, trusted, field) => {
        const record = { ...answers, ...trusted };
        const hidden = judgeEvm(without(record, field)).verdict;
        const told = judgeEvm(record).verdict;
        // Hiding the one finding that blocks leaves `unknown`, which is not entered either.
        if (!mayEnter(told)) expect(mayEnter(hidden)).toBe(false);
        if (mayEnter(told)) expect(rank(hidden)).toBeLessThan(rank(told));
      }),
      { numRuns: 300 },
    );
  });

  it("never lets a Solana record in that hides a required fact", () => {
    fc.assert(
      fc.property(solanaAnswers, fc.constantFrom(...REQUIRED_CHECKS.solana), (answers, field) => {
        expect(mayEnter(judgeSolana(without(answers, field)).verdict)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it("never lets a record in of which only some of the facts are known", () => {
    fc.assert(
      fc.property(fc.subarray(Object.entries(SOUND_EVM)), (entries) => {
        const record = Object.fromEntries(entries);
        const isComplete = EVM_REQUIRED.every((field) => field in record);
        expect(judgeEvm(record).verdict).toBe(isComplete ? "clear" : "unknown");
      }),
    );
  });
});
