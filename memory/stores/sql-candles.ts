// Floor 2. The CandleStore port → drizzle queries, one statement a write.

import { and, asc, desc, gte, lt, lte, sql } from "drizzle-orm";
import { candlesOf } from "#schemas/market.ts";
import type { CandleStore } from "#schemas/ports/memory.ts";
import { byVersion, newestWords, seriesOf } from "../candle-columns.ts";
import { isOfKey } from "./analysis-reads.ts";
import type { Db } from "./db.ts";
import type { StoreGuard } from "./guard.ts";
import { candles, candleVerdicts, replacedCandles } from "./tables.ts";

export function createSqlCandles(db: Db, guard: StoreGuard): CandleStore {
  return guard.verbs<CandleStore>({
    async window(key, count) {
      const { open, high, low, close, volume, openMs } = candles;
      const rows = await db
        .select({ openMs, open, high, low, close, volume })
        .from(candles)
        .where(isOfKey(candles, key))
        .orderBy(desc(openMs))
        .limit(Math.max(0, count));
      return rows.length === 0 ? undefined : seriesOf(key, rows.reverse());
    },

    async put(key, series, keep) {
      const incoming = JSON.stringify(
        candlesOf(series).map(({ openMs, ...prices }) => ({ open_ms: openMs, ...prices })),
      );
      const knownMs = sql`${series.checkedThroughMs}::bigint`;
      const ofKey = sql`(venue_id, symbol, timeframe) = (${key.venueId}, ${key.symbol}, ${key.timeframe})`;
      // What is dropped and what is written are apart by the cut, so that no row is touched twice in one statement.
      await db.execute(sql`
          with incoming as (
            select * from json_to_recordset(${incoming}::text::json) as i(
              open_ms bigint, open float8, high float8, low float8, close float8, volume float8)
          ), cut as (
            select min(open_ms) as open_ms from (
              select open_ms from ${candles} where ${ofKey} union select open_ms from incoming
              order by open_ms desc limit ${keep}
            ) as kept
          ), dropped as (
            delete from ${candles} where ${ofKey} and open_ms < (select open_ms from cut)
          ), replaced as (
            insert into ${replacedCandles} (venue_id, symbol, timeframe, open_ms, open, high, low, close, volume,
              known_from_ms, replaced_ms)
            select old.venue_id, old.symbol, old.timeframe, old.open_ms, old.open, old.high, old.low, old.close, old.volume,
              old.known_from_ms, ${knownMs}
            from ${candles} as old join incoming i using (open_ms)
            where ${ofKey} and open_ms >= (select open_ms from cut) and (old.open, old.high, old.low, old.close, old.volume)
              is distinct from (i.open, i.high, i.low, i.close, i.volume)
            on conflict do nothing
          )
          insert into ${candles} as held
            (venue_id, symbol, timeframe, open_ms, open, high, low, close, volume, known_from_ms)
          select ${key.venueId}, ${key.symbol}, ${key.timeframe}, i.open_ms, i.open, i.high, i.low, i.close, i.volume, ${knownMs}
          from incoming i
          where i.open_ms >= (select open_ms from cut)
          order by i.open_ms
          on conflict (venue_id, symbol, timeframe, open_ms) do update set
            open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
            volume = excluded.volume, known_from_ms = excluded.known_from_ms
          where (held.open, held.high, held.low, held.close, held.volume)
            is distinct from (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)`);
    },

    async versions(key, { fromMs, toMs }) {
      const { open, high, low, close, volume, openMs, knownFromMs } = candles;
      const standing = db
        .select({ openMs, open, high, low, close, volume, knownFromMs, replacedMs: sql<number | null>`null::bigint` })
        .from(candles)
        .where(and(isOfKey(candles, key), gte(openMs, fromMs), lt(openMs, toMs)));
      const was = replacedCandles;
      const replaced = db
        .select({
          openMs: was.openMs,
          open: was.open,
          high: was.high,
          low: was.low,
          close: was.close,
          volume: was.volume,
          knownFromMs: was.knownFromMs,
          replacedMs: was.replacedMs,
        })
        .from(was)
        .where(and(isOfKey(was, key), gte(was.openMs, fromMs), lt(was.openMs, toMs)));
      const rows = [...(await replaced), ...(await standing)];
      return rows.sort(byVersion);
    },

    async putVerdicts(key, verdicts) {
      if (verdicts.length === 0) return;
      const { venueId, symbol, timeframe } = key;
      // First word wins: a verdict that was read is never another one later.
      await db
        .insert(candleVerdicts)
        .values(verdicts.map((one) => ({ venueId, symbol, timeframe, ...one })))
        .onConflictDoNothing();
    },

    async verdicts(key, { fromMs, nowMs }) {
      const { openMs, verdict, knownMs } = candleVerdicts;
      const rows = await db
        .select({ openMs, verdict, knownMs })
        .from(candleVerdicts)
        .where(and(isOfKey(candleVerdicts, key), gte(openMs, fromMs), lte(knownMs, nowMs)))
        .orderBy(asc(openMs));
      return newestWords(rows);
    },
  });
}
