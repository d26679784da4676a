// A desk at an exchange where anything goes wrong, at any moment at which it waits for anything: it is killed or asked to stop, halted, its
// store is gone, full or silent, its clock jumps, the venue hangs, fails, cuts its answers, hides orders, takes them late, refuses. All of it
// drawn from a seed, so that a story can be told again; all of it on a clock of its own.
import { ProviderRefusedError, StoreError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import type { Fault } from "#test/exchanges/faults.ts";
import { REFUSALS } from "#test/exchanges/trading/trading-account.ts";
import { Rig } from "./rig.ts";
import { Witness } from "./witness.ts";

/** mulberry32. */
function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** What may befall a desk at any await. */
export const BLOWS = [
  "killed",
  "terminated",
  "halted",
  "clock-ahead",
  "clock-back",
  "store-gone",
  "disk-full",
  "store-answer-lost",
  "store-hangs",
  "venue-hangs",
  "venue-answer-lost",
  "venue-fails",
] as const;
type Blow = (typeof BLOWS)[number];

/** Those that the process of the desk outlives: a desk without its store ends. */
export const SURVIVED: readonly Blow[] = [
  "halted",
  "clock-ahead",
  "clock-back",
  "venue-hangs",
  "venue-answer-lost",
  "venue-fails",
];

interface StormOptions {
  /** Where the journal is kept; left out: in memory. */
  readonly disk?: Journal;
  /** Left out: whatever may befall a desk. */
  readonly blows?: readonly Blow[];
}

const FAULTS: readonly Fault[] = [
  { kind: "answered-otherwise", status: 502, text: "<html>" },
  { kind: "answered-otherwise", status: 200, text: "" },
  { kind: "answered-otherwise", status: 200, text: "{" },
  { kind: "status", status: 503, body: "" },
  { kind: "status", status: 500, body: "{}" },
  { kind: "reset" },
  { kind: "truncated" },
];
const KINDS = ["place", "cancel", "order", "open-orders", "trades", "balances"] as const;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** A journal that fails as it is told to. */
class FailingStore {
  /** Until then nothing is read (`gone`) or written, by the exchange's clock. */
  goneUntilMs = 0;
  fullUntilMs = 0;
  /** The next write is done, and its answer lost. */
  losesAnswer = false;
  /** The next write takes so long, ms, and fails: done or not. */
  hangs: { readonly ms: number; readonly isDone: boolean } | null = null;

  /** Called with each failure. */
  onFailure = (): void => {};

  over(kept: Journal, nowMs: () => number, wait: (ms: number) => void): Journal {
    const failing = (why: string) => {
      this.onFailure();
      return new StoreError({ was: `The database ${why}.`, remedy: "Look after it." });
    };
    return {
      read: async (filter, options) => {
        if (nowMs() < this.goneUntilMs) throw failing("is gone");
        return kept.read(filter, options);
      },
      append: async (events: readonly JournalEvent[], options) => {
        if (nowMs() < this.goneUntilMs) throw failing("is gone");
        if (nowMs() < this.fullUntilMs) throw failing("has no room on its disk");
        const { hangs, losesAnswer } = this;
        this.hangs = null;
        this.losesAnswer = false;
        if (hangs === null || hangs.isDone) await kept.append(events, options);
        if (hangs !== null) {
          this.onFailure();
          wait(hangs.ms);
        }
        if (hangs !== null || losesAnswer) throw failing("broke the connection");
      },
    };
  }
}

export class Storm {
  readonly rig: Rig;
  readonly witness: Witness;
  /** Each blow that fell, and where. */
  readonly fell: string[] = [];
  readonly #random: () => number;
  readonly #store: FailingStore;
  readonly #blows: readonly Blow[];
  #excused = 0;
  #next: { readonly blow: Blow; left: number } | null = null;

  private constructor(rig: Rig, random: () => number, store: FailingStore, blows: readonly Blow[]) {
    this.rig = rig;
    this.#blows = blows;
    this.#random = random;
    this.#store = store;
    const { market, trader } = rig;
    // Twice the least that the venue takes: below it a stop may have no room.
    const least = Math.max(Number(market.minQuantity), Number(market.minNotional) / Number(rig.price("0.9"))) * 2;
    this.witness = new Witness(trader, { least: least.toFixed(8), step: market.stepSize });
  }

  static async open(venueId: string, seed: number, { disk, blows = BLOWS }: StormOptions = {}): Promise<Storm> {
    const random = drawn(seed);
    const store = new FailingStore();
    let storm: Storm | null = null;
    const trader = () => storm?.rig.trader;
    const rig = await Rig.open(venueId, {
      stopPct: 5,
      targetPct: 4,
      // Coins of the owner beside the desk's: nothing but the desk itself keeps them from being sold.
      ...(random() < 0.5 ? {} : { owned: "1" }),
      store: (kept) =>
        store.over(
          disk ?? kept,
          () => trader()?.venueNow() ?? 0,
          (ms) => trader()?.wait(ms),
        ),
      atAwait: (moment) => storm?.atAwait(moment),
    });
    const opened = new Storm(rig, random, store, blows);
    storm = opened;
    store.onFailure = () => opened.witness.excuseDoubt();
    return opened;
  }

  /** From 0 to 1. */
  draw(): number {
    return this.#random();
  }

  chance(share: number): boolean {
    return this.draw() < share;
  }

  one<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)] as T;
  }

  upTo(most: number): number {
    return 1 + Math.floor(this.#random() * most);
  }

  /** What happens now, whenever the desk waits for something. */
  atAwait(moment: string): void {
    this.witness.look();
    if (this.#next === null) return;
    this.#next.left -= 1;
    if (this.#next.left > 0) return;
    const { blow } = this.#next;
    this.#next = null;
    this.fell.push(`${blow} at ${moment}`);
    this.#strike(blow);
  }

  #strike(blow: Blow): void {
    const { rig } = this;
    const { trader } = rig;
    const nowMs = trader.venueNow();
    const awayMs = this.upTo(20) * SECOND_MS;
    switch (blow) {
      case "killed":
        rig.kill();
        return;
      case "terminated":
        rig.terminate();
        return;
      case "halted":
        rig.halted = true;
        return;
      case "clock-ahead":
        trader.setDeskClock(this.one([5 * SECOND_MS, 40 * SECOND_MS, HOUR_MS, 5 * HOUR_MS]));
        return;
      case "clock-back":
        trader.setDeskClock(-this.one([5 * SECOND_MS, 40 * SECOND_MS, HOUR_MS, 5 * HOUR_MS]));
        return;
      case "store-gone":
        this.#store.goneUntilMs = nowMs + awayMs;
        return;
      case "disk-full":
        this.#store.fullUntilMs = nowMs + awayMs;
        return;
      case "store-answer-lost":
        this.#store.losesAnswer = true;
        return;
      case "store-hangs":
        this.#store.hangs = { ms: this.upTo(15) * SECOND_MS, isDone: this.chance(0.5) };
        return;
      case "venue-hangs":
        trader.faults.add({ fault: { kind: "hang" }, times: 1 });
        return;
      case "venue-answer-lost":
        trader.faults.add({ fault: { kind: "unanswered" }, times: 1 });
        return;
      case "venue-fails":
        trader.faults.add({ fault: this.one(FAULTS), times: this.upTo(3) });
    }
  }

  /** Some of what may go wrong in the next seconds. */
  brew(): void {
    const { account, faults, symbol, orders } = this.rig.trader;
    if (this.chance(0.75)) this.#next = { blow: this.one(this.#blows), left: this.upTo(14) };
    if (this.chance(0.3)) faults.add({ fault: this.one(FAULTS), at: [this.one(KINDS)], times: this.upTo(2) });
    if (this.chance(0.08)) {
      const afterMs = Math.floor(this.#random() * orders.facts.acceptanceMs);
      faults.add({ fault: { kind: "taken-late", afterMs }, at: ["place"], times: 1 });
    }
    if (this.chance(0.15) && account.nextRefusals.length < 2)
      account.nextRefusals.push(this.one(REFUSALS.filter((why) => why !== "duplicate-id" && why !== "would-trigger")));
    if (this.chance(0.3) && account.nextShares.length < 2) account.nextShares.push(0.3 + this.#random() * 0.4);
    account.hideMs = this.chance(0.15) ? 4_000 : 0;
    account.tradesLateMs = this.chance(0.15) ? 2_000 : 0;
    if (this.chance(0.4)) account.setPrice(symbol, this.rig.price(String(0.95 + this.#random() * 0.1)));
  }

  /** What a slot might: nothing is entered beside an entry that is under way or a position, nothing sold twice. */
  async decide(): Promise<void> {
    const { rig } = this;
    // A slot begins with what the venue did since.
    await this.survive(() => rig.collect());
    if (rig.isDead) return;
    const isFree = !rig.holds && rig.portfolio.orders.size === 0;
    if (isFree && this.chance(0.7)) await this.survive(() => rig.enter());
    else if (rig.holds && !rig.isLeaving && this.chance(0.2)) await this.survive(() => rig.exit());
  }

  /** Much of what went wrong has passed by now. */
  clear(share: number): void {
    const { rig } = this;
    const { account, faults } = rig.trader;
    if (rig.halted && this.chance(share)) rig.halted = false;
    if (this.chance(share)) rig.trader.setDeskClock(0);
    if (share < 1) return;
    this.#next = null;
    Object.assign(this.#store, { goneUntilMs: 0, fullUntilMs: 0, losesAnswer: false, hangs: null });
    faults.clear();
    account.nextRefusals.length = 0;
    account.nextShares.length = 0;
    account.hideMs = 0;
    account.tradesLateMs = 0;
  }

  /** Time passes, a second at a time; whatever ends the desk's process, another is begun. */
  async pass(seconds: number): Promise<void> {
    for (let each = 0; each < seconds; each += 1) {
      if (this.rig.isDead) await this.restart();
      await this.survive(() => this.rig.passComparing(1));
      this.excuse();
      this.witness.look();
    }
  }

  /** Something that the desk does, unless it is gone, or goes meanwhile. */
  async survive(work: () => Promise<unknown>): Promise<void> {
    const { rig } = this;
    if (rig.isDead) return;
    try {
      await rig.whileAlive(work());
    } catch (error) {
      // Without its store a desk ends, at its next slot at the latest.
      const isStore = error instanceof StoreError;
      // A key that is refused, as it is while the clock is wrong: the looks go on, later and later.
      if (error instanceof ProviderRefusedError) return this.witness.excuse(10 * SECOND_MS);
      if (!(isStore || rig.options.signal.aborted)) throw error;
      if (!isStore || this.chance(0.5)) rig.kill();
    }
    if (rig.options.signal.aborted && !rig.isDead) rig.kill();
    this.excuse();
  }

  /** A new process, after a while, once its store answers. */
  async restart(): Promise<void> {
    const { rig } = this;
    rig.trader.wait(this.upTo(15) * SECOND_MS);
    for (;;) {
      this.witness.excuseDoubt();
      try {
        await rig.whileAlive(rig.begin());
      } catch (error) {
        if (!(error instanceof StoreError || rig.options.signal.aborted)) throw error;
        rig.kill();
      }
      this.witness.excuseDoubt();
      if (!rig.isDead) return;
      rig.trader.wait(5 * SECOND_MS);
    }
  }

  /** What the desk is excused for now. Called after each step of its own. */
  excuse(): void {
    const { rig, witness } = this;
    const { trader } = rig;
    const isStoreAway = trader.venueNow() < Math.max(this.#store.goneUntilMs, this.#store.fullUntilMs);
    if (rig.isDead || isStoreAway || this.fell.length > this.#excused) witness.excuseDoubt();
    this.#excused = this.fell.length;
    if (rig.halted) witness.excuse(3 * SECOND_MS);
    // Its requests are refused, so that it rests for a minute, or two if the clock is set back meanwhile.
    if (trader.now() !== trader.venueNow()) witness.excuse(125 * SECOND_MS);
  }
}

/**
 * A story told by its seed, to its quiet end.
 * @returns what is wrong: an order twice, something sold that was not held, an account that is not the exchange's to the last digit, a
 * difference that journal and venue are left with, something held that is not covered
 */
export async function tellStory(
  venueId: string,
  seed: number,
): Promise<{ readonly wrong: readonly string[]; readonly fell: readonly string[]; readonly rig: Rig }> {
  const storm = await Storm.open(venueId, seed);
  const { rig, witness } = storm;
  try {
    for (let step = 0; step < 8; step += 1) {
      storm.clear(0.6);
      storm.brew();
      await storm.decide();
      await storm.pass(storm.upTo(8));
    }
    storm.clear(1);
    await storm.pass(80 + Math.ceil(rig.trader.orders.facts.acceptanceMs / 1000));
    const { position, market, reconciliation, book } = rig;
    const bare = position === undefined || position.dust ? 0 : Number(position.quantity) - Number(rig.resting());
    const left = [...reconciliation.state.differences, ...book.differences.standing()].map(({ key }) => key);
    const wrong = [
      ...rig.disagreements(),
      ...witness.problems,
      ...left.map((key) => `the difference ${key} is left`),
      ...(bare >= Number(market.stepSize) ? [`${bare} is left without a stop`] : []),
      ...((position === undefined || position.dust) && rig.resting() !== "0"
        ? [`${rig.resting()} rests for nothing`]
        : []),
    ];
    return { wrong, fell: storm.fell, rig };
  } finally {
    await rig.close();
  }
}
