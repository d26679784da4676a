// Floor 6. A folder of recorded candles as a venue.
import { formatTime } from "#desk/documents/format.ts";
import { createSimulatedClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { DataFolderError } from "#schemas/errors.ts";
import { FULL_WARMUP_CANDLES } from "#schemas/indicator.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { splitSymbol, type Timeframe, timeframeMs, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { describeFolder, folderNotes } from "#toolkits/market/replay/describe-folder.ts";
import { openReplayFolder } from "#toolkits/market/replay/folder.ts";
import { createReplayVenue } from "#toolkits/market/replay-venue.ts";
import { calendarText, type SessionCalendar } from "#toolkits/market/sessions/session-calendar.ts";
import { countedPorts } from "#toolkits/ports/counted.ts";
import { createRecordedSecurity } from "#toolkits/security/recorded-security.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import { needRowsOf, type StrategyInfo } from "#toolkits/strategies/strategy.ts";
import { createFolderUniverse, survivorNote } from "#toolkits/universe/folder-universe.ts";
import { recordedMoney, settlement } from "./settlement.ts";
import type { Venue, VenueOptions } from "./venue.ts";

export async function replayVenue(
  config: DeskConfig,
  hosts: readonly StrategyHost[],
  { detail, ...options }: Pick<VenueOptions, "detail"> & CallOptions,
): Promise<Venue> {
  const infos = hosts.map(({ info }) => info);
  const higher = [...new Set(infos.flatMap(({ timeframes }) => timeframes))];
  const folder = await openReplayFolder(config.dataDir ?? "", {
    timeframe: config.timeframe,
    higher,
    ...(detail === undefined ? {} : { finer: detail }),
    signal: options.signal,
  });
  const counting = countedPorts();
  const marketData = counting.port("marketData", createReplayVenue(folder));
  const quote = config.quote ?? folder.defaultQuote;
  const money = await settlement(config, marketData, recordedMoney(quote), options);
  const needs = needsOf(infos, config.timeframe);
  const real = (atMs: UnixMs): UnixMs => folder.calendar?.toReal(atMs, "close") ?? atMs;
  const { warmStartMs: allWarmMs, lastCloseMs: endMs } = folder.range(quote, needs);
  const lastCloseMs = real(endMs);
  // Where a strategy is never warm, the others begin without it.
  const warmMs = allWarmMs ?? folder.range(quote).warmStartMs;
  const warmStartMs = warmMs === null ? null : real(warmMs);
  const standMs = config.asOfMs ?? lastCloseMs;
  const described = describeFolder(folder, quote);
  const beginMs = config.asOfMs ?? warmStartMs ?? lastCloseMs;
  const opens = described.flatMap(({ symbol, fromMs }) => (splitSymbol(symbol).quote === quote ? (fromMs ?? []) : []));
  const survivors = survivorNote(folder, quote, folder.calendar?.toGrid(beginMs) ?? beginMs);
  // One candle may be missing there, which is what an analysis then says.
  if (standMs > lastCloseMs + timeframeMs(config.timeframe)) throw beyondData(standMs, lastCloseMs);
  return {
    marketData,
    security: counting.port("security", createRecordedSecurity({ folder, policy: config.securityPolicy })),
    universe: counting.port("universe", createFolderUniverse(folder, marketData, quote)),
    ...money,
    hosts,
    clock: createSimulatedClock(standMs),
    standMs,
    beginMs,
    lastSlotMs: lastCloseMs,
    firstCandleMs: unixMs(Math.min(...opens)),
    ...(folder.calendar === null ? {} : { calendar: folder.calendar }),
    notes: [
      ...calendarNotes(folder.calendar, infos),
      ...folder.notes,
      ...folderNotes(described),
      ...(survivors === null ? [] : [survivors]),
      ...(allWarmMs === null
        ? [
            `no market in ${quote} has ${needsText(needs)}: ${warmStartMs === null ? "none can be entered" : "not every strategy can enter"}`,
          ]
        : []),
    ],
    folder: described,
    counting,
  };
}

/** What a folder with sessions is, and what a shortened warm-up costs. */
function calendarNotes(calendar: SessionCalendar | null, strategies: readonly StrategyInfo[]): readonly string[] {
  if (calendar === null) return [];
  const { warmupSessions: from } = calendar;
  const needs = strategies.map((strategy) => needRowsOf(strategy, null));
  const most = Math.max(FULL_WARMUP_CANDLES, ...needs);
  return [
    calendarText(calendar),
    ...(from === null || from >= most
      ? []
      : [
          `entries from ${from} sessions on (markets.json), where ${most} are usual: values with a long memory, such as RSI and ATR, still hang on where the candles begin`,
        ]),
  ];
}

/** Candles that every strategy needs, by timeframe, the base one first. */
const needsOf = (strategies: readonly StrategyInfo[], base: Timeframe): ReadonlyMap<Timeframe, number> => {
  const needs = new Map<Timeframe, number>([[base, FULL_WARMUP_CANDLES]]);
  for (const strategy of strategies) {
    for (const timeframe of [base, ...strategy.timeframes]) {
      const need = needRowsOf(strategy, timeframe === base ? null : timeframe);
      needs.set(timeframe, Math.max(need, needs.get(timeframe) ?? 0));
    }
  }
  return needs;
};

/** `250 candles`, or `250 candles of 5m and 281 of 1h`. */
const needsText = (needs: ReadonlyMap<Timeframe, number>): string =>
  [...needs].map(([timeframe, rows], i) => `${rows}${i === 0 ? " candles" : ""} of ${timeframe}`).join(" and ");

/** A moment after the last recorded close, where nothing can be decided. */
export const beyondData = (asOfMs: number, lastCloseMs: number): DataFolderError =>
  new DataFolderError({
    was: `--as-of ${toIso(asOfMs)} lies beyond the folder's candles, which end at ${formatTime(lastCloseMs)} UTC.`,
    remedy: "Choose an earlier --as-of.",
  });
