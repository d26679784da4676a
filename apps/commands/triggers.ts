// Floor 6. `triggers`: what Khala holds fresh → the closes at which the house rules would act next, nearest first.

import { formatAmount, formatPct, formatTime } from "#desk/documents/format.ts";
import { priceText, viewPortfolio } from "#desk/documents/portfolio-view.ts";
import type { Analysis } from "#schemas/analysis.ts";
import { mayEnter } from "#schemas/security.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { verdictText } from "../text/analysis-text.ts";
import { table } from "../text/table.ts";
import { currentSlot } from "../wire.ts";
import { wholeNumber } from "./memory.ts";

const rowLimit = (flags: CommandInput["flags"]): number => wholeNumber(flags["limit"], "--limit", 20);

export const triggersCommand = deskCommand({
  name: "triggers",
  check: ({ flags }) => void rowLimit(flags),
  execute: async ({ desk }, { flags }, options) => {
    const { timeframe } = desk.config;
    const portfolio = desk.account.portfolio();
    const listed = await desk.khala.list(desk.marketData.venueId, { nowMs: desk.clock.now() }, options);
    const rows = listed.flatMap(({ key, recall }) => {
      if (recall.status !== "fresh" || key.timeframe !== timeframe) return [];
      const position = positionOf(portfolio, { strategyId: desk.strategy.id, symbol: key.symbol });
      return [triggerRow(recall.record, position !== undefined && !position.dust)];
    });
    const triggers = rows.toSorted(nearestFirst).slice(0, rowLimit(flags));
    const fresh = new Set(rows.map(({ symbol }) => symbol));
    const view = await viewPortfolio(desk, options);
    const heldNotFresh = view.positions.filter(({ symbol, dust }) => !dust && !fresh.has(symbol));
    // `fresh` counts the analyses, shown or not; no trigger is known of what is held without one.
    return { slot: currentSlot(desk), timeframe, fresh: rows.length, triggers, heldNotFresh };
  },
  render: ({ slot, timeframe, fresh, triggers, heldNotFresh }, style) => {
    const held = heldNotFresh.map((p) => `\nheld, no trigger known: ${p.symbol} ${priceText(p)}`).join("");
    if (fresh === 0) return `Khala holds no fresh analysis. Run \`deeptrader sleep --once\`, or start the desk.${held}`;
    const rows = table(triggers, [
      { title: "market", value: (row) => row.symbol },
      { title: "price", value: (row) => formatAmount(row.price), align: "right" },
      { title: "enters at or below", value: (row) => level(row.enterAtOrBelow, row.enterDistancePct), align: "right" },
      { title: "exits at or above", value: (row) => level(row.exitAtOrAbove, row.exitDistancePct), align: "right" },
      { title: "security", value: (row) => verdictText(row, style) },
      { title: "", value: (row) => (row.held ? style.bold("held") : "") },
    ]);
    const count = triggers.length < fresh ? `${triggers.length} of ${fresh} markets, nearest first` : "nearest first";
    return `${rows}${held}\n${style.dim(`at the ${timeframe} close after ${formatTime(slot)} UTC, if it has a candle; ${count}`)}`;
  },
});

/**
 * One row: it speaks of the candle that closes one timeframe after `asOfMs`, and of no other. Distances are percent from the
 * price to the trigger, negative below it.
 */
export function triggerRow({ symbol, asOfMs, price, triggers, security }: Analysis, held: boolean) {
  const distance = (trigger: number | null): number | null => (trigger === null ? null : (trigger / price - 1) * 100);
  return {
    symbol,
    asOfMs,
    price,
    enterAtOrBelow: triggers.enterAtOrBelow,
    enterDistancePct: distance(triggers.enterAtOrBelow),
    exitAtOrAbove: triggers.exitAtOrAbove,
    exitDistancePct: distance(triggers.exitAtOrAbove),
    verdict: security.verdict,
    held,
  };
}

export type TriggerRow = ReturnType<typeof triggerRow>;

/** By how far the price is from what the desk would then do; what it cannot do (a barred entry) stands at the end. */
export function nearestFirst(a: TriggerRow, b: TriggerRow): number {
  const [wayA, wayB] = [wayToGo(a), wayToGo(b)];
  return wayA === wayB ? (a.symbol < b.symbol ? -1 : 1) : wayA - wayB;
}

/** Percent of the price that the next close has to move; negative where it may even move the other way. */
function wayToGo({ held, verdict, enterDistancePct, exitDistancePct }: TriggerRow): number {
  if (held) return exitDistancePct ?? Number.POSITIVE_INFINITY;
  return enterDistancePct === null || !mayEnter(verdict) ? Number.POSITIVE_INFINITY : -enterDistancePct;
}

const level = (price: number | null, distancePct: number | null): string =>
  price === null || distancePct === null ? "none" : `${formatAmount(price)} (${formatPct(distancePct)})`;
