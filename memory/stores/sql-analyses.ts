// Floor 2. The AnalysisStore port → drizzle queries, the same for PGlite and PostgreSQL. Each verb is one statement, so none
// needs a transaction: inside one, a query on the outer connection would wait for ever on PGlite.
import { and, eq, lt, lte, type SQL, sql } from "drizzle-orm";
import { AnalysisKey } from "#schemas/analysis.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { AnalysisStore, ReadOptions, StoredAnalysis } from "#schemas/ports/memory.ts";
import { unixMs } from "#schemas/units.ts";
import { askedKeys, askedReports, isOfKey, prepareReads } from "./analysis-reads.ts";
import { type AnalysisRow, decodeAnalysis, decodeReport, encodeReport, invalidationOf } from "./codec.ts";
import type { Db } from "./db.ts";
import type { StoreGuard } from "./guard.ts";
import { inKeyOrder } from "./key-order.ts";
import { incomingOf, preparePut, THIS_TRANSACTION } from "./put-statement.ts";
import { analyses, analysisKeys, securityReports } from "./tables.ts";

/** How many records before an unreadable newest one are tried. An older one is hardly ever fresh, so few are enough. */
const OLDER_TRIED = 20;

/** When the server that gave a mark was started. */
const startOf = (mark: string): string | undefined => mark.split("@")[1];

export function createSqlAnalyses(db: Db, guard: StoreGuard): AnalysisStore {
  const queries = prepareReads(db);
  const put = preparePut(db);

  /** Null where the row cannot be read and `onUnreadable` was told so. */
  const readable = (row: AnalysisRow, key: AnalysisKey, { onUnreadable }: ReadOptions): StoredAnalysis | null => {
    try {
      return decodeAnalysis(row, key);
    } catch (error) {
      if (onUnreadable === undefined || !(error instanceof RecordVersionError)) throw error;
      onUnreadable(error);
      return null;
    }
  };

  const olderReadable = async (key: AnalysisKey, nowMs: number, options: ReadOptions) => {
    const rows = await queries.history.execute({ ...key, nowMs, limit: OLDER_TRIED });
    for (const row of rows) {
      const found = readable(row, key, options);
      if (found !== null) return found;
    }
    return undefined;
  };

  return guard.verbs<AnalysisStore>({
    async put(records) {
      if (records.length === 0) return;
      // One statement writes one row at most once: of several writes of the same id the last counts.
      const byId = new Map(records.map((record) => [`${record.venueId} ${record.id}`, record]));
      await put.execute({ records: incomingOf([...byId.values()]) });
    },

    async newest(keys, nowMs, options) {
      if (keys.length === 0) return [];
      const rows = await queries.newest.execute({ keys: askedKeys(keys), nowMs });
      const byOrd = new Map(rows.map((row) => [row.ord, row]));
      return Promise.all(
        keys.map((key, ord) => {
          const row = byOrd.get(ord);
          return row === undefined ? undefined : (readable(row, key, options) ?? olderReadable(key, nowMs, options));
        }),
      );
    },

    async versions(keys, nowMs) {
      if (keys.length === 0) return [];
      const rows = await queries.versions.execute({ keys: askedKeys(keys), nowMs });
      const byOrd = new Map(rows.map((row) => [row.ord, row]));
      return keys.map((_, ord) => {
        const row = byOrd.get(ord);
        if (row === undefined) return undefined;
        return {
          asOfMs: unixMs(row.asOfMs),
          revision: row.revision,
          id: row.id,
          computedAtMs: unixMs(row.computedAtMs),
          checkedThroughMs: unixMs(row.checkedThroughMs),
          invalidated: invalidationOf(row),
        };
      });
    },

    async changedSince(mark) {
      const rows = await queries.changed.execute({ mark });
      const [first] = rows;
      if (first === undefined) throw new Error("the database gave no snapshot");
      // After a crash the server numbers transactions again that left nothing behind: a change may look like one of before.
      if (mark !== null && startOf(mark) !== startOf(first.mark))
        throw new Error("the server was started anew meanwhile");
      return {
        mark: first.mark,
        keys: rows.flatMap(({ mark: _, ...key }) => (key.venueId === null ? [] : [AnalysisKey.parse(key)])),
      };
    },

    async keys(venueId) {
      const rows = await db
        .select({ venueId: analysisKeys.venueId, symbol: analysisKeys.symbol, timeframe: analysisKeys.timeframe })
        .from(analysisKeys)
        .where(venueId === null ? undefined : eq(analysisKeys.venueId, venueId));
      return inKeyOrder(rows.map((row) => AnalysisKey.parse(row)));
    },

    async history(key, { nowMs, limit }, options) {
      const rows = await queries.history.execute({ ...key, nowMs, limit });
      return rows.flatMap((row) => readable(row, key, options) ?? []);
    },

    async noteChecked(key, checkedThroughMs) {
      await db
        .update(analyses)
        .set({ checkedThroughMs })
        .where(
          and(
            isOfKey(analyses, key),
            lte(analyses.asOfMs, checkedThroughMs),
            lt(analyses.checkedThroughMs, checkedThroughMs),
            sql`not ${hasLater(sql`and later.as_of_ms <= ${checkedThroughMs}::bigint`)}`,
          ),
        );
    },

    async invalidate(scope, why) {
      // Locked in the order in which `put` locks them: else the two could wait for each other.
      const inScope = db
        .$with("in_scope")
        .as(
          db
            .select({ venueId: analysisKeys.venueId, symbol: analysisKeys.symbol, timeframe: analysisKeys.timeframe })
            .from(analysisKeys)
            .where(isOfKey(analysisKeys, scope))
            .orderBy(analysisKeys.venueId, analysisKeys.symbol, analysisKeys.timeframe)
            .for("update"),
        );
      const touched = await db
        .with(inScope)
        .update(analysisKeys)
        .set({ epoch: sql`${analysisKeys.epoch} + 1`, ...why, changedXid: THIS_TRANSACTION })
        .from(inScope)
        .where(
          sql`(${analysisKeys.venueId}, ${analysisKeys.symbol}, ${analysisKeys.timeframe})
              = (${inScope.venueId}, ${inScope.symbol}, ${inScope.timeframe})`,
        )
        .returning({ symbol: analysisKeys.symbol });
      return touched.length;
    },

    async prune(beforeMs) {
      const old = await db
        .delete(analyses)
        .where(and(lt(analyses.asOfMs, beforeMs), hasLater()))
        .returning({ revision: analyses.revision });
      const { sourceId, chain, contract, observedAtMs } = securityReports;
      const hasLaterReport = sql`exists (select 1 from ${securityReports} later
          where (later.source_id, later.chain, later.contract) = (${sourceId}, ${chain}, ${contract})
            and later.observed_at_ms > ${observedAtMs})`;
      const oldReports = await db
        .delete(securityReports)
        .where(and(lt(observedAtMs, beforeMs), hasLaterReport))
        .returning({ observedAtMs });
      return old.length + oldReports.length;
    },

    async putSecurity(sourceId, contract, report) {
      const { sourceId: source, chain, contract: address, observedAtMs } = securityReports;
      const text = encodeReport(report);
      await db
        .insert(securityReports)
        .values({ sourceId, ...contract, observedAtMs: report.observedAtMs, report: text })
        .onConflictDoUpdate({ target: [source, chain, address, observedAtMs], set: { report: text } });
    },

    async security(asked, nowMs) {
      if (asked.length === 0) return [];
      const rows = await queries.security.execute({ keys: askedReports(asked), nowMs });
      const byOrd = new Map(rows.map(({ ord, report }) => [ord, report]));
      return asked.map(({ contract }, ord) => {
        const report = byOrd.get(ord);
        return report === undefined ? undefined : decodeReport(report, contract.contract);
      });
    },

    stats: async () => ({
      keys: await db.$count(analysisKeys),
      analyses: await db.$count(analyses),
      securityReports: await db.$count(securityReports),
    }),
  });
}

/** There is a later record of the same key: a newer candle, or a later revision of the same one. */
const hasLater = (only: SQL = sql``): SQL =>
  sql`exists (select 1 from ${analyses} later
    where (later.venue_id, later.symbol, later.timeframe) = (${analyses.venueId}, ${analyses.symbol}, ${analyses.timeframe})
      and (later.as_of_ms, later.revision, later.id) > (${analyses.asOfMs}, ${analyses.revision}, ${analyses.id}) ${only})`;
