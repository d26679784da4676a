// Floor 3. assess: candle window + security report → Analysis. Pure and synchronous; sleep time, test time and the
// backtest all call it, so they cannot disagree.
import type { DeskStrategy } from "#memory/said-of.ts";
import { ANALYSIS_SCHEMA_VERSION, type Analysis, analysisId } from "#schemas/analysis.ts";
import { hashOf } from "#schemas/hash.ts";
import type { SecurityReport } from "#schemas/security.ts";
import type { UnixMs } from "#schemas/units.ts";
import { digestWindow } from "#toolkits/indicators/digest.ts";
import { computeSnapshot, INDICATOR_DEFINITION_ID } from "#toolkits/indicators/snapshot.ts";
import { computeTrend } from "#toolkits/indicators/trend.ts";
import type { CandleWindow } from "#toolkits/indicators/window.ts";
import { RUBRIC_DEFINITION_ID } from "#toolkits/security/rubric.ts";

/** Names every definition an analysis rests on; when one changes, all records of the old one are stale. */
export const ANALYSIS_DEFINITION_ID = `${INDICATOR_DEFINITION_ID}+${RUBRIC_DEFINITION_ID}`;

/** Names how digests and answers are distilled and worded; it is raised with them, and makes stored ones stale. */
const ANSWER_DEFINITION_ID = "answers.v4";

/** The same for what is made from analyses and readings: digests and answers. One that was ended is named in them. */
export const topicDefinitionIdOf = (strategies: readonly DeskStrategy[]): string =>
  [
    ANSWER_DEFINITION_ID,
    ANALYSIS_DEFINITION_ID,
    ...strategies.map(({ info, fault }) => `${info.definitionId}${fault === null ? "" : " ended"}`),
  ].join("+");

/** Where it comes from: the venue, why it is made, the injected clock's now, and when the source was asked. */
type Origin = Pick<Analysis, "venueId" | "venue" | "simulated" | "origin" | "computedAtMs" | "checkedThroughMs">;

export interface AssessInput extends Origin {
  readonly window: CandleWindow;
  readonly security: SecurityReport;
}

/** Turns one window and one security report into the record that Khala keeps. */
export function assess(input: AssessInput): Analysis {
  const { window } = input;
  const record = { ...factsOf(input), sources: sourcesOf(input) };
  return {
    id: analysisId(record),
    ...record,
    indicators: computeSnapshot(window),
    trend: computeTrend(window),
  };
}

/** What is at hand of it: all but the id, the digests it is made of, and the values. */
export function factsOf(input: AssessInput): Omit<Analysis, "id" | "sources" | "indicators" | "trend"> {
  const { window, security } = input;
  return {
    schemaVersion: ANALYSIS_SCHEMA_VERSION,
    definitionId: ANALYSIS_DEFINITION_ID,
    venueId: input.venueId,
    venue: input.venue,
    simulated: input.simulated,
    symbol: window.symbol,
    timeframe: window.timeframe,
    asOfMs: window.asOfMs,
    computedAtMs: input.computedAtMs,
    checkedThroughMs: input.checkedThroughMs,
    validUntilMs: security.validUntilMs as UnixMs,
    origin: input.origin,
    price: window.newestClose,
    security,
    notes: [...window.notes],
  };
}

export const sourcesOf = ({ window, security }: AssessInput): Analysis["sources"] => ({
  candles: digestWindow(window),
  security: digestSecurity(security),
});

type Digested = Pick<SecurityReport, "verdict" | "chain" | "contract"> & { readonly digest: string };

/** Digests by checks: sources hand out the same frozen ones as long as their answer is the same. */
const digests = new WeakMap<SecurityReport["checks"], Digested>();

function digestSecurity({ verdict, chain, contract, checks }: SecurityReport): string {
  const known = digests.get(checks);
  if (known?.verdict === verdict && known.chain === chain && known.contract === contract) return known.digest;
  const digest = hashOf([verdict, chain, contract, checks]);
  if (Object.isFrozen(checks)) digests.set(checks, { verdict, chain, contract, digest });
  return digest;
}
