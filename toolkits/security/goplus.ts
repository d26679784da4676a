// Floor 2. A GoPlus-shaped token record → a SecurityReport. Pure: who fetched the record, and when, is told.
import { isRecord } from "#schemas/is-record.ts";
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import { DAY_MS, startOfDay, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { evmChecks } from "./evm-checks.ts";
import { judge } from "./rubric.ts";
import { solanaChecks } from "./solana-checks.ts";

/** From when and until when a report speaks. */
export interface Validity {
  readonly observedAtMs: UnixMs;
  /** From this moment on the report counts as `unknown`. */
  readonly validUntilMs: UnixMs;
}

/** Told outright, or by the moment of asking: then the report speaks for that UTC day. */
type Dating = Validity | { readonly nowMs: UnixMs };

/** The UTC day around `nowMs`: what a source that does not change within a day can answer for. */
export function validityOfDay(nowMs: UnixMs): Validity {
  const startMs = startOfDay(nowMs);
  return { observedAtMs: unixMs(startMs), validUntilMs: unixMs(startMs + DAY_MS) };
}

const validityOf = (dating: Dating): Validity => {
  if ("nowMs" in dating) return validityOfDay(dating.nowMs);
  return { observedAtMs: dating.observedAtMs, validUntilMs: dating.validUntilMs };
};

interface TokenIdentity {
  /** EVM chain number as text, or `solana`. */
  readonly chain: string;
  readonly contract: string;
}

/** Reports are shared between analyses; none is changed. */
export function freezeReport(report: SecurityReport): SecurityReport {
  for (const check of report.checks) Object.freeze(check);
  Object.freeze(report.checks);
  Object.freeze(report.evidence);
  return Object.freeze(report);
}

/** A report of one check, whose evidence is the reason of the verdict. */
export function reportOfOne(
  verdict: SecurityReport["verdict"],
  { id, state, severity, source, evidence }: SecurityCheck,
  dating: Dating & { readonly chain?: string | null; readonly contract?: string | null },
): SecurityReport {
  const { chain = null, contract = null } = dating;
  const checks = [{ id, state, severity, source, evidence }];
  return freezeReport({ verdict, reason: evidence, chain, contract, checks, ...validityOf(dating) });
}

/** A report that knows nothing, and says why: no record, a timeout, a chain that the source does not serve. */
export const unknownReport = ({
  reason: evidence,
  source,
  ...rest
}: { readonly reason: string; readonly source: string } & Parameters<typeof reportOfOne>[2]): SecurityReport =>
  reportOfOne("unknown", { id: "record", state: "unknown", severity: "critical", source, evidence }, rest);

/** A coin on its own chain has no contract that could be unsafe: `not-applicable`, which is not the same as `clear`. */
export function nativeReport(
  input: { readonly base: string; readonly chain: string; readonly source: string } & Dating,
): SecurityReport {
  const { base, chain, source } = input;
  const evidence = `${base} is the native coin of ${chain}: it has no contract.`;
  const check = { id: "native", state: "not-applicable", severity: "info", source, evidence } as const;
  return reportOfOne("not-applicable", check, validityOf(input));
}

/** Why a record may not be judged at all, or null. */
function unusable(record: unknown, { observedAtMs, validUntilMs }: Validity, nowMs: UnixMs): string | null {
  if (!isRecord(record)) return "The source has no record of this contract.";
  if (nowMs < observedAtMs) return `The record is from ${toIso(observedAtMs)}, later than the moment it is asked for.`;
  if (nowMs >= validUntilMs) return `The record expired at ${toIso(validUntilMs)}.`;
  return null;
}

/**
 * Judges one record by the rubric. Anything but a record that is valid at `nowMs` is the verdict `unknown`, never an
 * exception (law 4). Records of `solana` are read in GoPlus's Solana shape, all others in its EVM shape; one in the wrong
 * shape lacks the required facts and is `unknown`.
 */
export function reportFromGoPlus(
  input: { readonly record: unknown; readonly source: string; readonly nowMs: UnixMs } & TokenIdentity & Validity,
): SecurityReport {
  const { record, chain, contract, source, observedAtMs, validUntilMs } = input;
  const reason = unusable(record, input, input.nowMs);
  if (reason !== null || !isRecord(record)) {
    return unknownReport({ reason: reason ?? "", source, chain, contract, observedAtMs, validUntilMs });
  }
  const checks = [...(chain === "solana" ? solanaChecks(source, record) : evmChecks(source, record))];
  return freezeReport({ ...judge(checks), chain, contract, checks, observedAtMs, validUntilMs });
}
