// A feed that says what it is told to, in the product's own items.
import { ProviderError } from "#schemas/errors.ts";
import { hashOf } from "#schemas/hash.ts";
import type { NewsItem } from "#schemas/news.ts";
import type { NewsSource } from "#schemas/ports/market.ts";
import { unixMs } from "#schemas/units.ts";
import { newsKind, tickersIn } from "#toolkits/news/classify.ts";
import { titleText } from "#toolkits/news/feed-text.ts";

export interface Headline {
  readonly title: string;
  /** Left out: the title. */
  readonly guid?: string;
  readonly publishedAtMs?: number;
}

export interface ScriptedNews extends NewsSource {
  /** What it holds now; null: it does not answer. */
  headlines: readonly Headline[] | null;
  /** How often it was asked. */
  asked: number;
}

/** An item as a feed gives it. */
export const newsItem = ({ title, guid = title, publishedAtMs }: Headline, seenAtMs: number): NewsItem => ({
  id: hashOf(guid).slice(0, 24),
  source: "venue.example",
  kind: newsKind(titleText(title)),
  title: titleText(title) || "-",
  link: "https://venue.example/1",
  publishedAtMs: publishedAtMs === undefined ? null : unixMs(publishedAtMs),
  seenAtMs: unixMs(seenAtMs),
  assets: tickersIn(titleText(title)).map((ticker) => ({ ticker, coinId: null })),
});

export function scriptedNews(headlines: readonly Headline[] | null, id = "venue.example"): ScriptedNews {
  const source: ScriptedNews = {
    id,
    headlines,
    asked: 0,
    items: async ({ nowMs }, { signal }) => {
      signal.throwIfAborted();
      source.asked += 1;
      if (source.headlines === null)
        throw new ProviderError({ was: `The feed of ${id} is an HTML page.`, remedy: "Check its address." });
      return source.headlines.map((headline) => newsItem(headline, nowMs));
    },
  };
  return source;
}
