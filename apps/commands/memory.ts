// Floor 6. `memory …`: look into Khala.
import { z } from "zod";
import { Correction, changesIn, correctionsOf } from "#desk/corrections.ts";
import { AnalysisDocument, analysisDocument } from "#desk/documents/analysis-document.ts";
import { formatAge, formatAmount, formatTime } from "#desk/documents/format.ts";
import { pastViews } from "#desk/past-views.ts";
import { consolidate } from "#memory/consolidate.ts";
import { StaleReason } from "#schemas/analysis.ts";
import { UsageError } from "#schemas/errors.ts";
import { FloatPrice } from "#schemas/money.ts";
import { ConsolidationReport } from "#schemas/retention.ts";
import { SecurityVerdict } from "#schemas/security.ts";
import { Count, DAY_MS, MarketSymbol, Timeframe, UnixMs, unixMs } from "#schemas/units.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { analysisText, freshnessText, signalColumns, verdictText } from "../text/analysis-text.ts";
import { table } from "../text/table.ts";
import { memoryMapCommand } from "./memory-map.ts";
import { resolveSymbol } from "./symbols.ts";

const status = z.enum(["fresh", "stale"]);

const ListedRecord = z.object({
  symbol: MarketSymbol,
  timeframe: Timeframe,
  status,
  reason: StaleReason.exactOptional().describe("why it does not count as fresh; left out where it does"),
  ageMs: z.number().describe("from its data time, ms"),
  asOfMs: UnixMs.describe("data time"),
  checkedThroughMs: UnixMs.describe("when its source was last asked for a newer candle"),
  price: FloatPrice.describe("close of the newest candle"),
  security: SecurityVerdict,
});

const memoryList = deskCommand({
  name: "memory list",
  document: z.object({
    missing: z.array(MarketSymbol).describe("of the day's markets those without an analysis of the desk's timeframe"),
    records: z.array(ListedRecord).describe("the newest of each market and timeframe"),
  }),
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  execute: async ({ desk }, _input, options) => {
    const listed = await desk.khala.list(desk.marketData.venueId, { nowMs: desk.clock.now() }, options);
    const analysed = new Set(
      listed.filter(({ key }) => key.timeframe === desk.config.timeframe).map((one) => one.key.symbol),
    );
    return {
      missing: desk.universe.newest().assets.filter((symbol) => !analysed.has(symbol)),
      records: listed.map(({ recall, key }) => ({
        symbol: key.symbol,
        timeframe: key.timeframe,
        status: recall.status,
        ...(recall.status === "stale" ? { reason: recall.reason } : {}),
        ageMs: recall.ageMs,
        asOfMs: recall.record.asOfMs,
        checkedThroughMs: recall.record.checkedThroughMs,
        price: recall.record.price,
        security: recall.record.security.verdict,
      })),
    };
  },
  render: ({ records }, style) =>
    records.length === 0
      ? "Khala holds no analysis of this venue. Run `deeptrader sleep --once`, or start the desk."
      : table(records, [
          { title: "market", value: (r) => r.symbol },
          { title: "tf", value: (r) => r.timeframe },
          { title: "freshness", value: (r) => freshnessText(r.status, r.reason, style) },
          { title: "age", value: (r) => formatAge(r.ageMs), align: "right" },
          { title: "as of (UTC)", value: (r) => formatTime(r.asOfMs) },
          { title: "price", value: (r) => formatAmount(r.price), align: "right" },
          { title: "security", value: (r) => verdictText({ verdict: r.security }, style) },
        ]),
});

const ShownRecord = z.object({
  status: z.enum([...status.options, "missing"]),
  reason: StaleReason.nullable().describe("why it does not count as fresh; null where it does, or is missing"),
  ageMs: z.number().nullable().describe("from its data time, ms; null where it is missing"),
  record: AnalysisDocument.nullable().describe("null where it is missing"),
  nowMs: UnixMs,
});
export type ShownRecord = Readonly<z.infer<typeof ShownRecord>>;

const memoryShow = deskCommand({
  name: "memory show",
  document: ShownRecord,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  execute: async ({ desk }, { args }, options) => {
    const symbol = resolveSymbol(desk, args[0] ?? "");
    const nowMs = desk.clock.now();
    const key = { venueId: desk.marketData.venueId, symbol, timeframe: desk.config.timeframe };
    const recall = await desk.views.recall(key, { nowMs }, options);
    if (recall.status === "missing") return { status: recall.status, reason: null, ageMs: null, record: null, nowMs };
    return {
      status: recall.status,
      reason: recall.status === "stale" ? recall.reason : null,
      ageMs: recall.ageMs,
      record: analysisDocument(recall.record, desk.hosts),
      nowMs,
    };
  },
  render: (document, style) =>
    document.record === null
      ? "missing: Khala holds no analysis of this market. Run `deeptrader sleep --once`."
      : `${freshnessText(document.status, document.reason ?? undefined, style)}\n${analysisText(document.record, style, document.nowMs)}`,
});

const historyLimit = (flags: CommandInput["flags"]): number => wholeNumber(flags["limit"], "--limit", 20);
const pruneDays = ({ olderThan }: CommandInput["flags"]): number | null =>
  olderThan === undefined ? null : wholeNumber(olderThan, "--older-than", 1);

const HistoryDocument = z.object({
  symbol: MarketSymbol,
  strategies: z.array(z.string()).describe("of the desk"),
  records: z
    .array(
      AnalysisDocument.extend({
        revision: Count.describe(
          "counts what was written of this market; a correction of the same candle has a higher one",
        ),
        invalidated: z.string().nullable().describe("why it counts no more; null: it was not invalidated"),
      }),
    )
    .describe("newest first"),
  corrections: z
    .array(Correction.readonly())
    .readonly()
    .describe("candles that the source has changed since, newest first"),
});
export type HistoryDocument = Readonly<z.infer<typeof HistoryDocument>>;

const memoryHistory = deskCommand({
  name: "memory history",
  document: HistoryDocument,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  check: ({ flags }) => void historyLimit(flags),
  execute: async ({ desk, store }, { args, flags }, options) => {
    const symbol = resolveSymbol(desk, args[0] ?? "");
    const key = { venueId: desk.marketData.venueId, symbol, timeframe: desk.config.timeframe };
    const range = { nowMs: desk.clock.now(), limit: historyLimit(flags) };
    const stored = await pastViews(desk, key, range, options);
    return {
      symbol,
      strategies: desk.hosts.map(({ info }) => info.id),
      records: stored.map(({ record, revision, invalidated }) => ({
        ...analysisDocument(record, desk.hosts),
        revision,
        invalidated: invalidated?.reason ?? null,
      })),
      corrections: await correctionsOf(store.candles, key, range, options),
    };
  },
  render: ({ records, corrections, symbol, strategies }, style) => {
    if (records.length === 0) return `Khala holds no analysis of ${symbol}.`;
    const analyses = table(records, [
      { title: "as of (UTC)", value: (r) => formatTime(r.asOfMs) },
      { title: "rev", value: (r) => String(r.revision), align: "right" },
      { title: "made", value: (r) => r.origin },
      { title: "price", value: (r) => formatAmount(r.price), align: "right" },
      { title: "RSI", value: (r) => r.indicators.rsiWilder?.toFixed(1) ?? "–", align: "right" },
      { title: "security", value: (r) => verdictText(r.security, style) },
      ...signalColumns(strategies, style),
      { title: "", value: (r) => (r.invalidated === null ? "" : style.warn(r.invalidated)) },
    ]);
    return corrections.length === 0 ? analyses : `${analyses}\n\n${correctionsText(corrections)}`;
  },
});

const correctionsText = (corrections: readonly Correction[]): string =>
  table(corrections, [
    { title: "candle closed (UTC)", value: (one) => formatTime(one.closeMs) },
    { title: "read", value: (one) => formatTime(one.knownFromMs) },
    { title: "corrected", value: (one) => formatTime(one.replacedMs) },
    { title: "", value: (one) => changesIn(one, formatAmount) },
  ]);

const memoryInvalidate = deskCommand({
  name: "memory invalidate",
  document: z.object({ symbol: MarketSymbol, invalidated: Count.describe("keys: timeframes of the market") }),
  exchange: "not-asked",
  exclusive: true,
  execute: async ({ desk }, { args, flags }, options) => {
    const symbol = resolveSymbol(desk, args[0] ?? "");
    const detail = typeof flags["reason"] === "string" ? flags["reason"] : "by the operator";
    const scope = { venueId: desk.marketData.venueId, symbol };
    return { symbol, invalidated: await desk.khala.invalidate(scope, { reason: "invalidated", detail }, options) };
  },
  render: ({ symbol, invalidated }) =>
    invalidated === 0
      ? `Khala holds no analysis of ${symbol}; nothing was invalidated.`
      : `${symbol}: ${invalidated} ${invalidated === 1 ? "key" : "keys"} invalidated. The next question or slot analyses it from scratch.`,
});

const PruneDocument = ConsolidationReport.extend({
  beforeMs: UnixMs.nullable().describe("analyses that are older were deleted for their age; null: no age was given"),
  deleted: Count.describe("analyses deleted for their age"),
});

const memoryPrune = deskCommand({
  name: "memory prune",
  document: PruneDocument,
  exchange: "not-asked",
  exclusive: true,
  check: ({ flags }) => void pruneDays(flags),
  execute: async ({ desk, store }, { flags }, options) => {
    const nowMs = desk.clock.now();
    const report = await consolidate(store, { nowMs, policy: desk.config.retention }, options);
    const days = pruneDays(flags);
    const beforeMs = days === null ? null : unixMs(Math.max(0, nowMs - days * DAY_MS));
    // Analyses deleted for their age alone; none where no age was given.
    const deleted = beforeMs === null ? 0 : await desk.khala.prune(beforeMs, options);
    return { ...report, beforeMs, deleted };
  },
  render: ({ removed, beforeMs, deleted }) => {
    const thinned = Object.entries(removed).filter(([, rows]) => rows > 0);
    return [
      thinned.length === 0
        ? "Nothing was old enough to be thinned."
        : `Thinned by age: ${thinned.map(([kind, rows]) => `${rows} ${wordsOf(kind)}`).join(", ")}.`,
      ...(beforeMs === null ? [] : [`${deleted} analyses older than ${formatTime(beforeMs)} UTC deleted.`]),
    ].join("\n");
  },
});

/** `securityReports` → `security reports`. */
const wordsOf = (kind: string): string => kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const PurgeDocument = z.object({
  desk: z.string().describe("id of the desk"),
  deleted: Count.describe("rows"),
  conversations: Count.describe("conversations among them"),
});

const memoryPurge = deskCommand({
  name: "memory purge",
  document: PurgeDocument,
  exchange: "not-asked",
  exclusive: true,
  writes: true,
  needsStoppedDesk: true,
  check: ({ flags }) => {
    if (flags["yes"] === true) return;
    throw new UsageError({
      was: "`memory purge` would delete the journal, ledger, runs, questions, answers, conversations and thoughts of this desk.",
      expected: "--yes as a sign that this is meant",
      remedy: "Add --yes to delete them; market analyses are shared and stay.",
    });
  },
  execute: async ({ desk, store, conversations }, _input, options) => {
    const counted = await conversations.count();
    return { desk: desk.deskId, deleted: await store.purge(desk.deskId, options), conversations: counted };
  },
  render: ({ desk, deleted, conversations }) =>
    `Desk ${desk}: ${deleted} rows deleted, ${conversations} ${conversations === 1 ? "conversation" : "conversations"} among them.`,
});

const StatsDocument = z.object({
  store: z.string().describe("what holds it, such as `pglite` or `postgres`"),
  counts: z.record(z.string(), Count).describe("records by kind"),
});

const memoryStats = deskCommand({
  name: "memory stats",
  document: StatsDocument,
  reads: true,
  exchange: "not-asked",
  execute: async ({ desk, store }, _input, options) => ({ store: store.kind, counts: await desk.khala.stats(options) }),
  render: ({ store, counts }) =>
    [
      `store  ${store}`,
      ...Object.entries(counts).map(([name, count]) => `${name}  ${count.toLocaleString("en-US")}`),
    ].join("\n"),
});

export const memoryCommands = [
  memoryList,
  memoryMapCommand,
  memoryShow,
  memoryHistory,
  memoryInvalidate,
  memoryPrune,
  memoryPurge,
  memoryStats,
] as const;

/** @throws UsageError for anything but a whole number from 1 */
export function wholeNumber(value: unknown, flag: string, fallback: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new UsageError({
    was: `${flag} was ${JSON.stringify(value)}.`,
    expected: "a whole number from 1",
    remedy: "Correct it.",
  });
}
