// Floor 4. What thinking keeps between its runs: the predictor, rebuilt from the history of questions and learning
// from every one that is recorded; the budget; what the markets were like. Nothing of it is stored anywhere else.
import { setImmediate as turn } from "node:timers/promises";
import { z } from "zod";
import type { Topics } from "#memory/topics.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { Answered, CallOptions, Ledger } from "#schemas/ports/work.ts";
import { Intent } from "#schemas/question.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { TopicRecord } from "#schemas/topic.ts";
import { type DeskId, type MarketSymbol, UnixMs, type VenueId } from "#schemas/units.ts";
import { createDayBudget, type DayBudget } from "./budget.ts";
import { type MarketNote, noteOf } from "./events.ts";
import { Predictor } from "./predictor.ts";
import { createThinkingRuns, type ThinkingRuns } from "./thinking-runs.ts";
import { createStepAside, type StepAsideParts } from "./yield-to-questions.ts";

/** Newest questions that the predictor is rebuilt from. */
const MAX_HISTORY = 2_000;
/** Questions learnt in one go before the event loop goes round. */
const LEARNT_IN_ONE_GO = 100;
/** Closes of its market for which a changed security verdict counts as fresh. */
const TURNED_FOR_CLOSES = 12;

/** What is read of a question's record; who records it may add to it. */
const AskedBody = z.object({ intent: Intent, atMs: UnixMs, place: z.int().default(0) });

/** A polled price, and when. */
export interface PriceAtHand {
  readonly price: number;
  readonly atMs: UnixMs;
}

export interface Planner {
  /** The desk's topics; questions recorded through them are learnt from. */
  readonly topics: Topics;
  /** The desk's ledger; what is recorded through it counts against the day's budget. */
  readonly ledger: Ledger;
  readonly budget: DayBudget;
  readonly runs: ThinkingRuns;
  /** What one sweep awaits before each market. */
  stepAside(): () => Answered<void>;
  /** With everything learnt that is visible at `nowMs`. @throws StoreError */
  predictor(nowMs: UnixMs, options: CallOptions): Promise<Predictor>;
  /** Questions recorded in this process since it began. */
  asked(): number;
  /** A sweep's analyses, live or late. */
  noteAnalyses(analyses: readonly MarketView[]): void;
  readonly markets: ReadonlyMap<MarketSymbol, MarketNote>;
  /** Markets whose verdict changed within their last closes. */
  turned(nowCloseMs: UnixMs, timeframeMs: number): readonly MarketSymbol[];
  /** Prices newer than the analyses, as they were polled; of this process only. */
  readonly prices: Map<MarketSymbol, PriceAtHand>;
  /** Ids of strategies whose edge was found to have decayed: what is near a level of theirs alone is not thought about for that. */
  readonly decayed: Set<string>;
}

export interface PlannerParts extends StepAsideParts {
  readonly topics: Topics;
  readonly ledger: Ledger;
  readonly deskId: DeskId;
  readonly venueId: VenueId;
}

export function createPlanner(parts: PlannerParts): Planner {
  const { topics, ledger, deskId, venueId } = parts;
  const budget = createDayBudget(ledger);
  const predictor = new Predictor({ deskId, venueId });
  const markets = new Map<MarketSymbol, MarketNote>();
  const turnedAtMs = new Map<MarketSymbol, number>();
  let asked = 0;
  let rebuilt: Promise<void> | null = null;
  let isRebuilt = false;
  // Recorded before or while the history is read: there they may be found once, twice or not at all.
  let early: TopicRecord[] = [];

  const learn = (record: TopicRecord): void => {
    const body = AskedBody.safeParse(record.body);
    // A record of another build is passed over: what is missing here costs a guess and no answer.
    if (body.success) predictor.learn(body.data);
  };

  const hear = (question: TopicRecord): void => {
    asked += 1;
    if (isRebuilt) learn(question);
    else early.push(question);
  };

  const rebuild = async (nowMs: UnixMs, options: CallOptions): Promise<void> => {
    const rows = await topics
      .history("question", { topic: null, nowMs, limit: MAX_HISTORY }, options)
      .catch((error: unknown) => {
        // Questions of another build teach nothing, and end nothing.
        if (error instanceof RecordVersionError) return [];
        throw error;
      });
    const heard = new Set(early.map(({ id }) => id));
    const older = rows.map(({ record }) => record).filter(({ id }) => !heard.has(id));
    // Where a clock stands still, many are of one moment.
    const placeOf = ({ body }: TopicRecord): number => AskedBody.safeParse(body).data?.place ?? 0;
    older.sort((a, b) => a.computedAtMs - b.computedAtMs || placeOf(a) - placeOf(b));
    for (const [index, record] of older.entries()) {
      if (index % LEARNT_IN_ONE_GO === LEARNT_IN_ONE_GO - 1) await turn();
      learn(record);
    }
    const learnt = new Set(older.map(({ id }) => id));
    for (const record of early) if (!learnt.has(record.id)) learn(record);
    early = [];
    isRebuilt = true;
  };

  return {
    topics: {
      ...topics,
      async remember(draft, at, options) {
        const record = await topics.remember(draft, at, options);
        if (record.kind === "question") hear(record);
        return record;
      },
    },
    ledger: budget.ledger,
    budget,
    runs: createThinkingRuns(),
    stepAside: () => createStepAside(parts),
    async predictor(nowMs, options) {
      rebuilt ??= rebuild(nowMs, options).catch((error: unknown) => {
        rebuilt = null;
        throw error;
      });
      await rebuilt;
      return predictor;
    },
    asked: () => asked,
    noteAnalyses(analyses) {
      for (const analysis of analyses) {
        const { symbol, asOfMs, security } = analysis;
        const before = markets.get(symbol);
        if (before !== undefined && before.asOfMs > asOfMs) continue;
        if (before !== undefined && before.verdict !== security.verdict) turnedAtMs.set(symbol, asOfMs);
        markets.set(symbol, noteOf(analysis));
      }
    },
    markets,
    turned: (nowCloseMs, timeframeMs) =>
      [...turnedAtMs]
        .filter(([, atMs]) => nowCloseMs - atMs <= TURNED_FOR_CLOSES * timeframeMs)
        .map(([symbol]) => symbol)
        .sort(),
    prices: new Map(),
    decayed: new Set(),
  };
}
