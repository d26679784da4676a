// Floor 6. What `start` shows once its first slot is done: the markets nearest to being bought, what cannot be used, where the page
// is, and what to type next. Everything else is on the page, or one command away.
import type { AnalysisDocument } from "#desk/documents/analysis-document.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { mayEnter, type SecurityVerdict } from "#schemas/security.ts";
import type { Style } from "../io.ts";
import { analysesTable, SIMULATED } from "./analysis-text.ts";
import { freeFormLine, judgementLines, spendLine } from "./model-line.ts";
import { strategiesText } from "./strategies-text.ts";

/** Rows of the table. */
const SHOWN = 8;

export interface Opening {
  readonly analyses: readonly AnalysisDocument[];
  readonly config: DeskConfig;
  readonly strategies: readonly string[];
  /** Settlement currency. */
  readonly quote: string;
  readonly simulated: boolean;
  /** Of the page. */
  readonly address: string;
  /** True where the address lets a browser in by itself. */
  readonly letsIn: boolean;
}

export function openingText(opening: Opening, style: Style): string {
  const { analyses, config, strategies, quote, simulated, address, letsIn } = opening;
  const usable = analyses.filter(({ security }) => mayEnter(security.verdict));
  const nearest = usable.toSorted((a, b) => rsiOf(a) - rsiOf(b)).slice(0, SHOWN);
  const more = analyses.length - nearest.length;
  const { feeBps, slippageBps } = config.costs;
  const rows: readonly (readonly [string, string])[] = [
    ["page", letsIn ? address : `${address} (\`npx deeptrader page\` lets a browser in)`],
    ["ask", `which are oversold?  (type it here, or: npx deeptrader ask "which are oversold?")`],
    [
      "trading",
      config.mode === "live"
        ? `${strategiesText(strategies)} at ${config.venue}${config.sandbox ? "'s sandbox" : ""}, account ${config.liveAccount}${config.cash === null ? "" : `, with ${config.cash} ${quote}`}: orders go there${config.sandbox ? "" : ", with money"}`
        : `${strategiesText(strategies)} on paper in ${quote}, ${feeBps} bps fee and ${slippageBps} bps slippage a side`,
    ],
    ...(simulated ? [["real", "npx deeptrader start --venue binance, or --venue replay --data DIR"] as const] : []),
  ];
  return [
    ...(simulated ? [style.warn(`${SIMULATED}, seed ${config.seed}. Nothing here is a real market.`)] : []),
    `${analyses.length} markets analysed${unusableText(analyses)}.${nearest.length === 0 ? "" : " Lowest RSI:"}`,
    ...(nearest.length === 0 ? [] : [analysesTable(nearest, style)]),
    ...(more > 0 ? [style.dim(`… ${more} more: npx deeptrader memory list`)] : []),
    "",
    ...rows.map(([name, text]) => `${style.bold(name.padEnd(8))} ${text}`),
    ...[spendLine(config), freeFormLine(config)].filter((line) => line !== null).map(style.dim),
    ...judgementLines(config).map(style.dim),
    "",
  ].join("\n");
}

/** A market without one is as far as can be. */
const rsiOf = ({ indicators }: AnalysisDocument): number => indicators.rsiWilder ?? Number.POSITIVE_INFINITY;

/** `, 8 of them not entered for their token's security: 6 block, 2 unknown` */
function unusableText(analyses: readonly AnalysisDocument[]): string {
  const unusable = analyses.filter(({ security }) => !mayEnter(security.verdict));
  if (unusable.length === 0) return "";
  const counts = Map.groupBy(unusable, ({ security }): SecurityVerdict => security.verdict);
  const said = [...counts].map(([verdict, of]) => `${of.length} ${verdict}`).join(", ");
  return `, ${unusable.length} of them not entered for their token's security: ${said}`;
}
