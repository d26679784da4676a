// Floor 4, live. What is held at a real venue → covered: a stop for exactly that, a target's sale once it is reached, a bounded sale where
// no stop can be placed. Called wherever something may have changed.
import { isPassing } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { decimalFromNumber, type Price } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { type ProtectionContext, protectionDue } from "#toolkits/execution/protection.ts";
import { noMarketOf } from "#toolkits/market/judge-quote.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";
import type { DeskMarket } from "../desk.ts";
import { contextOf, isHalted, keepsUp, type Sent, sendInTurn } from "./send.ts";
import type { OrderDesk } from "./slot-desk.ts";

export type CoverDesk = OrderDesk & Pick<DeskMarket, "marketData">;

/** A stop that is refused is tried anew, and then what it would protect is sold: all within one call. */
const MOST_ROUNDS = 6;
export async function coverPositions(desk: CoverDesk, options: CallOptions): Promise<Sent> {
  const events: JournalEvent[] = [];
  const problems: string[] = [];
  if (!keepsUp(desk) || isHalted(desk)) return { events, problems };
  const held = openPositions(desk.account.portfolio());
  const { pace, bids } = desk.venueReports;
  pace.keep(held);
  const symbols = [...new Set(held.map(({ symbol }) => symbol))];
  if (symbols.length === 0) return { events, problems };
  const bidOf = await bidsOf(desk, symbols, problems, options);
  // Of a clock that nobody sets: set back, it would keep a sale waiting for as long as it was wrong.
  const askedMs = desk.monotonicMs();
  const steady = new Map(symbols.map((symbol) => [symbol, bids.take(symbol, bidOf(symbol), askedMs)]));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const nowMs = desk.clock.now();
    const context: ProtectionContext = {
      ...contextOf(desk, nowMs),
      bidOf,
      steadyBidOf: (symbol) => steady.get(symbol) ?? null,
      maySell: (position) => pace.maySell(position, desk.monotonicMs()),
    };
    const due = protectionDue(desk.account.portfolio(), context);
    if (due.length === 0) break;
    await desk.account.append(due, options);
    for (const event of due) pace.note(event, desk.monotonicMs());
    const sent = await sendInTurn(desk, options, false);
    events.push(...due, ...sent.events);
    problems.push(...sent.problems);
  }
  return { events, problems };
}

/** What somebody pays now; a market without a bid of now has none. A stop needs none to be placed. */
async function bidsOf(
  desk: CoverDesk,
  symbols: readonly MarketSymbol[],
  problems: string[],
  options: CallOptions,
): Promise<ProtectionContext["bidOf"]> {
  const nowMs = desk.clock.now();
  const bids = new Map<MarketSymbol, Price>();
  try {
    for (const ticker of await desk.marketData.tickers({ symbols, nowMs }, options)) {
      if (noMarketOf(ticker, nowMs) === null) bids.set(ticker.symbol, decimalFromNumber(ticker.bid) as Price);
    }
  } catch (error) {
    if (!isPassing(error)) throw error;
    problems.push(`prices of what is held could not be read: ${error.message}`);
  }
  return (symbol) => bids.get(symbol) ?? null;
}
