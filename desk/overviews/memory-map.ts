// Floor 4. All markets that the desk looks at, one row each, as Khala knows them now: the document of `memory map`. Read in a few queries
// for all of them, never one a market.
import { z } from "zod";
import { sayingsOf } from "#memory/said-of.ts";
import { nearestLevel } from "#schemas/action-levels.ts";
import { type Recall, StaleReason } from "#schemas/analysis.ts";
import { Brief } from "#schemas/brief.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import { isWithin } from "#schemas/judgement.ts";
import { blockedName, type Portfolio } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { ActionLevels, type MarketView } from "#schemas/reading.ts";
import { SecurityVerdict } from "#schemas/security.ts";
import { Count, MarketSymbol, Timeframe, UnixMs, unixMs } from "#schemas/units.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";
import type { Desk } from "../desk.ts";
import { withPlanLevels } from "../documents/plan-levels.ts";
import { expiresAtMs } from "../judgement/brief-freshness.ts";
import { marketsToThinkAbout } from "../run-slot/daily-universe.ts";

const MapLevels = z.object({
  strategyId: z.string().describe("The desk's first strategy"),
  status: ActionLevels.shape.status.describe(
    "Whether the levels are exact, hold for a stated candle, or are not known",
  ),
  enterDistancePct: z
    .number()
    .nullable()
    .describe("From the price to the nearest next close at which it would enter, percent, negative below; null: none"),
  exitDistancePct: z.number().nullable().describe("The same for the nearest close at which it would exit, percent"),
});

const MapRow = z.object({
  symbol: MarketSymbol,
  status: z.enum(["fresh", "stale", "missing"]),
  reason: StaleReason.nullable().describe("Why it is stale; null: it is not"),
  ageMs: z.number().nullable().describe("From the close of the newest candle to now, ms; null where nothing is known"),
  asOfMs: UnixMs.nullable().describe("Close of the newest candle, epoch ms"),
  price: z.number().nullable().describe("That close, in quote per base"),
  changePct24h: z
    .number()
    .nullable()
    .describe("Against the close 24 hours before, percent; null: its window does not reach back so far"),
  rsi: z.number().nullable().describe("Wilder, 14 candles, 0 to 100"),
  percentB: z.number().nullable().describe("Place in the Bollinger bands: 0 the lower one, 1 the upper one"),
  security: SecurityVerdict.nullable(),
  levels: MapLevels.nullable().describe("Null where the strategy says nothing of it"),
  briefUntilMs: UnixMs.nullable().describe(
    "Until when its brief stands if nothing changes, epoch ms; null: none, or its price has left the brief's bounds",
  ),
  held: z.boolean().describe("Held by any strategy, dust left out"),
  blocked: z.boolean().describe("By the operator: it is not entered"),
  inUniverse: z.boolean().describe("False: looked at because it is held or has a working order"),
});
export type MapRow = z.infer<typeof MapRow>;

export const MemoryMap = z.object({
  nowMs: UnixMs,
  timeframe: Timeframe,
  fresh: Count.describe("analyses of now"),
  stale: Count.describe("analyses that no decision stands on"),
  missing: Count.describe("markets that nothing is known of"),
  markets: z.array(MapRow).readonly().describe("In the order of the universe, then what is held beside it"),
});
export type MemoryMap = z.infer<typeof MemoryMap>;

/** @throws StoreError */
export async function memoryMapOf(desk: Desk, options: CallOptions): Promise<MemoryMap> {
  const { config, marketData } = desk;
  const nowMs = desk.clock.now();
  const universe = await desk.universe.at(nowMs, options);
  const portfolio = desk.account.portfolio();
  const symbols = marketsToThinkAbout(universe, portfolio);
  const keys = symbols.map((symbol) => ({ venueId: marketData.venueId, symbol, timeframe: config.timeframe }));
  const recalls = await desk.views.recallMany(keys, { nowMs }, options);
  const at: MapMoment = {
    portfolio,
    held: new Set(openPositions(portfolio).map(({ symbol }) => symbol)),
    universe: new Set(universe.assets),
    briefs: await briefsKept(desk, nowMs, options),
  };
  const markets = symbols.map((symbol, i) => rowOf(desk, symbol, recalls[i] ?? { status: "missing" }, at));
  const count = (status: MapRow["status"]) => markets.filter((row) => row.status === status).length;
  return {
    nowMs,
    timeframe: config.timeframe,
    fresh: count("fresh"),
    stale: count("stale"),
    missing: count("missing"),
    markets,
  };
}

interface MapMoment {
  readonly portfolio: Portfolio;
  readonly held: ReadonlySet<MarketSymbol>;
  readonly universe: ReadonlySet<MarketSymbol>;
  readonly briefs: ReadonlyMap<MarketSymbol, Brief>;
}

function rowOf(desk: Desk, symbol: MarketSymbol, recall: Recall<MarketView>, at: MapMoment): MapRow {
  const record = recall.status === "missing" ? null : recall.record;
  return {
    symbol,
    status: recall.status,
    reason: recall.status === "stale" ? recall.reason : null,
    ageMs: recall.status === "missing" ? null : recall.ageMs,
    asOfMs: record?.asOfMs ?? null,
    price: record?.price ?? null,
    changePct24h: record?.trend.changeDayPct ?? null,
    rsi: record?.indicators.rsiWilder ?? null,
    percentB: record?.indicators.bollinger?.percentB ?? null,
    security: record?.security.verdict ?? null,
    levels: record === null ? null : levelsOf(desk, record, at.portfolio),
    briefUntilMs: record === null ? null : briefUntil(at.briefs.get(symbol), record),
    held: at.held.has(symbol),
    blocked: blockedName(at.portfolio, symbol) !== null,
    inUniverse: at.universe.has(symbol),
  };
}

function levelsOf({ hosts }: Pick<Desk, "hosts">, view: MarketView, { plans }: Portfolio): MapRow["levels"] {
  const [said] = sayingsOf(view, hosts.slice(0, 1));
  if (said === undefined) return null;
  const saying = withPlanLevels(said, plans);
  if (saying.status !== "read") return null;
  const { levels } = saying.reading;
  const distance = (action: "enter" | "exit") => nearestLevel(levels, action, view.price)?.distancePct ?? null;
  return {
    strategyId: saying.strategyId,
    status: levels.status,
    enterDistancePct: distance("enter"),
    exitDistancePct: distance("exit"),
  };
}

/** Looked through for briefs that have not expired. */
const MOST_BRIEFS = 1000;

/** The newest brief of each market, as long as it has not expired. What else it depends on is not looked at here. */
async function briefsKept(desk: Desk, nowMs: UnixMs, options: CallOptions): Promise<ReadonlyMap<MarketSymbol, Brief>> {
  const briefs = new Map<MarketSymbol, Brief>();
  if (desk.quarantine.has("brief")) return briefs;
  const { venueId } = desk.marketData;
  const rows = await desk.topics
    .history("brief", { topic: null, nowMs, limit: MOST_BRIEFS }, options)
    .catch((error: unknown) => {
      if (error instanceof RecordVersionError) return [];
      throw error;
    });
  // Oldest first, so that the newest of a market is the last word.
  for (const { record, invalidated } of rows.toReversed()) {
    if (record.validUntilMs <= nowMs && invalidated === null) continue;
    const brief = Brief.safeParse(record.body).data;
    if (brief?.scope.of !== "market" || brief.scope.venueId !== venueId) continue;
    if (brief.scope.timeframe !== desk.config.timeframe) continue;
    if (invalidated === null) briefs.set(brief.scope.symbol, brief);
    else briefs.delete(brief.scope.symbol);
  }
  return briefs;
}

function briefUntil(brief: Brief | undefined, { symbol, price }: MarketView): UnixMs | null {
  if (brief === undefined) return null;
  const own = brief.conditions.markets.find((market) => market.symbol === symbol);
  return own !== undefined && !isWithin(own.bounds, price) ? null : unixMs(expiresAtMs(brief));
}
