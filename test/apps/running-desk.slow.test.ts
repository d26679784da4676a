import { existsSync } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { acquireHomeLock } from "#memory/home-lock.ts";
import { FIVE_MINUTES_MS } from "#test/support/candle-files.ts";
import {
  type CliSettings,
  documentOf,
  emptyFolder,
  failureOf,
  jsonOf,
  type RunningCli,
  runCli,
  startCli,
} from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";

const running = new Set<RunningCli>();

function start(args: readonly string[], settings: CliSettings): RunningCli {
  const desk = startCli(["start", ...args], settings);
  running.add(desk);
  void desk.ended.finally(() => running.delete(desk));
  return desk;
}

/** A desk that is busy for as long as a test takes, and answers in between. */
const SLOW = ["--assets", "8", "--speed", "300"];

afterEach(async () => {
  const left = [...running];
  for (const desk of left) desk.signal("SIGKILL");
  await Promise.all(left.map((desk) => desk.ended));
});
describe("start on its defaults", () => {
  it("shows a short table, what cannot be used, where the page is, what to ask, and how to leave the simulation", async () => {
    await using home = await emptyFolder();
    // An empty home: the store is created first, as it is for whoever starts the desk for the first time.
    const desk = start([], { home: join(home.dir, "home") });
    const shown = await desk.waitFor(/\d\d:\d\d SIMULATED 50\/50 fresh/);

    expect(shown.match(/^[A-Z0-9]+\/USDT +\S+ +\d+\.\d /gm)).toHaveLength(8);
    expect(shown).toMatch(/^50 markets analysed, \d+ of them not entered for their token's security: \d+ block/m);
    expect(shown).toMatch(/^… 42 more: npx deeptrader memory list$/m);
    expect(shown).toContain("SIMULATED – invented prices");
    expect(shown).toMatch(/^real +npx deeptrader start --venue binance/m);
    expect(shown).toMatch(/^ask +which are oversold\?/m);
    const address = /^page +(http:\/\/127\.0\.0\.1:\d+\/) /m.exec(shown)?.[1] ?? "";
    expect((await fetch(`${address}health`)).status).toBe(200);
    // Whoever reads the log gets in by nothing that stands there.
    expect(shown).not.toContain("code=");

    desk.signal("SIGINT");
    const { code, stdout } = await desk.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/Stopped after \d+ slots?: .*\n.*example strategy.*\n.*decisionsHash [0-9a-f]{64}/);
  });
});

describe("a running desk", () => {
  it("owns its home, answers other terminals, and leaves nothing behind", async () => {
    await using home = await freshHome();
    const at = { home: home.dir };
    const desk = start([...SLOW, "--seed", "5", "--json"], at);
    await waitForFile(join(home.dir, "desk.json"));
    const deskFile = JSON.parse(await readFile(join(home.dir, "desk.json"), "utf8")) as { pid: number; port: number };
    expect((await stat(join(home.dir, "desk.json"))).mode & 0o777).toBe(0o600);
    expect(deskFile.pid).toBe(desk.pid);

    // Whoever has no token is not heard.
    const stranger = await fetch(`http://127.0.0.1:${deskFile.port}/api/v1/status`);
    expect(stranger.status).toBe(401);
    const { address } = await documentOf(["page"], at);
    const browser = await fetch(String(address), { redirect: "manual" });
    expect([browser.status, browser.headers.get("set-cookie")]).toEqual([303, expect.stringContaining("HttpOnly")]);

    // It holds in memory what would be deleted, and would write on without its beginning.
    const purge = await failureOf(["memory", "purge", "--yes"], at);
    expect([purge.code, purge.name]).toEqual([1, "HomeLockedError"]);
    expect(purge.message).toContain("Stop it");

    const second = await failureOf(["start"], at);
    expect([second.code, second.name]).toEqual([1, "HomeLockedError"]);
    expect(second.message).toContain(`process ${desk.pid} (start)`);

    const [answer, status, list, missing, otherwise] = await Promise.all([
      documentOf(["ask", "what is the RSI of BTC?"], at),
      documentOf(["status", "--seed", "5"], at),
      documentOf(["memory", "list"], at),
      failureOf(["analyse", "NOPE"], at),
      failureOf(["ask", "rsi of btc", "--seed", "6", "--as-of", "2020-01-01"], at),
    ]);
    expect(answer).toMatchObject({ path: expect.stringMatching(/recalled|delegated/), simulated: true });
    expect(status).toMatchObject({ venue: "sim", simulated: true, run: expect.stringMatching(/^sim-/) });
    expect((list["records"] as unknown[]).length).toBe(8);
    expect([missing.code, missing.name]).toEqual([1, "UnknownNameError"]);
    expect([otherwise.code, otherwise.name]).toEqual([1, "DeskMismatchError"]);
    expect(otherwise.message).toMatch(/--seed 6 \(the desk runs 5\).*--as-of 1577836800000.*without it/);

    desk.signal("SIGTERM");
    const ended = await desk.ended;
    expect(ended.code).toBe(0);
    expect(jsonOf(ended)).toMatchObject({ venue: "sim", simulated: true, cycles: expect.any(Number) });
    expect(existsSync(join(home.dir, "desk.json"))).toBe(false);
  });

  it("pauses, halts by a file alone, and goes on when resumed", async () => {
    await using home = await freshHome();
    const at = { home: home.dir };
    start([...SLOW, "--json"], at);
    await waitForFile(join(home.dir, "desk.json"));

    expect(await documentOf(["pause", "--reason", "news"], at)).toMatchObject({ action: "pause", control: "paused" });
    expect(await documentOf(["status"], at)).toMatchObject({ entriesStoppedBy: ["paused"] });
    expect(await documentOf(["resume"], at)).toMatchObject({ control: "running" });

    await writeFile(join(home.dir, "halt"), "by hand\n");
    const halted = await documentOf(["status"], at);
    expect(halted).toMatchObject({ haltFile: join(home.dir, "halt"), entriesStoppedBy: ["halt file"] });
    await slotAfter(at, (halted["slot"] as number) + 3 * FIVE_MINUTES_MS);
    const journal = await documentOf(["journal", "--limit", "1000"], at);
    const events = journal["events"] as { type: string; atMs: number; order?: { role: string } }[];
    const after = events.filter(({ atMs }) => atMs > (halted["nowMs"] as number));
    expect(after.filter(({ type, order }) => type === "order" && order?.role === "entry")).toEqual([]);

    expect(await documentOf(["resume"], at)).toMatchObject({ control: "running" });
    expect(existsSync(join(home.dir, "halt"))).toBe(false);
    expect(await documentOf(["status"], at)).toMatchObject({ haltFile: null, entriesStoppedBy: [] });
  });

  it("that was killed is forgotten: its desk.json misleads nobody, and its home is free", async () => {
    await using home = await freshHome();
    const at = { home: home.dir };
    const desk = start([...SLOW, "--json"], at);
    await waitForFile(join(home.dir, "desk.json"));
    const before = await documentOf(["status"], at);
    desk.signal("SIGKILL");
    await desk.ended;
    expect(existsSync(join(home.dir, "desk.json"))).toBe(true);

    const after = await documentOf(["status", "--assets", "8"], at);
    expect(after["run"]).toBe(before["run"]);
    expect(after["lastSleepSlot"]).toBeGreaterThanOrEqual(before["lastSleepSlot"] as number);
  });
});

describe("a desk that cannot leave word where it is", () => {
  it("ends with the remedy, and is not kept by a server that nobody is told of", async () => {
    await using home = await freshHome();
    await mkdir(join(home.dir, "desk.json/x"), { recursive: true });
    const { code, name, message } = await failureOf(["start", ...SLOW], { home: home.dir });
    expect([code, name]).toEqual([1, "StoreError"]);
    expect(message).toMatch(/desk\.json.*cannot be written.*move it away/);
  });
});

describe("a home that another process holds", () => {
  it("is waited for as long as that process may be starting, then named", async () => {
    await using home = await freshHome();
    const lock = acquireHomeLock(home.dir, "something else");
    try {
      const { code, name, message } = await failureOf(["status"], { home: home.dir });
      expect([code, name]).toEqual([1, "HomeLockedError"]);
      expect(message).toContain(`process ${process.pid} (something else)`);
    } finally {
      lock.release();
    }
  });

  it("is had as soon as a one-shot has done with it", async () => {
    await using home = await freshHome();
    const lock = acquireHomeLock(home.dir, "a one-shot");
    const waiting = startCli(["status", "--json"], { home: home.dir });
    // Long enough to have found the lock; were it not, the test would only be easier.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    lock.release();
    const { code } = await waiting.ended;
    expect(code).toBe(0);
  });

  it("answers as soon as its desk has left word where it is", async () => {
    await using home = await freshHome();
    const desk = start([...SLOW, "--json"], { home: home.dir });
    await waitForFile(join(home.dir, "khala.lock"));
    const { code, stdout } = await runCli(["status", "--json"], { home: home.dir });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ run: expect.stringMatching(/^sim-/) });
    desk.signal("SIGINT");
    expect((await desk.ended).code).toBe(0);
  });
});

/** Until the desk stands in a slot after `slotMs`. */
async function slotAfter(at: CliSettings, slotMs: number): Promise<void> {
  while (((await documentOf(["status"], at))["slot"] as number) <= slotMs);
}

async function waitForFile(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 50));
}
