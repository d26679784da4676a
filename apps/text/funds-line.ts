// Floor 6. What a desk at a venue has to trade with, in a line as it opens: with too little every entry is refused for its size, and nobody
// would see why.
import { formatAmount } from "#desk/documents/format.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { Market } from "#schemas/market.ts";
import { compare, type Money, percent, toNumber } from "#schemas/money.ts";
import { minEntryNotional } from "#toolkits/risk/size.ts";

interface Funds {
  /** Of the desk, in its settlement currency. */
  readonly equity: Money;
  readonly quote: string;
  readonly markets: Iterable<Market>;
}

/** Of markets without a minimum nothing is said but what an entry is. */
export function fundsLine(
  { equity, quote, markets }: Funds,
  { venue, limits: { entryPct, stopPct } }: Pick<DeskConfig, "venue" | "limits">,
): string {
  const entry = `${formatAmount(equity)} ${quote} of this account are the desk's; an entry is ${entryPct} % of that, ${formatAmount(percent(equity, entryPct))} ${quote}.`;
  let least: { readonly market: Market; readonly notional: Money } | null = null;
  for (const market of markets) {
    if (market.quote !== quote || !market.active) continue;
    const notional = minEntryNotional(market, stopPct);
    if (compare(notional, "0") > 0 && (least === null || compare(notional, least.notional) < 0))
      least = { market, notional };
  }
  if (least === null) return entry;
  const needed = Math.ceil((toNumber(least.notional) * 100) / entryPct);
  return `${entry} The smallest that ${venue} takes, with room to sell after the stop, is ${formatAmount(least.notional)} ${quote} (${least.market.symbol}): below ${formatAmount(needed)} ${quote} every entry is refused for its size.`;
}
