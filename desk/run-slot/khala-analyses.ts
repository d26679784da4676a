// Floor 4. Analyses for decisions: what this slot's sleep cycle has read, before it is in Khala; else what Khala has, made from scratch
// where it is stale. What was read now is fresh: whether its token report still holds is the gate's to say.
import type { SignalRead } from "#agents/market-analyst/outcome.ts";
import { type SweepOutcomes, sweepMarkets } from "#agents/market-analyst/sleep-time.ts";
import type { Analysis, Recall } from "#schemas/analysis.ts";
import type { Answered, CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { GateRelationships } from "#schemas/relationship.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { marketsHeld, positionOf } from "#toolkits/portfolio/positions.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { analystDeps, type Desk } from "../desk.ts";
import type { SleepReport } from "../documents/sleep-report.ts";
import { isThoughtAbout, marketsToThinkAbout, UNKNOWN_UNIVERSE, type UniverseOfDay } from "./daily-universe.ts";
import { type ReadCandidate, withHeldExits } from "./held-exits.ts";
import { analysesOf, hourToRelateNow, leaderHourSigmasOf, readsOf, relateHour, sweptHour } from "./relationships.ts";
import { beginSleepCycle, type SleepUnderWay, summaryOf } from "./sleep-cycle.ts";
import type { AnalysisSource, SlotAnalyses, SlotOptions } from "./slot-desk.ts";

export const createKhalaAnalyses = (desk: Desk): AnalysisSource => new KhalaAnalyses(desk);

/** One strategy's reading of a market, as memory or the analyst gave it. */
interface Read {
  readonly reading: SignalRead;
  readonly path: "recalled" | "delegated";
}

const freshAt = (record: Analysis, nowMs: UnixMs): Recall => ({
  status: "fresh",
  record,
  ageMs: nowMs - record.asOfMs,
});

/** Of one slot; what `recall` learns is counted in `finish`. */
class KhalaAnalyses implements AnalysisSource {
  readonly #desk: Desk;
  readonly #tally = new WorkTally();
  /** Of the base timeframe. */
  readonly #recalls = new Map<MarketSymbol, Recall>();
  /** By market, in the order of the desk's strategies. */
  readonly #reads = new Map<MarketSymbol, readonly Read[]>();
  readonly #delegated = new Set<MarketSymbol>();
  readonly #misses: Record<string, number> = {};
  /** Markets that this slot's sleep cycle has asked without success: they are not asked again by the decision. */
  #askedInVain: ReadonlySet<MarketSymbol> = new Set();
  /** Markets that had no candle of this slot: Khala is not told yet. */
  #quiet: ReadonlySet<MarketSymbol> = new Set();
  /** Null: no sleep cycle came before. */
  #sleep: SleepUnderWay | null = null;
  #report: SleepReport | null = null;
  #universe: UniverseOfDay = UNKNOWN_UNIVERSE;
  /** What moves together, where it is due in this slot; null: it is not, and the desk keeps it. */
  #hour: GateRelationships | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  async prepare(slotMs: UnixMs, options: SlotOptions): Promise<void> {
    this.#sleep = await beginSleepCycle(this.#desk, slotMs, options);
    const { swept, hour, settle } = this.#sleep;
    if (swept === null) {
      const { skipped, failed } = (await settle()).report;
      this.#askedInVain = new Set([...skipped, ...failed].map(({ symbol }) => symbol));
      return;
    }
    const unread = [...swept.attempts].filter(([, { status }]) => status !== "analysed");
    this.#askedInVain = new Set(unread.map(([symbol]) => symbol));
    this.#quiet = new Set(
      unread.flatMap(([symbol, one]) => (one.status === "no-candle" && one.newestCloseMs !== null ? [symbol] : [])),
    );
    if (hour === null) return;
    // A desk that has just begun: what an earlier process of this run has made of the hour stands, and is read back first.
    if (this.#desk.relationships.current(slotMs) === null) await settle();
    else this.#hour = hour;
  }

  async cite(symbols: ReadonlySet<MarketSymbol>): Promise<void> {
    if (symbols.size > 0) await this.#sleep?.swept?.cite(symbols);
  }

  async settle(): Promise<void> {
    if (this.#sleep !== null) this.#report ??= (await this.#sleep.settle()).report;
  }

  report(): SleepReport {
    if (this.#report === null) throw new Error("The sleep report was asked for before the slot was prepared.");
    return this.#report;
  }

  async recall(slotMs: UnixMs, options: CallOptions): Promise<SlotAnalyses> {
    const desk = this.#desk;
    const { timeframe } = desk.config;
    const nowMs = desk.clock.now();
    this.#universe = await desk.universe.at(nowMs, options);
    const symbols = marketsToThinkAbout(this.#universe, desk.account.portfolio());
    const read = await this.#takeRead(new Set(symbols), nowMs);
    const wanted = await this.#recallAll(
      symbols.filter((symbol) => !read.has(symbol)),
      nowMs,
      options,
    );
    const returnsToMs = this.#hour === null ? hourToRelateNow(desk, slotMs) : undefined;
    const outcomes = await sweepMarkets(
      analystDeps(desk, this.#tally),
      { symbols: wanted, timeframe, nowMs, origin: "test-time", returnsToMs },
      options,
    );
    this.#take(outcomes, nowMs, "delegated");
    if (returnsToMs !== undefined) {
      const hour = sweptHour(this.#universe, desk.account.portfolio(), analysesOf(outcomes));
      await relateHour(desk, readsOf(returnsToMs, outcomes), hour, options);
    }
    return this.#analyses(slotMs, symbols, options);
  }

  async *late(slotMs: UnixMs, options: CallOptions): AsyncGenerator<SlotAnalyses, void, undefined> {
    const swept = this.#sleep?.swept ?? null;
    if (swept === null) return;
    await this.settle();
    const all = new Map(await swept.remember());
    for await (const round of swept.late()) {
      options.signal.throwIfAborted();
      for (const [symbol, outcome] of round) all.set(symbol, outcome);
      this.#report = { ...this.report(), ...summaryOf(all, this.#desk) };
      this.#desk.planner.noteAnalyses(analysesOf(round));
      const portfolio = this.#desk.account.portfolio();
      // A market that is only watched is decided on by nobody.
      const came = this.#take(round, this.#desk.clock.now(), "recalled").filter((symbol) =>
        isThoughtAbout(symbol, this.#universe, portfolio),
      );
      if (came.length > 0) yield this.#analyses(slotMs, came, options);
    }
    this.#desk.silent.note(all);
  }

  counted<T>(work: () => Answered<T>): Promise<T> {
    return countInto(this.#tally, async () => work());
  }

  async finish(_slotMs: UnixMs, durationMs: number, options: CallOptions): Promise<void> {
    const nowMs = this.#desk.clock.now();
    const recalled = [...this.#recalls].flatMap(([symbol, recall]) =>
      recall.status === "fresh" && !this.#delegated.has(symbol) ? [recall.record] : [],
    );
    this.#tally.count({ delegations: this.#delegated.size });
    await this.#desk.ledger.record(
      {
        atMs: nowMs,
        phase: "test-time",
        job: "decision-cycle",
        paths: { recalled: recalled.length, delegated: this.#delegated.size },
        misses: this.#misses,
        made: this.#delegated.size,
        served: recalled.length,
        work: this.#tally.total(),
        ageAtUseMs: recalled.map((record) => nowMs - record.asOfMs),
        durationMs,
      },
      options,
    );
  }

  /** What this slot's sleep cycle has read, before anything is remembered. @returns which markets */
  async #takeRead(symbols: ReadonlySet<MarketSymbol>, nowMs: UnixMs): Promise<ReadonlySet<MarketSymbol>> {
    const read = new Set<MarketSymbol>();
    for (const [symbol, outcome] of (await this.#sleep?.swept?.signals()) ?? []) {
      if (outcome.status !== "analysed" || !symbols.has(symbol)) continue;
      read.add(symbol);
      this.#recalls.set(symbol, freshAt(outcome.analysis, nowMs));
      this.#note(symbol, outcome.reads, "recalled");
    }
    return read;
  }

  /** Reads what Khala has; returns the markets that are worth asking the analyst about. */
  async #recallAll(symbols: readonly MarketSymbol[], nowMs: UnixMs, options: CallOptions): Promise<MarketSymbol[]> {
    const { views, marketData, config } = this.#desk;
    if (symbols.length === 0) return [];
    const keys = symbols.map((symbol) => ({ venueId: marketData.venueId, symbol, timeframe: config.timeframe }));
    // Orders depend on it: which record counts is read from the store, whatever another process has told the tiers.
    const answers = await views.recallMany(keys, { nowMs, verify: true }, options);
    this.#tally.count({ recordsRead: symbols.length });
    const wanted: MarketSymbol[] = [];
    for (const [row, symbol] of symbols.entries()) {
      const recall = this.#heard(symbol, answers[row] ?? { status: "missing" });
      this.#recalls.set(symbol, recall);
      if (recall.status !== "missing") this.#note(symbol, recall.record.readings, "recalled");
      if (recall.status === "fresh") continue;
      const why = recall.status === "missing" ? "missing" : recall.reason;
      this.#misses[why] = (this.#misses[why] ?? 0) + 1;
      if (why !== "no-candle" && !this.#askedInVain.has(symbol)) wanted.push(symbol);
    }
    return wanted;
  }

  /** As Khala would say it once it was told that the market had no candle. */
  #heard(symbol: MarketSymbol, recall: Recall<MarketView>): Recall<MarketView> {
    const isQuiet = recall.status === "stale" && recall.reason === "behind" && this.#quiet.has(symbol);
    return isQuiet ? { ...recall, reason: "no-candle" } : recall;
  }

  #note(symbol: MarketSymbol, readings: readonly SignalRead[], path: Read["path"]): void {
    this.#reads.set(
      symbol,
      readings.map((reading) => ({ reading, path })),
    );
  }

  /** A market that cannot be read is held, not entered; the sleep cycle has already said why. */
  #take(outcomes: SweepOutcomes, nowMs: UnixMs, path: Read["path"]): MarketSymbol[] {
    const came: MarketSymbol[] = [];
    for (const [symbol, outcome] of outcomes) {
      if (outcome.status !== "analysed") continue;
      came.push(symbol);
      if (path === "delegated") this.#delegated.add(symbol);
      this.#note(symbol, outcome.analysis.readings, path);
      this.#recalls.set(symbol, freshAt(outcome.analysis, nowMs));
    }
    return came;
  }

  async #analyses(slotMs: UnixMs, symbols: readonly MarketSymbol[], options: CallOptions): Promise<SlotAnalyses> {
    const { relationships } = this.#desk;
    const candidates: ReadCandidate[] = [];
    const unread: SlotAnalyses["unread"][number][] = [];
    const portfolio = this.#desk.account.portfolio();
    const held = marketsHeld(portfolio);
    const ofToday = new Set(this.#universe.assets);
    // What has left the day's universe is left by whoever holds it, and entered by nobody.
    const mayDecide = ({ reading }: Read): boolean =>
      ofToday.has(reading.symbol) || positionOf(portfolio, reading)?.dust === false;
    for (const symbol of symbols) {
      const recall = this.#recalls.get(symbol);
      if (recall === undefined || recall.status === "missing") continue;
      const freshness = recall.status === "fresh" ? "fresh" : recall.reason;
      const reads = this.#reads.get(symbol) ?? [];
      for (const read of reads.filter(mayDecide)) candidates.push({ analysis: recall.record, freshness, ...read });
      if (reads.length === 0 && held.has(symbol)) unread.push({ analysis: recall.record, freshness, path: "recalled" });
    }
    const marks = new Map<MarketSymbol, number>();
    for (const [symbol, recall] of this.#recalls)
      if (recall.status !== "missing") marks.set(symbol, recall.record.price);
    const current = () => this.#hour ?? relationships.current(slotMs);
    return {
      candidates: await withHeldExits(this.#desk, candidates, options),
      unread,
      marks,
      liquidity: this.#universe.liquidity,
      relationships: current,
      leaderHourSigmas: () => leaderHourSigmasOf(current(), this.#recalls),
    };
  }
}
