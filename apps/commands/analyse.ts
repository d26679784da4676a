// Floor 6. `analyse SYMBOL`: one analysis from scratch, printed; with --dry it opens no home and remembers nothing.
import { analyseAtTestTime, analyseFromScratch } from "#agents/market-analyst/from-scratch.ts";
import type { AnalysisOutcome } from "#agents/market-analyst/outcome.ts";
import { noCandleReason } from "#agents/market-analyst/sleep-time.ts";
import { analystDeps } from "#desk/desk.ts";
import { AnalysisDocument, analysisDocument } from "#desk/documents/analysis-document.ts";
import { screenOf } from "#desk/screened-venue.ts";
import type { DeskStrategy } from "#memory/said-of.ts";
import { DataFolderError } from "#schemas/errors.ts";
import type { Timeframe } from "#schemas/units.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import { screenedMarketData } from "#toolkits/market/screen-candles.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { deskCommand } from "../command.ts";
import { analysisText } from "../text/analysis-text.ts";
import type { Venue } from "../venues/venue.ts";
import { resolveSymbol } from "./symbols.ts";

export const analyseCommand = deskCommand({
  name: "analyse",
  document: AnalysisDocument,
  execute: async ({ desk }, { args }, options) => {
    const symbol = resolveSymbol(desk, args[0] ?? "");
    const { timeframe } = desk.config;
    const tally = new WorkTally();
    const nowMs = desk.clock.now();
    const outcome = await countInto(tally, () =>
      analyseAtTestTime(analystDeps(desk, tally), { symbol, timeframe, nowMs }, options),
    );
    const made = outcome.status === "analysed" ? 1 : 0;
    const about = { atMs: nowMs, phase: "test-time", job: "analyse" } as const;
    const entry = ledgerEntry({ ...about, paths: { delegated: 1 }, made, work: tally.total() });
    await desk.ledger.record(entry, options);
    return documentOf(outcome, timeframe, desk.hosts);
  },
  render: (document, style) => analysisText(document, style, document.computedAtMs),
});

/** The same, without a home: for `--dry`. */
export async function analyseDry(
  venue: Venue,
  typedSymbol: string,
  timeframe: Timeframe,
  options: { readonly signal: AbortSignal },
): Promise<AnalysisDocument> {
  const symbol = resolveSymbol(venue, typedSymbol);
  const screen = screenOf(venue, null, venue.clock.kind === "system");
  const screened = { ...venue, marketData: screenedMarketData(venue.marketData, screen) };
  const outcome = await analyseFromScratch(
    { ...screened, strategies: venue.hosts, windows: null, tally: new WorkTally() },
    { symbol, timeframe, nowMs: venue.clock.now(), origin: "test-time" },
    options,
  );
  return documentOf(outcome, timeframe, venue.hosts);
}

/** @throws DataFolderError where there is no candle to analyse: an absence that the command was asked to show */
function documentOf(
  outcome: AnalysisOutcome,
  timeframe: Timeframe,
  strategies: readonly DeskStrategy[],
): AnalysisDocument {
  if (outcome.status === "analysed") return analysisDocument(outcome.analysis, strategies);
  throw new DataFolderError({
    was: `${outcome.symbol} cannot be analysed: ${noCandleReason(outcome, timeframe)}.`,
    expected: `a ${timeframe} candle that closes at the moment asked for`,
    remedy: "Choose another --as-of or --timeframe, or complete the data.",
  });
}
