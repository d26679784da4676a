// Floor 4. The account: journal first, then the fold. What the desk holds is never anything but a fold of its journal.

import { DecisionsHasher, type JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { QuestionKind } from "#schemas/question.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { AlertLog } from "../watch/log.ts";
import { TradeStatistics } from "./trade-statistics.ts";

export interface Account {
  portfolio(): Portfolio;
  /** Durable when it resolves; only then is the portfolio moved on. */
  append(events: readonly JournalEvent[], options: CallOptions): Promise<void>;
  /** Over everything this run has journaled. */
  decisionsHash(): string;
  counts(): AccountCounts;
  statistics(): TradeStatistics;
  /** Ids of decisions that the journal already has. */
  decided(): ReadonlySet<string>;
  /** From the newest equity row on: what its slot decided, and what has become of it since. */
  newestSlot(): readonly JournalEvent[];
  /** Kinds of question whose stored answers are not served now; the same set for good, which moves with the journal. */
  quarantined(): ReadonlySet<QuestionKind>;
  /** What alerts are made of, and which were told; it moves with the journal. */
  alerts(): AlertLog;
}

export interface AccountCounts {
  readonly decisions: number;
  readonly refusals: number;
  readonly orders: number;
  readonly fills: number;
}

/** Opens a run's account by folding its journal. */
export async function openAccount(
  journal: Journal,
  start: { readonly quote: string; readonly cash: Money },
  options: CallOptions,
): Promise<Account> {
  const rows = await journal.read({}, options);
  const fold = new Fold(start);
  const alerts = new AlertLog();
  let newestSlot: JournalEvent[] = [];
  const take = (event: JournalEvent): void => {
    fold.take(event);
    alerts.take(event);
    if (event.type === "equity") newestSlot = [];
    newestSlot.push(event);
  };
  for (const row of rows) take(row.event);
  return {
    portfolio: () => fold.portfolio,
    append: async (events, callOptions) => {
      if (events.length === 0) return;
      await journal.append(events, callOptions);
      for (const event of events) take(event);
    },
    decisionsHash: () => fold.hasher.digest(),
    counts: () => fold.counts(),
    statistics: () => fold.statistics,
    decided: () => fold.decided,
    newestSlot: () => newestSlot,
    quarantined: () => fold.quarantined,
    alerts: () => alerts,
  };
}

/** The same fold without a store, for the backtest. */
export class Fold {
  portfolio: Portfolio;
  readonly hasher = new DecisionsHasher();
  readonly statistics: TradeStatistics;
  readonly decided = new Set<string>();
  readonly quarantined = new Set<QuestionKind>();
  #decisions = 0;
  #refusals = 0;
  #orders = 0;
  #fills = 0;

  constructor(start: { readonly quote: string; readonly cash: Money }) {
    this.portfolio = emptyPortfolio(start);
    this.statistics = new TradeStatistics();
  }

  take(event: JournalEvent): void {
    this.portfolio = applyEvent(this.portfolio, event);
    this.hasher.update(event);
    this.statistics.take(event);
    if (event.type === "decision") {
      this.#decisions += 1;
      this.decided.add(event.decision.decisionId);
    } else if (event.type === "refusal") this.#refusals += 1;
    else if (event.type === "fill") this.#fills += 1;
    else if (event.type === "order" && event.order.status === "intended") this.#orders += 1;
    else if (event.type === "quarantine") {
      if (event.state === "begun") this.quarantined.add(event.kind);
      else this.quarantined.delete(event.kind);
    }
  }

  counts(): AccountCounts {
    return { decisions: this.#decisions, refusals: this.#refusals, orders: this.#orders, fills: this.#fills };
  }
}
