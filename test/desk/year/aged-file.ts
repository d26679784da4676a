// A lived day → the file of a store that is a year old. Every day before the lived one is that day again, as many days earlier, with what
// consolidation leaves of a day of its age. Orders of each day have names of their own. Whether it is left so is what a pass over the restored store says.
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { StoreFileHeader, TableInFile } from "#memory/store-file/format.ts";
import { readStoreFile } from "#memory/store-file/read-store-file.ts";
import { RetentionPolicy } from "#schemas/retention.ts";
import { DAY_MS } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import type { DayFiles } from "./lived-day.ts";
import { LIVED_MS } from "./year-desk.ts";

/** With the lived one. */
export const DAYS = 365;

/** Tables whose rows belong to a time; of the others there is what the last day has left. */
const HISTORIES = new Set(["analyses", "topics", "journal", "ledger", "security_reports", "snapshots"]);
const READING = '"kind":"reading"';
const FIRST_EVENT = '"event_id":"run-started"';

interface StoreFile {
  readonly header: StoreFileHeader;
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

async function readAll(file: string): Promise<StoreFile> {
  const rows = new Map<string, string[]>();
  const header = await readStoreFile(file, {
    ...patience,
    onRows: async ({ name }, lines) => {
      const all = rows.get(name) ?? [];
      rows.set(name, all);
      all.push(...lines);
    },
  });
  for (const [name, lines] of rows) if (name === "analyses" || name === "topics") lines.sort(byClose);
  return { header, rows };
}

/** As they were written. */
const byClose = (a: string, b: string): number => closeOf(a) - closeOf(b);
const closeOf = (line: string): number => Number(/"as_of_ms":(\d+)/.exec(line)?.[1]);

const TIME_OR_NAME = /(?<![\d.])1[67]\d{11}(?![\d.])|[0-9a-f]{20,64}/g;
/** Around the lived day: nothing in its records is farther from it. */
const NEAR_MS = 60 * DAY_MS;

/** The row as it was so many days before. @param renamed what is another thing on that day, with its name there */
const shifted = (line: string, days: number, renamed: (name: string) => string | null): string =>
  line.replace(TIME_OR_NAME, (found) => {
    const ms = Number(found);
    if (found.length === 13) return Math.abs(ms - LIVED_MS) < NEAR_MS ? String(ms - days * DAY_MS) : found;
    return renamed(found) ?? found;
  });

/** Names that the journal takes once: on each day they begin otherwise, as none of the lived day does. */
function namesIn(journal: readonly string[]): (days: number) => (name: string) => string | null {
  const ids = journal.map((line) => /"event_id":"([^"]*)"/.exec(line)?.[1] ?? "");
  const names = new Set(ids.flatMap((id) => id.match(/[0-9a-f]{20,64}/g) ?? []));
  const taken = new Set([...names].map((name) => name.slice(0, 3)));
  const free = Array.from({ length: 16 ** 3 }, (_, n) => n.toString(16).padStart(3, "0")).filter(
    (one) => !taken.has(one),
  );
  return (days) => (name) => (names.has(name) ? `${free[days]}${name.slice(3)}` : null);
}

interface DatedRow {
  readonly line: string;
  /** Before the lived day. */
  readonly days: number;
}

/** Rows of a table as they are in the files, oldest first. */
function* datedRows(name: string, lived: StoreFile, hourly: StoreFile, daily: StoreFile): Generator<DatedRow> {
  const own = lived.rows.get(name) ?? [];
  const { hourlyForDays } = RetentionPolicy.parse({});
  for (let days = DAYS - 1; days > 0 && HISTORIES.has(name); days--) {
    const left = (days > hourlyForDays ? daily : hourly).rows.get(name) ?? [];
    // Readings go after two days.
    const young = days === 1 ? own.filter((line) => line.includes(READING)) : [];
    for (const line of [...left, ...young]) {
      if (days === DAYS - 1 || !line.includes(FIRST_EVENT)) yield { line, days };
    }
  }
  for (const line of own) if (!line.includes(FIRST_EVENT)) yield { line, days: 0 };
}

/** The same on their days, numbered anew where they have numbers. */
function* rowsOf(name: string, ...files: readonly [StoreFile, StoreFile, StoreFile]): Generator<string> {
  const names = name === "journal" ? namesIn(files[0].rows.get(name) ?? []) : () => () => null;
  let seq = 0;
  for (const { line, days } of datedRows(name, ...files)) {
    const row = days === 0 ? line : shifted(line, days, names(days));
    yield row.replace(/^\{"seq":\d+/, () => {
      seq += 1;
      return `{"seq":${seq}`;
    });
  }
}

/** @param onEvent told of each row of the journal in order, its event as JSON */
export async function writeAgedFile(
  files: DayFiles,
  to: string,
  onEvent: (event: string, seq: number) => Promise<void>,
): Promise<void> {
  const lived = await readAll(files.lived);
  const read = [lived, await readAll(files.hourly), await readAll(files.daily)] as const;
  const tables = lived.header.tables.map((table): TableInFile => {
    let count = 0;
    for (const _ of datedRows(table.name, ...read)) count += 1;
    return { ...table, rows: count, ...(table.sequence === undefined ? {} : { sequence: String(count) }) };
  });
  const hash = createHash("sha256");
  const hashed = (text: string): string => {
    hash.update(text);
    return text;
  };
  async function* lines(): AsyncGenerator<string> {
    yield hashed(`${JSON.stringify({ ...lived.header, tables })}\n`);
    for (const { name } of tables) {
      for (const row of rowsOf(name, ...read)) {
        if (name === "journal") {
          const { seq, event } = JSON.parse(row);
          await onEvent(event, seq);
        }
        yield hashed(`${row}\n`);
      }
    }
    const total = tables.reduce((sum, table) => sum + table.rows, 0);
    yield `${JSON.stringify({ end: true, rows: total, sha256: hash.digest("hex") })}\n`;
  }
  await pipeline(Readable.from(lines()), createGzip({ level: 1 }), createWriteStream(to));
}
