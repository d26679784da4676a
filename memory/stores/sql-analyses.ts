// Floor 2. The AnalysisStore port → drizzle queries, the same for PGlite and PostgreSQL. Each verb is one statement, so none
// needs a transaction: inside one, a query on the outer connection would wait for ever on PGlite.
import { and, desc, eq, exists, gt, lt, lte, type SQL, sql } from "drizzle-orm";
import { type AnyPgColumn, alias, type PgDatabase, type PgQueryResultHKT } from "drizzle-orm/pg-core";
import { AnalysisKey } from "#schemas/analysis.ts";
import type { AnalysisStore } from "#schemas/ports.ts";
import { decodeAnalysis, decodeReport } from "./codec.ts";
import type { StoreGuard } from "./guard.ts";
import { inKeyOrder } from "./key-order.ts";
import { putStatement } from "./put-statement.ts";
import { analyses, analysisKeys, securityReports } from "./tables.ts";

/** Either database, as drizzle sees it. */
export type Db = PgDatabase<PgQueryResultHKT, Record<string, never>>;

const sameKey = (a: typeof analyses, k: typeof analysisKeys): SQL | undefined =>
  and(eq(k.venueId, a.venueId), eq(k.symbol, a.symbol), eq(k.timeframe, a.timeframe));

export function createSqlAnalyses(db: Db, guard: StoreGuard): AnalysisStore {
  const queries = prepareReads(db);
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
        const asked = keys.map((key, ord) => ({ ord, v: key.venueId, s: key.symbol, t: key.timeframe }));
        const rows = await queries.newest.execute({ keys: JSON.stringify(asked), nowMs });
        const byOrd = new Map(rows.map((row) => [row.ord, row]));
        return keys.map((_, ord) => {
          const row = byOrd.get(ord);
          return row === undefined ? undefined : decodeAnalysis(row);
        });
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
        return rows.map(decodeAnalysis);
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
        const touched = await db
          .update(analysisKeys)
          .set({ epoch: sql`${analysisKeys.epoch} + 1`, reason: why.reason, detail: why.detail })
          .where(
            and(
              scope.venueId === undefined ? undefined : eq(analysisKeys.venueId, scope.venueId),
              scope.symbol === undefined ? undefined : eq(analysisKeys.symbol, scope.symbol),
              scope.timeframe === undefined ? undefined : eq(analysisKeys.timeframe, scope.timeframe),
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
        const text = JSON.stringify(report);
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

const newestFirst = [desc(analyses.asOfMs), desc(analyses.revision), desc(analyses.id)];

function prepareReads(db: Db) {
  const columns = {
    record: analyses.record,
    revision: analyses.revision,
    checkedThroughMs: analyses.checkedThroughMs,
    epoch: analyses.epoch,
  };
  const keyColumns = { keyEpoch: analysisKeys.epoch, reason: analysisKeys.reason, detail: analysisKeys.detail };
  const nowMs = sql.placeholder("nowMs");
  const found = db
    .select(columns)
    .from(analyses)
    .where(and(sameKey(analyses, analysisKeys), lte(analyses.asOfMs, nowMs)))
    .orderBy(...newestFirst)
    .limit(1)
    .as("found");
  return {
    // All keys in one parameter: the same prepared statement serves one key and fifty.
    newest: db
      .select({
        ord: sql<number>`asked.ord`,
        record: found.record,
        revision: found.revision,
        checkedThroughMs: found.checkedThroughMs,
        epoch: found.epoch,
        ...keyColumns,
      })
      .from(sql`json_to_recordset(${sql.placeholder("keys")}::text::json) as asked(ord int, v text, s text, t text)`)
      .innerJoin(
        analysisKeys,
        sql`(${analysisKeys.venueId}, ${analysisKeys.symbol}, ${analysisKeys.timeframe}) = (asked.v, asked.s, asked.t)`,
      )
      .innerJoinLateral(found, sql`true`)
      .prepare("khala_newest"),
    history: db
      .select({ ...columns, ...keyColumns })
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
