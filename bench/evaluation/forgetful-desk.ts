// Bench. The oracle, and the price of working from scratch: a desk that shares everything with another but its memory, and
// forgets before every question. Its Khala holds what one question has made; its topics and its ledger hold nothing.

import { ANALYSIS_DEFINITION_ID, topicDefinitionIdOf } from "#agents/market-analyst/assess.ts";
import { analyseOnDelegation } from "#agents/market-analyst/from-scratch.ts";
import type { AnalysisSlots } from "#agents/market-analyst/outcome.ts";
import type { AskedDesk } from "#desk/answering/ask-desk.ts";
import { analystDeps, type Desk } from "#desk/desk.ts";
import { createShadow } from "#desk/shadow/shadow.ts";
import { judgeFreshness } from "#memory/freshness.ts";
import type { Khala } from "#memory/khala.ts";
import { createMarketViews } from "#memory/market-views.ts";
import type { ReadingStrategy } from "#memory/reading-strategy.ts";
import type { Readings } from "#memory/readings.ts";
import { createSingleFlight } from "#memory/single-flight.ts";
import { createTopics } from "#memory/topics.ts";
import { systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { Analysis, AnalysisKey } from "#schemas/analysis.ts";
import type { TopicStore } from "#schemas/ports/memory.ts";
import type { HeldLease, Ledger } from "#schemas/ports/work.ts";
import type { Answer } from "#schemas/question.ts";
import type { Reading, ReadingKey } from "#schemas/reading.ts";
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
  const { hosts, deskId } = desk;
  const { khala, readings, forget } = memoryOfOneQuestion(desk);
  const running = (): readonly ReadingStrategy[] => hosts.filter(({ fault }) => fault === null).map(({ info }) => info);
  const views = createMarketViews({ khala, readings, strategies: running });
  const bare: Desk = {
    ...desk,
    // Nobody checks the oracle.
    config: { ...desk.config, thinking: { ...desk.config.thinking, shadowEvery: Number.MAX_SAFE_INTEGER } },
    shadow: createShadow({ onProblem: () => {} }),
    khala,
    readings,
    views,
    topics: createTopics({
      store: { topics: () => NO_TOPICS },
      khala,
      deskId,
      definitionId: () => topicDefinitionIdOf(hosts),
    }),
    flight: createSingleFlight({
      khala: views,
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
function memoryOfOneQuestion({ khala, config, marketData }: Desk) {
  const made = new Map<string, Analysis>();
  const said = new Map<string, Reading>();
  const rules = { graceMs: marketData.graceMs, definitionId: ANALYSIS_DEFINITION_ID, driftAtr: config.driftAtr };
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
  };
  const readings: Readings = {
    rememberMany: async (made) => {
      for (const reading of made) said.set(readingText(reading), reading);
    },
    newest: async (keys) => keys.map((key) => said.get(readingText(key))),
    history: async () => [],
    invalidate: async () => 0,
  };
  const forget = (): void => {
    made.clear();
    said.clear();
  };
  return { khala: bare, readings, forget };
}

const keyText = ({ venueId, symbol, timeframe }: AnalysisKey): string => `${timeframe} ${symbol} ${venueId}`;

const readingText = (key: ReadingKey): string => `${keyText(key)} ${key.definitionId}`;

const NO_TOPICS: TopicStore = {
  put: async () => {},
  newest: async (_kind, topics) => topics.map(() => undefined),
  history: async () => [],
  invalidate: async () => 0,
};

const NO_LEDGER: Ledger = { record: async () => {}, entries: async () => [] };

/** Nobody else works here. */
const FREE_LEASE: Omit<HeldLease, "name"> = { fence: 1, renew: async () => true, release: async () => {} };
