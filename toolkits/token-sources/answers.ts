// Floor 2. What the adapters of token sources share: how long an answer holds, and reports that say nothing but why.
import { type ContractId, isEvmChain } from "#schemas/chain.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import { DAY_MS, HOUR_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { freezeReport, unknownReport, type Validity } from "../security/goplus.ts";
import { judge } from "../security/rubric.ts";

/** Of which contract, by whom, as of when. */
export interface Asked {
  readonly source: string;
  readonly contract: ContractId;
  readonly nowMs: UnixMs;
}

/**
 * `day`: an answer, and that a chain is not served: contracts and the chains of a source hardly change. `hour`: no record, an unfinished
 * one, an answer of something else: by then there may be one.
 */
type Holds = "day" | "hour";

const validity = (nowMs: UnixMs, holds: Holds): Validity => ({
  observedAtMs: nowMs,
  validUntilMs: unixMs(nowMs + (holds === "day" ? DAY_MS : HOUR_MS)),
});

export const answeredAt = (nowMs: UnixMs): Validity => validity(nowMs, "day");

/** The source's own checks, judged by the one rubric. @param implementation left out: it does not say */
export function reportOfChecks(
  { contract, nowMs }: Asked,
  checks: readonly SecurityCheck[],
  implementation?: string | null,
): SecurityReport {
  const own = [...checks];
  return freezeReport({
    ...judge(own),
    ...contract,
    checks: own,
    ...answeredAt(nowMs),
    ...(implementation === undefined ? {} : { implementation }),
  });
}

/** Nothing is known, and why: one sentence with its full stop. */
export const nothingKnown = (
  { source, contract, nowMs }: Asked,
  reason: string,
  holds: Holds = "hour",
): SecurityReport => unknownReport({ reason, source, ...contract, ...validity(nowMs, holds) });

export const ofAnother = (asked: Asked): SecurityReport =>
  nothingKnown(asked, `The answer of ${asked.source} is of another contract.`);

/** Addresses are compared as their chain does: without case on EVM chains, as they are written elsewhere. */
export const isSameAddress = ({ chain, contract }: ContractId, other: unknown): boolean =>
  typeof other === "string" &&
  (isEvmChain(chain) ? other.toLowerCase() === contract.toLowerCase() : other === contract);

/** An answer that is JSON and not one of the source's own. */
export const notItsOwn = (source: string, came: string): ProviderError =>
  new ProviderError({
    was: `${source} answered with ${came}.`,
    remedy: "It is asked again later; if it stays so, its protocol has changed.",
  });

/** A percentage, 0–100, as a ratio; anything else, text included, is not an answer. */
export const ratioOfPercent = (value: unknown): number | null =>
  typeof value === "number" && value >= 0 && value <= 100 ? value / 100 : null;

/** A plain `true` or `false`; anything else is not an answer. */
export const readBoolean = (value: unknown): boolean | null => (typeof value === "boolean" ? value : null);
