// Floor 4. The time between two slots → each strategy tested again over the universe's newest candles, once a UTC day, market by market
// within a budget of its own; what closed there is watched for a mean that has fallen. It changes no order and no setting.
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { type Edge, edgeText } from "#schemas/edge.ts";
import { isPassing } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, type MarketSymbol, startOfDay, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { ledgerEntry, WORK_WEIGHTS, WorkTally, workUnits } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { watchEdge } from "#toolkits/revalidation/edge-monitor.ts";
import { type Strategy, warmupRowsOf } from "#toolkits/strategies/strategy.ts";
import { type BetweenSlotsParts, lookBetweenSlots } from "../between-slots.ts";
import type { Desk } from "../desk.ts";
import { nextSlot, slotAt } from "../slots.ts";
import { edgeOf, keepEdge } from "./edges.ts";

export interface RetestedTrade {
  readonly closedAtMs: UnixMs;
  /** After costs. */
  readonly returnPct: number;
}

/** Trades of one strategy in one market alone, between two slots. @throws ProviderError, UnknownNameError, StrategyError */
export type EdgeRetest = (
  what: {
    readonly strategy: Strategy;
    readonly symbol: MarketSymbol;
    readonly firstSlotMs: UnixMs;
    readonly lastSlotMs: UnixMs;
    /** The desk's now: what the venue is asked for. */
    readonly nowMs: UnixMs;
  },
  options: CallOptions,
) => Promise<readonly RetestedTrade[]>;

/** How often it is looked whether something is due, ms of real time. */
const LOOK_EVERY_MS = 2_000;
/** So long before a close nothing is begun, ms. */
const BEGUN_BEFORE_CLOSE_MS = 10_000;
/** Candles of the first look; later ones go on where it ended. */
const FIRST_CANDLES = 1_000;
/** Candles before those that are new: a trade that closes among the new ones may have begun there. */
const OVERLAP_CANDLES = 200;
/** Then no more are added: the record stays small, and years of trades have spoken. */
const MOST_TRADES = 5_000;

/** Resolves when aborted; rejects nothing. At a budget of 0 nothing is tested. */
export async function revalidateBetweenSlots(
  desk: Desk,
  retest: EdgeRetest,
  parts: BetweenSlotsParts,
  options: CallOptions,
): Promise<void> {
  if (desk.config.thinking.revalidationDayUnits === 0) return;
  const revalidation = new Revalidation(desk, retest, parts);
  const look = (given: CallOptions) => revalidation.look(given);
  await lookBetweenSlots({ name: "revalidation", everyMs: LOOK_EVERY_MS, look }, parts, options);
}

/** One strategy's look under way: interrupted by a slot or a question, it goes on at the market it had come to. */
interface Round {
  readonly strategy: Strategy;
  readonly known: Edge | null;
  readonly fromMs: number;
  readonly throughMs: UnixMs;
  readonly markets: readonly MarketSymbol[];
  readonly left: MarketSymbol[];
  readonly trades: (RetestedTrade & { readonly symbol: MarketSymbol })[];
}

export class Revalidation {
  readonly #desk: Desk;
  readonly #retest: EdgeRetest;
  readonly #parts: Pick<BetweenSlotsParts, "isRunningSlot" | "onProblem">;
  #round: Round | null = null;
  #spent: { readonly dayMs: number; units: number } | null = null;

  constructor(desk: Desk, retest: EdgeRetest, parts: Pick<BetweenSlotsParts, "isRunningSlot" | "onProblem">) {
    this.#desk = desk;
    this.#retest = retest;
    this.#parts = parts;
  }

  /** As many markets as there is time and budget for. @throws StoreError */
  async look(options: CallOptions): Promise<void> {
    if (!this.#mayGoOn()) return;
    this.#round ??= await this.#due(options);
    const round = this.#round;
    if (round === null) return;
    while (round.left.length > 0) {
      if (!this.#mayGoOn() || !(await this.#isAffordable(round, options))) return;
      await this.#test(round, round.left[0] as MarketSymbol, options);
      round.left.shift();
      // Whatever waits goes first.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#round = null;
    await this.#finish(round);
  }

  #mayGoOn(): boolean {
    const { clock, config, marketData, questionPriority, account } = this.#desk;
    const slotMs = slotAt(clock.now(), config.timeframe, marketData.graceMs);
    const { settledThroughMs } = account.portfolio();
    const isDecided = settledThroughMs !== null && settledThroughMs >= slotMs;
    const msToClose = nextSlot(slotMs, config.timeframe) - clock.now();
    return (
      isDecided && !this.#parts.isRunningSlot() && !questionPriority.isAsked() && msToClose > BEGUN_BEFORE_CLOSE_MS
    );
  }

  /** The first strategy that was not judged for a day; those that run in a thread of their own cannot be called here. */
  async #due(options: CallOptions): Promise<Round | null> {
    const { hosts, clock, config, marketData, universe, planner } = this.#desk;
    const throughMs = slotAt(clock.now(), config.timeframe, marketData.graceMs);
    for (const { local } of hosts) {
      if (local === null) continue;
      const known = await edgeOf(this.#desk, local, options);
      if (known?.status === "decayed") planner.decayed.add(local.id);
      if (known !== null && throughMs - known.throughMs < DAY_MS) continue;
      const firstMs = throughMs - FIRST_CANDLES * timeframeMs(config.timeframe);
      const markets = [...universe.newest().assets].sort();
      if (markets.length === 0) return null;
      return {
        strategy: local,
        known,
        fromMs: Math.max(firstMs, known?.throughMs ?? 0),
        throughMs,
        markets,
        left: [...markets],
        trades: [],
      };
    }
    return null;
  }

  /** Stated high: a call for each timeframe and two pages of it, and every candle read. */
  #priceOf({ strategy, fromMs, throughMs }: Round): number {
    const candles =
      (throughMs - fromMs) / timeframeMs(this.#desk.config.timeframe) + OVERLAP_CANDLES + warmupRowsOf(strategy, null);
    return (1 + strategy.timeframes.length) * (2 * WORK_WEIGHTS.providerCalls + candles * WORK_WEIGHTS.candlesRead);
  }

  /** Of its own budget and of the day's. */
  async #isAffordable(round: Round, options: CallOptions): Promise<boolean> {
    const { clock, config, ledger, planner } = this.#desk;
    const dayMs = startOfDay(clock.now());
    if (this.#spent?.dayMs !== dayMs) {
      const entries = await ledger.entries({ sinceMs: dayMs }, options);
      const own = entries.filter(({ job, atMs }) => job === "revalidation" && atMs <= clock.now());
      this.#spent = { dayMs, units: own.reduce((sum, { work }) => sum + workUnits(work), 0) };
    }
    const price = this.#priceOf(round);
    const { units } = await planner.budget.spentToday(clock.now(), options);
    const { revalidationDayUnits, dayUnits } = config.thinking;
    return this.#spent.units + price <= revalidationDayUnits && units + price <= dayUnits;
  }

  /** A market that cannot be read is left out of this look. @throws StoreError */
  async #test(round: Round, symbol: MarketSymbol, options: CallOptions): Promise<void> {
    const { clock, config, ledger, monotonicMs } = this.#desk;
    const { strategy, fromMs, throughMs: lastSlotMs } = round;
    const [atMs, startedMs, tally] = [clock.now(), monotonicMs(), new WorkTally()];
    const firstSlotMs = unixMs(fromMs - OVERLAP_CANDLES * timeframeMs(config.timeframe));
    try {
      const what = { strategy, symbol, firstSlotMs, lastSlotMs, nowMs: atMs };
      const trades = await countInto(tally, () => this.#retest(what, options));
      const fresh = trades.filter(({ closedAtMs }) => closedAtMs > fromMs);
      round.trades.push(...fresh.map((trade) => ({ ...trade, symbol })));
    } catch (error) {
      options.signal.throwIfAborted();
      if (!isPassing(error)) throw error;
      this.#parts.onProblem(`revalidation of ${strategy.id}: ${symbol} is left out: ${(error as Error).message}`);
    } finally {
      const work = tally.total();
      if (this.#spent !== null) this.#spent.units += workUnits(work);
      const entry = { atMs, phase: "sleep", job: "revalidation", work, durationMs: monotonicMs() - startedMs } as const;
      await ledger.record(ledgerEntry(entry), NEVER_ABORTED);
    }
  }

  async #finish({ strategy, known, trades, throughMs, fromMs, markets }: Round): Promise<void> {
    const { marketData, planner } = this.#desk;
    const inOrder = trades.toSorted((a, b) => a.closedAtMs - b.closedAtMs || (a.symbol < b.symbol ? -1 : 1));
    const returnsPct = [...(known?.returnsPct ?? []), ...inOrder.map(({ returnPct }) => rounded(returnPct))].slice(
      0,
      MOST_TRADES,
    );
    const { alarmAt: _, ...state } = watchEdge(returnsPct);
    const isNew = state.status === "decayed" && known?.status !== "decayed";
    const edge: Edge = {
      strategyId: strategy.id,
      definitionId: strategy.definitionId,
      venueId: marketData.venueId,
      ...state,
      throughMs,
      sinceMs: known?.sinceMs ?? unixMs(fromMs),
      decayedAtMs: state.status === "decayed" ? (known?.decayedAtMs ?? throughMs) : null,
      markets,
      returnsPct,
    };
    await keepEdge(this.#desk, edge);
    if (state.status === "decayed") planner.decayed.add(strategy.id);
    if (isNew) this.#parts.onProblem(edgeText(edge));
  }
}

/** A millionth of a percent: the record stays short. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
