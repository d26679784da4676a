// Floor 3. Analyses → digests: one asset, one sector, the whole market. Pure and deterministic: sleep makes them ahead and
// test time makes them anew by the same function, so they cannot disagree. Every row names the analysis it was read from.
import { z } from "zod";
import { type Analysis, StaleReason } from "#schemas/analysis.ts";
import { OVERBOUGHT_RSI, OVERSOLD_RSI, Trend } from "#schemas/indicator.ts";
import { Signal } from "#schemas/reading.ts";
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

/** Topics under which digests are remembered. */
export const marketTopic = ({ timeframe, venueId }: DigestPlace): string => `market:${timeframe}@${venueId}`;

/** What every row of a digest says first: which market, and the analysis its numbers are from. */
const ROW = { symbol: MarketSymbol, analysisId: z.string() };

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
  signal: Signal.pick({ action: true, strength: true }),
  /** Of the very next close; distances in percent of the price, negative below it. */
  enterAtOrBelow: z.number().nullable(),
  enterDistancePct: z.number().nullable(),
  exitAtOrAbove: z.number().nullable(),
  exitDistancePct: z.number().nullable(),
  verdict: SecurityVerdict,
  securityReason: z.string(),
  /** Markets that count as one bet with it, itself left out; null: nothing is known of what moves together. */
  clusterPeers: z.array(MarketSymbol).nullable(),
});
export type AssetDigest = z.infer<typeof AssetDigest>;

const RsiRow = z.object({ ...ROW, rsiWilder: z.number() });
/** `hour`: the window does not reach back a day. */
const MoverRow = z.object({ ...ROW, changePct: z.number(), over: z.enum(["day", "hour"]) });
const EntryRow = z.object({ ...ROW, enterAtOrBelow: z.number(), distancePct: z.number() });
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
  /** Markets that may be entered and have an entry trigger, the one with the least way to go first. */
  nearEntry: z.array(EntryRow),
  /** Worst verdict first, then the largest ATR in percent of the price. */
  riskiest: z.array(RiskRow),
  /** Not entered for their token's security: `block` and `unknown`. */
  barred: z.int(),
  barredRows: z.array(RiskRow),
  sectors: z.array(SectorDigest.omit({ analysisIds: true, venueId: true, timeframe: true, asOfMs: true })),
  analysisIds: z.array(z.string()),
});
export type MarketDigest = z.infer<typeof MarketDigest>;

/** @param relationships what moves together, if known */
export function distilAsset(analysis: Analysis, relationships: Relationships | null = null): AssetDigest {
  const { symbol, timeframe, venueId, asOfMs, price, indicators, trend, signal, security, triggers } = analysis;
  const distancePct = (level: number | null): number | null => (level === null ? null : (level / price - 1) * 100);
  return {
    symbol,
    analysisId: analysis.id,
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
    signal: { action: signal.action, strength: signal.strength },
    enterAtOrBelow: triggers.enterAtOrBelow,
    enterDistancePct: distancePct(triggers.enterAtOrBelow),
    exitAtOrAbove: triggers.exitAtOrAbove,
    exitDistancePct: distancePct(triggers.exitAtOrAbove),
    verdict: security.verdict,
    securityReason: security.reason,
    clusterPeers: relationships === null ? null : clusterOf(relationships, symbol).filter((peer) => peer !== symbol),
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
    nearEntry: ranked(all.flatMap(entryOf), (row) => -row.distancePct).slice(0, ROWS),
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

function entryOf({ symbol, analysisId, enterAtOrBelow, enterDistancePct, verdict }: AssetDigest): EntryRow[] {
  if (enterAtOrBelow === null || enterDistancePct === null || !mayEnter(verdict)) return [];
  return [{ symbol, analysisId, enterAtOrBelow, distancePct: enterDistancePct }];
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
