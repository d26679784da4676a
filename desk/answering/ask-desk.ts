// Floor 4. One question → the manager, with its own tally of work. What is written of it (ledger, question history, what the
// operator has seen) is written once the answer is out. The agents are built once per process, when first needed.

import type { ManagerRunner } from "#agents/deep-trader-manager/agent.ts";
import { serveQuestion } from "#agents/deep-trader-manager/answers/answer.ts";
import type { AnswerDeps } from "#agents/deep-trader-manager/answers/answer-deps.ts";
import type { ServedAnswer } from "#agents/deep-trader-manager/answers/answer-parts.ts";
import { analyseAtTestTime } from "#agents/market-analyst/from-scratch.ts";
import { sweepMarkets } from "#agents/market-analyst/sleep-time.ts";
import type { ModelChoice } from "#agents/models/select.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import { isPassing } from "#schemas/errors.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Answer } from "#schemas/question.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import { marketsHeld } from "#toolkits/portfolio/positions.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { analystDeps, type Desk } from "../desk.ts";
import { pricesAtHand } from "../planning/make.ts";
import { afterServed } from "../shadow/shadow.ts";
import type { BackgroundQueue } from "./background-queue.ts";
import type { Conversations } from "./conversations.ts";
import { createDeskView } from "./desk-view.ts";
import { createQuestionLog, type QuestionLog } from "./question-log.ts";
import { byRulesAlone, withinDay } from "./within-day.ts";

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
}

/** What stays in the process from one question to the next. */
interface Session {
  symbols: readonly MarketSymbol[];
  readonly refreshing: Set<string>;
  readonly log: QuestionLog;
  /** By the name of their models: those of the setting, and rules. */
  readonly managers: Map<"models" | "rules", Promise<ManagerRunner>>;
}

/** A renewal that takes longer is given up: the next question asks anew. */
const REFRESH_MS = 10_000;

const sessions = new WeakMap<Desk, Session>();

/** Answers; sleep work stands back meanwhile. @throws ModelRunError, and what the source threw */
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
  const closed = (): void => desk.planner.budget.closeQuestion(tally);
  let isDaySpent = false;
  const onDaySpent = (): void => {
    isDaySpent = true;
  };
  const deps: AnswerDeps = {
    ...answerDeps(open, session, { tally, nowMs, onDaySpent }),
    refresh: conversation === undefined ? undefined : (key) => void toRenew.push(key),
  };
  const previous = conversation === undefined ? null : await conversations.previous(conversation);
  let served: ServedAnswer;
  try {
    served = await countInto(tally, () => serveQuestion(deps, { text, nowMs, previous }, { signal }));
  } catch (error) {
    const failed = { nowMs, work: tally.total(), durationMs: desk.monotonicMs() - startMs };
    background.later(() => session.log.failed(failed).finally(closed));
    throw error;
  }
  if (isDaySpent) served = { ...served, answer: byRulesAlone(served.answer, desk.config.thinking) };
  const { answer } = served;
  const { intent } = answer;
  if (conversation !== undefined) {
    const exchange = { question: text, answer: answer.answer, intent, atMs: nowMs };
    background.later(conversations.keep(conversation, exchange).write);
  }
  const durationMs = desk.monotonicMs() - startMs;
  background.later(() => session.log.answered({ ...served, nowMs, durationMs }).finally(closed));
  for (const key of toRenew) background.later(() => renew(desk, session, key));
  if (intent !== null) afterServed(desk, { answer, intent, nowMs });
  return answer;
}

function sessionOf({ desk }: AskedDesk): Session {
  const known = sessions.get(desk);
  if (known !== undefined) return known;
  const symbols = [...desk.markets.keys()];
  const session: Session = { symbols, refreshing: new Set(), log: createQuestionLog(desk), managers: new Map() };
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

/** Everything that an answer is made from, on this desk. */
function answerDeps(
  open: AskedDesk,
  session: Session,
  { tally, nowMs, onDaySpent }: { readonly tally: WorkTally; readonly nowMs: UnixMs; readonly onDaySpent: () => void },
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
    manager: () => managerOf(open, session, onDaySpent),
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

const viewOf = ({ desk, store }: AskedDesk) =>
  createDeskView({
    desk,
    storeKind: store.kind,
    readJournal: (options) => store.journal(desk.deskId, desk.runId).read({}, options),
  });

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

/** @throws ConfigError for models that cannot be used */
async function managerOf(open: AskedDesk, session: Session, onSpent: () => void): Promise<ManagerRunner> {
  const onRules = () => builtOnce(open, session, "rules");
  const onModels = await builtOnce(open, session, "models");
  const { config, planner } = open.desk;
  if (config.model === "rules") return onModels;
  return withinDay({ onModels, onRules, budget: planner.budget, thinking: config.thinking, onSpent });
}

function builtOnce(open: AskedDesk, { managers }: Session, name: "models" | "rules"): Promise<ManagerRunner> {
  const known = managers.get(name);
  if (known !== undefined) return known;
  const made = buildManager(open, name);
  managers.set(name, made);
  // A failed construction (a missing key, say) is tried again at the next question.
  made.catch(() => managers.delete(name));
  return made;
}

async function buildManager(open: AskedDesk, name: "models" | "rules"): Promise<ManagerRunner> {
  const { desk } = open;
  const { createDeepTraderManager, managerRunner } = await import("#agents/deep-trader-manager/agent.ts");
  const { createMarketAnalyst } = await import("#agents/market-analyst/agent.ts");
  const { ANALYST_RULES } = await import("#agents/market-analyst/rules.ts");
  const { MANAGER_RULES } = await import("#agents/deep-trader-manager/rules.ts");
  const { RULES } = await import("#agents/models/select.ts");
  const choices = name === "rules" ? [RULES] : await open.managerModels();
  const managers = await Promise.all(
    choices.map(async (choice) => {
      const marketAnalyst = await createMarketAnalyst({
        model: choice.modelFor(ANALYST_RULES),
        depsFor: (tally) => analystDeps(desk, tally),
      });
      const manager = await createDeepTraderManager({
        model: choice.modelFor(MANAGER_RULES),
        marketAnalyst,
        khala: desk.views,
        venueId: desk.marketData.venueId,
        deskView: viewOf(open),
      });
      return { model: choice.id, manager };
    }),
  );
  return managerRunner(managers, {
    deadlineMs: desk.config.modelTimeoutMs,
    maxTokens: desk.config.thinking.questionTokens,
    monotonicMs: desk.monotonicMs,
  });
}
