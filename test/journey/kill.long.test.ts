// kill -9 of the desk's own process, at random moments: what it has acknowledged is there, and its slot is taken up again.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { openVenue } from "#apps/venues.ts";
import { openDesk } from "#apps/wire.ts";
import { scopeOf } from "#desk/run-slot/jobs.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { nextSlot } from "#desk/slots.ts";
import { runBacktest } from "#scheduler/backtest-driver.ts";
import { DeskConfig } from "#schemas/config.ts";
import { canonicalDecisionLine } from "#schemas/decisions-hash.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { emptyFolder, runCli, startCli, type TemporaryFolder } from "#test/support/cli.ts";
import { count } from "#test/support/count.ts";
import { patience } from "#test/support/desk.ts";

/** With this seed entries are decided in this very slot, so that also a slow machine has decided something when it is killed. */
const FIRST_SLOT_MS = unixMs(Date.UTC(2024, 0, 10, 4, 30));
const ROUNDS = count(10, 2);
const SETTINGS = ["--as-of", toIso(FIRST_SLOT_MS), "--seed", "7", "--assets", "20"];

const configOf = (home: string): DeskConfig =>
  DeskConfig.parse({
    deskId: "main",
    venue: "sim",
    dataDir: null,
    exchangeUrl: null,
    seed: 7,
    assets: 20,
    timeframe: "5m",
    asOfMs: FIRST_SLOT_MS,
    speed: null,
    cycles: null,
    quote: null,
    cash: null,
    securityPolicy: "recorded",
    home,
    databaseUrl: null,
    redisUrl: null,
    redisProtocol: 3,
    retention: {},
    model: "rules",
    modelUrl: null,
    modelTimeoutMs: 600_000,
    strategyId: "mean-reversion",
    limits: {},
    costs: {},
    driftAtr: 2,
  });

/** The process that holds the home, as its lock says. */
async function holderOf(home: string): Promise<number> {
  const lock = JSON.parse(await readFile(join(home, "khala.lock"), "utf8")) as { pid: number };
  return lock.pid;
}

/** The slots that the desk has printed as done, oldest first. */
const acknowledged = (stdout: string): readonly UnixMs[] =>
  [...stdout.matchAll(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d) SIMULATED/gm)].map(([, day, time]) =>
    unixMs(Date.parse(`${day}T${time}Z`)),
  );

/** The canonical journal that a desk never killed would have written, by the backtest driver over the same prices. */
async function journalUnharmed(home: string, lastSlotMs: UnixMs): Promise<readonly string[]> {
  const config = configOf(home);
  const venue = await openVenue(config, patience);
  const lines: string[] = [];
  await runBacktest(
    {
      config,
      venue,
      firstSlotMs: FIRST_SLOT_MS,
      lastSlotMs,
    },
    { ...patience, onEvent: (event) => lines.push(canonicalDecisionLine(event) ?? "") },
  );
  return lines.filter((line) => line !== "");
}

/** Looks into the home after a kill, and takes the interrupted slot up again. */
async function inspect(home: string, slots: readonly UnixMs[]) {
  const config = configOf(home);
  const venue = await openVenue(config, patience);
  const open = await openDesk(config, venue, "latest", { ...patience, owner: "test", writes: true });
  try {
    const { desk, store } = open;
    const journal = store.journal(desk.deskId, desk.runId);
    const events = async (): Promise<readonly JournalEvent[]> =>
      (await journal.read({}, patience)).map((row) => row.event);
    const marked = (await events()).flatMap((event) => (event.type === "equity" ? [event.slotMs] : []));
    const [symbol] = (await desk.universe.at(FIRST_SLOT_MS, patience)).assets;
    if (symbol === undefined) throw new Error("the simulated universe has assets");
    const key = { venueId: desk.marketData.venueId, symbol, timeframe: config.timeframe };
    const history = await desk.khala.history(key, { nowMs: unixMs(FIRST_SLOT_MS + 86_400_000), limit: 1000 }, patience);
    const analysed = new Set(history.map(({ record }) => record.asOfMs));
    const scope = scopeOf(desk);
    const finished: unknown[] = [];
    for (const slotMs of slots) {
      for (const job of ["sleep-cycle", "decision-cycle"]) {
        finished.push((await desk.runs.begin({ job, scope, slotMs, nowMs: slotMs }, patience)).status);
      }
    }
    // The slot at work when it died, or the one that would have come next.
    const lastSlotMs = slots.at(-1);
    const slotMs = lastSlotMs === undefined ? FIRST_SLOT_MS : nextSlot(lastSlotMs, config.timeframe);
    const begun = await desk.runs.begin({ job: "sleep-cycle", scope, slotMs, nowMs: slotMs }, patience);
    if ("advanceTo" in desk.clock && typeof desk.clock.advanceTo === "function") desk.clock.advanceTo(slotMs);
    const report = await runLiveSlot(desk, slotMs, patience);
    const lines = (await events()).map(canonicalDecisionLine).filter((line) => line !== null);
    return { marked, analysed, finished, begun: begun.status, report, lines, slotMs };
  } finally {
    await open.close();
  }
}

describe("kill -9", () => {
  let folder: TemporaryFolder | null = null;
  afterAll(async () => {
    if (folder !== null) await rm(folder.dir, { recursive: true, force: true });
  });

  it("while the folder is first created: the home opens again", async () => {
    folder = await emptyFolder();
    const home = join(folder.dir, "home");
    const running = startCli(["start", ...SETTINGS, "--home", home]);
    await running.waitFor(/Creating the store/);
    await delay(Math.random() * 1_500);
    process.kill(await holderOf(home), "SIGKILL");
    await running.ended;
    const opened = await runCli(["memory", "stats", "--home", home, "--json"]);
    expect(opened.code, opened.stderr).toBe(0);
  });

  it("during a cycle, again and again: every acknowledged slot is there, the one at work is taken up and ends as if unharmed", async () => {
    if (folder === null) throw new Error("the home was made by the test before");
    const home = join(folder.dir, "home");
    let interrupted = 0;
    let decided = 0;
    // A kill may fall between two sweeps, or before anything was decided. Where it was so each time, it is tried on.
    for (let round = 0; round < ROUNDS || ((interrupted === 0 || decided === 0) && round < 30); round++) {
      const running = startCli(["start", ...SETTINGS, "--home", home, "--speed", "1000000"]);
      await running.waitFor(/^\d{4}-\d\d-\d\d \d\d:\d\d SIMULATED/m);
      await delay(Math.random() * 700);
      process.kill(await holderOf(home), "SIGKILL");
      const { stdout } = await running.ended;
      const slots = acknowledged(stdout);
      expect(slots.length).toBeGreaterThan(0);

      const found = await inspect(home, slots);
      expect(found.marked).toEqual(expect.arrayContaining([...slots]));
      expect(slots.filter((slotMs) => !found.analysed.has(slotMs))).toEqual([]);
      expect(new Set(found.finished)).toEqual(new Set(["done"]));
      if (found.begun === "taken-up") interrupted += 1;
      decided += found.lines.length;
      expect(found.report.slotMs).toBe(found.slotMs);
      expect(found.lines, `round ${round}`).toEqual(await journalUnharmed(home, found.slotMs));
    }
    expect(interrupted).toBeGreaterThan(0);
    expect(decided).toBeGreaterThan(0);
  });
});
