// Floor 3. Analyses → digests: one asset, one sector, the whole market. Pure and deterministic: sleep makes them ahead and
// test time makes them anew by the same function, so they cannot disagree. Every row names the analysis it was read from.
import { z } from "zod";
import { type DeskStrategy, type Saying, sayingsOf } from "#memory/said-of.ts";
import { NearestLevel, nearestLevel } from "#schemas/action-levels.ts";
import { StaleReason } from "#schemas/analysis.ts";
import { hashOf } from "#schemas/hash.ts";
import { OVERBOUGHT_RSI, OVERSOLD_RSI, Trend } from "#schemas/indicator.ts";
import { ActionLevels, type MarketView, Signal } from "#schemas/reading.ts";
import { clusterOf, type Relationships } from "#schemas/relationship.ts";
import { mayEnter, SecurityVerdict } from "#schemas/security.ts";
import { MarketSymbol, splitSymbol, Timeframe, UnixMs, VenueId } from "#schemas/units.ts";
import { SECTORS, type Sector, sectorOf } from "#toolkits/universe/sectors.ts";

/** Rows kept of each ranking; counts are always of all. */
const ROWS = 10;

interface DigestPlace {
  readonly venueId: VenueId;
  readonly timeframe: Timeframe;
}

/** Topics under which digests are remembered: one for all desks that run the same strategies. */
export const marketTopic = ({ timeframe, venueId }: DigestPlace, strategies: readonly DeskStrategy[]): string =>
  `market:${timeframe}@${venueId}#${hashOf(
    strategies.map(({ info }) => info.definitionId),
    16,
  )}`;

/** What every row of a digest says first: which market, and the analysis its numbers are from. */
const ROW = { symbol: MarketSymbol, analysisId: z.string() };

/** What one strategy says of a market. */
const StrategyDigest = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("read"),
    strategyId: z.string(),
    ...Signal.pick({ action: true, strength: true }).shape,
    levels: ActionLevels.shape.status,
    searched: ActionLevels.shape.searched,
    /** Of the very next close, which interval of them is nearest; null: none, or not worked out. */
    enter: NearestLevel.nullable(),
    exit: NearestLevel.nullable(),
  }),
  z.object({ status: z.literal("silent"), strategyId: z.string(), why: z.string() }),
]);
export type StrategyDigest = z.infer<typeof StrategyDigest>;

export const AssetDigest = z.object({
  ...ROW,
  venueId: VenueId,
  timeframe: Timeframe,
  asOfMs: UnixMs,
  sector: z.enum(SECTORS),
  price: z.number(),
  ...Trend.pick({ changeHourPct: true, changeDayPct: true, direction: true }).shape,
  rsiWilder: z.number().nullable(),
  percentB: z.number().nullable(),
  /** ATR in percent of the price. */
  atrPct: z.number().nullable(),
  /** In the desk's order. */
  strategies: z.array(StrategyDigest),
  verdict: SecurityVerdict,
  securityReason: z.string(),
  /** Markets that count as one bet with it, itself left out; null: nothing is known of what moves together. */
  clusterPeers: z.array(MarketSymbol).nullable(),
});
export type AssetDigest = z.infer<typeof AssetDigest>;

const RsiRow = z.object({ ...ROW, rsiWilder: z.number() });
/** `hour`: the window does not reach back a day. */
const MoverRow = z.object({ ...ROW, changePct: z.number(), over: z.enum(["day", "hour"]) });
/** `searched`: null bounds on both sides are the bounds of the search. */
const EntryRow = z.object({
  ...ROW,
  strategyId: z.string(),
  ...NearestLevel.shape,
  searched: ActionLevels.shape.searched,
});
const RiskRow = z.object({
  ...ROW,
  verdict: SecurityVerdict,
  reason: z.string(),
  atrPct: z.number().nullable(),
});
export type RsiRow = z.infer<typeof RsiRow>;
export type MoverRow = z.infer<typeof MoverRow>;
export type EntryRow = z.infer<typeof EntryRow>;
export type RiskRow = z.infer<typeof RiskRow>;

/** How many went up, down and nowhere over the day (the hour where the day is not known); `unknown`: neither is. */
const Breadth = z.object({ up: z.int(), down: z.int(), unmoved: z.int(), unknown: z.int() });

export const SectorDigest = z.object({
  sector: z.enum(SECTORS),
  venueId: VenueId,
  timeframe: Timeframe,
  /** The oldest of its analyses. */
  asOfMs: UnixMs,
  markets: z.int().positive(),
  breadth: Breadth,
  /** Of the markets whose change is known; null where none is. */
  medianChangePct: z.number().nullable(),
  strongest: MoverRow.nullable(),
  weakest: MoverRow.nullable(),
  analysisIds: z.array(z.string()),
});
export type SectorDigest = z.infer<typeof SectorDigest>;

/** A market of the universe that is not in the digest. `unread`: its source was asked and did not answer. */
export const LeftOut = z.object({
  symbol: MarketSymbol,
  reason: z.enum([...StaleReason.options, "missing", "unread"]),
});
export type LeftOut = z.infer<typeof LeftOut>;

export const MarketDigest = z.object({
  venueId: VenueId,
  timeframe: Timeframe,
  /** The oldest of its analyses. */
  asOfMs: UnixMs,
  /** In the digest; `leftOut` are not among them. */
  markets: z.int().positive(),
  leftOut: z.array(LeftOut),
  breadth: Breadth,
  oversold: z.int(),
  overbought: z.int(),
  /** Lowest and highest RSI first, beyond the border or not. */
  lowestRsi: z.array(RsiRow),
  highestRsi: z.array(RsiRow),
  gainers: z.array(MoverRow),
  losers: z.array(MoverRow),
  /** Ids of the desk's strategies, in its order. */
  strategies: z.array(z.string()),
  /** Markets that may be entered, with the nearest close at which a strategy would: the least way to go first. */
  nearEntry: z.array(EntryRow),
  /** Of those markets and strategies: how many there are, and of how many no level was worked out. */
  entryLevels: z.object({ asked: z.int(), notWorkedOut: z.int() }),
  /** Strategies that say nothing, why, and of how many markets. */
  silent: z.array(z.object({ strategyId: z.string(), why: z.string(), markets: z.int() })),
  /** Worst verdict first, then the largest ATR in percent of the price. */
  riskiest: z.array(RiskRow),
  /** Not entered for their token's security: `block` and `unknown`. */
  barred: z.int(),
  barredRows: z.array(RiskRow),
  sectors: z.array(SectorDigest.omit({ analysisIds: true, venueId: true, timeframe: true, asOfMs: true })),
  analysisIds: z.array(z.string()),
});
export type MarketDigest = z.infer<typeof MarketDigest>;

/**
 * @param strategies the desk's
 * @param relationships what moves together, if known
 */
export function distilAsset(
  view: MarketView,
  strategies: readonly DeskStrategy[],
  relationships: Relationships | null = null,
): AssetDigest {
  const { symbol, timeframe, venueId, asOfMs, price, indicators, trend, security } = view;
  return {
    symbol,
    analysisId: view.id,
    venueId,
    timeframe,
    asOfMs,
    sector: sectorOf(splitSymbol(symbol).base),
    price,
    changeHourPct: unsignedZero(trend.changeHourPct),
    changeDayPct: unsignedZero(trend.changeDayPct),
    direction: trend.direction,
    rsiWilder: indicators.rsiWilder,
    percentB: unsignedZero(indicators.bollinger?.percentB ?? null),
    atrPct: indicators.atr === null ? null : (indicators.atr / price) * 100,
    strategies: sayingsOf(view, strategies).map((saying) => distilSaying(saying, price)),
    verdict: security.verdict,
    securityReason: security.reason,
    clusterPeers: relationships === null ? null : clusterOf(relationships, symbol).filter((peer) => peer !== symbol),
  };
}

function distilSaying(saying: Saying, price: number): StrategyDigest {
  if (saying.status === "silent") return saying;
  const { strategyId, reading } = saying;
  const { signal, levels } = reading;
  const nearest = (action: "enter" | "exit") => {
    const level = nearestLevel(levels, action, price);
    return level === null ? null : { ...level, distancePct: unsignedZero(level.distancePct) ?? 0 };
  };
  return {
    status: "read",
    strategyId,
    action: signal.action,
    strength: signal.strength,
    levels: levels.status,
    searched: levels.searched,
    enter: nearest("enter"),
    exit: nearest("exit"),
  };
}

/** @param assets of one venue and timeframe; null where none is of the sector */
export function distilSector(sector: Sector, assets: readonly AssetDigest[]): SectorDigest | null {
  const members = bySymbol(assets.filter((asset) => asset.sector === sector));
  const [first] = members;
  if (first === undefined) return null;
  const moves = ranked(members.flatMap(moverOf), (row) => -row.changePct);
  return {
    sector,
    venueId: first.venueId,
    timeframe: first.timeframe,
    asOfMs: oldest(members),
    markets: members.length,
    breadth: breadthOf(members),
    medianChangePct: median(moves.map(({ changePct }) => changePct)),
    strongest: moves[0] ?? null,
    // By the same order read from its end, so that of equal ones the last symbol is the weakest.
    weakest: moves.at(-1) ?? null,
    analysisIds: members.map(({ analysisId }) => analysisId),
  };
}

/**
 * @param assets of one venue and timeframe, in any order; the digest does not depend on it
 * @param leftOut markets of the universe without an analysis that counts, so that the digest can say so
 * @returns null where there is no asset
 */
export function distilMarket(assets: readonly AssetDigest[], leftOut: readonly LeftOut[] = []): MarketDigest | null {
  const all = bySymbol(assets);
  const [first] = all;
  if (first === undefined) return null;
  const rsi = all.flatMap(({ symbol, analysisId, rsiWilder }) =>
    rsiWilder === null ? [] : [{ symbol, analysisId, rsiWilder }],
  );
  const moves = ranked(all.flatMap(moverOf), (row) => -row.changePct);
  const risks = all.map(riskOf).toSorted(riskiestFirst);
  const barred = risks.filter(({ verdict }) => !mayEnter(verdict));
  return {
    venueId: first.venueId,
    timeframe: first.timeframe,
    asOfMs: oldest(all),
    markets: all.length,
    leftOut: bySymbol(leftOut),
    breadth: breadthOf(all),
    oversold: rsi.filter(({ rsiWilder }) => rsiWilder < OVERSOLD_RSI).length,
    overbought: rsi.filter(({ rsiWilder }) => rsiWilder > OVERBOUGHT_RSI).length,
    lowestRsi: ranked(rsi, (row) => row.rsiWilder).slice(0, ROWS),
    highestRsi: ranked(rsi, (row) => -row.rsiWilder).slice(0, ROWS),
    gainers: moves.filter((row) => row.changePct > 0).slice(0, ROWS),
    losers: ranked(moves, (row) => row.changePct)
      .filter((row) => row.changePct < 0)
      .slice(0, ROWS),
    strategies: first.strategies.map(({ strategyId }) => strategyId),
    nearEntry: ranked(all.flatMap(entriesOf), (row) => Math.abs(row.distancePct)).slice(0, ROWS),
    entryLevels: entryLevelsOf(all),
    silent: silentOf(all),
    riskiest: risks.slice(0, ROWS),
    barred: barred.length,
    barredRows: barred.slice(0, ROWS),
    sectors: SECTORS.flatMap((sector) => {
      const digest = distilSector(sector, all);
      if (digest === null) return [];
      const { analysisIds: _ids, venueId: _venue, timeframe: _timeframe, asOfMs: _asOf, ...row } = digest;
      return [row];
    }),
    analysisIds: all.map(({ analysisId }) => analysisId),
  };
}

/** JSON has no -0: a digest is the same before and after it was stored. */
const unsignedZero = (value: number | null): number | null => (value === 0 ? 0 : value);

interface OfMarket {
  readonly symbol: MarketSymbol;
}

const bySymbol = <T extends OfMarket>(rows: readonly T[]): T[] =>
  rows.toSorted((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0));

/** Lowest value first, then by symbol: one order whatever order the analyses came in. */
const ranked = <T extends OfMarket>(rows: readonly T[], read: (row: T) => number): T[] =>
  rows.toSorted((a, b) => read(a) - read(b) || (a.symbol < b.symbol ? -1 : 1));

/** The time of the oldest of them; there is one. */
export const oldest = (assets: readonly { readonly asOfMs: UnixMs }[]): UnixMs =>
  assets.map(({ asOfMs }) => asOfMs).reduce((a, b) => (a < b ? a : b));

function moverOf({ symbol, analysisId, changeDayPct, changeHourPct }: AssetDigest): MoverRow[] {
  if (changeDayPct !== null) return [{ symbol, analysisId, changePct: changeDayPct, over: "day" }];
  return changeHourPct === null ? [] : [{ symbol, analysisId, changePct: changeHourPct, over: "hour" }];
}

/** Of one market by strategy, in the desk's order. */
function entriesOf({ symbol, analysisId, strategies, verdict }: AssetDigest): EntryRow[] {
  if (!mayEnter(verdict)) return [];
  return strategies.flatMap((one) =>
    one.status === "silent" || one.enter === null
      ? []
      : [{ symbol, analysisId, strategyId: one.strategyId, searched: one.searched, ...one.enter }],
  );
}

function entryLevelsOf(assets: readonly AssetDigest[]): MarketDigest["entryLevels"] {
  const read = assets
    .filter(({ verdict }) => mayEnter(verdict))
    .flatMap(({ strategies }) => strategies.filter((one) => one.status === "read"));
  return { asked: read.length, notWorkedOut: read.filter(({ levels }) => levels === "not-worked-out").length };
}

function silentOf(assets: readonly AssetDigest[]): MarketDigest["silent"] {
  const silent = new Map<string, MarketDigest["silent"][number]>();
  for (const one of assets.flatMap(({ strategies }) => strategies)) {
    if (one.status === "read") continue;
    const { strategyId, why } = one;
    const known = silent.get(`${strategyId} ${why}`)?.markets ?? 0;
    silent.set(`${strategyId} ${why}`, { strategyId, why, markets: known + 1 });
  }
  return [...silent.values()];
}

const riskOf = ({ symbol, analysisId, verdict, securityReason, atrPct }: AssetDigest): RiskRow => ({
  symbol,
  analysisId,
  verdict,
  reason: securityReason,
  atrPct,
});

/** Law 4, worst first; a native coin has no token that could be worse than clear. */
const RISK_ORDER: Readonly<Record<SecurityVerdict, number>> = {
  block: 0,
  unknown: 1,
  caution: 2,
  clear: 3,
  "not-applicable": 3,
};

function riskiestFirst(a: RiskRow, b: RiskRow): number {
  // An ATR that is not known stands before those that are, as unknown is not safe.
  const [atrA, atrB] = [a.atrPct ?? Number.MAX_VALUE, b.atrPct ?? Number.MAX_VALUE];
  return RISK_ORDER[a.verdict] - RISK_ORDER[b.verdict] || atrB - atrA || (a.symbol < b.symbol ? -1 : 1);
}

function breadthOf(assets: readonly AssetDigest[]): z.infer<typeof Breadth> {
  const moves = assets.flatMap(moverOf);
  const up = moves.filter(({ changePct }) => changePct > 0).length;
  const down = moves.filter(({ changePct }) => changePct < 0).length;
  return { up, down, unmoved: moves.length - up - down, unknown: assets.length - moves.length };
}

/** Of sorted values, whichever way; of an even number the mean of the two in the middle. */
function median(sorted: readonly number[]): number | null {
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
