// Floor 6. What of a backtest another program's trades are held against: each entry that was refused, and what was held at the end.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Position } from "#schemas/portfolio.ts";
import type { HeldAtEnd, RefusedEntry } from "#toolkits/freqtrade/comparison-input.ts";

export interface BacktestAudit {
  readonly refused: readonly RefusedEntry[];
  readonly held: readonly HeldAtEnd[];
}

/** Plain data: it goes to another thread. */
export class RefusedEntries {
  readonly #refused: RefusedEntry[] = [];

  take(event: JournalEvent): void {
    if (event.type !== "refusal" || event.refusal.action !== "enter") return;
    const { symbol, asOfMs, rule, reason } = event.refusal;
    this.#refused.push({ symbol, slotMs: asOfMs, rule, reason });
  }

  with(positions: readonly Pick<Position, "symbol" | "openedAtMs">[]): BacktestAudit {
    return { refused: this.#refused, held: positions.map(({ symbol, openedAtMs }) => ({ symbol, openedAtMs })) };
  }
}
