import { describe, expect, it } from "vitest";
import { SecurityReport } from "#schemas/security.ts";
import { unixMs } from "#schemas/units.ts";
import { mayPin } from "#toolkits/security/may-pin.ts";
import {
  CODE_A,
  CODE_B,
  CONTRACT,
  checkOf,
  combine,
  goplus,
  identityOf,
  nativeIdentity,
  override,
  pinnedAt,
  rpc,
  said,
  under,
} from "./combine-support.ts";
import { EVM_REQUIRED, NOW_MS, OBSERVED_MS, SOUND_EVM, VALID_UNTIL_MS, without } from "./goplus-records.ts";

const withIdentityCheck = (id: string, state: "pass" | "fail" | "unknown", severity: "critical" | "medium") => {
  const identity = identityOf();
  return {
    ...identity,
    checks: identity.checks.map((check) => (check.id === id ? checkOf(id, state, severity, "identity") : check)),
  };
};

describe("identity", () => {
  it("comes first, and a sound token of a known coin is clear", () => {
    const report = combine();
    expect(SecurityReport.parse(report)).toEqual(report);
    expect(report).toMatchObject({ verdict: "clear", ...CONTRACT });
    expect(report.checks.slice(0, 5).map(({ id }) => id)).toEqual([
      "ranked",
      "venue_contract",
      "price",
      "transfers",
      "listing",
    ]);
  });

  it.each([
    ["venue_contract", "fail", "critical", "block"],
    ["price", "fail", "critical", "block"],
    ["venue_contract", "fail", "medium", "caution"],
    ["ranked", "unknown", "critical", "unknown"],
    ["transfers", "unknown", "medium", "unknown"],
    ["listing", "unknown", "medium", "unknown"],
  ] as const)("%s that is %s with %s makes %s, and the reason says why", (id, state, severity, verdict) => {
    const report = combine({ identity: withIdentityCheck(id, state, severity) });
    expect(report).toMatchObject({ verdict, reason: expect.stringContaining(`${id} ${state} at identity`) });
  });

  it("of a token of which everything else is bad too, is the first that is said", () => {
    const report = combine({
      identity: withIdentityCheck("price", "fail", "critical"),
      reports: [goplus({ is_honeypot: "1" })],
    });
    expect(report.reason).toBe("Blocked: price fail at identity, and 1 more finding.");
  });

  it.each(["ranked", "price"])("is not known where %s was not compared", (id) => {
    const identity = identityOf();
    const report = combine({ identity: { ...identity, checks: identity.checks.filter((check) => check.id !== id) } });
    expect(report).toMatchObject({ verdict: "unknown", reason: `Not known: ${id} of TOK was not compared.` });
  });

  it("is not known from the moment it is over, nor before it was seen", () => {
    for (const nowMs of [VALID_UNTIL_MS, OBSERVED_MS - 1]) {
      const report = combine({
        nowMs: unixMs(nowMs),
        reports: [goplus({}, { observedAtMs: 0, validUntilMs: VALID_UNTIL_MS * 2 })],
      });
      expect(report).toMatchObject({
        verdict: "unknown",
        reason: "Not known: which coin TOK is was compared too long ago.",
      });
    }
  });
});

describe("a coin of its own chain", () => {
  it("has no contract that could be unsafe, where it is that coin", () => {
    const report = combine({ identity: nativeIdentity(), reports: [] });
    expect(report).toMatchObject({
      verdict: "not-applicable",
      reason: "ETH is the native coin of Ethereum: it has no contract.",
      chain: null,
      contract: null,
    });
  });

  it.each([
    ["fail", "critical", "block"],
    ["fail", "medium", "caution"],
    ["unknown", "critical", "unknown"],
  ] as const)("is not admitted for its ticker: a %s of %s makes %s", (state, severity, verdict) => {
    const checks = nativeIdentity().checks.map((check) =>
      check.id === "price" ? checkOf("price", state, severity, "identity") : check,
    );
    expect(combine({ identity: nativeIdentity({ checks }), reports: [] })).toMatchObject({
      verdict,
      reason: expect.stringContaining("price"),
    });
  });

  it("is unknown where nobody compared it, or too long ago", () => {
    expect(combine({ identity: nativeIdentity({ checks: [] }), reports: [] }).verdict).toBe("unknown");
    expect(combine({ identity: nativeIdentity(), reports: [], nowMs: VALID_UNTIL_MS }).verdict).toBe("unknown");
  });
});

it("a coin that is neither a contract nor a chain's own is unknown, whatever a source says", () => {
  expect(combine({ identity: identityOf({ contract: null }) })).toMatchObject({
    verdict: "unknown",
    reason: "Not known: it is not known which coin TOK is.",
    contract: null,
  });
  expect(combine({ identity: null }).verdict).toBe("unknown");
});

it("a contract that was asked for by its address is judged without a coin", () => {
  expect(combine({ identity: null, contract: CONTRACT })).toMatchObject({ verdict: "clear", ...CONTRACT });
});

describe("several sources", () => {
  it("the worse word holds, and both are named", () => {
    const report = combine({ reports: [goplus(), said("honeypot.is", [["is_honeypot", "fail", "critical"]])] });
    expect(report.verdict).toBe("block");
    expect(report.reason).toBe(
      "Blocked: is_honeypot fail at honeypot.is (honeypot.is; but goplus: it can be sold again).",
    );
    expect(report.checks.filter(({ id }) => id === "is_honeypot")).toHaveLength(1);
  });

  it("of two findings the more severe holds", () => {
    const report = combine({
      reports: [goplus({ sell_tax: "0.05" }), said("honeypot.is", [["sell_tax", "fail", "high"]])],
    });
    expect(report).toMatchObject({ verdict: "block", reason: "Blocked: sell_tax fail at honeypot.is." });
  });

  it("what one leaves open another may state", () => {
    const open = goplus({ sell_tax: "" });
    expect(combine({ reports: [open] }).verdict).toBe("unknown");
    expect(combine({ reports: [open, said("honeypot.is", [["sell_tax", "pass", "high"]])] }).verdict).toBe("clear");
  });

  it("that one has no record, or is silent, is shown, and weighs nothing where others know all", () => {
    const report = combine({
      reports: [goplus(), said("sourcify", [["record", "unknown", "critical"]])],
      silent: [{ source: "rpc", why: "timeout" }],
    });
    expect(report.verdict).toBe("clear");
    expect(report.checks.find(({ id }) => id === "record")?.evidence).toBe(
      'record unknown at sourcify; rpc did not answer: "timeout"',
    );
  });

  it("that those fall silent who know the required facts makes unknown, and says who", () => {
    const report = combine({
      reports: [said("honeypot.is", [["is_honeypot", "pass", "critical"]])],
      silent: [{ source: "goplus", why: "HTTP 500" }],
    });
    expect(report.verdict).toBe("unknown");
    expect(report.reason).toMatch(
      /^Not known: owner_change_balance, is_open_source, .*; goplus did not answer: "HTTP 500"\.$/,
    );
  });

  it("none at all makes unknown, on a chain that no source reads too", () => {
    expect(combine({ reports: [] })).toMatchObject({
      verdict: "unknown",
      reason: "Not known: no source that is connected has a report of this contract of Ethereum.",
    });
    const jetton = { chain: "ton", contract: "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs" };
    expect(combine({ identity: identityOf({ contract: jetton }), reports: [] }).reason).toMatch(/contract of TON\.$/);
  });

  it("a report of another contract, or from later, is not taken for this one's", () => {
    for (const strange of [
      goplus({}, { contract: { chain: "56", contract: CONTRACT.contract } }),
      goplus({}, { observedAtMs: NOW_MS + 1 }),
    ]) {
      expect(combine({ reports: [strange] })).toMatchObject({
        verdict: "unknown",
        reason: expect.stringContaining("goplus spoke of another contract"),
      });
    }
  });
});

describe("a report that is over", () => {
  const LATE_MS = unixMs(VALID_UNTIL_MS - 1);
  const over = { validUntilMs: LATE_MS };

  it.each(EVM_REQUIRED)("leaves %s unknown", (id) => {
    const rest = goplus(without(SOUND_EVM, id), { base: {} });
    const pass = said("other", [[id, "pass", "high"]], over);
    expect(combine({ reports: [rest, pass] }).verdict).toBe("clear");
    expect(combine({ reports: [rest, pass], nowMs: LATE_MS }).verdict).toBe("unknown");
  });

  it("does not take its finding with it", () => {
    const honeypot = said("honeypot.is", [["is_honeypot", "fail", "critical"]], over);
    expect(combine({ reports: [goplus(), honeypot] }).verdict).toBe("block");
    expect(combine({ reports: [goplus(), honeypot], nowMs: LATE_MS })).toMatchObject({
      verdict: "unknown",
      reason: "Not known: honeypot.is found: is_honeypot fail at honeypot.is; that report is over.",
    });
  });
});

describe("dates", () => {
  it("are the oldest look and the first end of what is required, with each source's own beside", () => {
    const report = combine({
      reports: [
        goplus({}, { observedAtMs: OBSERVED_MS + 5, validUntilMs: VALID_UNTIL_MS - 5 }),
        said("dex", [["liquidity_lock", "pass", "medium"]], {
          observedAtMs: OBSERVED_MS - 9,
          validUntilMs: NOW_MS + 1,
        }),
      ],
    });
    expect(report).toMatchObject({ observedAtMs: OBSERVED_MS - 9, validUntilMs: VALID_UNTIL_MS - 5 });
    expect(report.evidence).toEqual([
      { source: "identity", observedAtMs: OBSERVED_MS, validUntilMs: VALID_UNTIL_MS },
      { source: "dex", observedAtMs: OBSERVED_MS - 9, validUntilMs: NOW_MS + 1 },
      { source: "goplus", observedAtMs: OBSERVED_MS + 5, validUntilMs: VALID_UNTIL_MS - 5 },
    ]);
  });

  it("are in no check: the same facts a day later are the same checks", () => {
    const day = { observedAtMs: VALID_UNTIL_MS, validUntilMs: VALID_UNTIL_MS + 86_400_000 };
    const later = combine({
      identity: identityOf({ seenAtMs: VALID_UNTIL_MS, validUntilMs: unixMs(day.validUntilMs) }),
      reports: [goplus({}, day)],
      nowMs: unixMs(VALID_UNTIL_MS + 1),
    });
    expect(later.checks).toEqual(combine().checks);
  });
});

describe("a proxy", () => {
  const proxied = (code: string) => [goplus({ is_proxy: "1" }), rpc(code)];

  it("is unknown until its code was inspected, on a trust list too", () => {
    expect(combine({ reports: [goplus({ is_proxy: "1", trust_list: "1" }), rpc(CODE_A)] })).toMatchObject({
      verdict: "unknown",
      reason: `Not known: it is a proxy whose calls go to ${CODE_A}, which has not been inspected.`,
      implementation: CODE_A,
    });
  });

  it("is a caution while its code is the one that was pinned", () => {
    const report = combine({ reports: proxied(CODE_A), pinned: pinnedAt(CODE_A) });
    expect(report).toMatchObject({ verdict: "caution", reason: expect.stringContaining("a proxy") });
  });

  it("is unknown when its code changes, until the operator names the new one or it is pinned anew", () => {
    const changed = { reports: proxied(CODE_B), pinned: pinnedAt(CODE_A) };
    expect(combine(changed)).toMatchObject({
      verdict: "unknown",
      reason: `Not known: its calls went to ${CODE_A} when it was inspected and go to ${CODE_B} now, which has not been.`,
    });
    const naming = (implementation: string) => override({ fact: "implementation", implementation });
    expect(under(combine(changed), naming(CODE_A)).verdict).toBe("unknown");
    expect(under(combine(changed), naming(CODE_B)).verdict).toBe("caution");
    expect(combine({ ...changed, pinned: pinnedAt(CODE_B) }).verdict).toBe("caution");
  });

  it("is unknown where sources name different code, even if each was inspected", () => {
    const report = combine({
      reports: [
        ...proxied(CODE_A),
        said("sourcify", [], { implementation: CODE_B, checks: [checkOf("x", "pass", "low", "sourcify")] }),
      ],
      pinned: pinnedAt(CODE_A),
    });
    expect(report.verdict).toBe("unknown");
    expect(under(report, override({ fact: "implementation", implementation: CODE_B })).verdict).toBe("unknown");
    expect(report.reason).toContain(`different contracts that its calls go to: ${CODE_A} (rpc), ${CODE_B} (sourcify)`);
    expect(report).not.toHaveProperty("implementation");
  });

  it("is unknown where no source names its code, and nothing stands in for that", () => {
    const report = combine({
      reports: [goplus({ is_proxy: "1" })],
      pinned: pinnedAt(CODE_A),
    });
    expect(under(report, override({ fact: "implementation", implementation: CODE_A }))).toBe(report);
    expect(report.reason).toBe("Not known: it is a proxy, and no source names the contract its calls go to.");
  });

  it("is one where a source names its code, whatever another says", () => {
    const report = combine({
      reports: [goplus(), said("rpc", [["owner", "pass", "info"]], { implementation: CODE_A })],
    });
    expect(report.verdict).toBe("unknown");
    expect(report.checks.find(({ id }) => id === "is_proxy")).toMatchObject({
      state: "fail",
      evidence: expect.stringContaining("goplus: its code cannot be replaced"),
    });
  });

  it("is inspected on no source's word; that its code is bad may be one's", () => {
    const saying = (state: "pass" | "fail") =>
      said("sourcify", [["implementation", state, "high"]], { implementation: CODE_A });
    expect(combine({ reports: [goplus(), saying("pass")] }).verdict).toBe("unknown");
    expect(combine({ reports: [goplus(), saying("fail")], pinned: pinnedAt(CODE_A) }).verdict).toBe("block");
  });
});

describe("the first look at a proxy", () => {
  const sourcify = (state: "pass" | "fail" | "unknown", code = CODE_A) =>
    said("sourcify", [["implementation_verified", state, "medium"]], { implementation: code });

  it("pins its code where its source is verified, all who name it agree, and nothing critical was found", () => {
    const reports = [goplus({ is_proxy: "1" }), rpc(CODE_A), sourcify("pass")];
    const pin = mayPin(reports, NOW_MS);
    expect(pin).toEqual({
      ...CONTRACT,
      implementation: CODE_A,
      seenAtMs: NOW_MS,
      why: "sourcify has its verified source",
    });
    expect(combine({ reports }).verdict).toBe("unknown");
    expect(combine({ reports, pinned: pin }).verdict).toBe("caution");
  });

  it.each<[string, readonly SecurityReport[]]>([
    ["its source is not verified", [rpc(CODE_A), sourcify("fail")]],
    ["that is not known", [rpc(CODE_A), sourcify("unknown")]],
    ["nobody looked at its source", [rpc(CODE_A)]],
    ["its sources name different code", [rpc(CODE_B), sourcify("pass")]],
    ["it is a honeypot", [rpc(CODE_A), sourcify("pass"), goplus({ is_honeypot: "1" })]],
    ["it is no proxy", [rpc(null), goplus()]],
    ["that was said too long ago", [{ ...sourcify("pass"), validUntilMs: NOW_MS }]],
    ["that was said later", [{ ...sourcify("pass"), observedAtMs: NOW_MS + 1 }]],
  ])("pins nothing where %s", (_why, reports) => {
    expect(mayPin(reports, NOW_MS)).toBeNull();
  });
});
