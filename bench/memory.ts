// Bench. Recall from Khala's map against a bare Map.get, and the store in memory.
import { createKhala } from "#memory/khala.ts";
import { createMemoryStore } from "#memory/stores/in-memory.ts";
import { type Analysis, analysisId } from "#schemas/analysis.ts";
import type { CallOptions, Clock } from "#schemas/ports.ts";
import { MarketSymbol, unixMs, VenueId } from "#schemas/units.ts";
import { type BenchRow, medianOf } from "./rows.ts";

const KEYS = 50;
const CALLS = 20_000;
const ROUNDS = 15;
const NOW_MS = unixMs(1_735_689_600_000);

const options: CallOptions = { signal: new AbortController().signal };
const clock: Clock = { kind: "simulated", now: () => NOW_MS, sleep: async () => {} };

function makeAnalysis(index: number): Analysis {
  const content: Omit<Analysis, "id"> = {
    venueId: VenueId.parse("sim:1"),
    symbol: MarketSymbol.parse(`COIN${index}/USDT`),
    timeframe: "5m",
    schemaVersion: 1,
    definitionId: "bench",
    venue: "sim",
    simulated: true,
    asOfMs: NOW_MS,
    computedAtMs: NOW_MS,
    checkedThroughMs: NOW_MS,
    validUntilMs: unixMs(NOW_MS + 3_600_000),
    origin: "sleep",
    price: 100,
    indicators: {
      rsiWilder: 50,
      bollinger: { upper: 110, middle: 100, lower: 90, bandwidth: 0.2, percentB: 0.5 },
      atr: 2,
      candles: 500,
      filled: 0,
      windowStartMs: NOW_MS - 150_000_000,
      warmup: "full",
      flat: false,
    },
    security: {
      verdict: "clear",
      reason: "bench",
      chain: null,
      contract: null,
      checks: [],
      observedAtMs: NOW_MS,
      validUntilMs: NOW_MS + 3_600_000,
    },
    signal: { action: "hold", strength: 0, reasons: [] },
    notes: [],
    sources: { candles: "c", security: "s" },
  };
  return { ...content, id: analysisId(content) };
}

export async function benchMemory(): Promise<BenchRow[]> {
  const store = createMemoryStore();
  const khala = createKhala({ store, clock, graceMs: 0, definitionId: "bench", driftAtr: 2 });
  const records = Array.from({ length: KEYS }, (_, index) => makeAnalysis(index));
  const [first] = records;
  if (first === undefined) return [];
  await khala.rememberMany(records, options);
  const bare = new Map(records.map((record) => [record.symbol, record]));
  const at = { nowMs: NOW_MS };
  let seen = 0;

  const [getMs = 0, recallMs = 0, getManyMs = 0, recallManyMs = 0, storeMs = 0] = await medianOf(ROUNDS, [
    () => {
      for (let i = 0; i < CALLS; i++) if (bare.get(first.symbol) !== undefined) seen += 1;
    },
    async () => {
      for (let i = 0; i < CALLS; i++) if ((await khala.recall(first, at, options)).status === "fresh") seen += 1;
    },
    () => {
      for (let i = 0; i < CALLS / KEYS; i++) seen += records.map(({ symbol }) => bare.get(symbol)).length;
    },
    async () => {
      for (let i = 0; i < CALLS / KEYS; i++) seen += (await khala.recallMany(records, at, options)).length;
    },
    async () => {
      for (let i = 0; i < CALLS / KEYS; i++) seen += (await store.analyses.newest(records, NOW_MS, options)).length;
    },
  ]);
  if (seen !== 5 * CALLS * (ROUNDS + 1)) throw new Error(`bench/memory: ${seen} answers; a recall was not fresh`);

  const row = (name: string, baseline: string, tookMs: number, baselineMs: number): BenchRow => ({
    name,
    baseline,
    ratio: baselineMs / tookMs,
    unitsPerSecond: (CALLS / tookMs) * 1000,
    unit: "analyses",
  });
  return [
    row("recall 1 fresh analysis from Khala's map", "Map.get", recallMs, getMs),
    row("recall 50 fresh analyses at once from Khala's map", "50 × Map.get", recallManyMs, getManyMs),
    row("newest of 50 from the store in memory", "50 × Map.get", storeMs, getManyMs),
  ];
}
