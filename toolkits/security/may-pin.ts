// Floor 2. The first look at a proxy → its code, pinned: trust on first use, dated. What its calls go to later is compared with it.
import type { SecurityReport } from "#schemas/security.ts";
import type { PinnedImplementation } from "#schemas/security-trust.ts";
import type { UnixMs } from "#schemas/units.ts";
import { agreedImplementation, implementationsOf } from "./implementation-check.ts";
import { sourceOf } from "./report-source.ts";

const VERIFIED = "implementation_verified";

/**
 * The code behind a proxy, where all sources that name it agree on it, one of them finds its source verified, and none finds anything
 * critical; null otherwise, and of what is no proxy. Pin it where nothing is pinned yet: what was pinned is never replaced by this.
 */
export function mayPin(reports: readonly SecurityReport[], nowMs: UnixMs): PinnedImplementation | null {
  const valid = reports.filter(({ observedAtMs, validUntilMs }) => observedAtMs <= nowMs && nowMs < validUntilMs);
  const implementation = agreedImplementation(implementationsOf(valid));
  const verifier = valid.find(
    (report) =>
      typeof report.implementation === "string" &&
      report.checks.some(({ id, state }) => id === VERIFIED && state === "pass"),
  );
  const isBad = valid.some(({ checks }) =>
    checks.some(({ state, severity }) => state === "fail" && severity === "critical"),
  );
  if (implementation === null || verifier === undefined || isBad) return null;
  const { chain, contract } = verifier;
  if (chain === null || contract === null) return null;
  const why = `${sourceOf(verifier)} has its verified source`;
  return { chain, contract, implementation, seenAtMs: nowMs, why };
}
