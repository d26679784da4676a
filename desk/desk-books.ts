// Floor 4. All that a desk makes of its account's journal: the fold, and the books that are readers of it. A new reader is made here, and stands in
// the list of readers.
import type { DeskConfig } from "#schemas/config.ts";
import type { Money } from "#schemas/money.ts";
import { AccountFold } from "./account/account-fold.ts";
import { EquityCurve } from "./account/equity-curve.ts";
import { TradeMarks } from "./account/trade-marks.ts";
import { VenueBook } from "./account/venue-book.ts";
import { ProposalBook } from "./acts/proposal-book.ts";
import { JournalTally } from "./documents/journal-tally.ts";
import { DebateBook } from "./judgement/debate-book.ts";
import { TradeLessons } from "./judgement/trade-lessons.ts";
import { Quarantine } from "./shadow/quarantine.ts";
import { AlertLog } from "./watch/log.ts";
import { PriceWatches } from "./watch/price-watches.ts";

export type DeskBooks = ReturnType<typeof createDeskBooks>;

/** @param venue its settlement currency, and the money that an account begins with */
export function createDeskBooks(config: DeskConfig, { quote, cash }: { readonly quote: string; readonly cash: Money }) {
  const books = {
    alerts: new AlertLog(),
    watches: new PriceWatches(),
    quarantine: new Quarantine(),
    debates: new DebateBook(),
    proposals: new ProposalBook(),
    tradeLessons: new TradeLessons(),
    equityCurve: new EquityCurve(),
    tradeMarks: new TradeMarks(),
    venueBook: new VenueBook(config),
    tally: new JournalTally(),
  };
  return { ...books, fold: new AccountFold({ quote, cash, readers: Object.values(books) }, true) };
}
