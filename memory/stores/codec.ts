// Floor 2. Values ↔ the JSON text that the store keeps. What is read from disk is parsed before it is used: a record of
// another version, or a torn one, is refused by name.
import type { ZodType } from "zod";
import { ANALYSIS_SCHEMA_VERSION, Analysis, type AnalysisKey } from "#schemas/analysis.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import { NO_TREND } from "#schemas/indicator.ts";
import { JournalEvent } from "#schemas/journal.ts";
import type { Snapshot, SnapshotKind, StoredAnalysis } from "#schemas/ports/memory.ts";
import { SecurityReport } from "#schemas/security.ts";
import { type StoredTopic, TOPIC_SCHEMA_VERSION, TopicRecord } from "#schemas/topic.ts";
import { unixMs } from "#schemas/units.ts";
import { LedgerEntry } from "#schemas/work.ts";
import { deepFreeze } from "../deep-freeze.ts";
import type { analyses, analysisKeys, snapshots, topics } from "./tables.ts";

/** Raised whenever the stored shape of events, ledger entries, reports or run results changes. None said means 1. */
const RECORD_VERSION = 1;

const encode = (value: object): string => JSON.stringify({ schemaVersion: RECORD_VERSION, ...value });

/** @throws RecordVersionError where the text is no value of the schema; `name` says which record it is */
function decode<T>(schema: ZodType<T>, text: string, name: string): T {
  const value = parseJson(text, name);
  refuseOtherVersion(value, RECORD_VERSION, name);
  return deepFreeze(parse(schema, value, name));
}

function parse<T>(schema: ZodType<T>, value: unknown, name: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unreadable(
    name,
    issue === undefined ? "it does not parse" : `${issue.path.join(".") || "it"}: ${issue.message}`,
  );
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(name, "it is no JSON");
  }
}

// Before anything else is looked at: a record of another version may well parse, and mean something else.
function refuseOtherVersion(value: unknown, expected: number, name: string): void {
  const version: unknown = isObject(value) && "schemaVersion" in value ? value["schemaVersion"] : RECORD_VERSION;
  if (version === expected) return;
  throw new RecordVersionError({
    was: `The stored ${name} has schema version ${JSON.stringify(version)}.`,
    expected: `version ${expected}`,
    remedy: REMEDY,
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const unreadable = (name: string, fault: string): RecordVersionError =>
  new RecordVersionError({ was: `The stored ${name} cannot be read (${fault}).`, remedy: REMEDY });

const REMEDY = "Use the version of the program that wrote it, or start with another --home or database.";

/** A row of the analyses table and of its key's, as far as a record is made from them. */
export type AnalysisRow = Pick<typeof analyses.$inferSelect, "record" | "revision" | "checkedThroughMs" | "epoch"> &
  Pick<typeof analysisKeys.$inferSelect, "reason" | "detail"> & { readonly keyEpoch: number };

/** @param key of the row. @throws RecordVersionError; also where the text tells of another key than its row */
export function decodeAnalysis(row: AnalysisRow, key: AnalysisKey): StoredAnalysis {
  const ofKey = `of ${key.symbol} ${key.timeframe} (${key.venueId})`;
  const raw = parseJson(row.record, `analysis ${ofKey}`);
  const stored = upgraded(isObject(raw) ? raw : {});
  const name = typeof stored["id"] === "string" ? `analysis ${stored["id"]} ${ofKey}` : `analysis ${ofKey}`;
  refuseOtherVersion({ schemaVersion: null, ...stored }, ANALYSIS_SCHEMA_VERSION, name);
  const record = parse(Analysis, { ...stored, checkedThroughMs: row.checkedThroughMs }, name);
  if (record.venueId !== key.venueId || record.symbol !== key.symbol || record.timeframe !== key.timeframe) {
    throw unreadable(name, `it is one of ${record.symbol} ${record.timeframe} (${record.venueId})`);
  }
  return Object.freeze({ record: deepFreeze(record), revision: row.revision, invalidated: invalidationOf(row) });
}

/**
 * Up to version 3 a record also held the signal of the one strategy there was (and version 1 and 2 no trend): it goes on
 * without, under the id that it was written with. Its definitions are not in force any more, so it is read as history and
 * never served as fresh.
 */
function upgraded(stored: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const version = stored["schemaVersion"];
  if (version !== 1 && version !== 2 && version !== 3) return stored;
  const { signal: _, triggers: __, ...record } = { trend: NO_TREND, ...stored } as Readonly<Record<string, unknown>>;
  return { ...record, schemaVersion: ANALYSIS_SCHEMA_VERSION };
}

/** A record of an earlier epoch than its key's is invalidated. */
export const invalidationOf = (row: Omit<AnalysisRow, "record">): StoredAnalysis["invalidated"] =>
  row.epoch < row.keyEpoch
    ? Object.freeze({
        reason: row.reason === "source-changed" ? "source-changed" : "invalidated",
        detail: row.detail ?? "",
      })
    : null;

/** A row of the topics table, as far as a record is made from it. */
type TopicRow = Pick<typeof topics.$inferSelect, "deskId" | "topic" | "record" | "revision" | "invalidated"> & {
  readonly kind: string;
};

/** @throws RecordVersionError; also where the text tells of another kind, desk or topic than its row */
export function decodeTopic(row: TopicRow): StoredTopic {
  const name = `${row.kind} "${row.topic}"${row.deskId === "" ? "" : ` of desk ${row.deskId}`}`;
  const raw = parseJson(row.record, name);
  refuseOtherVersion({ schemaVersion: null, ...(isObject(raw) ? raw : {}) }, TOPIC_SCHEMA_VERSION, name);
  const record = deepFreeze(parse(TopicRecord, raw, name));
  if (record.kind !== row.kind || (record.deskId ?? "") !== row.deskId || record.topic !== row.topic) {
    throw unreadable(name, `it is the ${record.kind} "${record.topic}" of ${record.deskId ?? "all desks"}`);
  }
  return Object.freeze({ record, revision: row.revision, invalidated: row.invalidated });
}

export const encodeEvent = (event: JournalEvent): string => encode(event);
export const decodeEvent = (text: string, eventId: string): JournalEvent =>
  decode(JournalEvent, text, `journal event ${eventId}`);

export const encodeReport = (report: SecurityReport): string => encode(report);
export const decodeReport = (text: string, contract: string): SecurityReport =>
  decode(SecurityReport, text, `security report of ${contract}`);

export const encodeLedgerEntry = (entry: LedgerEntry): string => encode(entry);
export const decodeLedgerEntry = (text: string, seq: number): LedgerEntry =>
  decode(LedgerEntry, text, `ledger entry ${seq}`);

export const encodeSnapshot = ({ body }: Snapshot): string => encode({ body: body ?? null });

/** The body is its kind's own; only that it is whole, and of this version, is judged here. @throws RecordVersionError */
export function decodeSnapshot(row: Omit<typeof snapshots.$inferSelect, "kind">, kind: SnapshotKind): Snapshot {
  const name = `${kind} of ${row.scope}`;
  const value = parseJson(row.body, name);
  refuseOtherVersion(value, RECORD_VERSION, name);
  if (!isObject(value)) throw unreadable(name, "it has no body");
  return deepFreeze({ scope: row.scope, seenAtMs: unixMs(row.seenAtMs), body: value["body"] });
}

/** A run's result is its job's own; only that it is whole, and of this version, is judged here. */
export const encodeResult = (result: unknown): string => encode({ result: result ?? null });

/** @param run names it in messages: `sleep-cycle at 2025-01-01T00:00:00.000Z` */
export function decodeResult(text: string, run: string): unknown {
  const name = `result of ${run}`;
  const value = parseJson(text, name);
  // The first version of the program wrote the bare result.
  if (!isObject(value) || !("schemaVersion" in value)) return value;
  refuseOtherVersion(value, RECORD_VERSION, name);
  return value["result"];
}
