// Floor 2. Dated records of a replay folder, and the operator's policy → the SecuritySource of replay and backtest. It
// knows at `nowMs` only what had been observed by then (law 3).
import type { SecurityPolicy } from "#schemas/config.ts";
import type { SecuritySource } from "#schemas/ports/market.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { HOUR_MS, type MarketSymbol, splitSymbol, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { nativeCoin } from "../identity/native-coins.ts";
import type { SecurityRecord } from "../market/replay/security-records.ts";
import { nativeReport, reportFromGoPlus, reportOfOne, unknownReport, type Validity, validityOfDay } from "./goplus.ts";

const SOURCE = "security.json";

const validityOf = (record: SecurityRecord): Validity => ({
  observedAtMs: unixMs(record.observedAtMs),
  validUntilMs: unixMs(Math.round(record.observedAtMs + record.validForHours * HOUR_MS)),
});

/** The operator's word in place of a check: what it stands on is in the report. */
const POLICY_CHECKS = {
  "assume-clear": {
    id: "assumed",
    state: "pass",
    evidence: "assumed clear by the operator (--security assume-clear); nothing was checked",
  },
  skip: { id: "skipped", state: "not-applicable", evidence: "security skipped by --security skip" },
} as const;

function policyReport(policy: keyof typeof POLICY_CHECKS, day: Validity): SecurityReport {
  const check = { ...POLICY_CHECKS[policy], severity: "info", source: "operator" } as const;
  return reportOfOne(policy === "skip" ? "not-applicable" : "clear", check, day);
}

/** The valid record; else the native coin; else what is known of why there is no verdict. */
function recordedReport(
  base: string,
  record: SecurityRecord | undefined,
  nowMs: UnixMs,
  day: Validity,
): SecurityReport {
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
export function createRecordedSecurity({
  folder,
  policy,
}: {
  readonly folder: { readonly securityRecords: readonly SecurityRecord[] };
  readonly policy: SecurityPolicy;
}): SecuritySource {
  // Oldest first; of two from one moment the later in the file counts.
  const dated = folder.securityRecords.toSorted((a, b) => a.observedAtMs - b.observedAtMs);
  const records = Map.groupBy(dated, ({ base }) => base);
  const last = new Map<MarketSymbol, { readonly key: string; readonly report: SecurityReport }>();

  return {
    id: policy,
    async report({ symbol, nowMs }, { signal }) {
      signal.throwIfAborted();
      const { base } = splitSymbol(symbol);
      const record = records.get(base)?.findLast((one) => one.observedAtMs <= nowMs);
      // What the folder does not date (a native coin, an assumption, no record) holds for one UTC day: by tomorrow there may be
      // a record. A day, and not "24 h from now", so that the same day gives the same report.
      const day = validityOfDay(nowMs);
      // A valid record is one answer until it expires; everything else is one answer a day.
      const valid = record !== undefined && nowMs < validityOf(record).validUntilMs;
      const key = `${valid ? "valid" : day.observedAtMs} ${record?.observedAtMs} ${record?.chain} ${record?.contract}`;
      const before = last.get(symbol);
      if (before?.key === key) return before.report;
      const report = policy === "recorded" ? recordedReport(base, record, nowMs, day) : policyReport(policy, day);
      last.set(symbol, { key, report });
      return report;
    },
  };
}
