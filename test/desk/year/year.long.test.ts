// A store after a year of a desk of 50 markets at 5m. A year lived slot by slot takes hours; here the last day of it is lived, the days before
// are put there as consolidation leaves such days (aged-file.ts), and a pass over them says that it would have left them so. Then the same slots are
// lived twice: on an empty store and at the end of the year.
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { createAccount } from "#desk/account/account.ts";
import { consolidate } from "#memory/consolidate.ts";
import { restoreStoreFile } from "#memory/store-file/restore-store-file.ts";
import { decodeEvent } from "#memory/stores/codec.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { HOUR_MS, unixMs } from "#schemas/units.ts";
import { FULL_COUNT } from "#test/support/count.ts";
import { patience } from "#test/support/desk.ts";
import { accountTold } from "./account-told.ts";
import { DAYS, writeAgedFile } from "./aged-file.ts";
import { liveDay } from "./lived-day.ts";
import { databaseBytes, tableSizes } from "./reads.ts";
import { type LivedSlot, liveStretch, type Stretch } from "./stretch.ts";
import { NEXT_MS, openPlace, type PlaceSpec, START, STEP_MS } from "./year-desk.ts";

const MOST_BYTES = 1e9;
const HOURS = 4;
/** With the first one of the next hour. */
const SLOTS = (HOURS * HOUR_MS) / STEP_MS + 1;
/** Questions at the end of the list, whose answers count all that ever was. */
const ABOUT_ALL = 2;
/** The first reads whole windows, the next ones are run before they are compiled. */
const WARM_UP = 3;
/** How much more of its own work a slot may have at the end of the year. */
const MOST_GROWTH = 1.2;

const noPostgres = await whyNoPostgres();
if (noPostgres !== null)
  console.warn(`Left out: a year on PostgreSQL (${noPostgres}). Set DEEPTRADER_TEST_DATABASE_URL.`);

interface NewPlace {
  readonly spec: PlaceSpec;
  drop(): Promise<void>;
}

/** With an account beside each: the fold of the same events, in memory. */
const places = [
  ["a PGlite folder", inFolder, createAccount(START)],
  ...(noPostgres === null ? ([["PostgreSQL", onServer, createAccount(START)]] as const) : []),
] as const;

/** All files of the test. */
let folder = "";

async function inFolder(): Promise<NewPlace> {
  const home = mkdtempSync(join(folder, "home-"));
  return { spec: { kind: "pglite", home }, drop: async () => rmSync(home, { recursive: true }) };
}

async function onServer(): Promise<NewPlace> {
  const { url, drop } = await createDatabase();
  return { spec: { kind: "postgres", url }, drop };
}

const agedFile = (): string => join(folder, "aged.store");

describe.skipIf(!FULL_COUNT)("a year of 50 markets at 5m", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "deeptrader-year-"));
    const { spec, drop } = await inFolder();
    const day = await liveDay(spec, folder);
    await drop();
    await writeAgedFile(day, agedFile(), async (text, seq) => {
      const event = decodeEvent(text, `#${seq}`);
      for (const [, , account] of places) await account.append([event], patience);
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(places)(
    "leaves in %s less than 1 GB, on which a slot decides the same and asks for no more than on the first day",
    async (name, open, folded) => {
      const { beginning, end, sizes } = await bothEnds(open);
      tell(name, { beginning, end, sizes });

      // What is decided, remembered and answered is what a desk without a past decides; what is held is what the events say.
      expect(decided(end)).toEqual(decided(beginning));
      expect(decided(end).length).toBeGreaterThan(SLOTS);
      expect(end.recalls).toBe(beginning.recalls);
      expect(answers(end)).toEqual(answers(beginning));
      await folded.append(end.events, patience);
      expect(end.account).toEqual(accountTold(folded));
      expect(sizes.bytes).toBeLessThan(MOST_BYTES);
      for (const kind of ["statements", "rows"] as const) {
        const [before, after] = [plain(beginning), plain(end)].map((slots) => sumOf(slots, kind));
        expect(after, kind).toBeLessThanOrEqual(MOST_GROWTH * (before ?? 0));
      }
    },
  );
});

interface BothEnds {
  readonly beginning: Stretch;
  readonly end: Stretch;
  readonly sizes: Sizes;
}

/** The same slots on an empty store and on one that is a year old. */
async function bothEnds(open: () => Promise<NewPlace>): Promise<BothEnds> {
  const [young, old] = [await open(), await open()];
  try {
    const beginning = await liveStretch(young.spec, SLOTS);
    await restore(old.spec, agedFile());
    const end = await liveStretch(old.spec, SLOTS);
    return { beginning, end, sizes: await sizesOf(old.spec) };
  } finally {
    await Promise.all([young.drop(), old.drop()]);
  }
}

/** A pass finds nothing to do in what was put there: it is as passes leave it. */
async function restore(spec: PlaceSpec, file: string): Promise<void> {
  const { database, store } = await openPlace(spec);
  await restoreStoreFile(database, file, patience);
  const { removed } = await consolidate(store, { nowMs: unixMs(NEXT_MS - STEP_MS) }, patience);
  expect(Object.entries(removed).filter(([, gone]) => gone > 0)).toEqual([]);
  await store.close();
}

interface Sizes {
  readonly tables: Awaited<ReturnType<typeof tableSizes>>;
  /** Of all that is on the disk for it. */
  readonly bytes: number;
}

async function sizesOf(spec: PlaceSpec): Promise<Sizes> {
  const { database, store } = await openPlace(spec);
  const tables = await tableSizes(database.db);
  const bytes = await databaseBytes(database.db);
  await store.close();
  return { tables, bytes: spec.kind === "pglite" ? folderBytes(spec.home) : bytes };
}

const folderBytes = (home: string): number =>
  readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, entry) => bytes + statSync(join(entry.parentPath, entry.name)).size, 0);

const answers = ({ asked }: Stretch) =>
  asked.slice(0, -ABOUT_ALL).map(({ question, answer }) => ({ question, answer }));

/** What is told has a past: how much was told today, and up to where it was looked. So have peaks and drawdowns. */
const TOLD: ReadonlySet<JournalEvent["type"]> = new Set(["alert", "alert-delivered", "looked"]);
const decided = ({ events }: Stretch) =>
  events.filter(({ type }) => !TOLD.has(type)).map((event) => ("loss" in event ? { ...event, loss: null } : event));

/** Without an hourly pass, and warm. */
const plain = ({ slots }: Stretch) => slots.slice(WARM_UP).filter(({ slotMs }) => slotMs % HOUR_MS !== 0);

type Counted = "statements" | "rows" | "windowRows" | "pages";

const sumOf = (slots: readonly LivedSlot[], kind: Counted): number => slots.reduce((sum, slot) => sum + slot[kind], 0);

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function tell(name: string, { beginning, end, sizes }: BothEnds): void {
  const both = (what: string, of: (stretch: Stretch) => string): string =>
    `${what}: ${of(beginning)} at the beginning, ${of(end)} at the end`;
  const each = (kind: Counted) => (stretch: Stretch) =>
    (sumOf(plain(stretch), kind) / plain(stretch).length).toFixed(0);
  const ms = (slots: readonly LivedSlot[]): string =>
    `${median(slots.map(({ tookMs }) => tookMs)).toFixed(0)} ms (CPU ${median(slots.map(({ cpuMs }) => cpuMs)).toFixed(0)} ms)`;
  const hourly = ({ slots }: Stretch) => slots.filter(({ slotMs }) => slotMs % HOUR_MS === 0);
  const lines = [
    `A year in ${name}`,
    both("a slot, median", (stretch) => ms(plain(stretch))),
    // The second one still meets what a restored table has never been swept of.
    both("a slot with its hourly pass", (stretch) => ms(hourly(stretch).slice(2))),
    both("the first slot of a day", (stretch) => ms(hourly(stretch).slice(0, 1))),
    both("statements of a slot", each("statements")),
    both("rows read in a slot, those of the live window not counted", each("rows")),
    both("rows of the live window", each("windowRows")),
    both("pages read in a slot", each("pages")),
    both(
      "from the store to the desk",
      ({ openMs, openCpuMs }) => `${openMs.toFixed(0)} ms (CPU ${openCpuMs.toFixed(0)} ms)`,
    ),
    ...(["opened", "ended"] as const).map((when) =>
      both(`resident when it has ${when}, heap, peak`, (stretch) =>
        [stretch[when].residentMb, stretch[when].heapMb, stretch[when].peakMb]
          .map((mb) => `${mb.toFixed(0)} MB`)
          .join(", "),
      ),
    ),
    ...beginning.asked.map(
      ({ question, cpuMs }, i) => `"${question}": CPU ${cpuMs.toFixed(0)} ms, ${end.asked[i]?.cpuMs.toFixed(0)} ms`,
    ),
    ...sizes.tables.map(
      (table) =>
        `${table.name}: ${table.rows} rows, ${[table.heapMb, table.indexMb, table.toastMb].map((mb) => mb.toFixed(1)).join(" + ")} MB`,
    ),
    `in all ${(sizes.bytes / 2 ** 20).toFixed(0)} MB after ${DAYS} days and ${HOURS} hours`,
  ];
  console.info(lines.join("\n"));
}
