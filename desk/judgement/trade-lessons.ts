// Floor 4. The journal's events → one lesson a closed trade: what was expected at its entry, what came. A fold like every view of the
// account, so a desk that was killed has the same ones. Made by code; no model is asked.
import { type Debate, holdsAt } from "#schemas/debate.ts";
import type { Decision } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Expected, ExpectedDebate, Lesson } from "#schemas/lesson.ts";
import { isPositive } from "#schemas/money.ts";
import { isWorking, type Order } from "#schemas/order.ts";
import { PLANNED, type Plan } from "#schemas/plan.ts";
import { type PositionKey, positionKey } from "#schemas/portfolio.ts";
import type { Trade } from "#toolkits/portfolio/trade.ts";
import { TradeFold } from "#toolkits/portfolio/trades.ts";

/** What is known of an entry when its order is made. */
interface Entry {
  readonly expected: Omit<Expected, "briefId"> | null;
  readonly timeframe: Lesson["timeframe"];
  readonly stopPct: number | null;
}

/** A lesson before it is looked up which brief was fresh, and whose run it is. */
export type TradeLesson = Omit<Lesson, "runId" | "expected"> & { readonly expected: Omit<Expected, "briefId"> | null };

export class TradeLessons {
  readonly #trades = new TradeFold();
  readonly #decisions = new Map<string, Decision>();
  readonly #plans = new Map<PositionKey, Plan>();
  readonly #debates = new Map<PositionKey, Debate>();
  /** By clientOrderId, while the entry works or its trade goes on. */
  readonly #entries = new Map<string, Entry>();
  /** The entry whose fill began the trade that goes on. */
  readonly #begun = new Map<PositionKey, string>();
  readonly #ended: TradeLesson[] = [];

  take(event: JournalEvent): void {
    switch (event.type) {
      case "decision":
        if (event.decision.action === "enter") this.#decisions.set(event.decision.decisionId, event.decision);
        break;
      case "refusal":
        this.#decisions.delete(event.refusal.decisionId);
        break;
      case "plan":
        if (event.state === "made") this.#plans.set(positionKey(event.plan), event.plan);
        else this.#plans.delete(positionKey(event.plan));
        break;
      case "order-list":
        for (const order of event.orders) if (order.role === "entry") this.#enter(order);
        break;
      case "order":
        if (!isWorking(event.order) && !isPositive(event.order.filledQuantity))
          this.#entries.delete(event.order.clientOrderId);
        break;
      case "fill":
      case "dust":
      case "write-off":
      case "coins-out":
      case "coin-fee":
        this.#trade(event);
        break;
      case "debate":
        this.#debates.set(positionKey(event.debate), event.debate);
        break;
      default:
        break;
    }
  }

  /** In the order in which their trades ended. */
  ended(): readonly TradeLesson[] {
    return this.#ended;
  }

  #enter(order: Order): void {
    const decision = this.#decisions.get(order.decisionId);
    this.#decisions.delete(order.decisionId);
    const key = positionKey(order);
    const stopPct = order.bracket?.stopPct ?? null;
    const plan = order.strategyId === PLANNED ? this.#plans.get(key) : undefined;
    this.#plans.delete(key);
    if (decision === undefined) return;
    const { strength, reason, timeframe } = decision;
    const expected = { strength, reason, planId: plan?.planId ?? null, debate: this.#debateOn(key, decision) };
    this.#entries.set(order.clientOrderId, { expected, timeframe, stopPct });
  }

  /** Only what was said of that close, at its price. */
  #debateOn(key: PositionKey, { asOfMs, price }: Decision): ExpectedDebate | null {
    const debate = this.#debates.get(key);
    if (debate === undefined || !holdsAt(debate, asOfMs, price)) return null;
    return { verdict: debate.verdict, probability: debate.probability };
  }

  #trade(event: Extract<JournalEvent, { type: "fill" | "dust" | "write-off" | "coins-out" | "coin-fee" }>): void {
    const key = positionKey(event.type === "fill" ? event.fill : event);
    if (event.type === "fill" && event.fill.side === "buy" && !this.#begun.has(key))
      this.#begun.set(key, event.fill.clientOrderId);
    const ended = this.#trades.take(event);
    if (ended === null) return;
    const tradeId = this.#begun.get(key);
    this.#begun.delete(key);
    if (tradeId === undefined) return;
    // How it would have ended is not known.
    if (event.type !== "coins-out") this.#ended.push(lessonOf(tradeId, ended, this.#entries.get(tradeId)));
    this.#entries.delete(tradeId);
  }
}

function lessonOf(tradeId: string, ended: Trade, entry: Entry | undefined): TradeLesson {
  const trade = ended.finished();
  const { symbol, strategyId, entryMs, exitMs, exitRole, pnl, returnPct } = trade;
  const stopPct = entry?.stopPct ?? null;
  return {
    tradeId,
    symbol,
    strategyId,
    timeframe: entry?.timeframe ?? "5m",
    openedAtMs: entryMs,
    closedAtMs: exitMs,
    expected: entry?.expected ?? null,
    came: {
      exitRole,
      pnl,
      returnPct,
      heldMs: Math.max(0, exitMs - entryMs),
      rMultiple: stopPct === null ? null : returnPct / stopPct,
    },
  };
}
