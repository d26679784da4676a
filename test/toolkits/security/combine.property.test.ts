import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayEnter, type SecurityCheck, type SecurityReport, SecurityVerdict } from "#schemas/security.ts";
import { overrideKey, type StandingOverride } from "#schemas/security-trust.ts";
import { unixMs } from "#schemas/units.ts";
import { underOverrides } from "#toolkits/security/overrides.ts";
import { REQUIRED_CHECKS } from "#toolkits/security/rubric.ts";
import {
  CODE_A,
  CODE_B,
  checkOf,
  combine,
  goplus,
  identityOf,
  nativeIdentity,
  override,
  pinnedAt,
  said,
} from "./combine-support.ts";
import { NOW_MS, VALID_UNTIL_MS } from "./goplus-records.ts";

/** 0 is the worst. */
const rank = ({ verdict }: Pick<SecurityReport, "verdict">) => SecurityVerdict.options.indexOf(verdict);

const IDS = [...REQUIRED_CHECKS.evm, "cannot_sell_all", "external_call", "holder_count", "record", "something_new"];
const state = fc.constantFrom<SecurityCheck["state"]>("pass", "pass", "pass", "fail", "unknown", "not-applicable");
const severity = fc.constantFrom<SecurityCheck["severity"]>("critical", "high", "medium", "low", "info");
const statement = fc.tuple(fc.constantFrom(...IDS), state, severity);
const dates = fc.constantFrom({}, {}, {}, { validUntilMs: NOW_MS }, { observedAtMs: NOW_MS + 1 });
const code = fc.constantFrom<Partial<SecurityReport>>(
  {},
  {},
  { implementation: null },
  { implementation: CODE_A },
  { implementation: CODE_B },
);

const reportOf = (source: string) =>
  fc
    .tuple(fc.uniqueArray(statement, { selector: ([id]) => id, minLength: 1, maxLength: 8 }), dates, code)
    .map(([statements, date, implementation]) => said(source, statements, { ...date, ...implementation }));
const sound = fc.constantFrom([], [goplus()], [goplus()], [goplus({ is_proxy: "1" })]);
const reports = fc
  .tuple(
    sound,
    fc.subarray(["honeypot.is", "rpc", "sourcify"]).chain((sources) => fc.tuple(...sources.map(reportOf))),
  )
  .map(([own, others]) => [...own, ...others]);

const word: fc.Arbitrary<StandingOverride> = fc.oneof(
  fc
    .constantFrom(...IDS, "implementation", "ranked")
    .chain((fact) => fc.constantFrom(CODE_A, CODE_B, null).map((implementation) => override({ fact, implementation }))),
  fc.constantFrom<"block" | "unknown">("block", "unknown").map((verdict) => override({ verdict, target: "TOK" })),
);
const words = fc.array(word, { maxLength: 4 });
const under = (report: SecurityReport, said: readonly StandingOverride[]) =>
  underOverrides(report, "TOK", new Map(said.map((one) => [overrideKey(one), one])));

describe("combined reports", () => {
  it("are the same in whatever order the sources come", () => {
    fc.assert(
      fc.property(
        reports.chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length }))),
        ([some, shuffled]) => {
          expect(combine({ reports: shuffled })).toEqual(combine({ reports: some }));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("are never better for one more finding of a fact that is known, nor for one that weighs", () => {
    fc.assert(
      fc.property(reports, fc.constantFrom(...IDS), severity, (some, id, weight) => {
        const before = combine({ reports: some });
        const isKnown = before.checks.some((check) => check.id === id && ["pass", "fail"].includes(check.state));
        fc.pre(isKnown || weight === "critical" || weight === "high");
        const after = combine({ reports: [...some, said("another", [[id, "fail", weight]])] });
        expect(rank(after)).toBeLessThanOrEqual(rank(before));
      }),
      { numRuns: 500 },
    );
  });

  it("are never better for a source that leaves a fact open, has no record, or is silent", () => {
    fc.assert(
      fc.property(reports, fc.constantFrom(...IDS), (some, id) => {
        const before = combine({ reports: some });
        expect(rank(combine({ reports: [...some, said("another", [[id, "unknown", "high"]])] }))).toBeLessThanOrEqual(
          rank(before),
        );
        expect(combine({ reports: some, silent: [{ source: "another", why: "timeout" }] }).verdict).toBe(
          before.verdict,
        );
      }),
      { numRuns: 300 },
    );
  });

  it("let nothing in that rests on a report that is over: a required fact, or a finding that nobody confirms", () => {
    fc.assert(
      fc.property(reports, fc.constantFrom(...REQUIRED_CHECKS.evm), severity, (some, id, weight) => {
        const others = some.filter((report) =>
          report.checks.every((check) => check.id !== id || check.state !== "pass"),
        );
        const over = { validUntilMs: NOW_MS };
        expect(mayEnter(combine({ reports: [...others, said("another", [[id, "pass", weight]], over)] }).verdict)).toBe(
          false,
        );
        fc.pre(weight !== "low" && weight !== "info");
        expect(mayEnter(combine({ reports: [...some, said("another", [[id, "fail", weight]], over)] }).verdict)).toBe(
          combine({ reports: some }).checks.some((check) => check.id === id && check.state === "fail") &&
            mayEnter(combine({ reports: some }).verdict),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("let no proxy in whose code nobody inspected, whatever is pinned beside", () => {
    fc.assert(
      fc.property(reports, fc.constantFrom(null, CODE_A), (some, pinned) => {
        const report = combine({ reports: some, pinned: pinned === null ? null : pinnedAt(pinned) });
        const named = new Set(
          some
            .flatMap((one) =>
              one.observedAtMs <= NOW_MS && NOW_MS < one.validUntilMs ? [one.implementation ?? []] : [],
            )
            .flat(),
        );
        const isInspected = named.size === 0 || (named.size === 1 && pinned !== null && named.has(pinned));
        if (mayEnter(report.verdict)) expect(isInspected).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("hold no longer than any part that their required facts come from, and carry no time in their checks", () => {
    fc.assert(
      fc.property(reports, fc.integer({ min: 1, max: 1000 }), (some, later) => {
        const report = combine({ reports: some });
        expect(report.validUntilMs).toBeGreaterThan(NOW_MS);
        expect(report.validUntilMs).toBeLessThanOrEqual(VALID_UNTIL_MS);
        expect(
          combine({ reports: some.filter(({ observedAtMs }) => observedAtMs <= NOW_MS), nowMs: unixMs(NOW_MS + later) })
            .checks,
        ).toEqual(combine({ reports: some.filter(({ observedAtMs }) => observedAtMs <= NOW_MS) }).checks);
      }),
    );
  });

  it("of identities that fail let nothing in, on no chain", () => {
    const ids = ["ranked", "venue_contract", "price", "transfers", "listing"];
    fc.assert(
      fc.property(
        reports,
        fc.constantFrom(...ids),
        fc.constantFrom(identityOf, nativeIdentity),
        fc.boolean(),
        words,
        (some, id, of, fails, said) => {
          const bad = checkOf(id, fails ? "fail" : "unknown", "critical", "identity");
          const identity = of({ checks: of().checks.map((check) => (check.id === id ? bad : check)) });
          expect(mayEnter(under(combine({ identity, reports: some }), said).verdict)).toBe(false);
        },
      ),
    );
  });
});

describe("overrides", () => {
  it("never make a block better, and a verdict never makes anything better", () => {
    fc.assert(
      fc.property(reports, words, (some, said) => {
        const report = combine({ reports: some, pinned: pinnedAt(CODE_A) });
        const judged = under(report, said);
        if (report.verdict === "block") expect(judged.verdict).toBe("block");
        if (said.every(({ fact }) => fact === null)) expect(rank(judged)).toBeLessThanOrEqual(rank(report));
        for (const { verdict } of said)
          if (verdict !== null)
            expect(rank(judged)).toBeLessThanOrEqual(
              SecurityVerdict.options.indexOf(said.findLast(({ fact }) => fact === null)?.verdict ?? verdict),
            );
      }),
      { numRuns: 500 },
    );
  });

  it("never stand in for a critical fact, or for one that no source which answered left open", () => {
    fc.assert(
      fc.property(reports, words, (some, said) => {
        const report = combine({ reports: some });
        const judged = under(report, said);
        const valid = some.filter(({ observedAtMs, validUntilMs }) => observedAtMs <= NOW_MS && NOW_MS < validUntilMs);
        for (const [index, check] of report.checks.entries()) {
          const after = judged.checks[index];
          if (after === undefined || after.state === check.state) continue;
          expect(check.state).toBe("unknown");
          expect(check.severity).not.toBe("critical");
          if (check.id === "implementation") continue;
          expect(
            valid.some(({ checks }) => checks.some(({ id, state: open }) => id === check.id && open === "unknown")),
          ).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("say the same twice as once", () => {
    fc.assert(
      fc.property(reports, fc.array(word, { maxLength: 3 }), (some, said) => {
        const facts = said.filter(({ fact }) => fact !== null);
        const once = under(combine({ reports: some }), facts);
        expect(under(once, facts)).toEqual(once);
      }),
    );
  });

  it("are of a contract where they name a fact, whatever is written in the place of it", () => {
    const open = combine({ reports: [goplus({ sell_tax: "" })] });
    expect(under(open, [override({ fact: "sell_tax" })]).verdict).toBe("clear");
    for (const target of ["TOK", "TOK/USDT", "56:0x00000000000000000000000000000000000c0de1"]) {
      expect(under(open, [override({ fact: "sell_tax", target })])).toBe(open);
    }
  });

  it("leave a verdict as it is that rests on something else than its checks", () => {
    const open = combine({ reports: [goplus({ sell_tax: "" })] });
    const barred = { ...open, verdict: "block" } as const;
    expect(under(barred, [override({ fact: "sell_tax" })])).toBe(barred);
  });
});
