// Floor 4. One question → the manager, with its own tally of work. What is written of it (ledger, question history, what the
// operator has seen) is written once the answer is out. The agents are built once per process, when first needed.

import { serveQuestion } from "#agents/deep-trader-manager/answers/answer.ts";
import type { AnswerDeps } from "#agents/deep-trader-manager/answers/answer-deps.ts";
import type { ServedAnswer } from "#agents/deep-trader-manager/answers/answer-parts.ts";
import { finishText } from "#agents/deep-trader-manager/answers/render.ts";
import type { FactSource } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { ManagerOnModel } from "#agents/deep-trader-manager/talk/talk.ts";
import { analyseAtTestTime, analyseOnDelegation } from "#agents/market-analyst/from-scratch.ts";
import type { AnalysisOutcome, AnalysisSlots } from "#agents/market-analyst/outcome.ts";
import { sweepMarkets } from "#agents/market-analyst/sleep-time.ts";
import type { ModelChoice } from "#agents/models/select.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import { isPassing } from "#schemas/errors.ts";
import { deskText, type ShownText } from "#schemas/fact.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Answer } from "#schemas/question.ts";
import type { RunSpan } from "#schemas/thought.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { type LedgerEntry, ledgerEntry, WorkTally } from "#schemas/work.ts";
import { marketsHeld } from "#toolkits/portfolio/positions.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { journalIn, type ReadJournal } from "../account/journal-pages.ts";
import { analystDeps, type Desk } from "../desk.ts";
import { afterBriefServed } from "../judgement/brief-shadow.ts";
import { briefIdsIn } from "../judgement/brief-shown.ts";
import { notAsking } from "../not-asking.ts";
import { pricesAtHand } from "../planning/make.ts";
import { afterServed } from "../shadow/shadow.ts";
import type { BackgroundQueue } from "./background-queue.ts";
import type { Conversations } from "./conversations.ts";
import { createDeskView } from "./desk-view.ts";
import { createFreeAsked, type FreeAsked } from "./free-asked.ts";
import { createQuestionLog, type QuestionLog } from "./question-log.ts";
import { reasonAbout } from "./reason.ts";
import { proposeSource } from "./sources/propose.ts";
import type { SourceDesk } from "./sources/source-desk.ts";
import { factSources } from "./sources/sources.ts";
import { keepThought, type Talked } from "./thoughts.ts";

/** What a question needs of an opened desk. */
export interface AskedDesk {
  readonly desk: Desk;
  readonly store: Store;
  /** The models of the manager and its analyst, first choice first; asked for when the first question needs one. */
  readonly managerModels: () => Promise<readonly ModelChoice[]>;
  /** What is written once an answer is out. */
  readonly background: BackgroundQueue;
  readonly conversations: Conversations;
}

export interface AskOptions extends CallOptions {
  /** Questions of one conversation: a follow-up takes what it leaves out from the one before. The asker stays to read on. */
  readonly conversation?: string | undefined;
  /** Each piece of a free-form answer as soon as it stands; the whole answer begins with them. */
  readonly onShown?: ((piece: ShownText) => void) | undefined;
  /** Asked by a program: nothing is proposed by the answer, and what it tells counts as seen by no operator. */
  readonly readOnly?: boolean | undefined;
}

/** What stays in the process from one question to the next. */
interface Session {
  symbols: readonly MarketSymbol[];
  readonly refreshing: Set<string>;
  readonly log: QuestionLog;
  /** All of them, and those that only read. */
  readonly sources: readonly FactSource[];
  readonly reading: readonly FactSource[];
  /** By its sources, the manager on each of the setting's models; none until the first question that needs them. */
  readonly managers: Map<readonly FactSource[], Promise<readonly ManagerOnModel[]>>;
}

/** A renewal that takes longer is given up: the next question asks anew. */
const REFRESH_MS = 10_000;

const sessions = new WeakMap<Desk, Session>();

/** Answers; sleep work stands back meanwhile. @throws ConfigError for models that cannot be used, and what the source threw */
export function askDesk(open: AskedDesk, text: string, options: AskOptions): Promise<Answer> {
  return open.desk.questionPriority.asked(() => ask(open, text, options));
}

async function ask(open: AskedDesk, text: string, options: AskOptions): Promise<Answer> {
  const { desk, background, conversations } = open;
  const { conversation, signal } = options;
  const session = sessionOf(open);
  const tally = new WorkTally();
  const nowMs = desk.clock.now();
  const startMs = desk.monotonicMs();
  const toRenew: AnalysisKey[] = [];
  const traces: (readonly RunSpan[])[] = [];
  const free = createFreeAsked(open, { symbols: () => session.symbols, nowMs, tally, conversation });
  const closed = (): void => desk.planner.budget.closeQuestion(tally);
  const onEntry = (entry: LedgerEntry): void => desk.planner.budget.becomes(tally, entry);
  const deps: AnswerDeps = {
    ...answerDeps(open, session, { tally, nowMs, options, traces, free }),
    refresh: conversation === undefined ? undefined : (key) => void toRenew.push(key),
  };
  const previous = conversation === undefined ? null : await conversations.previous(conversation);
  let served: ServedAnswer;
  try {
    served = withBriefs(await countInto(tally, () => serveQuestion(deps, { text, nowMs, previous }, { signal })), free);
  } catch (error) {
    const failed = { nowMs, work: tally.total(), durationMs: desk.monotonicMs() - startMs };
    background.later(() => session.log.failed(failed).finally(closed));
    throw error;
  }
  const { answer } = served;
  const { intent } = answer;
  if (conversation !== undefined) {
    // Facts of an answer made ahead have ids of their own brief, which would be others' here.
    const facts = answer.path === "reasoned" ? answer.facts : [];
    const nextFactId = served.talk?.nextFactId ?? null;
    const exchange = { question: text, answer: answer.answer, intent, atMs: nowMs, facts, nextFactId };
    background.later(conversations.keep(conversation, exchange).write);
  }
  const durationMs = desk.monotonicMs() - startMs;
  const throughSeq = options.readOnly === true ? null : served.throughSeq;
  const logged = { ...served, throughSeq, nowMs, durationMs, onEntry, free: intent === null ? free.form(text) : null };
  background.later(() => session.log.answered(logged).finally(closed));
  if (intent === null && answer.topicIds.length > 0) background.later(() => afterBriefServed(desk, answer.topicIds));
  if (served.talk !== null) {
    const talked = {
      question: text,
      conversation: conversation ?? null,
      atMs: nowMs,
      answer,
      talk: served.talk,
      traces,
    };
    background.later(() => keep(desk, talked));
  }
  for (const key of toRenew) background.later(() => renew(desk, session, key));
  if (intent !== null) afterServed(desk, { answer, intent, nowMs });
  return answer;
}

/** What a model of this desk may read, for a person who reads it: nothing is proposed by reading. */
export const sourcesOf = (open: AskedDesk): readonly FactSource[] => sessionOf(open).reading;

function sessionOf(open: AskedDesk): Session {
  const { desk } = open;
  const known = sessions.get(desk);
  if (known !== undefined) return known;
  const symbols = [...desk.markets.keys()];
  const read: SourceDesk = {
    desk,
    readJournal: journalOf(open),
    // The source counts its own delegations.
    delegate: (request, tally, options) => analyseOnDelegation(analystDeps(desk, tally), request, options),
  };
  const reading = factSources(read);
  const session: Session = {
    symbols,
    refreshing: new Set(),
    log: createQuestionLog(desk),
    sources: [...reading, proposeSource(read)],
    reading,
    managers: new Map(),
  };
  sessions.set(desk, session);
  return session;
}

/**
 * What the venue lists, what is held, and what was traded: a market that has gone is still asked about.
 * The same list as long as it holds the same: the grammar indexes it once.
 */
function knownSymbols(session: Session, { account }: Desk): readonly MarketSymbol[] {
  const own = new Set(marketsHeld(account.portfolio()));
  for (const { symbol } of account.statistics().trades()) own.add(symbol);
  const gone = [...own].filter((symbol) => !session.symbols.includes(symbol));
  if (gone.length > 0) session.symbols = [...session.symbols, ...gone];
  return session.symbols;
}

/** A question's own: what it takes, how it is asked, and what its models are seen doing. */
interface OneQuestion {
  readonly tally: WorkTally;
  readonly options: AskOptions;
  readonly traces: (readonly RunSpan[])[];
  readonly free: FreeAsked;
}

/** What an answer of a model was given of briefs, beside what it has been served from. */
const withBriefs = (served: ServedAnswer, { given }: FreeAsked): ServedAnswer =>
  served.answer.path !== "reasoned"
    ? served
    : {
        ...served,
        answer: { ...served.answer, topicIds: [...new Set([...given(), ...briefIdsIn(served.answer.facts)])] },
      };

/** Everything that an answer is made from, on this desk. */
function answerDeps(
  open: AskedDesk,
  session: Session,
  { tally, nowMs, options, traces, free }: OneQuestion & { readonly nowMs: UnixMs },
): AnswerDeps {
  const { desk } = open;
  return {
    khala: desk.views,
    strategies: desk.hosts,
    topics: desk.topics,
    deskId: desk.deskId,
    venueId: desk.marketData.venueId,
    venue: desk.marketData.venue,
    simulated: desk.marketData.simulated,
    timeframe: desk.config.timeframe,
    symbols: async () => knownSymbols(session, desk),
    isListed: (symbol) => desk.markets.has(symbol),
    universe: async (options) => (await desk.universe.at(nowMs, options)).assets,
    quote: desk.quote,
    analyse: (slots, call) => delegate(desk, { ...slots, nowMs }, tally, call),
    reason: desk.config.model === "rules" ? null : reasonOn(open, session, { tally, options, traces, free }),
    answeredAhead: ({ text }, call) => free.answeredAhead(text, call),
    sweep: (symbols, timeframe, options) =>
      sweepMarkets(analystDeps(desk, tally), { symbols, timeframe, nowMs, origin: "test-time" }, options),
    questionUnits: desk.config.thinking.questionUnits,
    prices: pricesAtHand(desk, nowMs),
    isQuarantined: (kind) => desk.quarantine.has(kind),
    tally,
    deskView: viewOf(open),
    monotonicMs: desk.monotonicMs,
  };
}

/** What is asked of the desk itself is answered from its store: no exchange is waited for. */
const viewOf = (open: AskedDesk) =>
  createDeskView({ desk: notAsking(open.desk, open.store), storeKind: open.store.kind, readJournal: journalOf(open) });

const journalOf = ({ desk, store }: AskedDesk): ReadJournal => journalIn(store.journal(desk.deskId, desk.runId));

/** What was shown stale is made anew, once at a time for each market, when no question is open. */
async function renew(desk: Desk, { refreshing }: Session, key: AnalysisKey): Promise<void> {
  const name = `${key.timeframe} ${key.symbol}`;
  if (refreshing.has(name)) return;
  refreshing.add(name);
  const tally = new WorkTally();
  const options: CallOptions = { signal: AbortSignal.timeout(REFRESH_MS) };
  try {
    await desk.questionPriority.quiet();
    const nowMs = desk.clock.now();
    const analyse = () => analyseAtTestTime(analystDeps(desk, tally), { ...key, nowMs }, options);
    const outcome = await countInto(tally, analyse).catch((error) => {
      // The source is as silent as it was when the answer was given, and that has been said.
      if (isPassing(error) || options.signal.aborted) return null;
      throw error;
    });
    const made = outcome?.status === "analysed" ? 1 : 0;
    const entry = ledgerEntry({ atMs: nowMs, phase: "test-time", job: "analyse", made, work: tally.total() });
    await desk.ledger.record(entry, NEVER_ABORTED);
  } finally {
    refreshing.delete(name);
  }
}

/** Hands one market to the analyst; whoever misses the same market meanwhile waits for this computation. */
function delegate(
  desk: Desk,
  request: AnalysisSlots & { readonly nowMs: UnixMs },
  tally: WorkTally,
  options: CallOptions,
): Promise<AnalysisOutcome> {
  tally.count({ delegations: 1 });
  return analyseOnDelegation(analystDeps(desk, tally), request, options);
}

/** The way to the manager's model, for one question. */
function reasonOn(
  open: AskedDesk,
  session: Session,
  { tally, options: { conversation, onShown, readOnly }, traces, free }: OneQuestion,
): NonNullable<AnswerDeps["reason"]> {
  const { desk, conversations } = open;
  const sources = readOnly === true ? session.reading : session.sources;
  return (question, { signal }) =>
    reasonAbout(
      {
        desk,
        managers: () => managersOf(open, session, sources),
        sources,
        symbols: session.symbols,
        tally,
        conversation: conversation ?? null,
        brief: (text, language, call) => free.openingFacts(text, language, call),
        recent: async (count) => (conversation === undefined ? [] : conversations.recent(conversation, count)),
      },
      question,
      {
        signal,
        onShown: onShown === undefined ? undefined : marked(desk.marketData, onShown),
        onSpans: (spans) => void traces.push(spans),
      },
    );
}

/** The mark of the simulator comes before the first piece, as it begins the whole answer. */
function marked(
  { simulated }: Pick<Desk["marketData"], "simulated">,
  onShown: NonNullable<AskOptions["onShown"]>,
): NonNullable<AskOptions["onShown"]> {
  let isFirst = true;
  return (piece) => {
    onShown(isFirst ? deskText(finishText(piece, simulated)) : piece);
    isFirst = false;
  };
}

/** How the models came to it, under the instructions that they were given. */
async function keep(desk: Desk, talked: Omit<Talked, "instructions">): Promise<void> {
  const { managerInstructions } = await import("#agents/deep-trader-manager/agent.ts");
  await keepThought(desk, { ...talked, instructions: (await managerInstructions()).version });
}

/** Built once per process; a failed construction (a missing key, say) is tried again at the next question. @throws ConfigError */
function managersOf(
  open: AskedDesk,
  { managers }: Session,
  sources: readonly FactSource[],
): Promise<readonly ManagerOnModel[]> {
  const known = managers.get(sources);
  if (known !== undefined) return known;
  const building = buildManagers(open, sources).catch((error: unknown) => {
    managers.delete(sources);
    throw error;
  });
  managers.set(sources, building);
  return building;
}

async function buildManagers(open: AskedDesk, sources: readonly FactSource[]): Promise<readonly ManagerOnModel[]> {
  const { createDeepTraderManager } = await import("#agents/deep-trader-manager/agent.ts");
  // Rules say nothing in free form: what they can answer was answered before any model was asked.
  const choices = (await open.managerModels()).filter(({ id }) => id !== "rules");
  return Promise.all(
    choices.map(async (choice) => ({
      model: choice.id,
      manager: await createDeepTraderManager({ model: choice.modelFor([]), sources }),
    })),
  );
}
