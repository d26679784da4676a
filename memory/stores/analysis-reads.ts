// Floor 2. The prepared reads of analyses: newest, versions, changes, history, kept security reports. Their SQL is built once.
import { and, desc, eq, lte, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { AnalysisKey } from "#schemas/analysis.ts";
import type { SecurityKey } from "#schemas/ports/memory.ts";
import type { Db } from "./db.ts";
import { analyses, analysisKeys, securityReports } from "./tables.ts";

/** All keys in one parameter: the same prepared statement serves one key and fifty. */
export const askedKeys = (keys: readonly AnalysisKey[]): string =>
  JSON.stringify(keys.map((key, ord) => ({ ord, v: key.venueId, s: key.symbol, t: key.timeframe })));

/** The same of security reports. */
export const askedReports = (keys: readonly SecurityKey[]): string =>
  JSON.stringify(
    keys.map(({ sourceId, contract }, ord) => ({ ord, v: sourceId, s: contract.chain, t: contract.contract })),
  );

const asked = sql`json_to_recordset(${sql.placeholder("keys")}::text::json) as asked(ord int, v text, s text, t text)`;
const askedKey = sql`(${analysisKeys.venueId}, ${analysisKeys.symbol}, ${analysisKeys.timeframe}) = (asked.v, asked.s, asked.t)`;
const ord = sql<number>`asked.ord`;

const newestFirst = [desc(analyses.asOfMs), desc(analyses.revision), desc(analyses.id)];

/** The hot reads of the AnalysisStore, prepared once per connection. */
export function prepareReads(db: Db) {
  const keyColumns = { keyEpoch: analysisKeys.epoch, reason: analysisKeys.reason, detail: analysisKeys.detail };
  const nowMs = sql.placeholder("nowMs");
  const found = db
    .select()
    .from(analyses)
    .where(and(isOfKey(analyses, analysisKeys), lte(analyses.asOfMs, nowMs)))
    .orderBy(...newestFirst)
    .limit(1)
    .as("found");
  const { record, asOfMs, id, computedAtMs, revision, checkedThroughMs, epoch } = found;
  const said = db
    .select({ report: securityReports.report })
    .from(securityReports)
    .where(
      and(
        sql`(${securityReports.sourceId}, ${securityReports.chain}, ${securityReports.contract}) = (asked.v, asked.s, asked.t)`,
        lte(securityReports.observedAtMs, nowMs),
      ),
    )
    .orderBy(desc(securityReports.observedAtMs))
    .limit(1)
    .as("said");
  return {
    newest: db
      .select({ ord, record, revision, checkedThroughMs, epoch, ...keyColumns })
      .from(asked)
      .innerJoin(analysisKeys, askedKey)
      .innerJoinLateral(found, sql`true`)
      .prepare("khala_newest"),
    versions: db
      .select({ ord, asOfMs, id, computedAtMs, revision, checkedThroughMs, epoch, ...keyColumns })
      .from(asked)
      .innerJoin(analysisKeys, askedKey)
      .innerJoinLateral(found, sql`true`)
      .prepare("khala_versions"),
    // A mark is the snapshot of its look: a change is new iff its transaction was not visible in there, be it that it
    // began later or that it was still open. Behind it stands when the server started. https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-PG-SNAPSHOT
    changed: db
      .select({
        mark: sql<string>`look.mark`,
        venueId: sql<string | null>`${analysisKeys.venueId}`,
        symbol: sql<string | null>`${analysisKeys.symbol}`,
        timeframe: sql<string | null>`${analysisKeys.timeframe}`,
      })
      .from(
        sql`(select pg_current_snapshot()::text || '@' || extract(epoch from pg_postmaster_start_time()) as mark,
          split_part(${sql.placeholder("mark")}::text, '@', 1)::pg_snapshot as last) look`,
      )
      .leftJoin(
        analysisKeys,
        // The first half is what the index finds; the second is exact.
        sql`${analysisKeys.changedXid} >= pg_snapshot_xmin(look.last)::text::bigint
          and not pg_visible_in_snapshot(${analysisKeys.changedXid}::text::xid8, look.last)`,
      )
      .prepare("khala_changed"),
    history: db
      .select({
        record: analyses.record,
        revision: analyses.revision,
        checkedThroughMs: analyses.checkedThroughMs,
        epoch: analyses.epoch,
        ...keyColumns,
      })
      .from(analyses)
      .innerJoin(analysisKeys, isOfKey(analyses, analysisKeys))
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
      .select({ ord, report: said.report })
      .from(asked)
      .innerJoinLateral(said, sql`true`)
      .prepare("khala_security"),
  };
}

/** The row is of this key, or of one in this scope; a member left out matches everything. */
export const isOfKey = (
  row: Readonly<Record<keyof AnalysisKey, AnyPgColumn>>,
  key: Readonly<Partial<Record<keyof AnalysisKey, string | AnyPgColumn>>>,
): SQL | undefined =>
  and(
    ...(["venueId", "symbol", "timeframe"] as const).map((name) =>
      key[name] === undefined ? undefined : eq(row[name], key[name]),
    ),
  );
