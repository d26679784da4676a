// Floor 4. What is not known of news, in words: that none is read and why, or which feeds gave nothing. That nothing was read is never said
// as "there is none".
import type { Desk } from "../desk.ts";
import type { NewsBook } from "./news-book.ts";

type Reading = Pick<Desk, "news" | "config" | "clock">;

/** @returns `why` empty: every feed was read when it was last asked, or none was asked by this process yet */
export function newsDesk({ news, config, clock }: Reading): { readonly news: NewsBook | null; readonly why: string } {
  if (news !== null) return { news, why: faultsText(news) };
  const isSimulated = clock.kind === "simulated" && config.news.feeds.length > 0;
  return {
    news: null,
    why: isSimulated
      ? "News is read beside a real venue only: a replay, a backtest and the simulation have none."
      : "No news source is configured: addresses of RSS or Atom feeds go to `news.feeds`.",
  };
}

function faultsText(news: NewsBook): string {
  const silent = news.feeds().flatMap(({ id, fault }) => (fault === null ? [] : [id]));
  return silent.length === 0 ? "" : `Not read when last asked: ${silent.join(", ")}. There may be more.`;
}
