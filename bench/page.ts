// Bench. The page on a desk of 500 markets, in Chromium: how soon it is seen, how soon what happens is on it, what fifty open pages
// cost a slot, and whether a page that stays open for a day grows.
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PQueue from "p-queue";
import { type Browser, chromium, type Page } from "playwright-core";
import { createDoor } from "#apps/door.ts";
import { createFeed } from "#apps/feed.ts";
import { openCredentials } from "#apps/http/credentials.ts";
import { startHttpServer } from "#apps/http/server.ts";
import { pageRoutes } from "#apps/page/routes.ts";
import type { OpenDesk } from "#apps/wire.ts";
import { controlRow } from "#desk/acts/kinds/control.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { HttpSettings } from "#schemas/config.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";
import type { BenchRow } from "./rows.ts";
import { openBenchDesk } from "./support/desk.ts";
import { openPgliteInMemory } from "./support/pglite-in-memory.ts";

const SEED = 7;
const START_MS = unixMs(Date.UTC(2025, 0, 1, 12));
const MARKETS = 500;
const FIRST_PAINT_GOAL_MS = 300;
const EVENT_GOAL_MS = 250;
const OPEN_PAGES = 50;
const LOADS = 9;
const EVENTS = 40;
const SLOTS = 5;
/** Of a day, on few markets: what grows with time grows there too. */
const DAY_MARKETS = 12;
const DAY_SLOTS = 288;
const SETTLED_SLOTS = 36;
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
];

export async function benchPage(): Promise<readonly BenchRow[]> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  try {
    const many = await serve(MARKETS);
    const rows = await (async () => {
      await many.runSlot();
      await many.runSlot();
      const paints = [await firstPaint(browser, many, "/"), await firstPaint(browser, many, "/memory")];
      return [...paints, await eventToPage(browser, many), await slotUnderWatch(many)];
    })().finally(many.close);
    const few = await serve(DAY_MARKETS);
    return [...rows, await growth(browser, few).finally(few.close)];
  } finally {
    await browser.close();
  }
}

type Served = Awaited<ReturnType<typeof serve>>;

async function serve(assets: number) {
  const home = await mkdtemp(join(tmpdir(), "deeptrader-bench-page-"));
  const store = await openPgliteInMemory(`bench-page-${assets}`);
  const marketData = createSimulatedVenue({ seed: SEED, assets });
  const listed = await marketData.markets(NEVER_ABORTED);
  const venue = {
    marketData,
    markets: new Map(listed.map((market) => [market.symbol, market])),
    universe: createSimulatedUniverse({ seed: SEED, assets }),
    security: createSimulatedSecurity({ seed: SEED, assets }),
  };
  const { desk, clock } = await openBenchDesk({ venue, startMs: START_MS, store, settings: { assets } });
  const feed = await createFeed(desk, store.journal(desk.deskId, desk.runId));
  const open = { desk, store, background: createBackgroundQueue(() => {}) } as unknown as OpenDesk;
  const door = createDoor(open, new PQueue({ concurrency: 1 }), feed);
  const credentials = await openCredentials(home, {});
  const wallMs = systemClock().now;
  const settings = HttpSettings.parse({ port: 0 });
  const faces = [pageRoutes(door)];
  const onBug = (error: Error): never => {
    throw error;
  };
  const server = await startHttpServer({
    door,
    settings,
    credentials,
    version: "0",
    monotonicMs,
    wallMs,
    onBug,
    faces,
  });
  let slot = -1;
  return {
    address: `http://127.0.0.1:${server.port}`,
    token: credentials.deskToken,
    newCode: () => credentials.newCode(wallMs()),
    /** ms of a slot, and of telling that it is over. */
    runSlot: async (): Promise<number> => {
      slot += 1;
      const slotMs = unixMs(START_MS + slot * timeframeMs("5m"));
      clock.advanceTo(slotMs);
      const startMs = monotonicMs();
      await runLiveSlot(desk, slotMs, NEVER_ABORTED);
      feed.slotEnded(slotMs);
      return monotonicMs() - startMs;
    },
    control: (action: "pause" | "resume", reason: string) =>
      desk.account.append([controlRow(desk, { action, strategyId: null, by: "bench", reason })], NEVER_ABORTED),
    close: async () => {
      await server.close();
      await feed.close();
      await store.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function letIn(browser: Browser, served: Served): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${served.address}/login?code=${served.newCode()}`);
  return page;
}

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
const medianOf = (values: readonly number[]): number => sorted(values)[Math.floor(values.length / 2)] ?? Number.NaN;
const p95Of = (values: readonly number[]): number => sorted(values)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;

async function firstPaint(browser: Browser, served: Served, path: string): Promise<BenchRow> {
  const page = await letIn(browser, served);
  const paints: number[] = [];
  for (let load = 0; load < LOADS; load++) {
    // Another revision each time: the page is drawn anew, not taken as it was.
    await served.control(load % 2 === 0 ? "pause" : "resume", `load ${load}`);
    await page.goto(`${served.address}${path}`);
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    paints.push(
      await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN),
    );
  }
  await page.context().close();
  const ms = medianOf(paints);
  return {
    name: `first paint of ${path}, ${MARKETS} markets: ${ms.toFixed(0)} ms median, ${p95Of(paints).toFixed(0)} ms at most`,
    baseline: `the goal, ${FIRST_PAINT_GOAL_MS} ms`,
    ratio: ms / FIRST_PAINT_GOAL_MS,
    unitsPerSecond: 1000 / ms,
    unit: "pages",
  };
}

/** From the call that journals a control until its words are on the page. */
async function eventToPage(browser: Browser, served: Served): Promise<BenchRow> {
  const page = await letIn(browser, served);
  await page.goto(`${served.address}/`);
  const times: number[] = [];
  for (let event = 0; event < EVENTS; event++) {
    const words = `event number ${event}`;
    const seen = page.getByText(words, { exact: false }).first().waitFor();
    const startMs = monotonicMs();
    await served.control(event % 2 === 0 ? "pause" : "resume", words);
    await seen;
    times.push(monotonicMs() - startMs);
  }
  await page.context().close();
  const ms = p95Of(times);
  return {
    name: `event to page: ${medianOf(times).toFixed(0)} ms median, ${ms.toFixed(0)} ms p95`,
    baseline: `the goal, ${EVENT_GOAL_MS} ms p95`,
    ratio: ms / EVENT_GOAL_MS,
    unitsPerSecond: 1000 / ms,
    unit: "events",
  };
}

async function slotUnderWatch(served: Served): Promise<BenchRow> {
  const alone: number[] = [];
  const watched: number[] = [];
  const measure = async (into: number[]): Promise<void> => {
    for (let n = 0; n < SLOTS; n++) into.push(await served.runSlot());
  };
  await measure(alone);
  const script = new URL("./support/page-watchers.ts", import.meta.url);
  const watchers = fork(script, [served.address, served.token, String(OPEN_PAGES)], { stdio: "inherit" });
  try {
    let isOpen = 0;
    await new Promise<void>((resolve, reject) => {
      watchers.once("exit", () => reject(new Error("the watchers have ended")));
      watchers.on("message", () => {
        isOpen += 1;
        if (isOpen === OPEN_PAGES) resolve();
      });
    });
    await measure(watched);
  } finally {
    watchers.removeAllListeners("exit");
    watchers.kill();
  }
  await measure(alone);
  const [without, beside] = [medianOf(alone), medianOf(watched)];
  return {
    name: `slot over ${MARKETS} markets with ${OPEN_PAGES} pages open: ${beside.toFixed(0)} ms`,
    baseline: `with none: ${without.toFixed(0)} ms`,
    ratio: beside / without,
    unitsPerSecond: 1000 / beside,
    unit: "slots",
  };
}

/** The heap of a page after a day of slots, over that after three hours. */
async function growth(browser: Browser, served: Served): Promise<BenchRow> {
  const page = await letIn(browser, served);
  await page.goto(`${served.address}/`);
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable");
  const heapMb = async (): Promise<number> => {
    await client.send("HeapProfiler.collectGarbage");
    const { metrics } = await client.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN) / 1e6;
  };
  let settledMb = Number.NaN;
  const startMs = monotonicMs();
  for (let slot = 1; slot <= DAY_SLOTS; slot++) {
    await served.runSlot();
    // The page takes its turn between two slots, as it does on a desk that has a pace.
    await page.evaluate(() => 0);
    if (slot === SETTLED_SLOTS) settledMb = await heapMb();
  }
  const endMb = await heapMb();
  await page.context().close();
  return {
    name: `heap of a page after ${(DAY_SLOTS * 5) / 60} simulated hours: ${endMb.toFixed(1)} MB`,
    baseline: `after ${(SETTLED_SLOTS * 5) / 60} hours: ${settledMb.toFixed(1)} MB`,
    ratio: endMb / settledMb,
    unitsPerSecond: DAY_SLOTS / ((monotonicMs() - startMs) / 1000),
    unit: "slots",
  };
}
