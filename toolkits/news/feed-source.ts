// Floor 2. One RSS or Atom feed → items of news: adapter of the NewsSource port.
import { ProviderError } from "#schemas/errors.ts";
import { hashOf } from "#schemas/hash.ts";
import { NewsItem } from "#schemas/news.ts";
import type { NewsSource } from "#schemas/ports/market.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import { newsKind, tickersIn } from "./classify.ts";
import { feedDate } from "./feed-date.ts";
import { feedText, titleText } from "./feed-text.ts";
import { FEED_DEADLINE_MS, getFeed } from "./get-feed.ts";
import { type FeedEntry, FeedFault, parseFeed } from "./parse-feed.ts";

/** A feed's clock may go ahead by so much: what it dates a little later than it was seen was published when it was seen. */
const CLOCK_AHEAD_MS = 600_000;

/** One source for each address, none twice. */
export function feedSources(addresses: readonly string[], deadlineMs = FEED_DEADLINE_MS): readonly NewsSource[] {
  const hosts = new Map<string, number>();
  return [...new Set(addresses)].map((address) => {
    const host = new URL(address).host.slice(0, 90);
    const nth = (hosts.get(host) ?? 0) + 1;
    hosts.set(host, nth);
    return feedSource(address, { id: nth === 1 ? host : `${host} (${nth})`, host, deadlineMs });
  });
}

interface FeedOptions {
  readonly id: string;
  readonly host: string;
  readonly deadlineMs: number;
}

const feedSource = (address: string, { id, host, deadlineMs }: FeedOptions): NewsSource => ({
  id,
  addressDigest: hashOf(address),
  items: async ({ nowMs }, options) => {
    const { bytes, contentType } = await getFeed(address, deadlineMs, options);
    const items = new Map<string, NewsItem>();
    for (const entry of entriesOf(id, () => parseFeed(feedText(bytes, contentType)))) {
      const item = newsItem(entry, { address, host, nowMs });
      // The first one: a feed that names one twice has the newer one first.
      if (item !== null && !items.has(item.id)) items.set(item.id, item);
    }
    return [...items.values()];
  },
});

function entriesOf(id: string, read: () => readonly FeedEntry[]): readonly FeedEntry[] {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof FeedFault)) throw cause;
    throw new ProviderError({
      was: `The feed of ${id} ${cause.message}.`,
      expected: "an RSS or Atom feed",
      remedy: "Check its address; it is asked again.",
      cause,
    });
  }
}

/** Null for an item without a title: there is nothing to show. */
function newsItem(
  entry: FeedEntry,
  { address, host, nowMs }: { readonly address: string; readonly host: string; readonly nowMs: UnixMs },
): NewsItem | null {
  const title = titleText(entry.title);
  if (title === "") return null;
  const link = linkOf(entry.link, address);
  // What the feed calls it, else where it is, else what it says: two of these never mean the same.
  const name = entry.guid !== "" ? ["guid", entry.guid] : link !== null ? ["link", link] : ["text", title, entry.date];
  return NewsItem.parse({
    id: hashOf([host, ...name]).slice(0, 24),
    source: host,
    kind: newsKind(title),
    title,
    link,
    publishedAtMs: publishedAt(entry.date, nowMs),
    seenAtMs: nowMs,
    assets: tickersIn(title).map((ticker) => ({ ticker, coinId: null })),
  });
}

function publishedAt(date: string, nowMs: UnixMs): UnixMs | null {
  const saidMs = feedDate(date);
  if (saidMs === null || saidMs <= nowMs || saidMs > nowMs + CLOCK_AHEAD_MS) return saidMs;
  return unixMs(nowMs);
}

/** http or https, without user and password in it. */
function linkOf(text: string, base: string): string | null {
  if (text === "" || !URL.canParse(text, base)) return null;
  const url = new URL(text, base);
  const isPlain = /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  return isPlain && url.href.length <= 2000 ? url.href : null;
}
