// Floor 2. The code behind a proxy → the check `implementation`: it passes only while it is a contract that was inspected.
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import type { PinnedImplementation } from "#schemas/security-trust.ts";
import { IMPLEMENTATION, NO_SOURCE } from "./check-ids.ts";
import { sourceOf } from "./report-source.ts";
import type { TrustedContract } from "./trusted-contracts.ts";

/** What sources say of where a contract's calls go, each address once. */
export interface Implementations {
  /** Some source says that the code can be replaced, or names where it is. */
  readonly isProxy: boolean;
  /** By address, those who name it. */
  readonly named: ReadonlyMap<string, readonly string[]>;
}

export function implementationsOf(reports: readonly SecurityReport[]): Implementations {
  const naming = reports.filter(({ implementation }) => typeof implementation === "string");
  const byAddress = Map.groupBy(naming, ({ implementation }) => oneSpelling(implementation ?? ""));
  const named = [...byAddress].map(([address, said]) => [address, said.map(sourceOf).toSorted()] as const);
  return {
    isProxy:
      naming.length > 0 ||
      reports.some(({ checks }) => checks.some(({ id, state }) => id === "is_proxy" && state === "fail")),
    named: new Map(named.toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

const oneSpelling = (address: string): string => (address.startsWith("0x") ? address.toLowerCase() : address);

/** The one address that all who name one agree on; null: none, or several. */
export const agreedImplementation = ({ named }: Implementations): string | null =>
  named.size === 1 ? (named.keys().next().value ?? null) : null;

/** True while the code is the one that the entry is about. */
export const isOfThisCode = (entry: TrustedContract, found: Implementations): boolean =>
  entry.implementation === null ? !found.isProxy : entry.implementation === agreedImplementation(found);

/** Whose word that code is inspected. */
export interface Inspected {
  readonly pinned: PinnedImplementation | null;
  readonly entries: readonly TrustedContract[];
}

/** None where it is no proxy. */
export function implementationCheck(found: Implementations, inspected: Inspected): readonly SecurityCheck[] {
  return found.isProxy ? [checkOfProxy(found, inspected)] : [];
}

function checkOfProxy(found: Implementations, inspected: Inspected): SecurityCheck {
  const now = agreedImplementation(found);
  const open = (source: string, evidence: string): SecurityCheck => ({
    id: IMPLEMENTATION,
    state: "unknown",
    severity: "high",
    source,
    evidence,
  });
  if (now === null) {
    if (found.named.size === 0)
      return open(NO_SOURCE, "it is a proxy, and no source names the contract its calls go to");
    const said = [...found.named].map(([address, sources]) => `${address} (${sources.join(", ")})`);
    return open(
      NO_SOURCE,
      `it is a proxy, and its sources name different contracts that its calls go to: ${said.join(", ")}`,
    );
  }
  const source = found.named.get(now)?.[0] ?? NO_SOURCE;
  const word = wordFor(now, inspected);
  if (word !== null) {
    return {
      id: IMPLEMENTATION,
      state: "pass",
      severity: "high",
      source: word.source,
      evidence: `its calls go to ${now}, ${word.why}`,
    };
  }
  const { pinned } = inspected;
  return open(
    source,
    pinned === null
      ? `it is a proxy whose calls go to ${now}, which has not been inspected`
      : `its calls went to ${pinned.implementation} when it was inspected and go to ${now} now, which has not been`,
  );
}

function wordFor(now: string, { pinned, entries }: Inspected): { source: string; why: string } | null {
  const entry = entries.find(({ implementation }) => implementation === now);
  if (entry !== undefined) return { source: "desk", why: `known since ${entry.from}: ${entry.reason}` };
  return pinned?.implementation === now ? { source: "inspection", why: `as inspected: ${pinned.why}` } : null;
}
