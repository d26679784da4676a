// Floor 2. Dated records of a replay folder, and the operator's policy -> the SecuritySource of replay and backtest. It
// knows at `nowMs` only what had been observed by then (law 3).
import type { SecurityPolicy } from "#schemas/config.ts";
import { assertNever } from "#schemas/errors.ts";
import type { SecuritySource } from "#schemas/ports/market.ts";
import type { SecurityReport } from "#schemas/security.ts";
import {
  DAY_MS,
  HOUR_MS,
  type MarketSymbol,
  splitSymbol,
  startOfDay,
  toIso,
  type UnixMs,
  unixMs,
} from "#schemas/units.ts";
import type { SecurityRecord } from "../market/replay/security-records.ts";
import { nativeReport, reportFromGoPlus, unknownReport } from "./goplus.ts";
import { nativeCoin } from "./native-coins.ts";

const SOURCE = "security.json";

interface Dated {
  readonly observedAtMs: UnixMs;
  readonly validUntilMs: UnixMs;
}

/**
 * What the folder does not date (a native coin, an assumption, no record) holds for one UTC day: by tomorrow there may be
 * a record. A day, and not "24 h from now", so that the same day gives the same report.
 */
function utcDay(nowMs: UnixMs): Dated {
  const startMs = startOfDay(nowMs);
  return { observedAtMs: unixMs(startMs), validUntilMs: unixMs(startMs + DAY_MS) };
}

const validityOf = (record: SecurityRecord): Dated => ({
  observedAtMs: unixMs(record.observedAtMs),
  validUntilMs: unixMs(Math.round(record.observedAtMs + record.validForHours * HOUR_MS)),
});

/** The operator's word in place of a check: what it stands on is in the report. */
function policyReport(policy: "assume-clear" | "skip", day: Dated): SecurityReport {
  const clear = policy === "assume-clear";
  const reason = clear
    ? "assumed clear by the operator (--security assume-clear); nothing was checked"
    : "security skipped by --security skip";
  const check = Object.freeze({
    id: clear ? "assumed" : "skipped",
    state: clear ? ("pass" as const) : ("not-applicable" as const),
    severity: "info" as const,
    source: "operator",
    evidence: reason,
  });
  return Object.freeze({
    verdict: clear ? "clear" : "not-applicable",
    reason,
    chain: null,
    contract: null,
    checks: Object.freeze([check]) as SecurityReport["checks"],
    ...day,
  });
}

/** Records by base, oldest first; of two from one moment the later in the file counts. */
function byBase(records: readonly SecurityRecord[]): ReadonlyMap<string, readonly SecurityRecord[]> {
  return Map.groupBy(
    records.toSorted((a, b) => a.observedAtMs - b.observedAtMs),
    (record) => record.base,
  );
}

/** The valid record; else the native coin; else what is known of why there is no verdict. */
function recordedReport(base: string, record: SecurityRecord | undefined, nowMs: UnixMs, day: Dated): SecurityReport {
  if (record !== undefined && nowMs < validityOf(record).validUntilMs) {
    const { chain, contract } = record;
    return reportFromGoPlus({ record: record.record, chain, contract, source: SOURCE, nowMs, ...validityOf(record) });
  }
  const native = nativeCoin(base, nowMs);
  if (native !== null) return nativeReport({ base, chain: native.chain, source: "native-coins", ...day });
  if (record === undefined) {
    const reason = `No security record of ${base} by ${toIso(day.observedAtMs).slice(0, 10)}, and it is no known native coin.`;
    return unknownReport({ reason, source: SOURCE, ...day });
  }
  const reason = `The newest security record of ${base} expired at ${toIso(validityOf(record).validUntilMs)}.`;
  return unknownReport({ reason, source: SOURCE, chain: record.chain, contract: record.contract, ...day });
}

/**
 * `recorded`: the newest record observed by `nowMs`, while it is valid (24 h, or the hours it states); else the dated table
 * of native coins; else `unknown`. `assume-clear` and `skip` look at nothing and say so. Reports are frozen and the same
 * object as long as the answer is the same.
 */
export function createRecordedSecurity(deps: {
  readonly folder: { readonly securityRecords: readonly SecurityRecord[] };
  readonly policy: SecurityPolicy;
}): SecuritySource {
  const { policy } = deps;
  const records = byBase(deps.folder.securityRecords);
  const last = new Map<MarketSymbol, { readonly key: string; readonly report: SecurityReport }>();

  function make(base: string, record: SecurityRecord | undefined, nowMs: UnixMs, day: Dated): SecurityReport {
    switch (policy) {
      case "recorded":
        return recordedReport(base, record, nowMs, day);
      case "assume-clear":
      case "skip":
        return policyReport(policy, day);
      default:
        return assertNever(policy);
    }
  }

  return {
    id: policy,
    contractOf: () => null,
    async report({ symbol, nowMs }, { signal }) {
      signal.throwIfAborted();
      const { base } = splitSymbol(symbol);
      const record = records.get(base)?.findLast((one) => one.observedAtMs <= nowMs);
      const day = utcDay(nowMs);
      // A valid record is one answer until it expires; everything else is one answer a day.
      const valid = record !== undefined && nowMs < validityOf(record).validUntilMs;
      const key = `${valid ? "valid" : day.observedAtMs} ${record?.observedAtMs} ${record?.chain} ${record?.contract}`;
      const before = last.get(symbol);
      if (before?.key === key) return before.report;
      const report = make(base, record, nowMs, day);
      last.set(symbol, { key, report });
      return report;
    },
  };
}
