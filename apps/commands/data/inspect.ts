// Floor 6. `data list` and `data verify`: what a folder of candles holds, and what is wrong with it.
import type { CallOptions } from "#schemas/ports/work.ts";
import { openDataFolder } from "#toolkits/market/history/data-folder.ts";
import { inspectMarket, type MarketFile } from "#toolkits/market/history/inspect-market.ts";
import type { Io } from "../../io.ts";
import type { ParsedOptions } from "../../options.ts";
import { chosenFiles, dataDirOf } from "./input.ts";
import { createProgress } from "./progress.ts";

export interface InspectCall extends CallOptions {
  readonly command: "data list" | "data verify";
  readonly options: ParsedOptions;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly io: Pick<Io, "note" | "progress">;
  readonly nowMs: number;
}

export interface InspectDocument {
  readonly data: string;
  readonly markets: readonly (MarketFile & { readonly missing: number })[];
  /** Of the folder, such as files that are not read. */
  readonly notes: readonly string[];
  /** No problem in any file; gaps are none. */
  readonly sound: boolean;
}

/** @throws UsageError; DataFolderError */
export async function inspectFolder(call: InspectCall): Promise<InspectDocument> {
  const { command, options, flags, io, nowMs, signal } = call;
  const folder = await openDataFolder(dataDirOf(options.config, command));
  const files = chosenFiles(folder.candleFiles, flags, options);
  const show = createProgress(io, process.stderr.isTTY === true);
  const markets: InspectDocument["markets"][number][] = [];
  let candles = 0;
  for (const [index, name] of files.entries()) {
    show({ what: `reading ${folder.dir}`, ratio: index / files.length, candles });
    const market = await inspectMarket(folder.dir, name, { nowMs, signal });
    candles += market.candles;
    markets.push({ ...market, missing: market.gaps.reduce((sum, gap) => sum + gap.candles, 0) });
  }
  io.progress(null);
  const sound = markets.every(({ problems }) => problems.length === 0);
  return { data: folder.dir, markets, notes: folder.notes, sound };
}
