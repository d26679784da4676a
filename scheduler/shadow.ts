// Floor 4. Answers served from memory → a sample of them made again from the source after they were given; where the two
// differ, stored answers of that kind go under quarantine until they have proved right again.
import { PreparedAnswer, prepareAnswer } from "#agents/deep-trader-manager/prepared.ts";
import { finishText } from "#agents/deep-trader-manager/render.ts";
import { analyseFromScratch, isPassing } from "#agents/market-analyst/from-scratch.ts";
import { unitsOfDayBudget } from "#memory/ledger-summary.ts";
import type { Analysis, AnalysisKey } from "#schemas/analysis.ts";
import { canonicalJson, hashOf } from "#schemas/hash.ts";
import { newestClosed } from "#schemas/market.ts";
import type { CallOptions, SecuritySource } from "#schemas/ports.ts";
import {
  type Answer,
  BREADTH_KINDS,
  type Intent,
  intentKey,
  MARKET_KINDS,
  type QuestionKind,
} from "#schemas/question.ts";
import type { StoredTopic } from "#schemas/topic.ts";
import { DAY_MS, type MarketSymbol, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { WORK_WEIGHTS, WorkTally } from "#schemas/work.ts";
import { analystDeps, type Desk } from "./desk.ts";

/** So many shadow checks of freshly made answers in a row must agree before a quarantine is lifted. A restart counts anew. */
export const CLEAN_CHECKS_TO_LIFT = 20;
/** Topics whose hits are counted at once, and checks that wait; both far above what a desk meets. */
const MAX_TOPICS = 10_000;
const MAX_WAITING = 100;
/** What one market from scratch takes: a call, a window of 500 candles, its indicators. */
const MARKET_UNITS = WORK_WEIGHTS.providerCalls + 500 * WORK_WEIGHTS.candlesRead + WORK_WEIGHTS.indicatorEvaluations;

/** An answer as it went out. */
export interface Served {
  readonly answer: Answer;
  readonly intent: Intent;
  /** When it was asked: the check sees nothing later. */
  readonly nowMs: UnixMs;
}

export interface ShadowParts {
  /** Told what kept a check from being made, for people. */
  readonly onProblem: (text: string) => void;
}

export interface Shadow {
  /** Takes note of an answer, and queues a check where one is due; never throws and is not waited for. */
  served(desk: Desk, served: Served): void;
  /** Resolves when what has been queued by now is done. */
  idle(): Promise<void>;
  /** Drops what waits, and resolves when the check under way has ended. */
  close(): Promise<void>;
}

/** The hook of whoever serves answers: to be called once the answer is ready. */
export const afterServed = (desk: Desk, served: Served): void => desk.shadow.served(desk, served);

/**
 * Of the hits of one question (all its slots, see `intentKey`) exactly one in every `thinking.shadowEvery` successive ones
 * is checked, counted in this process; which one, follows from a hash of the question, so that questions asked once or
 * twice have their turn as well. A wrong stored answer is thus found within `shadowEvery` hits of it. While a kind is under
 * quarantine, every answer of it is checked.
 */
export function createShadow(parts: ShadowParts): Shadow {
  const hits = new Map<string, number>();
  const cleanChecks = new Map<QuestionKind, number>();
  const closing = new AbortController();
  const options: CallOptions = { signal: closing.signal };
  let tail: Promise<void> = Promise.resolve();
  let waiting = 0;

  const isDue = (desk: Desk, { answer, intent }: Served): boolean => {
    if (answer.stale || !isCheckable(intent.kind) || waiting >= MAX_WAITING) return false;
    if (desk.quarantine.has(intent.kind)) return answer.path !== "declined";
    if (!FROM_MEMORY.has(answer.path)) return false;
    const every = desk.config.thinking.shadowEvery;
    const topic = topicOf(desk, intent);
    const seen = hits.get(topic) ?? Number.parseInt(hashOf(topic, 8), 16) % every;
    hits.delete(topic);
    hits.set(topic, seen + 1);
    const [oldest] = hits.keys();
    if (hits.size > MAX_TOPICS && oldest !== undefined) hits.delete(oldest);
    return seen % every === every - 1;
  };

  const work = async (desk: Desk, served: Served): Promise<void> => {
    const verdict = await checkServed(desk, served, options);
    if (verdict !== null) await follow(desk, served, verdict, cleanChecks, options);
  };

  return {
    served(desk, served) {
      if (closing.signal.aborted || !isDue(desk, served)) return;
      waiting += 1;
      tail = tail
        .then(() => (closing.signal.aborted ? undefined : work(desk, served)))
        .catch((error: unknown) => {
          // The answer has been given; a store that fails is met again, and told of, by whoever needs it next.
          if (!closing.signal.aborted) parts.onProblem(`shadow check: ${(error as Error).message}`);
        })
        .finally(() => {
          waiting -= 1;
        });
    },
    idle: () => tail,
    close() {
      closing.abort();
      return tail;
    },
  };
}

const FROM_MEMORY: ReadonlySet<Answer["path"]> = new Set(["pre-answered", "recalled", "distilled"]);
const CHECKABLE: ReadonlySet<QuestionKind> = new Set([...MARKET_KINDS, "compare", ...BREADTH_KINDS]);

/** Answers about the desk itself follow from its journal at that moment, and are never stored. */
const isCheckable = (kind: QuestionKind): boolean => CHECKABLE.has(kind);

const topicOf = (desk: Pick<Desk, "deskId" | "marketData">, intent: Intent): string =>
  intentKey(intent, { deskId: desk.deskId, venueId: desk.marketData.venueId });

/**
 * `source-changed`: the venue has corrected a candle since, so the analysis was right when it was made. `unread`: the
 * source did not answer, or what was cited is no longer kept; that says nothing about the answer.
 */
type Verdict =
  | { readonly status: "agreed" }
  | { readonly status: "mismatch"; readonly detail: string; readonly wrong: readonly AnalysisKey[] }
  | { readonly status: "source-changed"; readonly corrected: readonly AnalysisKey[] }
  | { readonly status: "unread"; readonly reason: string };

/** Makes one answer again and records what it took; null where the day's budget leaves no room for it. */
async function checkServed(desk: Desk, served: Served, options: CallOptions): Promise<Verdict | null> {
  await desk.attention.quiet();
  const startedMs = desk.monotonicMs();
  const tally = new WorkTally();
  const cited = await citedRecords(desk, served, tally, options);
  const fits = cited.length * MARKET_UNITS <= (await unitsLeftToday(desk, options));
  const verdict = fits ? await judge(desk, served, { cited, tally }, options) : null;
  const { kind } = served.intent;
  await desk.ledger.record(
    {
      atMs: desk.clock.now(),
      phase: "sleep",
      job: "shadow",
      paths: verdict === null ? {} : { [verdict.status]: 1 },
      misses: {},
      made: 0,
      served: 0,
      work: tally.total(),
      ageAtUseMs: [],
      kinds: { [kind]: 1 },
      ...(verdict === null ? { overBudget: { day: 1 } } : {}),
      durationMs: desk.monotonicMs() - startedMs,
    },
    options,
  );
  return verdict;
}

async function judge(
  desk: Desk,
  served: Served,
  { cited, tally }: { readonly cited: readonly Analysis[]; readonly tally: WorkTally },
  options: CallOptions,
): Promise<Verdict> {
  const { answer, intent, nowMs } = served;
  if (cited.length === 0) return { status: "unread", reason: "what it cites is no longer kept" };
  // Without the live window: what it has kept must not vouch for itself.
  const analyst = analystDeps(desk, tally);
  const security = noteAsked(analyst.security);
  const deps = { ...analyst, security: security.source, windows: null };
  const made: Analysis[] = [];
  const wrong: AnalysisKey[] = [];
  const corrected: AnalysisKey[] = [];
  for (const record of cited) {
    await desk.attention.quiet();
    options.signal.throwIfAborted();
    const { venueId, symbol, timeframe } = record;
    let outcome: Awaited<ReturnType<typeof analyseFromScratch>>;
    try {
      outcome = await analyseFromScratch(deps, { symbol, timeframe, nowMs, origin: "sleep" }, options);
    } catch (error) {
      if (!isPassing(error)) throw error;
      return { status: "unread", reason: error.message };
    }
    if (outcome.status === "analysed") made.push(outcome.analysis);
    else if (record.asOfMs < newestClosed(nowMs, timeframe, desk.marketData.graceMs)) {
      return { status: "unread", reason: `${symbol} had no candle` };
    }
    if (outcome.status === "analysed" && outcome.analysis.id === record.id) continue;
    const sameCandles = outcome.status === "analysed" && outcome.analysis.sources.candles === record.sources.candles;
    if (sameCandles && security.isOfToday(symbol)) {
      return { status: "unread", reason: `the security report on ${symbol} of that moment is not to be had` };
    }
    // Only a real venue may have changed its mind since (the desk keeps windows there to notice it).
    (desk.windows !== null && !sameCandles ? corrected : wrong).push({ venueId, symbol, timeframe });
  }
  if (wrong.length > 0) {
    const names = wrong.map(({ symbol, timeframe }) => `${symbol} ${timeframe}`).join(", ");
    return { status: "mismatch", detail: `analyses that the source does not bear out: ${names}`, wrong };
  }
  if (corrected.length > 0) return { status: "source-changed", corrected };
  const right = prepareAnswer(intent, made);
  if (right === null) return { status: "agreed" };
  // What was served is the stored text with a head and the time line; it must contain the text made anew, unchanged.
  const sameText = answer.answer.includes(finishText(right.text, false));
  const stored = answer.path === "pre-answered" ? await topicServed(desk, served, options) : undefined;
  if (sameText && (stored === undefined || sameFacts(stored, right))) return { status: "agreed" };
  return {
    status: "mismatch",
    detail: `the ${answer.path} answer of ${toIso(nowMs)} is not what its sources say`,
    wrong,
  };
}

/**
 * A security source, and whether what it said of a market may differ from what it said then, with no fault of the answer:
 * it was silent, or it is a remote one whose report of that moment Khala does not keep.
 */
function noteAsked(inner: SecuritySource) {
  const ofToday = new Set<MarketSymbol>();
  const source: SecuritySource = {
    id: inner.id,
    contractOf: (symbol) => inner.contractOf(symbol),
    async report(request, options) {
      if (inner.contractOf(request.symbol) !== null) ofToday.add(request.symbol);
      try {
        return await inner.report(request, options);
      } catch (error) {
        ofToday.add(request.symbol);
        throw error;
      }
    },
  };
  return { source, isOfToday: (symbol: MarketSymbol) => ofToday.has(symbol) };
}

function sameFacts({ record }: StoredTopic, right: PreparedAnswer): boolean {
  const body = PreparedAnswer.safeParse(record.body);
  return body.success && canonicalJson(body.data.facts ?? []) === canonicalJson(right.facts ?? []);
}

/** The analyses that an answer stands on, as Khala holds them; none where one of them is gone. */
async function citedRecords(
  desk: Desk,
  { answer, intent, nowMs }: Served,
  tally: WorkTally,
  options: CallOptions,
): Promise<readonly Analysis[]> {
  const { venueId } = desk.marketData;
  const { timeframe } = intent;
  const named = [intent.symbol, intent.other].filter((symbol) => symbol !== null);
  const topic = named.length > 0 ? undefined : await topicServed(desk, { answer, intent, nowMs }, options);
  if (named.length === 0 && topic === undefined) {
    // Served from the analyses themselves: about all markets that are held of this timeframe.
    const ids = new Set(answer.analysisIds);
    const listed = await desk.khala.list(venueId, { nowMs }, options);
    const records = listed.flatMap(({ recall }) => (ids.has(recall.record.id) ? [recall.record] : []));
    tally.count({ recordsRead: listed.length });
    return records.length === ids.size ? records : [];
  }
  const wanted =
    topic?.record.sources ??
    named.map((symbol, index) => ({ key: { venueId, symbol, timeframe }, analysisId: answer.analysisIds[index] }));
  const records: Analysis[] = [];
  for (const { key, analysisId } of wanted) {
    const history = await desk.khala.history(key, { nowMs, limit: 4 }, options);
    tally.count({ recordsRead: history.length });
    const found = history.find(({ record }) => record.id === analysisId || answer.analysisIds.includes(record.id));
    if (found === undefined) return [];
    records.push(found.record);
  }
  return records;
}

/** The stored answer or digest that was served; undefined where none was, or it is gone. */
async function topicServed(desk: Desk, { answer, intent, nowMs }: Served, options: CallOptions) {
  if (answer.topicIds.length === 0) return undefined;
  const isServed = ({ record }: StoredTopic): boolean => answer.topicIds.includes(record.id);
  const answers = await desk.topics.history("answer", { topic: topicOf(desk, intent), nowMs, limit: 8 }, options);
  return (
    answers.find(isServed) ??
    (await desk.topics.history("digest", { topic: null, nowMs, limit: 500 }, options)).find(isServed)
  );
}

/** Of the day's budget for thinking, which the check shares; the day is the UTC day of the desk's clock. */
async function unitsLeftToday(desk: Desk, options: CallOptions): Promise<number> {
  const dayMs = unixMs(Math.floor(desk.clock.now() / DAY_MS) * DAY_MS);
  const entries = await desk.ledger.entries({ sinceMs: dayMs }, options);
  return desk.config.thinking.dayUnits - unitsOfDayBudget(entries);
}

/** What a verdict leads to. The journal comes first: killed between two steps, a kind stays under quarantine. */
async function follow(
  desk: Desk,
  served: Served,
  verdict: Verdict,
  cleanChecks: Map<QuestionKind, number>,
  options: CallOptions,
): Promise<void> {
  const { kind } = served.intent;
  switch (verdict.status) {
    case "unread":
      return;
    case "source-changed":
      for (const key of verdict.corrected) {
        await desk.khala.invalidate(key, { reason: "source-changed", detail: "found by a shadow check" }, options);
      }
      return;
    case "agreed": {
      if (!desk.quarantine.has(kind)) return;
      const clean = (cleanChecks.get(kind) ?? 0) + 1;
      cleanChecks.set(kind, clean);
      if (clean < CLEAN_CHECKS_TO_LIFT) return;
      cleanChecks.delete(kind);
      await journal(desk, kind, "lifted", `${clean} shadow checks in a row agreed`, options);
      return;
    }
    case "mismatch": {
      cleanChecks.delete(kind);
      if (!desk.quarantine.has(kind)) await journal(desk, kind, "begun", verdict.detail, options);
      for (const key of verdict.wrong) {
        await desk.khala.invalidate(key, { reason: "invalidated", detail: `shadow check: ${verdict.detail}` }, options);
      }
      await voidStored(desk, served, verdict.detail, options);
    }
  }
}

const journal = (desk: Desk, kind: QuestionKind, state: "begun" | "lifted", detail: string, options: CallOptions) =>
  desk.book.append([{ type: "quarantine", atMs: desk.clock.now(), kind, state, detail }], options);

/** Invalidates every stored answer of the kind, and the digest that was served, if one was. */
async function voidStored(desk: Desk, served: Served, detail: string, options: CallOptions): Promise<void> {
  const { kind } = served.intent;
  const nowMs = desk.clock.now();
  const stored = await desk.topics.history("answer", { topic: null, nowMs, limit: 10_000 }, options);
  const topics = new Set(stored.map(({ record }) => record.topic).filter((topic) => kindOfTopic(topic) === kind));
  for (const topic of topics) await desk.topics.invalidate("answer", topic, detail, options);
  const digest = await topicServed(desk, served, options);
  if (digest?.record.kind === "digest") {
    await desk.topics.invalidate("digest", digest.record.topic, detail, options);
  }
}

/** The fourth word of an intent's key; no word before it may hold a space (DeskId, VenueId, Timeframe). */
const kindOfTopic = (topic: string): string | undefined => topic.split(" ")[3];
