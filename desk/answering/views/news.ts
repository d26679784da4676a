// Floor 4. "Any news on SOL?" → what feeds have said, each title in quotes with its source and time. What a title says is a stranger's: it is
// quoted and nothing is made of it.
import type { DatedAbout, DeskText } from "#agents/deep-trader-manager/desk-view.ts";
import { DAY_MS, splitSymbol } from "#schemas/units.ts";
import type { Desk } from "../../desk.ts";
import { formatTime } from "../../documents/format.ts";
import { quotedTitle } from "../../news/delistings.ts";
import { newsDesk } from "../../news/none-read.ts";
import { newsTime } from "../../news/visible.ts";

/** Items told at most, and how far back where no time was named. */
const MOST_TOLD = 5;
const LOOK_BACK_DAYS = 14;

export function newsText(desk: Desk, { symbol, period, nowMs }: DatedAbout): DeskText {
  const { news, why } = newsDesk(desk);
  if (news === null) return { text: why, asOfMs: nowMs, analysisIds: [] };
  const base = symbol === null ? null : splitSymbol(symbol).base;
  const fromMs = period?.fromMs ?? nowMs - LOOK_BACK_DAYS * DAY_MS;
  const found = news
    .visible({ nowMs, sinceMs: fromMs, ...(base === null ? {} : { about: [news.coin(base)] }) })
    .filter((item) => period === null || newsTime(item) < period.untilMs);
  const when = period === null ? `of the last ${LOOK_BACK_DAYS} days` : `of ${period.words}`;
  const of = base === null ? "" : ` that names ${base}`;
  const told = found.slice(0, MOST_TOLD).map((item) => {
    const kind = item.kind === "other" ? "" : ` [${item.kind}]`;
    return `${formatTime(newsTime(item))} ${item.source}${kind}: ${quotedTitle(item.title)}`;
  });
  const head =
    found.length === 0
      ? `No news ${when}${of} is known here.`
      : `News ${when}${of}, in the words of its sources (${found.length}):`;
  const more = found.length > MOST_TOLD ? [`and ${found.length - MOST_TOLD} more: \`deeptrader news\``] : [];
  return {
    text: [head, ...told, ...more, ...(why === "" ? [] : [why])].join("\n"),
    asOfMs: found[0]?.seenAtMs ?? nowMs,
    analysisIds: [],
  };
}
