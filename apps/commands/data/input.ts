// Floor 6. What the commands of `data` share: their folder, the markets named, moments and formats as typed.
import type { DeskConfig } from "#schemas/config.ts";
import { UsageError } from "#schemas/errors.ts";
import { type MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { type CandleFile, FILE_FORMATS, type FileFormat } from "#toolkits/market/files/file-names.ts";
import { findListed } from "#toolkits/market/listed-names.ts";
import type { ParsedOptions } from "../../options.ts";
import { VALUE_READERS } from "../../setting-values.ts";

type Flags = Readonly<Record<string, unknown>>;
type MomentFlag = "to" | "from";

/** @throws UsageError without one */
export function dataDirOf({ dataDir }: DeskConfig, command: string): string {
  if (dataDir !== null) return dataDir;
  throw new UsageError({
    was: `\`deeptrader ${command}\` was called without a folder.`,
    expected: `\`deeptrader ${command} --data DIR\``,
    remedy: "Add --data DIR.",
  });
}

/** A moment of a flag; null where it is left out. @throws UsageError */
export function momentOf(flags: Flags, flag: MomentFlag): UnixMs | null {
  const text = flags[flag];
  if (typeof text !== "string") return null;
  const ms = VALUE_READERS.moment.text(text);
  if (typeof ms === "number" && ms >= 0) return unixMs(ms);
  throw new UsageError({
    was: `--${flag} is ${JSON.stringify(text)}.`,
    expected: "ISO 8601 such as 2024-01-01 or 2024-01-01T12:00:00Z, or epoch milliseconds",
    remedy: "Correct it; times are UTC.",
  });
}

/** @throws UsageError */
export function formatOf(flags: Flags, fallback: FileFormat | null): FileFormat {
  const text = flags["format"] ?? fallback;
  const format = FILE_FORMATS.find((one) => one === text);
  if (format !== undefined) return format;
  throw new UsageError({
    was: text === null ? "No format was given." : `--format is ${JSON.stringify(text)}.`,
    expected: `--format ${FILE_FORMATS.join(", ")}`,
    remedy: "Choose one of them.",
  });
}

/** Names as typed after --symbols; null where there is no such flag. */
export const typedSymbols = (flags: Flags): readonly string[] | null =>
  typeof flags["symbols"] === "string"
    ? flags["symbols"]
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "")
    : null;

/** The files of the markets and the timeframe that were named; all where none were. @throws UsageError for a name that fits none */
export function chosenFiles(
  files: readonly CandleFile[],
  flags: Flags,
  { config, explicit }: ParsedOptions,
): readonly CandleFile[] {
  const typed = typedSymbols(flags);
  const listed = [...new Set(files.map(({ symbol }) => symbol))];
  const symbols = typed?.map((name) => requireListed(name, listed, config.quote ?? "USDT"));
  return files.filter(
    ({ symbol, timeframe }) =>
      (symbols === undefined || symbols.includes(symbol)) &&
      (!explicit.has("timeframe") || timeframe === config.timeframe),
  );
}

function requireListed(name: string, listed: readonly MarketSymbol[], quote: string): MarketSymbol {
  const symbol = findListed(name, listed, quote);
  if (symbol !== null) return symbol;
  throw new UsageError({
    was: `--symbols names ${name}, of which the folder has no candles.`,
    expected: `some of ${listed.slice(0, 12).join(", ") || "nothing: it is empty"}`,
    remedy: "Correct the name.",
  });
}
