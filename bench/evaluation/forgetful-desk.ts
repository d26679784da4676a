// Bench. The oracle, and the price of working from scratch: a desk that shares everything with another but its memory, and
// forgets before every question. Its Khala holds what one question has made; its topics and its ledger hold nothing.
import type { AnalysisSlots } from "#agents/desk-run.ts";
import { definitionIdOf, topicDefinitionIdOf } from "#agents/market-analyst/assess.ts";
import { analyseOnDelegation } from "#agents/market-analyst/from-scratch.ts";
import type { AskedDesk } from "#desk/answering/ask-desk.ts";
import { analystDeps, type Desk } from "#desk/desk.ts";
import { createShadow } from "#desk/shadow/shadow.ts";
import { judgeFreshness } from "#memory/freshness.ts";
import type { Khala } from "#memory/khala.ts";
import { createSingleFlight } from "#memory/single-flight.ts";
import { createTopics } from "#memory/topics.ts";
import { systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { Analysis, AnalysisKey } from "#schemas/analysis.ts";
import type { TopicStore } from "#schemas/ports/memory.ts";
import type { HeldLease, Ledger } from "#schemas/ports/work.ts";
import type { Answer } from "#schemas/question.ts";
import { WorkTally } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { askAndSettle, type EvalDesk } from "./eval-desk.ts";

export interface ForgetfulDesk {
  /** From scratch, at the other desk's moment. */
  ask(text: string): Promise<Answer>;
  /**
   * The same about one market, without the agents in between: the from-scratch function that a delegation ends in is called
   * here, and the answer is given from what it made. `work` is that function's.
   */
  askDirectly(text: string, slots: AnalysisSlots): Promise<Answer>;
}

export function forgetful({ desk, open }: EvalDesk): ForgetfulDesk {
  const { strategy, deskId } = desk;
  const { khala, forget } = khalaOfOneQuestion(desk);
  const bare: Desk = {
    ...desk,
    // Nobody checks the oracle.
    config: { ...desk.config, thinking: { ...desk.config.thinking, shadowEvery: Number.MAX_SAFE_INTEGER } },
    shadow: createShadow({ onProblem: () => {} }),
    khala,
    topics: createTopics({
      store: { topics: () => NO_TOPICS },
      khala,
      deskId,
      definitionId: topicDefinitionIdOf(strategy),
    }),
    flight: createSingleFlight({
      khala,
      leases: { acquire: async (name) => ({ ...FREE_LEASE, name }) },
      sleep: systemClock().sleep,
      monotonicMs: () => 0,
    }),
    ledger: NO_LEDGER,
  };
  const bareOpen: AskedDesk = { ...open, desk: bare };
  return {
    ask: (text) => {
      forget();
      return askAndSettle(bareOpen, text);
    },
    async askDirectly(text, slots) {
      forget();
      const tally = new WorkTally();
      const delegated = { ...slots, nowMs: desk.clock.now() };
      await countInto(tally, () => analyseOnDelegation(analystDeps(bare, tally), delegated, NEVER_ABORTED));
      return { ...(await askAndSettle(bareOpen, text)), work: tally.total() };
    },
  };
}

/** What is made for a question is found by it again, judged as ever; everything else is missing. */
function khalaOfOneQuestion({ khala, strategy, config, marketData }: Desk) {
  const made = new Map<string, Analysis>();
  const rules = { graceMs: marketData.graceMs, definitionId: definitionIdOf(strategy), driftAtr: config.driftAtr };
  const keep = (analyses: readonly Analysis[]) => {
    for (const analysis of analyses) made.set(keyText(analysis), analysis);
  };
  const find = (key: AnalysisKey, nowMs: number, price: number | undefined) => {
    const record = made.get(keyText(key));
    if (record === undefined) return { status: "missing" } as const;
    return judgeFreshness({ stored: { record, invalidated: null }, nowMs, price, ...rules });
  };
  const bare: Khala = {
    ...khala,
    remember: async (analysis) => keep([analysis]),
    rememberMany: async (analyses) => keep(analyses),
    recall: async (key, { nowMs, price }) => find(key, nowMs, price),
    recallMany: async (keys, { nowMs, prices }) => keys.map((key) => find(key, nowMs, prices?.get(key.symbol))),
    noteChecked: async () => {},
    history: async () => [],
    list: async () => [],
    rememberSecurity: async () => {},
    recallSecurity: async () => undefined,
  };
  return { khala: bare, forget: () => made.clear() };
}

const keyText = ({ venueId, symbol, timeframe }: AnalysisKey): string => `${timeframe} ${symbol} ${venueId}`;

const NO_TOPICS: TopicStore = {
  put: async () => {},
  newest: async (_kind, topics) => topics.map(() => undefined),
  history: async () => [],
  invalidate: async () => 0,
};

const NO_LEDGER: Ledger = { record: async () => {}, entries: async () => [] };

/** Nobody else works here. */
const FREE_LEASE: Omit<HeldLease, "name"> = { fence: 1, renew: async () => true, release: async () => {} };
