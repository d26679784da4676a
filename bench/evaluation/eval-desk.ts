// Bench. A seed → a desk of the product on the simulated venue, ticked and asked by the product's own functions.

import type { ModelChoice } from "#agents/models/select.ts";
import { managerModels } from "#apps/models.ts";
import { type AskedDesk, askDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import type { Desk } from "#desk/desk.ts";
import { runLiveSlot, runSlotWithoutSleep } from "#desk/run-slot/live-slot.ts";
import { withTopicTier } from "#memory/tiers/topic-tier.ts";
import type { SimulatedClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { MarketData, SecuritySource, Universe } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { Answer } from "#schemas/question.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { type LedgerEntry, type Work, WorkTally } from "#schemas/work.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";
import { benchConfig } from "../bench-config.ts";
import { openBenchDesk } from "../support/desk.ts";
import { openPgliteInMemory } from "../support/pglite-in-memory.ts";
import { SIM_START_MS } from "./histories.ts";

export const DESK_TIMEFRAME: Timeframe = "5m";
/** What the sweep does not read. */
export const OTHER_TIMEFRAME: Timeframe = "1h";

export const barStartMs = (bar: number): UnixMs => unixMs(SIM_START_MS + bar * timeframeMs(DESK_TIMEFRAME));

/** One seed's market, made once and shared by every desk on it. */
export interface EvalMarket {
  readonly seed: number;
  readonly assets: number;
  readonly marketData: MarketData;
  readonly security: SecuritySource;
  readonly universe: Universe;
  readonly symbols: readonly MarketSymbol[];
}

export async function openMarket(seed: number, assets: number): Promise<EvalMarket> {
  const marketData = createSimulatedVenue({ seed, assets });
  const symbols = (await marketData.markets(NEVER_ABORTED)).map(({ symbol }) => symbol);
  return {
    seed,
    assets,
    marketData,
    security: createSimulatedSecurity({ seed, assets }),
    universe: createSimulatedUniverse({ seed, assets }),
    symbols,
  };
}

/** Dispose of it where it is done with: the next desk then takes its database. */
export interface EvalDesk extends AsyncDisposable {
  readonly open: AskedDesk;
  readonly desk: Desk;
  readonly market: EvalMarket;
  readonly clock: SimulatedClock;
  /** Newest slot, and moves the clock there; the first is `SIM_START_MS`. */
  toBar(bar: number): UnixMs;
  ask(text: string): Promise<Answer>;
  /** Everything spent so far, by the ledger. */
  entries(): Promise<readonly LedgerEntry[]>;
  /** The journal. */
  events(): Promise<readonly JournalEvent[]>;
}

export interface EvalDeskParts {
  readonly market: EvalMarket;
  /** Left out: `SIM_START_MS`. */
  readonly startMs?: UnixMs;
  readonly thinking?: Partial<DeskConfig["thinking"]>;
  /** Left out: rules answer, and nothing is judged asleep. */
  readonly models?: EvalModels;
}

/** Awake null: rules answer. */
export interface EvalModels {
  readonly asleep: ModelChoice;
  readonly awake: ModelChoice | null;
}

export async function openEvalDesk(parts: EvalDeskParts): Promise<EvalDesk> {
  const { market, startMs = SIM_START_MS, thinking = {}, models } = parts;
  const { marketData, security, universe, assets } = market;
  const markets = new Map((await marketData.markets(NEVER_ABORTED)).map((each) => [each.symbol, each]));
  const store = withTopicTier(await openPgliteInMemory("eval"));
  const { thinking: defaults } = benchConfig();
  const opened = await openBenchDesk({
    venue: { marketData, markets, universe, security },
    startMs,
    store,
    settings: {
      timeframe: DESK_TIMEFRAME,
      assets,
      thinking: { ...defaults, ...thinking },
      ...(models === undefined ? {} : { sleepModel: models.asleep.id }),
      ...(models?.awake == null ? {} : { model: models.awake.id }),
    },
    sleepModels: models === undefined ? null : async () => [models.asleep],
  });
  const awake = models?.awake ?? null;
  return asEvalDesk(opened.desk, { store, clock: opened.clock, awake }, market);
}

function asEvalDesk(
  desk: Desk,
  parts: { readonly store: Store; readonly clock: SimulatedClock; readonly awake: ModelChoice | null },
  market: EvalMarket,
): EvalDesk {
  const { store, clock, awake } = parts;
  const onProblem = (problem: string): never => {
    throw new Error(problem);
  };
  const open: AskedDesk = {
    desk,
    store,
    managerModels: awake === null ? managerModels(desk.config, {}) : async () => [awake],
    background: createBackgroundQueue(onProblem),
    conversations: createConversations(desk, onProblem),
  };
  return {
    open,
    desk,
    market,
    clock,
    toBar(bar) {
      const slotMs = barStartMs(bar);
      clock.advanceTo(slotMs);
      return slotMs;
    },
    ask: (text) => askAndSettle(open, text),
    entries: () => desk.ledger.entries({}, NEVER_ABORTED),
    events: async () => {
      const rows = await store.journal(desk.deskId, desk.runId).read({}, NEVER_ABORTED);
      return rows.map(({ event }) => event);
    },
    async [Symbol.asyncDispose]() {
      await open.background.settled();
      await desk.shadow.close();
      await store.close();
    },
  };
}

/** The same desk with another budget for a question. */
export const withQuestionUnits = (evalDesk: EvalDesk, questionUnits: number): EvalDesk =>
  withThinking(evalDesk, { questionUnits });
export const withQuestionTokens = (evalDesk: EvalDesk, questionTokens: number): EvalDesk =>
  withThinking(evalDesk, { questionTokens });

function withThinking(evalDesk: EvalDesk, thinking: Partial<DeskConfig["thinking"]>): EvalDesk {
  const { config } = evalDesk.desk;
  const desk = { ...evalDesk.desk, config: { ...config, thinking: { ...config.thinking, ...thinking } } };
  const open = { ...evalDesk.open, desk };
  return { ...evalDesk, desk, open, ask: (text) => askAndSettle(open, text) };
}

/** What is written of a question is written before the next one, so that every run is the same. */
export async function askAndSettle(open: AskedDesk, text: string): Promise<Answer> {
  const answer = await askDesk(open, text, NEVER_ABORTED);
  await open.background.settled();
  await open.desk.shadow.idle();
  return answer;
}

/** One slot as the product runs it: settle, sweep, decide, think. */
export const tick = ({ desk }: EvalDesk, slotMs: UnixMs): Promise<unknown> => runLiveSlot(desk, slotMs, NEVER_ABORTED);

/** The same slot without sleep: what decisions need is made while they wait. */
export const tickWithoutSleep = ({ desk }: EvalDesk, slotMs: UnixMs): Promise<unknown> =>
  runSlotWithoutSleep(desk, slotMs, NEVER_ABORTED);

export function sumWork(works: readonly Work[]): Work {
  const tally = new WorkTally();
  for (const work of works) tally.count(work);
  return tally.total();
}

/** What an answer says, without how it came about: all of it must be equal to the one from scratch. */
export const saidBy = ({ answer, intent, asOfMs, analysisIds, stale }: Answer): string =>
  JSON.stringify([answer, intent, asOfMs, analysisIds.toSorted(), stale]);
