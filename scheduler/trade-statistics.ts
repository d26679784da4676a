// Floor 4. Running figures of a run: closed trades, costs, drawdown, an equity line of bounded length.
import { closedTrades } from "#memory/portfolio.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import type { UnixMs } from "#schemas/units.ts";

/** Points an equity line keeps; when it is full every second one is dropped and the stride doubled. */
const MAX_POINTS = 4096;

export interface EquityPoint {
  readonly atMs: UnixMs;
  readonly equity: number;
}

export class TradeStatistics {
  readonly #tradeEvents: JournalEvent[] = [];
  #points: EquityPoint[] = [];
  #stride = 1;
  #sinceLast = 0;
  #peak = 0;
  #maxDrawdownPct = 0;

  take(event: JournalEvent): void {
    if (event.type === "fill" || event.type === "run-started") this.#tradeEvents.push(event);
    if (event.type === "equity") this.mark(event.slotMs, event.loss.equity);
  }

  /** One mark-to-market point. */
  mark(atMs: UnixMs, equity: number): void {
    this.#peak = Math.max(this.#peak, equity);
    if (this.#peak > 0) this.#maxDrawdownPct = Math.max(this.#maxDrawdownPct, (1 - equity / this.#peak) * 100);
    this.#sinceLast += 1;
    if (this.#sinceLast < this.#stride) return;
    this.#sinceLast = 0;
    this.#points.push({ atMs, equity });
    if (this.#points.length < MAX_POINTS) return;
    this.#points = this.#points.filter((_, index) => index % 2 === 1);
    this.#stride *= 2;
  }

  trades(): readonly ClosedTrade[] {
    return closedTrades(this.#tradeEvents);
  }

  equityLine(): readonly EquityPoint[] {
    return this.#points;
  }

  /** Percent, 0 or positive, over every point marked (not only the kept ones). */
  maxDrawdownPct(): number {
    return this.#maxDrawdownPct;
  }
}
