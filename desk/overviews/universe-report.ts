// Floor 4. The universe now: every ranked coin, its market, and why it is or is not looked at. The document of `universe`; no exchange and
// no ranking is asked.
import { z } from "zod";
import { RankedAsset, RankingSourceId } from "#schemas/coin.ts";
import { isAdmitted, patternsText } from "#schemas/market-patterns.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { SecurityVerdict } from "#schemas/security.ts";
import { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { type CoinBook, rankingBasis } from "#toolkits/universe/coin-book.ts";
import { universeRows } from "#toolkits/universe/market-cap-universe.ts";
import type { Desk } from "../desk.ts";

const RowShown = z.object({
  rank: RankedAsset.shape.rank.nullable().describe("place by market cap; null: it is ranked by something else"),
  id: z.string().nullable().describe("of the ranking; null: it is in none"),
  ticker: z.string(),
  name: z.string(),
  marketCapUsd: z.number().nullable().describe("US dollars; null: not known"),
  symbol: MarketSymbol.nullable().describe("its market; null: it has none that is surely its own"),
  in: z.boolean().describe("the desk looks at it and may enter it, as far as security and the gate allow"),
  reason: z.string().nullable().describe("why it is not in; null: it is"),
  flag: z.string().nullable().describe("worth a second look; it excludes nothing; null: nothing"),
  verdict: SecurityVerdict.nullable().describe("token security of a market that is in; null: it is not in"),
});
type RowShown = z.infer<typeof RowShown>;

export const UniverseReport = z.object({
  venue: z.string(),
  quote: z.string().describe("settlement currency"),
  nowMs: UnixMs,
  basis: z.string().describe("what it is ranked by, whose word that is and how old"),
  source: RankingSourceId.nullable().describe("of the ranking by market cap; null: there is none"),
  rankedAtMs: UnixMs.nullable().describe("when it was seen, epoch ms; null: there is none"),
  problems: z.array(z.string()).describe("what failed at the newest look; empty: nothing"),
  notes: z.array(z.string()).describe("what was wrong with the ranking, such as rows left out"),
  wanted: z.int().describe("markets that the desk looks at, at most"),
  rows: z.array(RowShown).describe("best first: those of the ranking, in and out"),
});
export type UniverseReport = Readonly<z.infer<typeof UniverseReport>>;

/** The parts of a desk that it reads. */
export interface UniverseDesk
  extends Pick<Desk, "config" | "quote" | "clock" | "marketData" | "markets" | "universe" | "security"> {
  /** Null where nobody is asked what coins are: the venue's own ranking stands. */
  readonly tokens: { readonly book: CoinBook } | null;
}

type Unjudged = Omit<RowShown, "verdict">;

/** Patterns and the number of markets, which only the configuration knows, decide over what could be ranked. */
function chosen(
  { config }: UniverseDesk,
  rows: readonly (Omit<Unjudged, "in" | "reason"> & { readonly out: string | null })[],
): readonly Unjudged[] {
  let place = 0;
  return rows.map(({ out, ...row }) => {
    const { symbol } = row;
    if (symbol === null || out !== null) return { ...row, in: false, reason: out };
    if (!isAdmitted(config.markets, symbol))
      return {
        ...row,
        in: false,
        reason: `left out by the markets of the configuration: ${patternsText(config.markets)}`,
      };
    place += 1;
    const reason = place > config.assets ? `beyond the best ${config.assets}` : null;
    return { ...row, in: reason === null, reason };
  });
}

function byMarketCap(
  desk: UniverseDesk,
):
  | (Omit<UniverseReport, "venue" | "quote" | "nowMs" | "wanted" | "rows"> & { readonly rows: readonly Unjudged[] })
  | null {
  const { tokens, markets, quote, universe, clock } = desk;
  const { ranking = null, identities, problems } = tokens?.book.newest() ?? {};
  if (ranking === null || identities === undefined || identities.size === 0) return null;
  const turnovers = universe.newest().liquidity;
  const rows = universeRows({ ranking, markets: [...markets.values()], quote, identities, turnovers });
  return {
    basis: rankingBasis(ranking, clock.now()),
    source: ranking.source,
    rankedAtMs: ranking.seenAtMs,
    problems: [...(problems ?? [])],
    notes: [...(ranking.notes ?? [])],
    rows: chosen(desk, rows),
  };
}

/** Of simulation, folder, and an exchange of which no ranking by market cap is known: its own order. */
async function byVenue(desk: UniverseDesk, options: CallOptions) {
  const { markets, quote, universe, tokens } = desk;
  const { assets, excluded, problem, basis } = await universe.at(desk.clock.now(), options);
  const rest = [...markets.keys()].filter((symbol) => !assets.includes(symbol) && !excluded.includes(symbol));
  const rows = [...assets, ...excluded, ...rest].map((symbol) => {
    const own = markets.get(symbol);
    const out = own === undefined || own.quote === quote ? null : `counted in ${own.quote}: not traded`;
    const base = own?.base ?? symbol;
    return { rank: null, id: null, ticker: base, name: base, marketCapUsd: null, symbol, flag: null, out };
  });
  return {
    basis: basis ?? "the newest slot that is kept",
    source: null,
    rankedAtMs: null,
    problems: [...(problem === null ? [] : [problem]), ...(tokens?.book.newest()?.problems ?? [])],
    notes: [],
    rows: chosen(desk, rows),
  };
}

/** @throws StoreError */
export async function universeReportOf(desk: UniverseDesk, options: CallOptions): Promise<UniverseReport> {
  const { clock, config, quote, marketData, security } = desk;
  const nowMs = clock.now();
  const { rows: unjudged, ...rest } = byMarketCap(desk) ?? (await byVenue(desk, options));
  const rows: RowShown[] = [];
  for (const row of unjudged) {
    const report = row.in && row.symbol !== null ? await security.report({ symbol: row.symbol, nowMs }, options) : null;
    rows.push({ ...row, verdict: report?.verdict ?? null });
  }
  return {
    venue: marketData.venue,
    quote,
    nowMs,
    wanted: config.assets,
    ...rest,
    problems: [...new Set(rest.problems)],
    rows,
  };
}
