// Floor 4. The time between two slots → runs of thinking: when no question has come for a while and something is left to do,
// and when a price has run away from its analysis. Runs beside the driver and ends with it.
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { ledgerEntry, WORK_WEIGHTS, WorkTally } from "#schemas/work.ts";
import { heldByMarket, marketsHeld } from "#toolkits/portfolio/positions.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { type BetweenSlotsParts, lookBetweenSlots } from "../between-slots.ts";
import type { Desk } from "../desk.ts";
import type { ThinkReport } from "../documents/think-report.ts";
import { voidByLeaderPrice } from "../run-slot/relationships.ts";
import { slotAt } from "../slots.ts";
import { openPass } from "./budget.ts";
import { changedMarkets, NO_SITUATION, type Situation } from "./events.ts";
import { pricesAtHand } from "./make.ts";
import { thinkAhead } from "./think-ahead.ts";

/** How often it is looked whether there is something to do, ms of real time. */
const LOOK_EVERY_MS = 1_000;
/** One call for the prices of what is watched, at most so often, ms of real time: 144,000 work units a day. */
const POLL_EVERY_MS = 60_000;
/** A poll of another desk on the store is as good for so long: several desks then make at most two a minute together. */
const POLLED_BY_OTHERS_MS = 30_000;
/** Markets watched at most, the held ones first. */
const MAX_WATCHED = 100;
/** The same where each price is a request of its own. */
const MAX_WATCHED_ONE_BY_ONE = 10;

/** Resolves when aborted, with nothing under way any more; rejects nothing. */
export async function thinkBetweenSlots(desk: Desk, parts: BetweenSlotsParts, options: CallOptions): Promise<void> {
  const loop = new BetweenSlots(desk, () => parts.isRunningSlot() || options.signal.aborted);
  await lookBetweenSlots(
    { name: "thinking", everyMs: LOOK_EVERY_MS, look: (given) => loop.look(given) },
    parts,
    options,
  );
  await desk.planner.runs.idle();
}

/** Whether there is something to think about, and which; one look at a time. */
export class BetweenSlots {
  readonly #desk: Desk;
  readonly #isOver: () => boolean;
  #askedAtLastPass = 0;
  #polledAtMs: number;
  #seen: Situation = NO_SITUATION;
  /** Of the last pass: more was worth making than one pass may spend. */
  #isUnfinished = false;

  constructor(desk: Desk, isOver: () => boolean) {
    this.#desk = desk;
    this.#isOver = isOver;
    this.#polledAtMs = desk.monotonicMs();
  }

  /** At most one poll and one pass. @throws StoreError, ProviderError, ProviderRefusedError */
  async look(options: CallOptions): Promise<ThinkReport | null> {
    const voided = await this.#poll(options);
    const now = this.#situation();
    const changed = changedMarkets(this.#seen, now, this.#desk.config.driftAtr);
    this.#seen = now;
    // After a slot everything has just been thought about.
    const about = new Set([...(changed ?? []), ...voided]);
    if (about.size > 0) return this.#pass({ reason: "event", about }, options);
    return this.#isIdleWithWork() ? this.#pass({ reason: "idle" }, options) : null;
  }

  #situation(): Situation {
    const { account, clock, planner } = this.#desk;
    const portfolio = account.portfolio();
    return {
      markets: new Map(planner.markets),
      prices: pricesAtHand(this.#desk, clock.now()),
      held: heldByMarket(portfolio),
      finishedSlotMs: portfolio.settledThroughMs,
    };
  }

  #isIdleWithWork(): boolean {
    const { questionPriority, config, planner } = this.#desk;
    const isPending = this.#isUnfinished || planner.asked() > this.#askedAtLastPass;
    return isPending && questionPriority.quietForMs() >= config.thinking.idleAfterMs;
  }

  async #pass(
    what: { readonly reason: "idle" } | { readonly reason: "event"; readonly about: ReadonlySet<MarketSymbol> },
    options: CallOptions,
  ): Promise<ThinkReport> {
    const { planner } = this.#desk;
    if (what.reason === "idle") this.#askedAtLastPass = planner.asked();
    const report = await thinkAhead(this.#desk, { ...what, slotMs: this.#slotMs(), isOver: this.#isOver }, options);
    if (what.reason === "idle") this.#isUnfinished = (report.overBudget.pass ?? 0) > 0 && report.units > 0;
    return report;
  }

  /** Prices of what is watched, where it is time for them. @returns the markets that the leader's price has taken back */
  async #poll(options: CallOptions): Promise<readonly MarketSymbol[]> {
    const { clock, planner, monotonicMs } = this.#desk;
    // A simulated price does not move between two slots.
    if (clock.kind !== "system" || monotonicMs() - this.#polledAtMs < POLL_EVERY_MS) return [];
    this.#polledAtMs = monotonicMs();
    const nowMs = clock.now();
    const watched = await this.#watched(nowMs, options);
    if (watched.length === 0 || !(await this.#mayPoll(nowMs, options))) return [];
    await this.#readPrices(watched, nowMs, options);
    const leader = this.#leader();
    const price = leader === null ? undefined : planner.prices.get(leader)?.price;
    return price === undefined ? [] : voidByLeaderPrice(this.#desk, price, options);
  }

  /**
   * The leader, what is held, what is near a trigger, and then the others: it is one call, and a market's own drift says more
   * of its analysis than the leader's (docs/evaluation.md, C7). None, while nothing is held and nothing was asked within the
   * predictor's memory: then no answer and no order depends on it.
   */
  async #watched(nowMs: UnixMs, options: CallOptions): Promise<readonly MarketSymbol[]> {
    const { account, planner, config, marketData } = this.#desk;
    const held = [...marketsHeld(account.portfolio())].sort();
    const predictor = await planner.predictor(nowMs, options);
    if (held.length === 0 && predictor.asksPerHour(nowMs) < 0.1) return [];
    const near = [...planner.markets]
      .filter(([, note]) => (note.nearestActionPct ?? Number.POSITIVE_INFINITY) <= config.thinking.nearTriggerPct)
      .map(([symbol]) => symbol);
    const leader = this.#leader();
    const inOrder = [...(leader === null ? [] : [leader]), ...held, ...near, ...planner.markets.keys()];
    return [...new Set(inOrder)].slice(0, marketData.pricesOneByOne === true ? MAX_WATCHED_ONE_BY_ONE : MAX_WATCHED);
  }

  async #mayPoll(nowMs: UnixMs, options: CallOptions): Promise<boolean> {
    const { planner, config } = this.#desk;
    const today = await planner.budget.spentToday(nowMs, options);
    return openPass(config.thinking, today).refuses(WORK_WEIGHTS.providerCalls) === null;
  }

  /** One call, counted whatever comes of it. */
  async #readPrices(symbols: readonly MarketSymbol[], nowMs: UnixMs, options: CallOptions): Promise<void> {
    const { planner, ledger, monotonicMs } = this.#desk;
    const startedMs = monotonicMs();
    const tally = new WorkTally();
    try {
      const asked = { symbols, nowMs, heardWithinMs: POLLED_BY_OTHERS_MS };
      const tickers = await countInto(tally, () => this.#desk.marketData.tickers(asked, options));
      for (const { symbol, last, atMs } of tickers) {
        if (atMs !== null) planner.prices.set(symbol, { price: last, atMs: unixMs(atMs) });
      }
    } finally {
      const durationMs = monotonicMs() - startedMs;
      const entry = { atMs: nowMs, phase: "sleep", job: "thinking", work: tally.total(), durationMs } as const;
      await ledger.record(ledgerEntry(entry), options);
    }
  }

  #leader(): MarketSymbol | null {
    const { relationships, clock } = this.#desk;
    return relationships.current(clock.now())?.leader ?? null;
  }

  #slotMs(): UnixMs {
    const { clock, config, marketData } = this.#desk;
    return slotAt(clock.now(), config.timeframe, marketData.graceMs);
  }
}
