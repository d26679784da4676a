// Floor 4. One pass of thought above the sweep: what is expected to be asked → the value gate → analyses, digests and
// pre-answers in memory, best value first, within the budget, stepping aside for every question.

import { NEVER_ABORTED } from "#schemas/abort.ts";
import { newestClosed } from "#schemas/market.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, timeframeMs, type UnixMs } from "#schemas/units.ts";
import { ledgerEntry, type Work, WorkTally, workUnits } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import type { Desk } from "../desk.ts";
import type { ThinkReason, ThinkReport } from "../documents/think-report.ts";
import { marketsToThinkAbout } from "../run-slot/daily-universe.ts";
import { runJob, THINKING_JOB } from "../run-slot/jobs.ts";
import { type BudgetName, openPass, type PassBudget } from "./budget.ts";
import { chosen, LOOK_UNITS, wishesFor } from "./candidates.ts";
import { type Making, makeWish, validUntil } from "./make.ts";
import { structuralIntents } from "./structure.ts";
import { pays } from "./value-gate.ts";

/** Intents that one pass looks at. */
const MAX_INTENTS = 64;

/** `time`: the next slot has come, or the desk is being stopped. */
type ThinkLimit = BudgetName | "time";

export interface ThinkRequest {
  readonly reason: ThinkReason;
  /** The slot it belongs to. */
  readonly slotMs: UnixMs;
  /** Only what depends on these markets; left out: everything. */
  readonly about?: ReadonlySet<MarketSymbol>;
  /** True once the pass should end at its next step: a tick has begun, or the desk is being stopped. */
  readonly isOver?: () => boolean;
}

/**
 * Thinks ahead once. Passes of `slot` and `once` are made once a slot, however often they are asked for; of the others one runs at a time. Never
 * to be awaited while a question is being answered: it waits for questions.
 * @throws StoreError, ProviderRefusedError: what concerns the desk itself
 */
export function thinkAhead(desk: Desk, request: ThinkRequest, options: CallOptions): Promise<ThinkReport> {
  const { reason, slotMs } = request;
  const { runs } = desk.planner;
  const work = () => think(desk, request, options);
  if (reason === "idle") return runs.run(`idle ${slotMs}`, work);
  if (reason === "event") return runs.run(`event ${[...(request.about ?? [])].sort().join(" ")}`, work, "again");
  return runs.run(`slot ${slotMs}`, () => runJob(desk, THINKING_JOB, { slotMs }, work, options));
}

async function think(desk: Desk, request: ThinkRequest, options: CallOptions): Promise<ThinkReport> {
  const startedMs = desk.monotonicMs();
  const pass = new Pass(desk, request);
  const { level } = desk.config.thinking;
  try {
    if (level >= 3) await countInto(pass.tally, () => pass.run(options));
  } finally {
    // Also of a pass that failed or was ended: what it has spent is spent.
    await pass.record(desk.monotonicMs() - startedMs, NEVER_ABORTED);
  }
  return pass.report(desk.monotonicMs() - startedMs);
}

/** The state of one pass. */
class Pass {
  readonly #desk: Desk;
  readonly #request: ThinkRequest;
  readonly tally = new WorkTally();
  readonly #made = { digests: 0, preAnswers: 0, analyses: 0 };
  readonly #overBudget: Partial<Record<ThinkLimit, number>> = {};
  #considered = 0;
  #skippedFresh = 0;
  #belowGate = 0;
  #failed = 0;
  #interruptions = 0;

  constructor(desk: Desk, request: ThinkRequest) {
    this.#desk = desk;
    this.#request = request;
  }

  async run(options: CallOptions): Promise<void> {
    const desk = this.#desk;
    const { planner, config } = desk;
    const policy = config.thinking;
    await this.#quiet();
    const nowMs = desk.clock.now();
    const universe = await desk.universe.at(nowMs, options);
    const swept = new Set(marketsToThinkAbout(universe, desk.account.portfolio()));
    const predictor = await planner.predictor(nowMs, options);
    predictor.expectStructure(this.#structure(nowMs));
    const { about } = this.#request;
    const intents = predictor
      .likely(MAX_INTENTS, nowMs)
      .map(({ intent }) => intent)
      .filter(({ symbol, other }) => isAbout(about, symbol, other));
    this.#considered = intents.length;
    const wishes = wishesFor({
      intents,
      expectedAsks: (intent) => predictor.expectedAsks(intent, this.#horizonMs(intent.timeframe, nowMs), nowMs),
      level: policy.level,
      universe: universe.assets,
      // What an event has taken back is not as the sweep left it.
      isSwept: (symbol, timeframe) => about === undefined && timeframe === config.timeframe && swept.has(symbol),
      isQuarantined: (kind) => desk.quarantine.has(kind),
    });
    const plan = chosen(wishes, policy.testTimeWeight);
    this.#belowGate = wishes.length - plan.length;
    if (plan.length === 0) return;
    const budget = openPass(policy, await planner.budget.spentToday(nowMs, options));
    for (const [index, wish] of plan.entries()) {
      await this.#quiet();
      if (this.#isOver()) {
        this.#refused("time", plan.length - index);
        return;
      }
      await this.#grant(budget, { desk, wish, universe: universe.assets, tally: this.tally }, options);
    }
  }

  /** Makes one wish, if it is still worth it now that its state is known, and affordable. */
  async #grant(budget: PassBudget, making: Omit<Making, "mayLook" | "mayBegin" | "beforeStep">, options: CallOptions) {
    const { testTimeWeight } = this.#desk.config.thinking;
    let spent = workUnits(this.tally.total());
    const settle = (): void => {
      const units = workUnits(this.tally.total());
      budget.spend({ units: units - spent });
      spent = units;
    };
    const outcome = await makeWish(
      {
        ...making,
        mayLook: () => {
          settle();
          return budget.refuses(LOOK_UNITS) ?? "yes";
        },
        mayBegin: (prospect) => {
          settle();
          if (!pays(prospect, testTimeWeight)) return "below-gate";
          return budget.refuses(prospect.priceUnits) ?? "yes";
        },
        beforeStep: async () => {
          await this.#quiet();
          return !this.#isOver();
        },
      },
      options,
    );
    settle();
    this.#made.analyses += outcome.analyses;
    switch (outcome.status) {
      case "made":
        if (making.wish.make === "digest") this.#made.digests += 1;
        if (making.wish.make === "answer") this.#made.preAnswers += 1;
        return;
      case "fresh":
        this.#skippedFresh += 1;
        return;
      case "below-gate":
        this.#belowGate += 1;
        return;
      case "failed":
        this.#failed += 1;
        return;
      default:
        this.#refused(outcome.status, 1);
    }
  }

  report(durationMs: number): ThinkReport {
    const { slotMs, reason } = this.#request;
    return {
      slot: slotMs,
      reason,
      considered: this.#considered,
      made: { ...this.#made },
      skippedFresh: this.#skippedFresh,
      belowGate: this.#belowGate,
      overBudget: { ...this.#overBudget },
      failed: this.#failed,
      units: workUnits(this.tally.total()),
      interruptions: this.#interruptions,
      durationMs: Math.round(durationMs),
      repeated: false,
    };
  }

  /** A pass that found nothing to do leaves no row. */
  async record(durationMs: number, options: CallOptions): Promise<void> {
    const work = this.tally.total();
    if (isNothing(work) && Object.keys(this.#overBudget).length === 0) return;
    const { analyses, digests, preAnswers } = this.#made;
    const entry = ledgerEntry({
      atMs: this.#desk.clock.now(),
      phase: "sleep",
      job: "thinking",
      made: analyses,
      work,
      prepared: { digest: digests, answer: preAnswers },
      overBudget: { ...this.#overBudget },
      durationMs,
    });
    await this.#desk.ledger.record(entry, options);
  }

  #structure(nowMs: UnixMs) {
    const { account, planner, config, marketData } = this.#desk;
    const closeMs = newestClosed(nowMs, config.timeframe, marketData.graceMs);
    return structuralIntents({
      held: heldMarkets(account.portfolio()),
      turned: planner.turned(closeMs, timeframeMs(config.timeframe)),
      markets: planner.markets,
      nearTriggerPct: config.thinking.nearTriggerPct,
      timeframe: config.timeframe,
      decayed: planner.decayed,
    });
  }

  /** From now until the candle after this one is known. */
  #horizonMs(timeframe: Parameters<typeof timeframeMs>[0], nowMs: UnixMs): number {
    return validUntil(this.#desk.marketData.graceMs, timeframe, nowMs) - nowMs;
  }

  /** Between any two steps: questions first. */
  async #quiet(): Promise<void> {
    if (this.#desk.questionPriority.isAsked()) this.#interruptions += 1;
    await this.#desk.questionPriority.quiet();
  }

  #isOver(): boolean {
    const { clock, config } = this.#desk;
    return this.#request.isOver?.() === true || clock.now() >= this.#request.slotMs + timeframeMs(config.timeframe);
  }

  #refused(limit: ThinkLimit, count: number): void {
    this.#overBudget[limit] = (this.#overBudget[limit] ?? 0) + count;
  }
}

const isNothing = (work: Work): boolean => Object.values(work).every((count) => count === 0);

const heldMarkets = ({ positions }: Portfolio): readonly MarketSymbol[] =>
  [...positions.values()]
    .filter(({ dust }) => !dust)
    .map(({ symbol }) => symbol)
    .sort();

/** Questions about all markets depend on every one of them. */
const isAbout = (
  about: ReadonlySet<MarketSymbol> | undefined,
  symbol: MarketSymbol | null,
  other: MarketSymbol | null,
): boolean => about === undefined || symbol === null || about.has(symbol) || (other !== null && about.has(other));
