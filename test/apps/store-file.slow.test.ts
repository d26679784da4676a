import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportStore, restoreStore } from "#apps/commands/store-file.ts";
import { createIo } from "#apps/io.ts";
import type { Call } from "#apps/own-command.ts";
import { readOnlyJournal } from "#desk/account/read-only.ts";
import { readStoreFile } from "#memory/store-file/read-store-file.ts";
import { restoreStoreFile } from "#memory/store-file/restore-store-file.ts";
import { writeStoreFile } from "#memory/store-file/write-store-file.ts";
import { openDatabase, openStore, type StoreSpec } from "#memory/stores/open.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { Money } from "#schemas/money.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { DeskId, RunId, unixMs } from "#schemas/units.ts";
import { control } from "#test/memory/fixtures.ts";
import { journalOf } from "#test/support/account.ts";
import { documentOf, emptyFolder, type TemporaryFolder } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { openAccount } from "#test/support/open-account.ts";
import { createDatabase, isPostgresThere } from "#test/support/postgres-database.ts";

const FLAGS = ["--assets", "8", "--as-of", "2024-03-01T12:00Z"];
const START = ["start", ...FLAGS, "--speed", "1e9", "--cycles"];
const there = await isPostgresThere();
const MAIN = DeskId.parse("main");
const ABOUT = { version: "test", nowMs: unixMs(1_700_000_000_000) };

let desk: TemporaryFolder;
let empty: TemporaryFolder;
let files: TemporaryFolder;
let whole: string;
let run: string;

beforeAll(async () => {
  desk = await freshHome();
  empty = await freshHome();
  files = await emptyFolder();
  whole = join(files.dir, "desk.store.gz");
  run = String((await documentOf([...START, "2"], { home: desk.dir }))["run"]);
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await empty[Symbol.asyncDispose]();
  await files[Symbol.asyncDispose]();
});

const linesOf = async (file: string) =>
  gunzipSync(await readFile(file))
    .toString()
    .trimEnd()
    .split("\n");
const store = (home: string): StoreSpec => ({ kind: "pglite", home, owner: "test" });

async function withDatabase<T>(spec: StoreSpec, work: (it: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>) {
  const database = await openDatabase(spec, NEVER_ABORTED);
  return work(database).finally(() => database.disconnect());
}

async function withStore<T>(spec: StoreSpec, work: (opened: Store) => Promise<T>): Promise<T> {
  const opened = await openStore(spec, NEVER_ABORTED);
  return work(opened).finally(() => opened.close());
}

async function hashOfRun(opened: Store): Promise<string> {
  const journal = readOnlyJournal(opened.journal(MAIN, RunId.parse(run)));
  const account = await openAccount(journal, { quote: "USDT", cash: "10000" as Money }, NEVER_ABORTED);
  return account.decisionsHash();
}

const callOf = (file: string, home: string): Call => {
  const { options } = { options: { config: { home, databaseUrl: null } } } as Pick<Call, "options">;
  const input = { args: [file], flags: {} };
  return { input, options, env: {}, io: createIo({ json: true, quiet: true }), signal: NEVER_ABORTED.signal };
};

describe("export and restore", () => {
  it.skipIf(!there)("carry every table to PostgreSQL and into another home, and the desk goes on there", async () => {
    await using database = await createDatabase();
    const env = { DATABASE_URL: database.url };
    const exported = await documentOf(["export", whole], { home: desk.dir });
    const restored = await documentOf(["restore", whole], { home: desk.dir, env });
    expect(exported["tables"]).toEqual(restored["tables"]);
    const { journal = 0, analyses = 0, runs = 0 } = exported["tables"] as Record<string, number>;
    expect(Math.min(journal, analyses, runs)).toBeGreaterThan(1);

    // The same lines out of all three, whatever their database: all rows, all columns, all numbers given out.
    const [fromPostgres, fromHome] = [join(files.dir, "postgres.gz"), join(files.dir, "home.gz")];
    const postgres: StoreSpec = { kind: "postgres", url: database.url };
    await withDatabase(postgres, (from) => writeStoreFile(from, fromPostgres, ABOUT, NEVER_ABORTED));
    await withDatabase(store(empty.dir), async (to) => {
      const halfway = new AbortController();
      const onRows = () => halfway.abort();
      await expect(restoreStoreFile(to, whole, { signal: halfway.signal, onRows })).rejects.toThrow();
      // What was stopped has left nothing: all of it goes in.
      await restoreStoreFile(to, fromPostgres, NEVER_ABORTED);
      await expect(restoreStoreFile(to, whole, NEVER_ABORTED)).rejects.toThrow(
        /is not empty: it has .*journal.*Nothing/,
      );
      await writeStoreFile(to, fromHome, ABOUT, NEVER_ABORTED);
    });
    const [first, second, third] = await Promise.all([whole, fromPostgres, fromHome].map(linesOf));
    expect(second?.slice(1, -1)).toEqual(first?.slice(1, -1));
    expect(third).toEqual(second);
    expect(JSON.parse(second?.[0] ?? "").tables).toEqual(JSON.parse(first?.[0] ?? "").tables);

    // It decides from the same journal, whose numbers go on.
    const hash = await withStore(store(desk.dir), hashOfRun);
    await withStore(postgres, async (opened) => {
      expect(await hashOfRun(opened)).toBe(hash);
      const room = journalOf(opened, MAIN, RunId.parse(run));
      const [newest] = await room.read({ limit: 1 }, NEVER_ABORTED);
      await room.append([control(1)], NEVER_ABORTED);
      const [next] = await room.read({ limit: 1 }, NEVER_ABORTED);
      expect(next?.seq).toBe((newest?.seq ?? 0) + 1);
    });
  });

  it("refuse what cannot be done before a store is opened", async () => {
    const there = join(files.dir, "there.gz");
    await writeFile(there, "mine");
    await expect(exportStore(callOf(there, desk.dir))).rejects.toThrow(/is there already/);
    await expect(exportStore(callOf(join(files.dir, "new.gz"), files.dir))).rejects.toThrow(/There is no store in/);
    const nowhere = join(files.dir, "new-home");
    await expect(restoreStore(callOf(there, nowhere))).rejects.toThrow(/cannot be used: .*Nothing was restored/s);
    await expect(restoreStore(callOf(join(files.dir, "no.gz"), nowhere))).rejects.toThrow(/cannot be read: ENOENT/);
    expect(await readdir(files.dir)).not.toContain("new-home");
  });

  it("read nothing from a file that was cut, altered, or written by another program", async () => {
    await withDatabase(store(desk.dir), async (from) => {
      const stop = new AbortController();
      const onRows = () => stop.abort();
      const file = join(files.dir, "stopped.gz");
      await expect(writeStoreFile(from, file, ABOUT, { signal: stop.signal, onRows })).rejects.toThrow();
      expect((await readdir(files.dir)).filter((name) => name.startsWith("stopped"))).toEqual([]);
      if (!existsSync(whole)) await writeStoreFile(from, whole, ABOUT, NEVER_ABORTED);
    });
    const bytes = await readFile(whole);
    const text = gunzipSync(bytes).toString();
    const lines = text.trimEnd().split("\n");
    const middle = Math.floor(bytes.length / 2);
    const broken: Record<string, Buffer> = {
      "half.gz": bytes.subarray(0, middle),
      "no-tail.gz": bytes.subarray(0, bytes.length - 3),
      "flipped.gz": Buffer.from(bytes.map((byte, at) => (at === middle ? byte ^ 4 : byte))),
      "no-end.gz": gzipSync(lines.slice(0, -1).join("\n")),
      "row-gone.gz": gzipSync(lines.filter((_, at) => at !== 5).join("\n")),
      "amount.gz": gzipSync(text.replace(/"seq":(\d)/, '"seq":9$1')),
      "more.gz": gzipSync(`${text}{}\n`),
      "text.gz": gzipSync("hello\n"),
      "plain.gz": Buffer.from(text),
      "stranger.gz": gzipSync(resigned(lines, (first) => first.replace('"accounts"', '"pg_authid"'))),
      "newer.gz": gzipSync(resigned(lines, (first) => first.replace(/"schema":\d+/, '"schema":99'))),
    };
    for (const [name, content] of Object.entries(broken)) {
      const file = join(files.dir, name);
      await writeFile(file, content);
      const error = await readStoreFile(file, NEVER_ABORTED).catch((thrown: Error) => thrown);
      expect([name, (error as Error).name]).toEqual([name, name === "newer.gz" ? "StoreError" : "DataFormatError"]);
    }
  });
});

/** The checksum made anew: altered by somebody who knows the form. */
function resigned(lines: readonly string[], change: (first: string) => string): string {
  const body = [change(lines[0] ?? ""), ...lines.slice(1, -1)].map((line) => `${line}\n`).join("");
  const end = { ...JSON.parse(lines.at(-1) ?? ""), sha256: createHash("sha256").update(body).digest("hex") };
  return `${body}${JSON.stringify(end)}\n`;
}
