// Floor 6. `news [SYMBOL]`: what feeds have said of late, of one coin or of all. No feed is asked.
import { formatTime } from "#desk/documents/format.ts";
import { newsTime } from "#desk/news/visible.ts";
import { NewsReport, newsReportOf } from "#desk/overviews/news-report.ts";
import { UsageError } from "#schemas/errors.ts";
import { DAY_MS, unixMs } from "#schemas/units.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { table } from "../text/table.ts";
import { wholeNumber } from "./memory.ts";
import { sinceOf } from "./since.ts";

const LOOK_BACK_DAYS = 14;
const limitOf = (flags: CommandInput["flags"]): number => wholeNumber(flags["limit"], "--limit", 20);

/** Null: of all. A coin need not be traded here. @throws UsageError */
function coinOf([coin]: CommandInput["args"]): string | null {
  if (coin === undefined || /^[\p{L}\p{N}._-]{1,24}(?:\/[\p{L}\p{N}._-]{1,24})?$/u.test(coin)) return coin ?? null;
  throw new UsageError({
    was: `SYMBOL was ${JSON.stringify(coin)}.`,
    expected: "a coin such as SOL, or a market such as SOL/USDT",
    remedy: "Correct it.",
  });
}

export const newsCommand = deskCommand<NewsReport>({
  name: "news",
  document: NewsReport,
  reads: true,
  exchange: "not-asked",
  check: ({ args, flags }) => {
    coinOf(args);
    limitOf(flags);
    sinceOf(flags, unixMs(0));
  },
  execute: async ({ desk }, { args, flags }) => {
    const nowMs = desk.clock.now();
    const sinceMs = sinceOf(flags, nowMs) ?? Math.max(0, nowMs - LOOK_BACK_DAYS * DAY_MS);
    return newsReportOf(desk, { coin: coinOf(args), sinceMs, limit: limitOf(flags) });
  },
  render: ({ items, found, note, coin, sinceMs }, style) => {
    const notes = note === null ? [] : [style.warn(note)];
    if (found === 0 && note !== null) return notes.join("\n");
    if (found === 0)
      return `No news${coin === null ? "" : ` that names ${coin}`} since ${formatTime(sinceMs)} UTC is known here.`;
    const rows = table(items, [
      { title: "time (UTC)", value: (item) => formatTime(newsTime(item)) },
      { title: "kind", value: ({ kind }) => (kind === "delisting" ? style.warn(kind) : kind) },
      { title: "source", value: ({ source }) => source },
      { title: "names", value: ({ assets }) => assets.map(({ ticker }) => ticker).join(" ") || "–" },
      { title: "title, in its own words", value: ({ title }) => JSON.stringify(title) },
    ]);
    const more = found > items.length ? [style.dim(`… ${items.length} of ${found}; --limit shows more`)] : [];
    return [rows, ...more, ...notes].join("\n");
  },
});
