// The report's page and the learned settings as an operator meets them: commands, files, and a desk that starts anew.
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "#memory/stores/open.ts";
import { DeskId } from "#schemas/units.ts";
import { NO_WORK } from "#schemas/work.ts";
import { runCli } from "#test/support/cli.ts";
import { patience } from "#test/support/desk.ts";

const AS_OF = "2025-03-01T20:00:00Z";
let folder: string;
let home: string;
const deeptrader = (...args: string[]) =>
  runCli([...args, "--seed", "3", "--assets", "5", "--as-of", AS_OF], { home, cwd: folder });
const json = async (...args: string[]) => JSON.parse((await deeptrader(...args, "--json")).stdout);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "learn-cli-"));
  home = join(folder, "home");
  await deeptrader("sleep", "--once");
  // A ledger that says that much was made in vain; written as the desk writes it.
  const store = await openStore({ kind: "pglite", home, owner: "test" }, patience);
  const wasted = {
    paths: {},
    misses: {},
    made: 0,
    served: 0,
    work: NO_WORK,
    ageAtUseMs: [],
    prepared: { answer: 300 },
  };
  const entry = { atMs: Date.parse(AS_OF), phase: "sleep" as const, job: "thinking" as const, ...wasted };
  await store.ledger(DeskId.parse("main")).record(entry, patience);
  await store.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("writes the report's page into the caller's folder, with the figures of the JSON document", async () => {
  const written = await deeptrader("report", "--html", "desk.html");
  expect(written.code).toBe(0);
  expect(written.stderr).toContain("desk.html");
  const [page, report] = [await readFile(join(folder, "desk.html"), "utf8"), await json("report")];
  expect(report.simulated).toBe(true);
  expect(page).toContain("SIMULATED");
  expect(report.made.sleep).toBe(5);
  expect(page).toContain("<td>analyses</td><td>5</td>");
  expect((await deeptrader("report", "--html", "nowhere/desk.html")).code).toBe(2);
});

it("journals an accepted proposal, keeps it for the next start, and names the file where a value in it is wrong", async () => {
  const [proposal] = (await json("learn", "list")).proposals;
  expect(proposal).toMatchObject({ setting: "DEEPTRADER_TEST_TIME_WEIGHT", from: "2", to: "1" });
  const accepted = await deeptrader("learn", "accept", proposal.proposalId);
  expect(accepted.stdout).toContain("next start");
  expect((await stat(join(home, "learned.json"))).mode & 0o777).toBe(0o600);
  expect(await json("learn", "list")).toMatchObject({ proposals: [], accepted: { DEEPTRADER_TEST_TIME_WEIGHT: "1" } });
  expect((await deeptrader("journal")).stdout).toContain("DEEPTRADER_TEST_TIME_WEIGHT 2 → 1 accepted");
  expect((await deeptrader("learn", "accept", "ffffffff")).code).toBe(1);
  const halved = await writeLearnedAndRun("0");
  expect(halved.code).toBe(1);
  expect(halved.stderr).toContain("DEEPTRADER_TEST_TIME_WEIGHT in HOME/learned.json");
});

const writeLearnedAndRun = async (weight: string) => {
  const accepted = { DEEPTRADER_TEST_TIME_WEIGHT: weight };
  await writeFile(join(home, "learned.json"), JSON.stringify({ accepted, rejected: [] }));
  return deeptrader("status");
};

it("names a file that is broken, and lets it keep nobody from halting", async () => {
  await writeFile(join(home, "learned.json"), "{");
  const status = await deeptrader("status", "--json");
  expect(status.code).toBe(1);
  expect(JSON.parse(status.stdout).error).toMatchObject({ name: "ConfigError" });
  expect(JSON.parse(status.stdout).error.message).toContain(join(home, "learned.json"));
  expect((await deeptrader("halt")).code).toBe(0);
  expect(await readFile(join(home, "halt"), "utf8")).toContain("operator");
});
