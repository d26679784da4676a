// Bench. Khala: recall of one and of fifty, from the in-process tier and from each store behind it, beside a bare Map.get
// plus the freshness check; writes in bulk; the check before delegating; growth over a week; and how cost scales.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { serveQuestion } from "#agents/deep-trader-manager/answers/answer.ts";
import type { AnswerDeps } from "#agents/deep-trader-manager/answers/answer-deps.ts";
import { judgeFreshness } from "#memory/freshness.ts";
import { createKhala, type Khala } from "#memory/khala.ts";
import { createMarketViews } from "#memory/market-views.ts";
import { createReadings } from "#memory/readings.ts";
import { createTopics } from "#memory/topics.ts";
import type { Analysis } from "#schemas/analysis.ts";
import { InvariantError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import { type DeskId, unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { openPlaces, type Place } from "./memory-places.ts";
import { DEFINITION, makeMarket, NOW_MS, options, STEP_MS, VENUE } from "./memory-records.ts";
import { type BenchRow, medianOf } from "./rows.ts";

const ROUNDS = 11;
const HOT_CALLS = 20_000;
const ASSETS = 50;
const BULK = 500;
const SIZES = [50, 500, 5000] as const;
/** A week of 5m closes. */
const CYCLES = 2016;

const clock: Clock = { kind: "simulated", now: () => NOW_MS, sleep: async () => {} };
const rules = { graceMs: 0, definitionId: DEFINITION, driftAtr: 2 };
const at = { nowMs: NOW_MS };
const khalaOver = ({ store, cache }: Pick<Place, "store" | "cache">): Khala =>
  createKhala({ store, cache, clock, ...rules, monotonicMs: () => performance.now() });

export async function benchMemory(): Promise<BenchRow[]> {
  const places = await openPlaces();
  try {
    const rows: BenchRow[] = [];
    for (const place of places) rows.push(...(await recallsFrom(place)));
    rows.push(await checkBeforeDelegating(places[0]));
    for (const place of places) rows.push(await writesTo(place));
    rows.push(growth());
    // Redis does not change what PostgreSQL is asked.
    const scaled = places.filter(({ cache }) => cache === null);
    for (const place of scaled) rows.push(...(await scaling(place)));
    return rows;
  } finally {
    for (const place of places) await place.close();
  }
}

/** Counts the fresh, so that no engine may leave the work out and no miss passes for a hit. */
function expectFresh(fresh: number, expected: number): void {
  if (fresh === expected) return;
  throw new InvariantError({
    was: `${fresh} of ${expected} recalls were fresh.`,
    remedy: "This is a bug of bench/memory.ts.",
  });
}

/** What recall may cost at the least: finding the record and judging it. */
function floorOf(records: readonly Analysis[]): (index: number) => number {
  const bare = new Map<string, Analysis>(records.map((record) => [record.symbol, record]));
  return (index) => {
    const record = bare.get(records[index]?.symbol ?? "");
    if (record === undefined) return 0;
    return judgeFreshness({ stored: { record, invalidated: null }, ...at, ...rules }).status === "fresh" ? 1 : 0;
  };
}

async function recallsFrom(place: Place): Promise<readonly BenchRow[]> {
  const records = makeMarket(ASSETS);
  const [first] = records;
  if (first === undefined) return [];
  const warm = khalaOver(place);
  await warm.rememberMany(records, options);
  expectFresh((await warm.recallMany(records, at, options)).length, ASSETS);
  const floor = floorOf(records);
  const storeCalls = 50;
  let fresh = 0;
  // With `verify` the store says what counts, whatever the tier holds.
  const one = async (verify: boolean) => {
    if ((await warm.recall(first, { ...at, verify }, options)).status === "fresh") fresh += 1;
  };
  const many = async (verify: boolean) => {
    for (const { status } of await warm.recallMany(records, { ...at, verify }, options)) {
      if (status === "fresh") fresh += 1;
    }
  };
  const times = (count: number, work: (i: number) => unknown) => async () => {
    for (let i = 0; i < count; i++) {
      const result = work(i);
      if (result instanceof Promise) await result;
    }
  };
  const [floorMs = 0, warmMs = 0, warmManyMs = 0, storeMs = 0, storeManyMs = 0] = await medianOf(ROUNDS, [
    () => {
      for (let i = 0; i < HOT_CALLS; i++) fresh += floor(i % ASSETS);
    },
    times(HOT_CALLS, () => one(false)),
    times(HOT_CALLS / ASSETS, () => many(false)),
    times(storeCalls, () => one(true)),
    times(storeCalls, () => many(true)),
  ]);
  expectFresh(fresh, (ROUNDS + 1) * (3 * HOT_CALLS + storeCalls + storeCalls * ASSETS));
  const floorEachMs = floorMs / HOT_CALLS;
  const row = (what: string, eachMs: number, baseline: string, baselineMs: number): BenchRow => ({
    name: `${what}, ${place.name}`,
    baseline,
    ratio: baselineMs / eachMs,
    unitsPerSecond: 1000 / eachMs,
    unit: "analyses",
  });
  const hot = [
    row("recall 1, warm", warmMs / HOT_CALLS, "Map.get + freshness", floorEachMs),
    row("recall 50 at once, warm", warmManyMs / HOT_CALLS, "Map.get + freshness", floorEachMs),
  ];
  const storeEachMs = storeMs / storeCalls;
  return [
    ...hot,
    row("recall 1, from the store", storeEachMs, "warm", warmMs / HOT_CALLS),
    row("recall 50 at once, from the store", storeManyMs / storeCalls / ASSETS, "1, from the store", storeEachMs),
  ];
}

const DESK_ID = "bench" as DeskId;

const deskView: AnswerDeps["deskView"] = {
  portfolioText: async () => never(),
  account: async () => never(),
  stopLoss: async () => never(),
  stress: async () => never(),
  fees: async () => never(),
  benchmark: async () => never(),
  why: async () => never(),
  since: async () => never(),
  health: async () => never(),
  news: async () => never(),
  standing: () => never(),
  blocked: () => "",
};

/** A question that Khala answers: everything that is done before the manager would have to delegate, and the answer. */
async function checkBeforeDelegating(place: Place | undefined): Promise<BenchRow> {
  const records = makeMarket(ASSETS);
  const khala = createKhala({ store: (place ?? never()).store, clock, ...rules });
  await khala.rememberMany(records, options);
  const topics = createTopics({ store: (place ?? never()).store, khala, deskId: DESK_ID, definitionId: () => "bench" });
  const readings = createReadings({ store: (place ?? never()).store });
  const views = createMarketViews({ khala, readings, strategies: () => [] });
  const symbols = records.map(({ symbol }) => symbol);
  const floor = floorOf(records);
  const calls = 2000;
  let recalled = 0;
  const [floorMs = 0, checkMs = 0] = await medianOf(ROUNDS, [
    () => {
      for (let i = 0; i < calls; i++) recalled += floor(i % ASSETS);
    },
    async () => {
      for (let i = 0; i < calls; i++) {
        const { answer } = await serveQuestion(
          {
            khala: views,
            strategies: [],
            venueId: VENUE,
            venue: "sim",
            simulated: true,
            timeframe: "5m",
            isListed: () => true,
            symbols: async () => symbols,
            quote: "USDT",
            analyse: async () => never(),
            reason: null,
            tally: new WorkTally(),
            deskView,
            topics,
            deskId: DESK_ID,
            universe: async () => symbols,
            sweep: async () => never(),
            questionUnits: 0,
            isQuarantined: () => false,
            monotonicMs: () => performance.now(),
          },
          { text: `what is the RSI of COIN${i % ASSETS}?`, nowMs: NOW_MS },
          options,
        );
        if (answer.path === "recalled") recalled += 1;
      }
    },
  ]);
  expectFresh(recalled, (ROUNDS + 1) * 2 * calls);
  return {
    name: "question to answer without delegating",
    baseline: "Map.get + freshness",
    ratio: floorMs / checkMs,
    unitsPerSecond: (calls / checkMs) * 1000,
    unit: "questions",
  };
}

const never = (): never => {
  throw new InvariantError({ was: "A recalled answer asked for more.", remedy: "This is a bug of bench/memory.ts." });
};

async function writesTo(place: Place): Promise<BenchRow> {
  const khala = khalaOver(place);
  let cycle = 0;
  const next = (assets: number) => {
    cycle += 1;
    return makeMarket(assets, unixMs(NOW_MS - (1_000_000 - cycle) * STEP_MS));
  };
  const singles = 20;
  const [bulkMs = 0, singleMs = 0] = await medianOf(3, [
    () => khala.rememberMany(next(BULK), options),
    async () => {
      for (const record of next(singles)) await khala.remember(record, options);
    },
  ]);
  return {
    name: `remember ${BULK} at once, ${place.name}`,
    baseline: "one by one",
    ratio: singleMs / singles / (bulkMs / BULK),
    unitsPerSecond: (BULK / bulkMs) * 1000,
    unit: "analyses",
  };
}

interface Growth {
  readonly analyses: number;
  readonly tablesMb: number;
  readonly rssMb: number;
  readonly tookMs: number;
}

/** What a week of cycles leaves on disk; a process and a folder of its own each, so that neither carries the other's. */
function growth(): BenchRow {
  const script = fileURLToPath(new URL("./memory-growth.ts", import.meta.url));
  const [thin, full] = (["consolidated", "plain"] as const).map((how): Growth => {
    const args = [script, String(CYCLES), String(ASSETS), how];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));
  });
  if (thin === undefined || full === undefined) return never();
  const sizeOf = ({ analyses, tablesMb, rssMb }: Growth) =>
    `${analyses} analyses, ${tablesMb.toFixed(0)} MB, process ${rssMb.toFixed(0)} MB`;
  return {
    name: `tables after ${CYCLES} cycles of ${ASSETS}, consolidated daily (${sizeOf(thin)})`,
    baseline: `never (${sizeOf(full)})`,
    ratio: full.tablesMb / thin.tablesMb,
    unitsPerSecond: (CYCLES * ASSETS * 1000) / thin.tookMs,
    unit: "analyses",
  };
}

/** A name, how many assets a round takes in all, and the work on some at once. */
type Kind = readonly [name: string, inAll: number, work: (assets: number) => Promise<void>];

/** Cost per asset at each size, beside that of the smallest: flat is 1. */
async function scaling(place: Place): Promise<readonly BenchRow[]> {
  const khala = khalaOver(place);
  const all = makeMarket(Math.max(...SIZES));
  await khala.rememberMany(all, options);
  let cycle = 0;
  let fresh = 0;
  const recall = async (assets: number, verify: boolean) => {
    const recalls = await khala.recallMany(all.slice(0, assets), { ...at, verify }, options);
    for (const { status } of recalls) if (status === "fresh") fresh += 1;
  };
  await recall(all.length, false);
  expectFresh(fresh, all.length);
  const floor = floorOf(all);
  const floorRecall = (assets: number) => {
    for (let i = 0; i < assets; i++) fresh += floor(i);
  };
  const some = 500;
  const kinds: readonly Kind[] = [
    // The tier is the same before every store; beside it, what more records cost a bare Map.
    ...(place.store.kind === "pglite"
      ? ([
          ["Map.get + freshness", HOT_CALLS, async (assets) => floorRecall(assets)],
          ["recall, warm", HOT_CALLS, (assets) => recall(assets, false)],
        ] satisfies readonly Kind[])
      : []),
    ["recall, from the store", some, (assets) => recall(assets, true)],
    [
      "remember",
      some,
      (assets) => {
        cycle += 1;
        return khala.rememberMany(makeMarket(assets, unixMs(NOW_MS - (500_000 - cycle) * STEP_MS)), options);
      },
    ],
  ];
  const rows: BenchRow[] = [];
  for (const [name, inAll, work] of kinds) {
    // The sizes take turns, and a small one repeats, so that a round measures about as many assets of every size.
    const tookMs = await medianOf(
      inAll === HOT_CALLS ? ROUNDS : 5,
      SIZES.map((assets) => async () => {
        for (let done = 0; done < inAll; done += assets) await work(assets);
      }),
    );
    const eachMs = SIZES.map((assets, i) => (tookMs[i] ?? Number.NaN) / Math.max(assets, inAll));
    const [smallMs = Number.NaN] = eachMs;
    for (const [i, assets] of SIZES.entries()) {
      if (i === 0) continue;
      rows.push({
        name: `${name}, ${assets} at once, ${place.name}`,
        baseline: `${SIZES[0]} at once`,
        ratio: smallMs / (eachMs[i] ?? Number.NaN),
        unitsPerSecond: 1000 / (eachMs[i] ?? Number.NaN),
        unit: "analyses",
      });
    }
  }
  return rows;
}
