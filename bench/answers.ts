// Bench. What a served question takes of the desk's own time, from the text to the answer (`latencyMs`): prepared, from a
// digest, from analyses; beside one analysis from scratch of the same desk. The default store: PGlite in a folder.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { distilAsset, distilMarket, marketTopic } from "#agents/deep-trader-manager/answers/distil.ts";
import { prepareAnswer } from "#agents/deep-trader-manager/answers/prepared.ts";
import { analyseFromScratch } from "#agents/market-analyst/from-scratch.ts";
import { managerModels } from "#apps/models.ts";
import { type AskedDesk, askDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import { analystDeps, type Desk } from "#desk/desk.ts";
import { runSleepCycle } from "#desk/run-slot/sleep-cycle.ts";
import { openStore } from "#memory/stores/open.ts";
import { withTopicTier } from "#memory/tiers/topic-tier.ts";
import { InvariantError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type Intent, intentKey } from "#schemas/question.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";
import type { BenchRow } from "./rows.ts";
import { openBenchDesk } from "./support/desk.ts";

const NOW_MS = unixMs(Date.UTC(2024, 2, 1, 12, 0));
const ASSETS = 50;
const WARM_UP = 50;
const CALLS = 400;
const SWEEPS = 20;
const options: CallOptions = { signal: new AbortController().signal };

export async function benchAnswers(): Promise<readonly BenchRow[]> {
  const home = mkdtempSync(join(tmpdir(), "deeptrader-bench-"));
  const store = withTopicTier(await openStore({ kind: "pglite", home, owner: "bench" }, options));
  try {
    const simulated = { seed: 7, assets: ASSETS };
    const marketData = createSimulatedVenue(simulated);
    const venue = {
      marketData,
      markets: new Map((await marketData.markets(options)).map((market) => [market.symbol, market])),
      universe: createSimulatedUniverse(simulated),
      security: createSimulatedSecurity(simulated),
    };
    const settings = { assets: ASSETS };
    const monotonicMs = () => performance.now();
    const { desk } = await openBenchDesk({ venue, startMs: NOW_MS, store, settings, monotonicMs });
    const problems: string[] = [];
    const tell = (text: string) => void problems.push(text);
    const open = {
      desk,
      store,
      managerModels: managerModels(desk.config, {}),
      background: createBackgroundQueue(tell),
      conversations: createConversations(desk, tell),
    };
    await runSleepCycle(desk, NOW_MS, options);
    const scratchMs = await scratch(desk);
    const rows = [
      await served(open, "RSI of BTC", "recalled", scratchMs),
      await served(open, "which are oversold?", "recalled", scratchMs),
      await besideModel(open),
    ];
    await prepareDigest(desk);
    rows.push(await served(open, "which are oversold?", "distilled", scratchMs));
    for (const text of ["RSI of BTC", "compare BTC and ETH", "which are oversold?"]) {
      await prepareFor(open, text);
      rows.push(await served(open, text, "pre-answered", scratchMs));
    }
    rows.push(await duringSleep(open));
    if (problems.length > 0) throw new InvariantError({ was: problems.join("; "), remedy: "Fix bench/answers.ts." });
    return rows;
  } finally {
    await store.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Median ms of one analysis from scratch: 500 candles of the simulator, every market in turn. */
async function scratch(desk: Desk): Promise<number> {
  const symbols = [...desk.markets.keys()];
  const tookMs: number[] = [];
  for (let call = 0; call < CALLS; call++) {
    const symbol = symbols[call % symbols.length] ?? MarketSymbol.parse("BTC/USDT");
    const startMs = performance.now();
    const request = { symbol, timeframe: "5m", nowMs: NOW_MS, origin: "test-time" } as const;
    await analyseFromScratch(analystDeps(desk, new WorkTally()), request, options);
    tookMs.push(performance.now() - startMs);
  }
  return medianOf(tookMs);
}

/** What is written after an answer is waited for outside the measured time. */
async function served(open: AskedDesk, text: string, path: string, scratchMs: number): Promise<BenchRow> {
  const tookMs: number[] = [];
  for (let call = 0; call < WARM_UP + CALLS; call++) {
    const answer = await askDesk(open, text, options);
    if (answer.path !== path) {
      throw new InvariantError({ was: `"${text}" was ${answer.path}, not ${path}.`, remedy: "Fix bench/answers.ts." });
    }
    await open.background.settled();
    if (call >= WARM_UP) tookMs.push(answer.latencyMs);
  }
  const ms = medianOf(tookMs);
  return {
    name: `"${text}" ${path}`,
    baseline: "one analysis from scratch",
    ratio: scratchMs / ms,
    unitsPerSecond: 1000 / ms,
    unit: "answers",
  };
}

/** An exact question with a model configured, beside the same by rules, in turns: a model costs nothing where none is asked. */
async function besideModel(open: AskedDesk): Promise<BenchRow> {
  const config = { ...open.desk.config, model: "custom/bench", modelUrl: "http://127.0.0.1:9/v1" };
  const desk = { ...open.desk, config };
  const withModel = { ...open, desk, managerModels: managerModels(config, {}) };
  const ask = async (asked: AskedDesk): Promise<number> => {
    const { latencyMs, work } = await askDesk(asked, "RSI of BTC", options);
    if (work.modelCalls > 0) throw new InvariantError({ was: "A model was asked.", remedy: "Fix bench/answers.ts." });
    await open.background.settled();
    return latencyMs;
  };
  const [byRules, configured]: [number[], number[]] = [[], []];
  for (let call = 0; call < WARM_UP + CALLS; call++) {
    byRules.push(await ask(open));
    configured.push(await ask(withModel));
  }
  const ms = medianOf(configured.slice(WARM_UP));
  return {
    name: '"RSI of BTC" with a model configured',
    baseline: "the same by rules",
    ratio: medianOf(byRules.slice(WARM_UP)) / ms,
    unitsPerSecond: 1000 / ms,
    unit: "answers",
  };
}

/**
 * The same question while sweeps of 50 markets are under way, one after the other, beside the same with nothing else to do.
 * From its arrival, a turn of the event loop, to the answer: what the sweep makes it wait for is in it.
 */
async function duringSleep(open: AskedDesk & { readonly desk: Desk }): Promise<BenchRow> {
  const ask = async (): Promise<number> => {
    const startMs = performance.now();
    await new Promise((resolve) => setImmediate(resolve));
    await askDesk(open, "RSI of ETH", options);
    return performance.now() - startMs;
  };
  const alone: number[] = [];
  for (let call = 0; call < WARM_UP + CALLS; call++) alone.push(await ask());
  await open.background.settled();
  const during: number[] = [];
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    // As if the slot had not been run: it analyses all markets anew.
    const runs: Desk["runs"] = {
      ...open.desk.runs,
      begin: async () => ({ status: "begun", fence: 1 }),
      finish: async () => {},
    };
    let over = false;
    const work = runSleepCycle({ ...open.desk, runs }, NOW_MS, options).then(() => {
      over = true;
    });
    while (!over) {
      during.push(await ask());
      // Somebody who reads the answer before asking on.
      for (let turn = 0; turn < 3 && !over; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    await work;
    await open.background.settled();
  }
  const ms = medianOf(during);
  return {
    name: `"RSI of ETH" during a sweep, with its arrival (${during.length} times)`,
    baseline: "without a sweep",
    ratio: medianOf(alone.slice(WARM_UP)) / ms,
    unitsPerSecond: 1000 / ms,
    unit: "answers",
  };
}

const recordsOf = async (desk: Desk, symbols: readonly MarketSymbol[]) => {
  const keys = symbols.map((symbol) => ({ venueId: desk.marketData.venueId, symbol, timeframe: "5m" as const }));
  const recalls = await desk.views.recallMany(keys, { nowMs: NOW_MS }, options);
  return recalls.flatMap((recall) => (recall.status === "fresh" ? [recall.record] : []));
};

const universeOf = async (desk: Desk) => (await desk.universe.at(NOW_MS, options)).assets;
const VALID_UNTIL_MS = unixMs(NOW_MS + 300_000);

async function prepareDigest(desk: Desk): Promise<void> {
  const records = await recordsOf(desk, await universeOf(desk));
  const body = distilMarket(records.map((record) => distilAsset(record, desk.hosts)));
  const topic = marketTopic({ timeframe: "5m", venueId: desk.marketData.venueId }, desk.hosts);
  const draft = { kind: "digest", topic, body, sources: records, validUntilMs: VALID_UNTIL_MS } as const;
  await desk.topics.remember(draft, { nowMs: NOW_MS }, options);
}

async function prepareFor({ desk, ...open }: AskedDesk, text: string): Promise<void> {
  const { intent } = await askDesk({ desk, ...open }, text, options);
  if (intent === null)
    throw new InvariantError({ was: `"${text}" was not understood.`, remedy: "Fix bench/answers.ts." });
  const records = await recordsOf(desk, await marketsOf(desk, intent));
  const topic = intentKey(intent, { deskId: desk.deskId, venueId: desk.marketData.venueId });
  const body = prepareAnswer(intent, records, desk.hosts);
  const draft = { kind: "answer", topic, body, sources: records, validUntilMs: VALID_UNTIL_MS } as const;
  await desk.topics.remember(draft, { nowMs: NOW_MS }, options);
}

async function marketsOf(desk: Desk, { symbol, other }: Intent): Promise<readonly MarketSymbol[]> {
  const named = [symbol, other].filter((market) => market !== null);
  return named.length > 0 ? named : universeOf(desk);
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
