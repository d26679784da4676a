// The stored records of every schema version so far, as they lay in their tables, and how each is read and written.

import { readdirSync, readFileSync } from "node:fs";
import { z } from "zod";
import {
  decodeAnalysis,
  decodeEvent,
  decodeLedgerEntry,
  decodeReport,
  decodeResult,
  decodeTopic,
} from "#memory/stores/codec.ts";
import { Analysis, type AnalysisKey } from "#schemas/analysis.ts";
import { JournalEvent, journalEventId } from "#schemas/journal.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { SecurityReport } from "#schemas/security.ts";
import { TopicKind, TopicRecord } from "#schemas/topic.ts";
import { DeskId, MarketSymbol, RunId, Timeframe, unixMs, VenueId } from "#schemas/units.ts";
import { LedgerEntry } from "#schemas/work.ts";
import { journalOf, runsOf } from "#test/support/account.ts";
import { options } from "./fixtures.ts";

const FOLDER = new URL("../fixtures/records/", import.meta.url);
const TABLES = ["analyses", "topics", "journal", "ledger", "security_reports", "runs"] as const;

const StoredRecord = z.object({
  table: z.enum(TABLES),
  /** Column by column; `seq` is left to the database. */
  row: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  /** What it has meant since it was written. */
  means: z.json(),
});
export type StoredRecord = z.infer<typeof StoredRecord> & { readonly name: string };

export const RECORDS: readonly StoredRecord[] = readdirSync(FOLDER)
  .sort()
  .map((file) => ({
    name: file.replace(/\.json$/, ""),
    ...StoredRecord.parse(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"))),
  }));

/** The column that holds the record's text. */
const TEXT_COLUMN = {
  analyses: "record",
  topics: "record",
  journal: "event",
  ledger: "entry",
  security_reports: "report",
  runs: "result",
} as const satisfies Record<StoredRecord["table"], string>;

export const textOf = ({ table, row }: StoredRecord): string => String(row[TEXT_COLUMN[table]]);

/** The same row with another text. */
export const withText = (record: StoredRecord, text: string): StoredRecord => ({
  ...record,
  row: { ...record.row, [TEXT_COLUMN[record.table]]: text },
});

const text = (record: StoredRecord, column: string): string => String(record.row[column]);
const number = (record: StoredRecord, column: string): number => Number(record.row[column]);
const keyOf = (record: StoredRecord): AnalysisKey => ({
  venueId: VenueId.parse(record.row["venue_id"]),
  symbol: MarketSymbol.parse(record.row["symbol"]),
  timeframe: Timeframe.parse(record.row["timeframe"]),
});
const contractOf = (record: StoredRecord) => ({ chain: text(record, "chain"), contract: text(record, "contract") });
const runOf = (record: StoredRecord) => ({
  job: text(record, "job"),
  slotMs: unixMs(number(record, "slot_ms")),
  nowMs: unixMs(number(record, "began_at_ms")),
});

/** What a refusal has to name, besides the version. */
export function nameOf(record: StoredRecord): readonly string[] {
  switch (record.table) {
    case "analyses":
      return ["analysis", text(record, "symbol"), text(record, "timeframe"), text(record, "venue_id")];
    case "topics":
      return [text(record, "kind"), text(record, "topic")];
    case "journal":
      return ["journal event", text(record, "event_id")];
    case "ledger":
      return ["ledger entry"];
    case "security_reports":
      return ["security report", text(record, "contract")];
    case "runs":
      return ["result of", text(record, "job"), new Date(number(record, "slot_ms")).toISOString()];
  }
}

/** Reads the row as the SQL stores do once they have it. */
export function decode(record: StoredRecord): unknown {
  const stored = textOf(record);
  switch (record.table) {
    case "analyses": {
      const row = {
        record: stored,
        revision: number(record, "revision"),
        checkedThroughMs: number(record, "checked_through_ms"),
        epoch: 0,
        keyEpoch: 0,
        reason: null,
        detail: null,
      };
      return decodeAnalysis(row, keyOf(record)).record;
    }
    case "topics": {
      const { kind, topic } = { kind: text(record, "kind"), topic: text(record, "topic") };
      return decodeTopic({
        kind,
        deskId: text(record, "desk_id"),
        topic,
        record: stored,
        revision: 1,
        invalidated: null,
      }).record;
    }
    case "journal":
      return decodeEvent(stored, text(record, "event_id"));
    case "ledger":
      return decodeLedgerEntry(stored, 1);
    case "security_reports":
      return decodeReport(stored, text(record, "contract"));
    case "runs":
      return decodeResult(stored, `${text(record, "job")} at ${new Date(number(record, "slot_ms")).toISOString()}`);
  }
}

/** Reads it through the store that holds it. */
export async function read(store: Store, record: StoredRecord): Promise<unknown> {
  switch (record.table) {
    case "analyses": {
      const nowMs = unixMs(number(record, "as_of_ms"));
      return (await store.analyses.newest([keyOf(record)], nowMs, options))[0]?.record;
    }
    case "topics": {
      const nowMs = unixMs(number(record, "computed_at_ms"));
      const room = store.topics(deskOf(record));
      return (await room.newest(TopicKind.parse(record.row["kind"]), [text(record, "topic")], nowMs, options))[0]
        ?.record;
    }
    case "journal": {
      const rows = await journalIn(store, record).read({}, options);
      // An order of an earlier version, written today, is known by the state that it is read as.
      const ids = [record.row["event_id"], journalEventId(JournalEvent.parse(record.means))];
      return rows.find(({ eventId }) => ids.includes(eventId))?.event;
    }
    case "ledger":
      return (await store.ledger(DeskId.parse(record.row["desk_id"])).entries({}, options))[0];
    case "security_reports": {
      const observedAtMs = unixMs(number(record, "observed_at_ms"));
      const asked = { sourceId: text(record, "source_id"), contract: contractOf(record) };
      return (await store.analyses.security([asked], observedAtMs, options))[0];
    }
    case "runs": {
      return (await runsIn(store, record).newestResult(runOf(record).job, options))?.result;
    }
  }
}

/** Writes what it means, as the program does today. */
export async function write(store: Store, record: StoredRecord): Promise<void> {
  switch (record.table) {
    case "analyses":
      return store.analyses.put([Analysis.parse(record.means)], options);
    case "topics":
      return store.topics(deskOf(record)).put([TopicRecord.parse(record.means)], options);
    case "journal":
      return journalIn(store, record).append([JournalEvent.parse(record.means)], options);
    case "ledger":
      return store.ledger(DeskId.parse(record.row["desk_id"])).record(LedgerEntry.parse(record.means), options);
    case "security_reports": {
      const report = SecurityReport.parse(record.means);
      return store.analyses.putSecurity(text(record, "source_id"), contractOf(record), report, options);
    }
    case "runs": {
      const begun = await runsIn(store, record).begin(runOf(record), options);
      if (begun.status === "done") return;
      return runsIn(store, record).finish({ ...runOf(record), fence: begun.fence }, record.means, options);
    }
  }
}

const deskOf = (record: StoredRecord): DeskId | null =>
  record.row["desk_id"] === "" ? null : DeskId.parse(record.row["desk_id"]);

const journalIn = (store: Store, record: StoredRecord) =>
  journalOf(store, DeskId.parse(record.row["desk_id"]), RunId.parse(record.row["run_id"]));

const runsIn = (store: Store, record: StoredRecord) =>
  runsOf(store, DeskId.parse(record.row["desk_id"]), RunId.parse(record.row["run_id"]));
