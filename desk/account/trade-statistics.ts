// Floor 4. Running figures of a run: closed trades, costs, drawdown, an equity line of bounded length. Money that was put in or taken out
// since the start is no part of a return: the line and the drawdowns are as if it had not moved.

import type { JournalEvent } from "#schemas/journal.ts";
import { toNumber } from "#schemas/money.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { startOfDay, type UnixMs, unixMs } from "#schemas/units.ts";
import { DrawdownFold } from "#toolkits/performance/drawdown-fold.ts";
import { Flows } from "#toolkits/portfolio/flows.ts";
import { TradeFold } from "#toolkits/portfolio/trades.ts";

/** Points an equity line keeps; when there are more, every second one is dropped and the stride doubled. */
const MAX_POINTS = 4096;

const CHANGE_TRADES: ReadonlySet<JournalEvent["type"]> = new Set([
  "fill",
  "dust",
  "write-off",
  "coins-out",
  "coin-fee",
]);

export interface EquityPoint {
  readonly atMs: UnixMs;
  readonly equity: number;
}

export class TradeStatistics {
  readonly #fold = new TradeFold();
  #trades: readonly ClosedTrade[] | null = null;
  #points: EquityPoint[] = [];
  #stride = 1;
  #marked = 0;
  #lastMs = unixMs(0);
  #lastEquity = 0;
  readonly #drawdowns = new DrawdownFold();
  readonly #flows = new Flows();

  take(event: JournalEvent): void {
    this.#fold.take(event);
    this.#flows.take(event);
    if (CHANGE_TRADES.has(event.type)) this.#trades = null;
    if (event.type === "run-started") this.#drawdowns.begin(event.atMs, toNumber(event.cash));
    if (event.type === "equity") {
      this.mark(event.slotMs, event.loss.equity / this.#flows.growth, event.loss.dayStartMs);
    }
  }

  /** One mark-to-market point, of a day. */
  mark(atMs: UnixMs, equity: number, dayStartMs: number = startOfDay(atMs)): void {
    this.#drawdowns.mark(atMs, equity, dayStartMs);
    if (this.#marked % this.#stride === 0) this.#keep({ atMs, equity });
    this.#marked += 1;
    this.#lastMs = atMs;
    this.#lastEquity = equity;
  }

  /** In the order in which they ended; computed anew only after a fill or dust. */
  trades(): readonly ClosedTrade[] {
    this.#trades ??= this.#fold.closed();
    return this.#trades;
  }

  /** Evenly spaced points from the first to the last one marked, both included. */
  equityLine(): readonly EquityPoint[] {
    const last = { atMs: this.#lastMs, equity: this.#lastEquity };
    return this.#marked === 0 || this.#points.at(-1)?.atMs === last.atMs ? this.#points : [...this.#points, last];
  }

  /** Percent, 0 or positive, over every point marked (not only the kept ones). */
  maxDrawdownPct(): number {
    return this.#drawdowns.maxDrawdownPct();
  }

  /** The deepest drawdowns, the line under water and the days' paths, of every point marked. */
  drawdowns(): DrawdownFold {
    return this.#drawdowns;
  }

  #keep(point: EquityPoint): void {
    this.#points.push(point);
    if (this.#points.length < MAX_POINTS) return;
    this.#points = this.#points.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
  }
}
