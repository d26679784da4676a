// Floor 4. What feeds have said by now, and how the feeds stand: the document of `news`.
import { z } from "zod";
import { NewsItem } from "#schemas/news.ts";
import { Count, UnixMs, unixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";
import { newsDesk } from "../news/none-read.ts";

export const NewsReport = z.object({
  nowMs: UnixMs,
  coin: z.string().nullable().describe("ticker that the items name; null: all items"),
  sinceMs: UnixMs,
  feeds: z
    .array(
      z.object({
        id: z.string().describe("host; a second feed of a host has a number behind it"),
        askedMs: UnixMs.nullable().describe("by this process; null: not yet"),
        fault: z.string().nullable().describe("why the last read gave nothing; null: it did"),
      }),
    )
    .readonly(),
  note: z.string().nullable().describe("why nothing is read, or which feeds were silent; null: neither"),
  found: Count.describe("items, shown or not"),
  items: z.array(NewsItem).readonly().describe("newest first; titles are quotes of strangers"),
});
export type NewsReport = Readonly<z.infer<typeof NewsReport>>;

export interface NewsWanted {
  /** A ticker or a market; null: all items. */
  readonly coin: string | null;
  readonly sinceMs: number;
  readonly limit: number;
}

export function newsReportOf(desk: Desk, { coin, sinceMs, limit }: NewsWanted): NewsReport {
  const nowMs = desk.clock.now();
  const { news, why } = newsDesk(desk);
  const ticker = coin?.split("/")[0]?.toUpperCase() ?? null;
  const about = news === null || ticker === null ? {} : { about: [news.coin(ticker)] };
  const items = news?.visible({ nowMs, sinceMs, ...about }) ?? [];
  return {
    nowMs,
    coin: ticker,
    sinceMs: unixMs(sinceMs),
    feeds: news?.feeds() ?? [],
    note: why === "" ? null : why,
    found: items.length,
    items: items.slice(0, limit),
  };
}
