// Floor 2. The AnalysisStore port → drizzle queries, the same for PGlite and PostgreSQL. Each verb is one statement, so none
// needs a transaction: inside one, a query on the outer connection would wait for ever on PGlite.
import { and, desc, eq, exists, gt, lt, lte, type SQL, sql } from "drizzle-orm";
import { type AnyPgColumn, alias, type PgDatabase, type PgQueryResultHKT } from "drizzle-orm/pg-core";
import { AnalysisKey } from "#schemas/analysis.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { AnalysisStore, ReadOptions, StoredAnalysis } from "#schemas/ports.ts";
import { unixMs } from "#schemas/units.ts";
import { type AnalysisRow, decodeAnalysis, decodeReport, encodeReport, invalidationOf } from "./codec.ts";
import type { StoreGuard } from "./guard.ts";
import { inKeyOrder } from "./key-order.ts";
import { putStatement, THIS_TRANSACTION } from "./put-statement.ts";
import { analyses, analysisKeys, securityReports } from "./tables.ts";

/** How many records before an unreadable newest one are tried. An older one is hardly ever fresh, so few are enough. */
const OLDER_TRIED = 20;

/** Either database, as drizzle sees it. */
export type Db = PgDatabase<PgQueryResultHKT, Record<string, never>>;

const sameKey = (a: typeof analyses, k: typeof analysisKeys): SQL | undefined =>
  and(eq(k.venueId, a.venueId), eq(k.symbol, a.symbol), eq(k.timeframe, a.timeframe));

export function createSqlAnalyses(db: Db, guard: StoreGuard): AnalysisStore {
  const queries = prepareReads(db);

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

  return {
    put: (records, options) =>
      guard.run(options, async () => {
        if (records.length === 0) return;
        // One statement writes one row at most once: of several writes of the same id the last counts.
        const byId = new Map(records.map((record) => [`${record.venueId} ${record.id}`, record]));
        await db.execute(putStatement([...byId.values()]));
      }),

    newest: (keys, nowMs, options) =>
      guard.run(options, async () => {
        if (keys.length === 0) return [];
        const rows = await queries.newest.execute({ keys: askedKeys(keys), nowMs });
        const byOrd = new Map(rows.map((row) => [row.ord, row]));
        return Promise.all(
          keys.map((key, ord) => {
            const row = byOrd.get(ord);
            return row === undefined ? undefined : (readable(row, key, options) ?? olderReadable(key, nowMs, options));
          }),
        );
      }),

    versions: (keys, nowMs, options) =>
      guard.run(options, async () => {
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
      }),

    changedSince: (mark, options) =>
      guard.run(options, async () => {
        const rows = await queries.changed.execute({ mark });
        const [first] = rows;
        if (first === undefined) throw new Error("the database gave no snapshot");
        return {
          mark: first.mark,
          keys: rows.flatMap(({ mark: _, ...key }) => (key.venueId === null ? [] : [AnalysisKey.parse(key)])),
        };
      }),

    keys: (venueId, options) =>
      guard.run(options, async () => {
        const rows = await db
          .select({ venueId: analysisKeys.venueId, symbol: analysisKeys.symbol, timeframe: analysisKeys.timeframe })
          .from(analysisKeys)
          .where(venueId === null ? undefined : eq(analysisKeys.venueId, venueId));
        return inKeyOrder(rows.map((row) => AnalysisKey.parse(row)));
      }),

    history: (key, { nowMs, limit }, options) =>
      guard.run(options, async () => {
        const rows = await queries.history.execute({ ...key, nowMs, limit });
        return rows.flatMap((row) => readable(row, key, options) ?? []);
      }),

    noteChecked: (key, checkedThroughMs, options) =>
      guard.run(options, async () => {
        const later = alias(analyses, "later");
        await db
          .update(analyses)
          .set({ checkedThroughMs })
          .where(
            and(
              eq(analyses.venueId, key.venueId),
              eq(analyses.symbol, key.symbol),
              eq(analyses.timeframe, key.timeframe),
              lte(analyses.asOfMs, checkedThroughMs),
              lt(analyses.checkedThroughMs, checkedThroughMs),
              sql`not ${exists(
                db
                  .select({ one: sql`1` })
                  .from(later)
                  .where(and(isLater(later), lte(later.asOfMs, checkedThroughMs))),
              )}`,
            ),
          );
      }),

    invalidate: (scope, why, options) =>
      guard.run(options, async () => {
        // Locked in the order in which `put` locks them: else the two could wait for each other.
        const inScope = db.$with("in_scope").as(
          db
            .select({ venueId: analysisKeys.venueId, symbol: analysisKeys.symbol, timeframe: analysisKeys.timeframe })
            .from(analysisKeys)
            .where(
              and(
                scope.venueId === undefined ? undefined : eq(analysisKeys.venueId, scope.venueId),
                scope.symbol === undefined ? undefined : eq(analysisKeys.symbol, scope.symbol),
                scope.timeframe === undefined ? undefined : eq(analysisKeys.timeframe, scope.timeframe),
              ),
            )
            .orderBy(analysisKeys.venueId, analysisKeys.symbol, analysisKeys.timeframe)
            .for("update"),
        );
        const touched = await db
          .with(inScope)
          .update(analysisKeys)
          .set({
            epoch: sql`${analysisKeys.epoch} + 1`,
            reason: why.reason,
            detail: why.detail,
            changedXid: THIS_TRANSACTION,
          })
          .from(inScope)
          .where(
            and(
              eq(analysisKeys.venueId, inScope.venueId),
              eq(analysisKeys.symbol, inScope.symbol),
              eq(analysisKeys.timeframe, inScope.timeframe),
            ),
          )
          .returning({ symbol: analysisKeys.symbol });
        return touched.length;
      }),

    prune: (beforeMs, options) =>
      guard.run(options, async () => {
        const later = alias(analyses, "later");
        const laterReport = alias(securityReports, "later");
        const old = await db
          .delete(analyses)
          .where(
            and(lt(analyses.asOfMs, beforeMs), exists(db.select({ one: sql`1` }).from(later).where(isLater(later)))),
          )
          .returning({ revision: analyses.revision });
        const oldReports = await db
          .delete(securityReports)
          .where(
            and(
              lt(securityReports.observedAtMs, beforeMs),
              exists(
                db
                  .select({ one: sql`1` })
                  .from(laterReport)
                  .where(
                    and(
                      eq(laterReport.sourceId, securityReports.sourceId),
                      eq(laterReport.chain, securityReports.chain),
                      eq(laterReport.contract, securityReports.contract),
                      gt(laterReport.observedAtMs, securityReports.observedAtMs),
                    ),
                  ),
              ),
            ),
          )
          .returning({ observedAtMs: securityReports.observedAtMs });
        return old.length + oldReports.length;
      }),

    putSecurity: (sourceId, contract, report, options) =>
      guard.run(options, async () => {
        const { observedAtMs } = report;
        const text = encodeReport(report);
        await db
          .insert(securityReports)
          .values({ sourceId, ...contract, observedAtMs, report: text })
          .onConflictDoUpdate({
            target: [
              securityReports.sourceId,
              securityReports.chain,
              securityReports.contract,
              securityReports.observedAtMs,
            ],
            set: { report: text },
          });
      }),

    security: (sourceId, contract, nowMs, options) =>
      guard.run(options, async () => {
        const [row] = await queries.security.execute({ sourceId, ...contract, nowMs });
        return row === undefined ? undefined : decodeReport(row.report, contract.contract);
      }),

    stats: (options) =>
      guard.run(options, async () => ({
        keys: await db.$count(analysisKeys),
        analyses: await db.$count(analyses),
        securityReports: await db.$count(securityReports),
      })),
  };
}

/** A later record of the same key: a newer candle, or a later revision of the same one. */
const isLater = (
  later: Readonly<Record<"venueId" | "symbol" | "timeframe" | "asOfMs" | "revision" | "id", AnyPgColumn>>,
): SQL | undefined =>
  and(
    eq(later.venueId, analyses.venueId),
    eq(later.symbol, analyses.symbol),
    eq(later.timeframe, analyses.timeframe),
    sql`(${later.asOfMs}, ${later.revision}, ${later.id}) > (${analyses.asOfMs}, ${analyses.revision}, ${analyses.id})`,
  );

/** All keys in one parameter: the same prepared statement serves one key and fifty. */
const askedKeys = (keys: readonly AnalysisKey[]): string =>
  JSON.stringify(keys.map((key, ord) => ({ ord, v: key.venueId, s: key.symbol, t: key.timeframe })));

const asked = sql`json_to_recordset(${sql.placeholder("keys")}::text::json) as asked(ord int, v text, s text, t text)`;
const askedKey = sql`(${analysisKeys.venueId}, ${analysisKeys.symbol}, ${analysisKeys.timeframe}) = (asked.v, asked.s, asked.t)`;
const ord = sql<number>`asked.ord`;

const newestFirst = [desc(analyses.asOfMs), desc(analyses.revision), desc(analyses.id)];

function prepareReads(db: Db) {
  const bodyColumns = {
    record: analyses.record,
    revision: analyses.revision,
    checkedThroughMs: analyses.checkedThroughMs,
    epoch: analyses.epoch,
  };
  const keyColumns = { keyEpoch: analysisKeys.epoch, reason: analysisKeys.reason, detail: analysisKeys.detail };
  const nowMs = sql.placeholder("nowMs");
  const found = db
    .select({
      ...bodyColumns,
      asOfMs: analyses.asOfMs,
      id: analyses.id,
      computedAtMs: analyses.computedAtMs,
    })
    .from(analyses)
    .where(and(sameKey(analyses, analysisKeys), lte(analyses.asOfMs, nowMs)))
    .orderBy(...newestFirst)
    .limit(1)
    .as("found");
  return {
    newest: db
      .select({
        ord,
        record: found.record,
        revision: found.revision,
        checkedThroughMs: found.checkedThroughMs,
        epoch: found.epoch,
        ...keyColumns,
      })
      .from(asked)
      .innerJoin(analysisKeys, askedKey)
      .innerJoinLateral(found, sql`true`)
      .prepare("khala_newest"),
    versions: db
      .select({
        ord,
        asOfMs: found.asOfMs,
        id: found.id,
        computedAtMs: found.computedAtMs,
        revision: found.revision,
        checkedThroughMs: found.checkedThroughMs,
        epoch: found.epoch,
        ...keyColumns,
      })
      .from(asked)
      .innerJoin(analysisKeys, askedKey)
      .innerJoinLateral(found, sql`true`)
      .prepare("khala_versions"),
    // A mark is the snapshot of its look: a change is new iff its transaction was not visible in there, be it that it
    // began later or that it was still open. https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-PG-SNAPSHOT
    changed: db
      .select({
        mark: sql<string>`look.mark`,
        venueId: sql<string | null>`${analysisKeys.venueId}`,
        symbol: sql<string | null>`${analysisKeys.symbol}`,
        timeframe: sql<string | null>`${analysisKeys.timeframe}`,
      })
      .from(
        sql`(select pg_current_snapshot()::text as mark, ${sql.placeholder("mark")}::text::pg_snapshot as last) look`,
      )
      .leftJoin(
        analysisKeys,
        // The first half is what the index finds; the second is exact.
        sql`${analysisKeys.changedXid} >= pg_snapshot_xmin(look.last)::text::bigint
          and not pg_visible_in_snapshot(${analysisKeys.changedXid}::text::xid8, look.last)`,
      )
      .prepare("khala_changed"),
    history: db
      .select({ ...bodyColumns, ...keyColumns })
      .from(analyses)
      .innerJoin(analysisKeys, sameKey(analyses, analysisKeys))
      .where(
        and(
          eq(analyses.venueId, sql.placeholder("venueId")),
          eq(analyses.symbol, sql.placeholder("symbol")),
          eq(analyses.timeframe, sql.placeholder("timeframe")),
          lte(analyses.asOfMs, nowMs),
        ),
      )
      .orderBy(...newestFirst)
      .limit(sql.placeholder("limit"))
      .prepare("khala_history"),
    security: db
      .select({ report: securityReports.report })
      .from(securityReports)
      .where(
        and(
          eq(securityReports.sourceId, sql.placeholder("sourceId")),
          eq(securityReports.chain, sql.placeholder("chain")),
          eq(securityReports.contract, sql.placeholder("contract")),
          lte(securityReports.observedAtMs, nowMs),
        ),
      )
      .orderBy(desc(securityReports.observedAtMs))
      .limit(1)
      .prepare("khala_security"),
  };
}
