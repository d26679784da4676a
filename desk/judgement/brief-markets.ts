// Floor 4. What is held, near an action level or asked about → the briefs that are worth their tokens, most worth first. Pure but for
// the reading of the history of questions.
import { scopeOf } from "#agents/deep-trader-manager/answers/effort.ts";
import type { BriefScope } from "#schemas/brief.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { HOUR_MS, type MarketSymbol, timeframeMs, type UnixMs } from "#schemas/units.ts";
import { FreeQuestion } from "../answering/free-question.ts";
import { AskedQuestion } from "../answering/question-log.ts";
import type { Desk } from "../desk.ts";
import { FreeAsks, type FreeSubject } from "../planning/free-asks.ts";
import { STRUCTURAL_ASKS_PER_HOUR } from "../planning/predictor.ts";
import { type Prospect, pays, valuePerUnit } from "../planning/value-gate.ts";
import { heldNow } from "./brief-store.ts";
import { BRIEF_SAVES_SHARE, type TokenMeans } from "./token-means.ts";

/** So long a brief is taken to stand before any has; then it is judged. Candles. An assumption, stated. */
const STANDS_CANDLES = 12;
/** Questions of whatever kind that are read, newest first. */
const MOST_HISTORY = 1_000;
/** Intents of the predictor that are looked at. */
const MOST_INTENTS = 64;
/** Markets near an action level that count, the nearest first. */
const MOST_NEAR = 40;

export interface BriefWish {
  readonly scope: BriefScope;
  readonly subject: FreeSubject;
  /** In model tokens. */
  readonly prospect: Prospect;
}

/** Who asks what: the free-form history, and the share of such questions among all. */
export interface FreeHistory {
  readonly asks: FreeAsks;
  /** 0 to 1. */
  readonly freeShare: number;
}

/** So long what is made now is expected to be of use, ms. */
export const standsMs = ({ config }: Pick<Desk, "config">): number => STANDS_CANDLES * timeframeMs(config.timeframe);

/** What was asked by `nowMs`. @throws StoreError */
export async function readFreeHistory(
  { topics }: Pick<Desk, "topics">,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<FreeHistory> {
  const rows = await topics
    .history("question", { topic: null, nowMs, limit: MOST_HISTORY }, options)
    .catch((error: unknown) => {
      // Questions of another build teach nothing, and end nothing.
      if (error instanceof RecordVersionError) return [];
      throw error;
    });
  const asks = new FreeAsks();
  const counts = { free: 0, exact: 0 };
  for (const { record } of rows.toReversed()) {
    const free = FreeQuestion.safeParse(record.body).data;
    if (free !== undefined) {
      asks.learn(free.free, free.atMs);
      counts.free += 1;
    } else if (AskedQuestion.safeParse(record.body).success) counts.exact += 1;
  }
  const all = counts.free + counts.exact;
  return { asks, freeShare: all === 0 ? 0 : counts.free / all };
}

/**
 * Every brief that could be written, with what it is worth. Exact questions call no model, so a brief saves them nothing: they count
 * as far as questions of this operator are free-form.
 */
export async function briefWishes(
  desk: Desk,
  { asks, freeShare }: FreeHistory,
  means: TokenMeans,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<readonly BriefWish[]> {
  const { config, marketData, planner } = desk;
  const horizonMs = standsMs(desk);
  const held = new Set(heldNow(desk).map(({ symbol }) => symbol));
  const near = nearMarkets(desk);
  const exact = await exactAsks(desk, horizonMs, nowMs, options);
  const structural = STRUCTURAL_ASKS_PER_HOUR * (horizonMs / HOUR_MS);
  const prospectOf = (subject: FreeSubject, matters: boolean): Prospect => ({
    expectedAsks:
      Math.max(asks.expectedAbout(subject, horizonMs, nowMs), (exact.get(subject) ?? 0) * freeShare) +
      (matters ? structural : 0),
    savedUnits: means.question * BRIEF_SAVES_SHARE,
    priceUnits: means.brief,
  });
  const at = { venueId: marketData.venueId, timeframe: config.timeframe };
  const asked = [...asks.subjects(), ...exact.keys()].filter((subject) => subject !== "all" && subject !== "book");
  const symbols = new Set<MarketSymbol>([...held, ...near, ...(asked as MarketSymbol[])]);
  const markets = [...symbols]
    .filter((symbol) => desk.markets.has(symbol) && planner.markets.has(symbol))
    .map(
      (symbol): BriefWish => ({
        scope: { of: "market", ...at, symbol },
        subject: symbol,
        prospect: prospectOf(symbol, held.has(symbol) || near.has(symbol)),
      }),
    );
  return [
    ...markets,
    { scope: { of: "all", ...at }, subject: "all", prospect: prospectOf("all", held.size > 0) },
    ...(held.size === 0
      ? []
      : [
          {
            scope: { of: "book" as const, ...at, runId: desk.runId },
            subject: "book" as const,
            prospect: prospectOf("book", true),
          },
        ]),
  ];
}

/** Those that pay, most value for a token first; equal ones by subject. */
export const worthWriting = (wishes: readonly BriefWish[], testTimeWeight: number): readonly BriefWish[] =>
  wishes
    .filter(({ prospect }) => pays(prospect, testTimeWeight))
    .sort(
      (a, b) =>
        valuePerUnit(b.prospect, testTimeWeight) - valuePerUnit(a.prospect, testTimeWeight) ||
        (a.subject < b.subject ? -1 : 1),
    );

function nearMarkets({ planner, config }: Pick<Desk, "planner" | "config">): ReadonlySet<MarketSymbol> {
  const near = [...planner.markets]
    .map(([symbol, { nearestActionPct }]) => ({ symbol, distancePct: nearestActionPct ?? Number.POSITIVE_INFINITY }))
    .filter(({ distancePct }) => distancePct <= config.thinking.nearTriggerPct)
    .sort((a, b) => a.distancePct - b.distancePct || (a.symbol < b.symbol ? -1 : 1));
  return new Set(near.slice(0, MOST_NEAR).map(({ symbol }) => symbol));
}

/** Exact questions that the predictor expects, by what they are about; those about the desk itself are of the book. */
async function exactAsks(
  { planner }: Pick<Desk, "planner">,
  horizonMs: number,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<ReadonlyMap<FreeSubject, number>> {
  const predictor = await planner.predictor(nowMs, options);
  if (predictor.asksPerHour(nowMs) === 0) return new Map();
  const asks = new Map<FreeSubject, number>();
  for (const { intent } of predictor.likely(MOST_INTENTS, nowMs)) {
    const subject = intent.symbol ?? (scopeOf(intent.kind) === "desk" ? "book" : "all");
    asks.set(subject, (asks.get(subject) ?? 0) + predictor.expectedAsks(intent, horizonMs, nowMs));
  }
  return asks;
}
