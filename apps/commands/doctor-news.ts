// Floor 6. What `doctor` finds about feeds of news: each is asked once, and one that cannot be read is named with what it gave.
import { formatTime } from "#desk/documents/format.ts";
import { newsTime } from "#desk/news/visible.ts";
import { systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { NewsItem } from "#schemas/news.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Finding } from "./doctor-venue.ts";

export async function newsFinding({ news: { feeds }, venue }: DeskConfig, options: CallOptions): Promise<Finding> {
  if (feeds.length === 0) return "none is read: `news.feeds` is empty";
  if (venue === "sim" || venue === "replay") return "none is read: news is read beside a real venue only";
  const { feedSources } = await import("#toolkits/news/feed-source.ts");
  const nowMs = systemClock().now();
  const read = await Promise.all(
    feedSources(feeds).map(async (source) => ({
      id: source.id,
      items: await source.items({ nowMs }, options).catch((error: unknown) => {
        if (error instanceof ProviderError) return error;
        throw error;
      }),
    })),
  );
  const detail = read.map(({ id, items }) => (items instanceof Error ? items.message : `${id}: ${itemsText(items)}`));
  const isWhole = read.every(({ items }) => !(items instanceof Error) && items.length > 0);
  return { state: isWhole ? "ok" : "warn", detail: detail.join(" · ") };
}

function itemsText(items: readonly NewsItem[]): string {
  const newestMs = Math.max(...items.map(newsTime));
  return items.length === 0
    ? "a feed without items"
    : `${items.length} ${items.length === 1 ? "item" : "items"}, the newest of ${formatTime(newestMs)} UTC`;
}
