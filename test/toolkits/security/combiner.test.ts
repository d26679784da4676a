import { expect, it } from "vitest";
import { DAY_MS, unixMs } from "#schemas/units.ts";
import type { CombineInput } from "#toolkits/security/combine.ts";
import { createCombiner } from "#toolkits/security/combiner.ts";
import { CODE_A, goplus, identityOf, pinnedAt, rpc } from "./combine-support.ts";
import { NOW_MS, VALID_UNTIL_MS } from "./goplus-records.ts";

const reports = [goplus()];
const input: CombineInput = { identity: identityOf(), reports, trusted: [], pinned: null, nowMs: NOW_MS };

it("gives the very same report while the parts are the same and none is over", () => {
  const combine = createCombiner();
  const first = combine("TOK", input);
  expect(combine("TOK", { ...input, reports: [...reports], nowMs: unixMs(VALID_UNTIL_MS - 1) })).toBe(first);
  expect(combine("TOK", { ...input, nowMs: VALID_UNTIL_MS }).verdict).toBe("unknown");
});

it.each<[string, Partial<CombineInput>]>([
  ["another part", { reports: [goplus({ is_honeypot: "1" })] }],
  ["one part less", { reports: [] }],
  ["a source that is silent", { silent: [{ source: "rpc", why: "timeout" }] }],
  ["another identity", { identity: identityOf({ checks: [] }) }],
  ["another contract", { contract: { chain: "56", contract: "0x00000000000000000000000000000000000c0de1" } }],
])("looks again at %s", (_what, change) => {
  const combine = createCombiner();
  const first = combine("TOK", input);
  const second = combine("TOK", { ...input, ...change });
  expect(second).not.toBe(first);
  expect(second.checks).not.toEqual(first.checks);
});

it("looks again at a pin, and at the table of trusted contracts", () => {
  const combine = createCombiner();
  const proxied = { ...input, reports: [goplus({ is_proxy: "1" }), rpc(CODE_A)] };
  expect(combine("TOK", proxied).verdict).toBe("unknown");
  expect(combine("TOK", { ...proxied, pinned: pinnedAt(CODE_A) }).verdict).toBe("caution");
  const entry = {
    chain: "1",
    contract: "0x00000000000000000000000000000000000c0de1",
    name: "T",
    implementation: CODE_A,
    from: "2020-01-01",
    lowers: ["is_proxy"],
    satisfies: [],
    reason: "r",
    source: "s",
  };
  expect(combine("TOK", { ...proxied, trusted: [entry] }).verdict).toBe("clear");
});

it("keeps the checks while only their dates differ, so that digests are of the same ones", () => {
  const combine = createCombiner();
  const first = combine("TOK", input);
  const day = { observedAtMs: VALID_UNTIL_MS, validUntilMs: VALID_UNTIL_MS + DAY_MS };
  const identity = identityOf({ seenAtMs: VALID_UNTIL_MS, validUntilMs: unixMs(day.validUntilMs) });
  const next = combine("TOK", { ...input, identity, reports: [goplus({}, day)], nowMs: VALID_UNTIL_MS });
  expect(next).not.toBe(first);
  expect(next.checks).toBe(first.checks);
  expect(next).toMatchObject(day);
});

it("gives the same object again where another object of the same parts came", () => {
  const combine = createCombiner();
  const first = combine("TOK", input);
  expect(combine("TOK", { ...input, reports: [goplus()], identity: identityOf() })).toBe(first);
});

it("does not mix two coins, nor look at what was seen later", () => {
  const combine = createCombiner();
  const first = combine("TOK", input);
  expect(combine("OTHER", { ...input, reports: [] }).verdict).toBe("unknown");
  expect(combine("TOK", input)).toBe(first);
  expect(combine("TOK", { ...input, nowMs: unixMs(NOW_MS - 2 * 3_600_000) }).verdict).toBe("unknown");
});
