// Floor 4. The stream of an account's events → the views that every driver needs: counts, hash, statistics, the newest slot.
import type { Decision } from "#schemas/decision.ts";
import { DecisionsHasher } from "#schemas/decisions-hash.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import { keepNewest } from "#toolkits/portfolio/keep-newest.ts";
import { ExposureFold } from "./exposure-fold.ts";
import { TradeStatistics } from "./trade-statistics.ts";

/** A slot is decided once more after a crash, an order tells its fills again until it has ended: both are a matter of hours. */
const MOST_DECIDED = 50_000;
const MOST_FILLS = 50_000;

export interface AccountCounts {
  readonly decisions: number;
  readonly refusals: number;
  readonly orders: number;
  readonly fills: number;
}

/**
 * Decisions that were made, by id. An account without a store is asked about none but the newest candle's, since it goes through time
 * once: it keeps no others, and no id is worked out that nobody asks for.
 */
export class Decided {
  readonly #keepsAll: boolean;
  readonly #ids = new Set<string>();
  /** Of the newest candle. */
  #newest: Decision[] = [];
  #newestMs = Number.NEGATIVE_INFINITY;

  constructor(keepsAll: boolean) {
    this.#keepsAll = keepsAll;
  }

  add(decision: Decision): void {
    if (this.#keepsAll) {
      this.#ids.add(decision.decisionId);
      keepNewest(this.#ids, MOST_DECIDED);
    }
    if (decision.asOfMs > this.#newestMs) this.#newest = [];
    this.#newestMs = Math.max(this.#newestMs, decision.asOfMs);
    if (decision.asOfMs === this.#newestMs) this.#newest.push(decision);
  }

  has(id: string): boolean {
    return this.#ids.has(id) || this.#newest.some(({ decisionId }) => decisionId === id);
  }

  /** The same, of a decision that needs no id where its candle is newer than all. */
  hasDecision(decision: Decision): boolean {
    return decision.asOfMs <= this.#newestMs && this.has(decision.decisionId);
  }
}

export class AccountViews {
  readonly hasher = new DecisionsHasher();
  readonly statistics = new TradeStatistics();
  readonly decided: Decided;
  readonly exposure: ExposureFold;
  /** Of the newest fills; empty where none is asked for. */
  readonly fillIds = new Set<string>();
  newestSlot: JournalEvent[] = [];
  /** Of each order in doubt, or sent again, when that was journaled last. */
  readonly #doubtMs = new Map<string, number>();
  readonly #keepsAll: boolean;
  #counts = { decisions: 0, refusals: 0, orders: 0, fills: 0 };

  /** @param keepsAll see Decided · @param cash see ExposureFold */
  constructor(keepsAll: boolean, cash: () => number) {
    this.#keepsAll = keepsAll;
    this.exposure = new ExposureFold(cash);
    this.decided = new Decided(keepsAll);
  }

  take(event: JournalEvent): void {
    this.hasher.update(event);
    this.statistics.take(event);
    this.exposure.take(event);
    if (event.type === "equity") this.newestSlot = [];
    this.newestSlot.push(event);
    switch (event.type) {
      case "decision":
        this.#counts.decisions += 1;
        this.decided.add(event.decision);
        break;
      case "refusal":
        this.#counts.refusals += 1;
        break;
      case "fill":
        this.#doubtMs.delete(event.fill.clientOrderId);
        this.#counts.fills += 1;
        if (this.#keepsAll) {
          this.fillIds.add(event.fill.fillId);
          keepNewest(this.fillIds, MOST_FILLS);
        }
        break;
      case "order":
        this.#takeStage(event);
        break;
      case "order-list":
        // Entries and exits; a bracket's orders belong to their entry.
        if (event.orders[0]?.parentId === null) this.#counts.orders += 1;
        break;
      default:
        break;
    }
  }

  /** A time for the next row of an order, not before those of its doubts: a row's time tells it from others of its kind. */
  nextMs(clientOrderId: string, nowMs: UnixMs): UnixMs {
    return unixMs(Math.max(nowMs, (this.#doubtMs.get(clientOrderId) ?? 0) + 1));
  }

  #takeStage({ order, event, atMs }: Extract<JournalEvent, { type: "order" }>): void {
    if (event?.type === "unresolved" || event?.type === "submitted") this.#doubtMs.set(order.clientOrderId, atMs);
    else this.#doubtMs.delete(order.clientOrderId);
  }

  counts(): AccountCounts {
    return { ...this.#counts };
  }
}
