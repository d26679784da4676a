// Floor 6. `universe`: which coins the desk looks at, ranked by what, and why each of the others is not among them. With --save the ranking
// goes to a folder of candles, for the backtests of later.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { formatTime } from "#desk/documents/format.ts";
import { UniverseReport, universeReportOf } from "#desk/overviews/universe-report.ts";
import { DataFolderError, ProviderError, UsageError } from "#schemas/errors.ts";
import { makeFolder, writeWhole } from "#toolkits/market/history/write-whole.ts";
import {
  type FolderRanking,
  parseFolderRankings,
  UNIVERSE_FILE,
  withRanking,
} from "#toolkits/market/replay/folder-rankings.ts";
import { deskCommand } from "../command.ts";
import type { Style } from "../io.ts";
import { verdictText } from "../text/analysis-text.ts";
import { table } from "../text/table.ts";

/** Of each ranking so many coins are saved: a year of them stays some tens of megabytes. */
const SAVED_COINS = 500;

export const universeCommand = deskCommand<UniverseReport>({
  name: "universe",
  document: UniverseReport,
  reads: true,
  exchange: "not-asked",
  check: ({ flags }) => void folderOf(flags["save"]),
  execute: ({ desk }, _input, options) => universeReportOf(desk, options),
  finish: async (document, { flags }) => {
    const dir = folderOf(flags["save"]);
    return dir === null ? null : saveRanking(document, dir);
  },
  render: universeText,
});

/** @throws UsageError */
function folderOf(save: unknown): string | null {
  if (save === undefined) return null;
  if (typeof save === "string" && save.trim() !== "") return save;
  throw new UsageError({
    was: "--save has no folder.",
    expected: "a folder of candles",
    remedy: "Name one: --save DIR.",
  });
}

async function savedIn(dir: string): Promise<readonly FolderRanking[]> {
  const path = join(dir, UNIVERSE_FILE);
  try {
    return parseFolderRankings(await readFile(path, "utf8"));
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause)) throw cause;
    if (cause.code === "ENOENT") return [];
    throw new DataFolderError({
      was: `${path} cannot be read (${String(cause.code)}).`,
      remedy: "Give another folder.",
      cause,
    });
  }
}

/** @throws ProviderError without a ranking by market cap; DataFormatError, DataFolderError */
async function saveRanking({ source, rankedAtMs, rows, venue }: UniverseReport, dir: string): Promise<string> {
  if (source === null || rankedAtMs === null) {
    throw new ProviderError({
      was: `${venue} has no ranking by market cap, so there is nothing to save.`,
      remedy: "Run `deeptrader sleep --once` on an exchange, then this again.",
    });
  }
  const assets = rows
    .slice(0, SAVED_COINS)
    .flatMap(({ id, ticker, name, marketCapUsd }) =>
      id === null || marketCapUsd === null ? [] : [{ id, ticker, name, marketCapUsd }],
    );
  await makeFolder(dir);
  const text = withRanking(await savedIn(dir), { source, seenAtMs: rankedAtMs, assets });
  await writeWhole(dir, UNIVERSE_FILE, Buffer.from(text));
  return `the ranking of ${formatTime(rankedAtMs)} UTC is in ${join(dir, UNIVERSE_FILE)}`;
}

/** Rows shown where none of them is in. */
const SHOWN_WHERE_NONE = 20;

const capText = (usd: number | null): string =>
  usd === null
    ? "–"
    : `$${new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 }).format(usd)}`;

function universeText(report: UniverseReport, style: Style): string {
  const { venue, quote, basis, problems, notes, rows } = report;
  const ins = rows.filter((row) => row.in).length;
  const last = rows.findLastIndex((row) => row.in);
  const shown = rows.slice(0, last === -1 ? SHOWN_WHERE_NONE : last + 1);
  const more = rows.length - shown.length;
  return [
    style.bold(`${venue}: ${ins} markets in ${quote}, by ${basis}`),
    ...problems.map((problem) => style.warn(problem)),
    ...notes.map((note) => style.dim(`ranking: ${note}`)),
    table(shown, [
      { title: "rank", value: ({ rank }) => (rank === null ? "–" : String(rank)), align: "right" },
      { title: "coin", value: ({ ticker }) => ticker },
      { title: "market cap", value: ({ marketCapUsd }) => capText(marketCapUsd), align: "right" },
      { title: "market", value: ({ symbol }) => symbol ?? "–" },
      { title: "security", value: ({ verdict }) => (verdict === null ? "–" : verdictText({ verdict }, style)) },
      {
        title: "not looked at, because",
        value: ({ reason, flag }) => reason ?? (flag === null ? "" : `(in; ${flag})`),
      },
    ]),
    ...(more === 0 ? [] : [style.dim(`${more} more, further down: --json has all`)]),
  ].join("\n");
}
