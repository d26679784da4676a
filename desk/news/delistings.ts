// Floor 4. News and what is held → the delisting notices that name it. An edited notice is the same one.
import type { NewsItem } from "#schemas/news.ts";
import { plainText } from "#schemas/plain-text.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { DAY_MS, type MarketSymbol, splitSymbol, type UnixMs } from "#schemas/units.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";
import type { NewsBook } from "./news-book.ts";
import { newsTime } from "./visible.ts";

/** Older notices are over: a coin may have been listed again since. */
const NOTICE_MS = 60 * DAY_MS;

export interface DelistingNotice {
  readonly symbol: MarketSymbol;
  readonly item: NewsItem;
}

export function delistingNotices(
  { news, account }: { readonly news: NewsBook | null; readonly account: { portfolio(): Portfolio } },
  nowMs: UnixMs,
): readonly DelistingNotice[] {
  if (news === null) return [];
  const held = [...new Set(openPositions(account.portfolio()).map(({ symbol }) => symbol))];
  return held.flatMap((symbol) =>
    news
      .visible({ nowMs, sinceMs: nowMs - NOTICE_MS, about: [news.coin(splitSymbol(symbol).base)] })
      .filter(({ kind }) => kind === "delisting")
      .map((item) => ({ symbol, item })),
  );
}

/** Longest title in a message. */
const MOST_QUOTED = 140;

/**
 * A title in quotes, for a message: without what a messenger would act on, such as a link's brackets or a mention. Letters of any script
 * stay.
 */
export function quotedTitle(title: string): string {
  return `"${plainText(title.replaceAll(/["`<>|*_~[\]\\{}@#]|:\/\//g, " "), MOST_QUOTED)}"`;
}

/** `"Venue will delist X" (venue.example, 2026-01-05 10:00 UTC)`, for alerts. */
export const noticeText = ({ item }: DelistingNotice, timeText: (timeMs: UnixMs) => string): string =>
  `${quotedTitle(item.title)} (${item.source}, ${timeText(newsTime(item))})`;
