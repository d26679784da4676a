// Bench. Part C, the market shock: when the leader leaves its analysis behind, which markets does the desk flag, and of which
// would a close at that moment really change the decision?

import { voidLinked } from "#agents/relationship-analyst/void-linked.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { FULL_WARMUP_CANDLES } from "#schemas/indicator.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { computeSnapshot } from "#toolkits/indicators/snapshot.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { actionAt } from "./action-at.ts";
import { DESK_TIMEFRAME, type EvalMarket, openEvalDesk, openMarket, tick } from "./eval-desk.ts";
import { SIM_START_MS } from "./histories.ts";
import { bootstrap, scoreFlags } from "./statistics.ts";
import { cellText, type Section } from "./tables.ts";

const ASSETS = 30;
/** Days looked through for shocks, up to the moment where all simulated histories end. */
const DAYS = 240;
const MAX_SHOCKS = 12;
const DRIFT_ATR = 2;

interface Shock {
  readonly slotMs: UnixMs;
  readonly atMs: UnixMs;
}

/** Moments inside a candle at which the leader is first beyond the drift bound of its newest analysis. */
async function findShocks({ marketData, symbols }: EvalMarket): Promise<readonly Shock[]> {
  const [leader] = symbols;
  if (leader === undefined) return [];
  const lengthMs = timeframeMs(DESK_TIMEFRAME);
  const bars = DAYS * 288;
  const fromMs = unixMs(SIM_START_MS - bars * lengthMs);
  const at = { symbol: leader, nowMs: SIM_START_MS, fromMs };
  const series = await marketData.candles({ ...at, timeframe: DESK_TIMEFRAME }, NEVER_ABORTED);
  const minutes = await marketData.candles({ ...at, timeframe: "1m" }, NEVER_ABORTED);
  const shocks: Shock[] = [];
  for (let row = FULL_WARMUP_CANDLES; row + 1 < bars && shocks.length < MAX_SHOCKS; row++) {
    const slotMs = unixMs((series.openMs[row] ?? 0) + lengthMs);
    const close = series.close[row] ?? Number.NaN;
    const first = (row + 1) * 5;
    // Cheap first: a candle whose minutes stay within a third of a percent is not looked at twice.
    const far = [0, 1, 2, 3].find((m) => Math.abs((minutes.close[first + m] ?? close) / close - 1) > 0.003);
    if (far === undefined) continue;
    const window = windowAt(series, slotMs);
    const atr = window === null ? null : computeSnapshot(window).atr;
    if (atr === null) continue;
    const minute = [0, 1, 2, 3].find((m) => Math.abs((minutes.close[first + m] ?? close) - close) > DRIFT_ATR * atr);
    if (minute !== undefined) shocks.push({ slotMs, atMs: unixMs(slotMs + (minute + 1) * timeframeMs("1m")) });
  }
  return shocks;
}

/** Markets flagged by each way, and those of which the decision would change. */
interface ShockResult {
  readonly truly: ReadonlySet<MarketSymbol>;
  readonly flagged: Readonly<Record<Way, ReadonlySet<MarketSymbol>>>;
}

const WAYS = {
  desk: "the desk: linked with the leader, or beyond its own drift bound",
  linked: "the leader and what is linked with it",
  drift: "each market by its own drift bound",
  all: "everything",
  leader: "the leader alone",
  live: "everything anew at test time (high budget)",
} as const;
type Way = keyof typeof WAYS;

async function runShock(market: EvalMarket, { slotMs, atMs }: Shock): Promise<ShockResult | null> {
  await using evalDesk = await openEvalDesk({ market, startMs: slotMs });
  const { desk, clock } = evalDesk;
  const { marketData } = market;
  await tick(evalDesk, slotMs);
  const relationships = desk.relationships.current(slotMs);
  if (relationships === null || relationships.leader === null) return null;
  const { leader } = relationships;
  const keys = market.symbols.map((symbol) => ({ venueId: marketData.venueId, symbol, timeframe: DESK_TIMEFRAME }));
  const recalls = await desk.views.recallMany(keys, { nowMs: slotMs }, NEVER_ABORTED);
  clock.advanceTo(atMs);
  const tickers = await marketData.tickers({ symbols: market.symbols, nowMs: atMs }, NEVER_ABORTED);
  const prices = new Map(tickers.map(({ symbol, last }) => [symbol, last]));
  const price = prices.get(leader);
  if (price === undefined) return null;
  const { venueId } = marketData;
  const parts = {
    khala: desk.khala,
    venueId,
    timeframe: DESK_TIMEFRAME,
    relationships,
    memory: { actedOnAnalysisId: null },
  };
  const voided = await voidLinked(parts, { price, nowMs: atMs }, NEVER_ABORTED);
  const [truly, drift] = [new Set<MarketSymbol>(), new Set<MarketSymbol>()];
  for (const recall of recalls) {
    if (recall.status === "missing") continue;
    const { symbol, indicators, price: close } = recall.record;
    const [reading] = recall.record.readings;
    if (reading === undefined) continue;
    const { signal, levels } = reading;
    const now = prices.get(symbol) ?? close;
    // Beyond what was searched nothing is known: it is not counted as changed.
    const action = actionAt(now, levels);
    if (action !== null && action !== signal.action) truly.add(symbol);
    if (indicators.atr !== null && Math.abs(now - close) > DRIFT_ATR * indicators.atr) drift.add(symbol);
  }
  const all = new Set(market.symbols);
  return {
    truly,
    flagged: {
      desk: new Set([...voided, ...drift]),
      linked: new Set(voided),
      drift,
      all,
      leader: new Set([leader]),
      live: truly,
    },
  };
}

interface Counts {
  both: number;
  flagged: number;
  truly: number;
}

export async function shockSection(options: {
  readonly seeds: readonly number[];
  readonly progress: (text: string) => void;
}): Promise<Section> {
  const seeds: (readonly ShockResult[])[] = [];
  for (const seed of options.seeds) {
    options.progress(`C shocks: seed ${seed}`);
    const market = await openMarket(seed, ASSETS);
    const results: ShockResult[] = [];
    for (const shock of await findShocks(market)) {
      const result = await runShock(market, shock);
      if (result !== null) results.push(result);
    }
    seeds.push(results);
  }
  const counts = (way: Way) =>
    seeds.map((results) => {
      const sum: Counts = { both: 0, flagged: 0, truly: 0 };
      for (const { truly, flagged } of results) {
        sum.flagged += flagged[way].size;
        sum.truly += truly.size;
        for (const symbol of flagged[way]) if (truly.has(symbol)) sum.both += 1;
      }
      return sum;
    });
  const score = (way: Way, of: "precision" | "recall" | "f1") =>
    bootstrap(
      counts(way),
      (sample) => {
        const total: Counts = { both: 0, flagged: 0, truly: 0 };
        for (const { both, flagged, truly } of sample) {
          total.both += both;
          total.flagged += flagged;
          total.truly += truly;
        }
        return scoreFlags(total)[of];
      },
      `shock ${way} ${of}`,
    );
  const events = seeds.reduce((sum, results) => sum + results.length, 0);
  const changed = counts("desk").reduce((sum, { truly }) => sum + truly, 0);
  const ways = Object.keys(WAYS) as Way[];
  const best = ways
    .filter((way) => way !== "live")
    .reduce((a, b) => ((score(b, "f1")?.value ?? 0) > (score(a, "f1")?.value ?? 0) ? b : a));
  return {
    id: "C7",
    title: "Market shock: what is flagged, what truly changes",
    intro: [
      `The simulator's own shocks: within ${DAYS} days of ${ASSETS} markets, moments inside a candle at which the leader is more than ${DRIFT_ATR} ATR from its analysis, at most ${MAX_SHOCKS} a seed. ${events} shocks in ${options.seeds.length} seeds; at them the decision of ${changed} markets would change if the candle closed there (by the action levels).`,
    ],
    tables: [
      {
        caption: "Flagged against truly changed",
        header: ["flagged", "precision", "recall", "F1", "markets flagged a shock"],
        rows: ways.map((way) => [
          WAYS[way],
          score(way, "precision"),
          score(way, "recall"),
          score(way, "f1"),
          counts(way).reduce((sum, { flagged }) => sum + flagged, 0) / Math.max(1, events),
        ]),
      },
    ],
    findings: [
      `Best F1 but for doing everything anew: ${WAYS[best]} (${cellText(score(best, "f1"))}); the desk's rule has ${cellText(score("desk", "f1"))}, flagging everything ${cellText(score("all", "f1"))}.`,
      "A market's own drift needs its own price. One call brings all of them, at most once a minute, on a real venue, while something is held or asked; the simulated market does not move between two slots.",
      "What is linked with the leader is voided on top of it, so that digests and answers made from it are made anew: that costs precision. The gate does not rest on either: an entry needs the next close.",
      "With a high budget live wins: everything anew is right by definition, at the price of every market from scratch. What is voided is not lost, it is made anew when it is next needed; a false flag costs work, a missed one a stale answer until the close.",
      "The sample is small and the simulator's shocks are gaps in a common factor: real ones spread less evenly.",
    ],
    headlines: [
      `**Shocks:** of the markets whose decision changes inside a candle the desk's two rules together find most (F1 ${cellText(score("desk", "f1"))}); what is linked with the leader finds few of them (${cellText(score("linked", "f1"))}), each market's own drift most (${cellText(score("drift", "f1"))}).`,
    ],
    charts: [],
  };
}
