// Floor 4. Versions of items, a moment → the news that there is at that moment (law 3). Pure: nothing that was published or seen later is in
// it, and an edited item is there as it was then.
import { type NamedCoin, type NewsItem, visibleFrom } from "#schemas/news.ts";
import type { UnixMs } from "#schemas/units.ts";

export interface NewsAsk {
  readonly nowMs: number;
  /** Dated at or after it. */
  readonly sinceMs?: number;
  /** Items that name one of them; left out: all. */
  readonly about?: readonly NamedCoin[];
}

/** When it was, for people: as it says, else when it was seen. */
export const newsTime = ({ publishedAtMs, seenAtMs }: NewsItem): UnixMs => publishedAtMs ?? seenAtMs;

/** Newest first; of each item the version that was seen last by then. */
export function newsVisible(versions: Iterable<NewsItem>, { nowMs, sinceMs = 0, about }: NewsAsk): readonly NewsItem[] {
  const newest = new Map<string, NewsItem>();
  for (const item of versions) {
    if (visibleFrom(item) > nowMs) continue;
    const known = newest.get(item.id);
    if (known === undefined || known.seenAtMs < item.seenAtMs) newest.set(item.id, item);
  }
  return [...newest.values()]
    .filter((item) => newsTime(item) >= sinceMs && (about === undefined || about.some((coin) => names(item, coin))))
    .toSorted((a, b) => newsTime(b) - newsTime(a) || (a.id < b.id ? -1 : 1));
}

/** By the coin's identity where both are known, else by its ticker. */
export const names = ({ assets }: Pick<NewsItem, "assets">, { ticker, coinId }: NamedCoin): boolean =>
  assets.some((named) =>
    named.coinId !== null && coinId !== null ? named.coinId === coinId : named.ticker === ticker.toUpperCase(),
  );

/** Whether a feed has changed an item. A date that was set back to the moment of seeing says nothing. */
export const isEdited = (before: NewsItem, after: NewsItem): boolean =>
  before.title !== after.title ||
  before.link !== after.link ||
  (before.publishedAtMs !== after.publishedAtMs && (before.publishedAtMs ?? 0) > before.seenAtMs);
