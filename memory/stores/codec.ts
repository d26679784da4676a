// Floor 2. Values ↔ the JSON text that the store keeps. What is read from disk is parsed before anybody sees it: a record of
// another version, or a torn one, is refused by name.
import type { ZodType } from "zod";
import { ANALYSIS_SCHEMA_VERSION, Analysis } from "#schemas/analysis.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import { JournalEvent } from "#schemas/journal.ts";
import type { StoredAnalysis } from "#schemas/ports.ts";
import { SecurityReport } from "#schemas/security.ts";
import { LedgerEntry } from "#schemas/work.ts";
import { deepFreeze } from "../deep-freeze.ts";

/** @throws RecordVersionError where the text is no value of the schema; `name` says which record it is */
function decode<T>(schema: ZodType<T>, text: string, name: string): T {
  const value = parseJson(text);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unreadable(name, issue === undefined ? "it is no JSON" : `${issue.path.join(".") || "it"}: ${issue.message}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unreadable = (name: string, fault: string): RecordVersionError =>
  new RecordVersionError({
    was: `The stored ${name} cannot be read (${fault}).`,
    expected: `what this version writes (analysis schema ${ANALYSIS_SCHEMA_VERSION})`,
    remedy: "Use the version of the program that wrote it, or start with another --home or database.",
  });

/** A row of the analyses table, as far as a record is made from it. */
export interface AnalysisRow {
  readonly record: string;
  readonly revision: number;
  readonly checkedThroughMs: number;
  readonly epoch: number;
  readonly keyEpoch: number;
  readonly reason: string | null;
  readonly detail: string | null;
}

/** @throws RecordVersionError */
export function decodeAnalysis(row: AnalysisRow): StoredAnalysis {
  const raw = parseJson(row.record);
  const stored = typeof raw === "object" && raw !== null ? (raw as Partial<Analysis>) : {};
  const name =
    `analysis ${stored.id ?? "without id"} of ${stored.symbol ?? "no symbol"} ${stored.timeframe ?? ""}`.trim();
  if (stored.schemaVersion !== ANALYSIS_SCHEMA_VERSION) {
    throw unreadable(name, `its schema version is ${stored.schemaVersion ?? "missing"}`);
  }
  const parsed = Analysis.safeParse({ ...stored, checkedThroughMs: row.checkedThroughMs });
  if (!parsed.success) throw unreadable(name, parsed.error.issues[0]?.message ?? "it does not parse");
  return Object.freeze({
    record: deepFreeze(parsed.data),
    revision: row.revision,
    invalidated:
      row.epoch < row.keyEpoch
        ? Object.freeze({
            reason: row.reason === "source-changed" ? "source-changed" : "invalidated",
            detail: row.detail ?? "",
          })
        : null,
  });
}

export const decodeEvent = (text: string, eventId: string): JournalEvent =>
  deepFreeze(decode(JournalEvent, text, `journal event ${eventId}`));

export const decodeReport = (text: string, symbol: string): SecurityReport =>
  deepFreeze(decode(SecurityReport, text, `security report of ${symbol}`));

export const decodeLedgerEntry = (text: string): LedgerEntry => deepFreeze(decode(LedgerEntry, text, "ledger entry"));
