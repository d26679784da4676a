// Floor 6. `doctor`: checks configuration, store, cache, venue, model and keys, and says what to do about each.
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ANALYSIS_SCHEMA_VERSION } from "#schemas/analysis.ts";
import { type DeskConfig, SLEEP_BUDGETS } from "#schemas/config.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { TOPIC_SCHEMA_VERSION } from "#schemas/topic.ts";
import { findRunningDesk } from "../desk-client.ts";
import { errorDocument } from "../error-document.ts";
import type { Style } from "../io.ts";
import { modelSetting, sleepModelSetting } from "../models.ts";
import { table } from "../text/table.ts";
import type { Venue } from "../venues/venue.ts";
import { openVenue } from "../venues.ts";
import { checkBill } from "./doctor-bill.ts";
import { clockFinding, fitFinding, marketsFinding, newestCandleFinding, reachableFinding } from "./doctor-exchange.ts";
import { alertsFinding, telegramFinding } from "./doctor-messengers.ts";
import { newsFinding } from "./doctor-news.ts";
import { socketFinding } from "./doctor-socket.ts";
import {
  candleFinding,
  candlesFinding,
  type Finding,
  leftOutOfFolder,
  type State,
  sizeFinding,
  strategiesFinding,
  venueFinding,
} from "./doctor-venue.ts";

interface Check {
  readonly name: string;
  readonly state: State;
  readonly detail: string;
}

/** Free space under which a store may fail in the middle of a write, bytes. */
const LOW_DISK_BYTES = 512 * 1024 * 1024;

type Env = Readonly<Record<string, string | undefined>>;

export async function doctor(config: DeskConfig, env: Env, options: CallOptions) {
  let venue: Venue | null = null;
  const checks = [
    await check(
      "configuration",
      async () => `desk ${config.deskId}, ${config.mode}, ${config.timeframe}, home ${resolve(config.home)}`,
    ),
    await check("versions", async () => versions()),
    await check("disk", () => checkDisk(config.home)),
    await check("desk", () => checkDesk(config, options.signal)),
    await check("lock", () => checkLock(config)),
    await check("store", () => checkStore(config, options)),
    await check("cache", () => checkSharing(config, options)),
    await check("venue", async () => {
      const { value, tookMs } = await timed(() => openVenue(config, { ...options, env }));
      venue = value;
      return value.exchange === undefined ? venueFinding(value) : reachableFinding(value.exchange, value, tookMs);
    }),
    ...(await exchangeChecks(venue, config, options)),
    ...(await sourceChecks(venue, { config, env }, options)),
    ...(await tradingChecks(venue, config, options)),
    ...(await strategyChecks(venue)),
    await check("model", () => checkModel(config, env)),
    await check("sleep model", () => checkSleepModel(config, env)),
    await check("bill", () => checkBill(config, options)),
    await check("news", () => newsFinding(config, options)),
    await check("alerts", async () => alertsFinding(config, env)),
    await check("telegram", () => telegramFinding(config, env, options)),
    await check("keys", async () =>
      config.mode === "paper"
        ? "none are read: trading is on paper, and venues are only read"
        : `the key of account ${config.liveAccount} may trade and not withdraw`,
    ),
  ];
  await (venue as Venue | null)?.close?.();
  return {
    healthy: checks.every((c) => c.state !== "fail"),
    simulated: config.venue === "sim",
    checks,
    /** What of a replay folder cannot be entered on; null for other venues, and where the folder cannot be opened. */
    leftOut: leftOutOfFolder(venue, config),
  };
}

async function check(name: string, look: () => Promise<Finding>): Promise<Check> {
  try {
    const finding = await look();
    return typeof finding === "string" ? { name, state: "ok", detail: finding } : { name, ...finding };
  } catch (error) {
    return { name, state: "fail", detail: errorDocument(error).message };
  }
}

/** What runs, and which shapes of stored records this build writes. */
const versions = (): string =>
  `Node ${process.versions.node}; records: analysis ${ANALYSIS_SCHEMA_VERSION}, topic ${TOPIC_SCHEMA_VERSION}`;

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly tookMs: number }> {
  const startMs = performance.now();
  const value = await work();
  return { value, tookMs: performance.now() - startMs };
}

async function checkDisk(home: string): Promise<Finding> {
  const folder = await existingParent(resolve(home));
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  const free = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free at ${folder}`;
  return freeBytes < LOW_DISK_BYTES
    ? { state: "warn", detail: `${free}. Make room, or run \`deeptrader memory prune\`.` }
    : free;
}

async function existingParent(path: string): Promise<string> {
  try {
    await statfs(path);
    return path;
  } catch (error) {
    const parent = dirname(path);
    if (parent === path) throw error;
    return existingParent(parent);
  }
}

async function checkDesk(config: DeskConfig, signal: AbortSignal): Promise<Finding> {
  const running = await findRunningDesk(config.home, signal);
  return running === null ? "none is running on this home" : `pid ${running.pid} runs on this home and answers`;
}

/** PostgreSQL is opened as it is; for the embedded store a throw-away folder shows that it works here. */
async function checkStore(config: DeskConfig, options: CallOptions): Promise<Finding> {
  const { openStore } = await import("#memory/stores/open.ts");
  if (config.databaseUrl !== null) {
    const store = await openStore({ kind: "postgres", url: config.databaseUrl, owner: "doctor" }, options);
    try {
      const { tookMs, value } = await timed(() => store.analyses.stats(options));
      return `PostgreSQL answers in ${tookMs.toFixed(1)} ms, migrations are in place, ${value["analyses"] ?? 0} analyses`;
    } finally {
      await store.close();
    }
  }
  const home = await mkdtemp(join(tmpdir(), "deeptrader-doctor-"));
  try {
    const store = await openStore({ kind: "pglite", home, owner: "doctor" }, options);
    try {
      const { tookMs } = await timed(() => store.analyses.stats(options));
      return `embedded PGlite works here, answers in ${tookMs.toFixed(1)} ms; DATABASE_URL would select PostgreSQL`;
    } finally {
      await store.close();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Who holds the home's embedded store, if anyone does. */
async function checkLock(config: DeskConfig): Promise<Finding> {
  if (config.databaseUrl !== null) return "none is needed: PostgreSQL serves several processes";
  const { homeLockHolder } = await import("#memory/home-lock.ts");
  const holder = homeLockHolder(config.home);
  return holder === null ? "the home is free" : `held by pid ${holder.pid} (${holder.label}) on ${holder.host}`;
}

/** Cache and bus. Neither is needed: without them answers come from the store, at most a second old. */
async function checkSharing(config: DeskConfig, options: CallOptions): Promise<Finding> {
  const { openSharing } = await import("#memory/tiers/sharing.ts");
  const sharing = await openSharing({ ...config, monotonicMs: () => performance.now() }, options);
  try {
    const faults = [sharing.bus?.fault(), sharing.cache?.fault()].filter((fault) => typeof fault === "string");
    if (faults.length > 0)
      return { state: "warn", detail: `${faults.join("; ")}. The desk works without; mend REDIS_URL.` };
    if (config.databaseUrl === null && config.redisUrl !== null) {
      const { connectRedis } = await import("#memory/tiers/redis-client.ts");
      const redis = await connectRedis({ url: config.redisUrl, protocol: config.redisProtocol }, () =>
        performance.now(),
      );
      const fault = redis.fault();
      await redis.close();
      const shared = "Redis without PostgreSQL shares only what may be asked of an exchange";
      return fault === null ? shared : { state: "warn", detail: `${shared}, and is away: ${fault}. Mend REDIS_URL.` };
    }
    if (sharing.cache !== null) {
      const { cache } = sharing;
      const { tookMs } = await timed(() => cache.getMany(["doctor"]));
      return `Redis answers in ${tookMs.toFixed(1)} ms: shared cache and bus`;
    }
    return sharing.bus === null ? "none is needed: one process, in-process cache" : "PostgreSQL carries the bus";
  } finally {
    await sharing.close();
  }
}

/** Of questions: what answers where Khala holds nothing fresh. */
async function checkModel(config: DeskConfig, env: Env): Promise<Finding> {
  const models = await namesOf(modelSetting(config, env));
  if (models.startsWith("rules")) return "rules: no provider, no key, no cost";
  const { questionTokens, dayQuestionTokens } = config.thinking;
  return `${models}: ${keysText(config, models)}; at most ${questionTokens.toLocaleString("en-US")} tokens a question and ${dayQuestionTokens.toLocaleString("en-US")} a day`;
}

/** Of what is bought asleep. Checked also while nothing is, so that switching it on brings no surprise. */
async function checkSleepModel(config: DeskConfig, env: Env): Promise<Finding> {
  const bought = SLEEP_BUDGETS.filter(({ budget }) => config.thinking[budget] > 0);
  const nothing = `not asked: no tokens are set (${SLEEP_BUDGETS.map(({ setting }) => setting).join(", ")})`;
  if (bought.length === 0 && config.sleepModel === null) return nothing;
  const models = await namesOf(sleepModelSetting(config, env));
  const limits = bought.map(
    ({ what, budget, per }) => `${what} for at most ${config.thinking[budget].toLocaleString("en-US")} tokens a ${per}`,
  );
  const asked = bought.length === 0 ? nothing : limits.join(", ");
  return `${models}: ${keysText(config, models)}; ${asked}`;
}

/** Of an exchange, beside that it answers; other venues have none of it. */
async function exchangeChecks(
  venue: Venue | null,
  config: DeskConfig,
  options: CallOptions,
): Promise<readonly Check[]> {
  if (venue?.exchange === undefined) return [];
  const { exchange, orders } = venue;
  return [
    await check("clock", () => clockFinding(exchange, options)),
    await check("markets", () => marketsFinding(venue, options)),
    await check("candles", () => newestCandleFinding(venue, config, options)),
    await check("assets", async () => fitFinding(exchange, config)),
    ...(orders === undefined ? [] : [await check("order socket", () => socketFinding(orders, options))]),
  ];
}

/** Who is asked about an exchange's coins; of other venues nobody is. */
async function sourceChecks(
  venue: Venue | null,
  parts: { readonly config: DeskConfig; readonly env: Env },
  options: CallOptions,
): Promise<readonly Check[]> {
  if (venue?.coins === undefined) return [];
  const { sourceFindings } = await import("./doctor-sources.ts");
  const findings = sourceFindings(venue.coins, { ...parts, nowMs: venue.clock.now() }, options);
  return Promise.all(findings.map(([name, look]) => check(name, () => look)));
}

/** What of an opened venue could be traded with these settings. */
async function tradingChecks(venue: Venue | null, config: DeskConfig, options: CallOptions): Promise<readonly Check[]> {
  if (venue === null) return [];
  const leftOut = leftOutOfFolder(venue, config);
  const size = await check("order size", async () => sizeFinding(venue, config));
  if (venue.exchange !== undefined) return [size];
  const candles = await check("candles", async () =>
    leftOut === null ? candleFinding(venue, config, options) : candlesFinding(leftOut),
  );
  return [candles, size];
}

/** Loaded anew: what a running desk has ended since is in `status`. */
async function strategyChecks(venue: Pick<Venue, "hosts"> | null): Promise<readonly Check[]> {
  if (venue === null) return [];
  return [await check("strategies", async () => strategiesFinding(venue))];
}

/** Selecting a model looks its key up and makes no call. */
async function namesOf(setting: ReturnType<typeof modelSetting>): Promise<string> {
  const { selectModels } = await import("#agents/models/select.ts");
  return (await selectModels(setting)).map(({ id }) => id).join(", then ");
}

function keysText({ modelReplayDir }: DeskConfig, models: string): string {
  if (models === "rules") return "no provider, no key, no cost";
  if (modelReplayDir !== null) return `replayed from ${modelReplayDir}, never asked`;
  return "every key that it needs is there (not asked; that would cost)";
}

export function renderDoctor({ checks, healthy }: Awaited<ReturnType<typeof doctor>>, style: Style): string {
  const dress = { ok: style.good, warn: style.warn, fail: style.bad };
  return [
    table(checks, [
      { title: "", value: (c) => dress[c.state](c.state) },
      { title: "check", value: (c) => c.name },
      { title: "finding", value: (c) => c.detail },
    ]),
    healthy ? "The desk can run." : style.bad("The desk cannot run as configured; see the lines marked fail."),
  ].join("\n");
}
