// Bench. StockBench's rows beside ours → a part of docs/evaluation.md. It is measured by a command of its own, since only who has the
// benchmark's prices can run it; until then the page keeps what was measured last.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { markdownTable } from "../tables.ts";
import { BEST, BUY_AND_HOLD, PAPER, REPOSITORY, TERMS, TOLERANCE_PCT, WINDOW } from "./published.ts";
import type { StockbenchResult } from "./run-stockbench.ts";

const HEADING = "## StockBench: daily stocks, beside published rows";
const DOCS = new URL("../../../docs/", import.meta.url).pathname;

export const PART_FILE = join(DOCS, "evaluation", "stockbench.md");

const pct = (value: number): string => `${value > 0 ? "+" : ""}${value.toFixed(2)}`;

export function stockbenchText({ stocks, held, withCosts, differencePct, agrees, rows }: StockbenchResult): string {
  const first = rows[0];
  const most = Math.max(...rows.map(({ trades }) => trades));
  return [
    HEADING,
    ["```", `git clone ${REPOSITORY} ~/stockbench`, "npm run eval -- --stockbench ~/stockbench", "```"].join("\n"),
    `${stocks} stocks of the Dow Jones Industrial Average, ${held.sessions} sessions from ${WINDOW.first} to ${WINDOW.last}, ${Number(TERMS.cash).toLocaleString("en-US")} USD, ${TERMS.commissionBps} bps of commission and ${TERMS.slippageBps} of slippage a side, shares to ${TERMS.step}: the terms of its config.yaml. The command turns a checkout into a replay folder with a session calendar (docs/replay-folder.md) and runs \`backtest --venue replay --timeframe 1d --quote USD --as-of ${WINDOW.first} --security skip\` on it. The prices are Polygon's and are not in this repository. Published rows are those of ${PAPER}; annualised with 252 sessions.`,
    markdownTable({
      caption: "Return and deepest fall of the window, %",
      header: ["", "return, %", "deepest fall, %", "trades", "decisions", "Sharpe (252 a year)"],
      rows: [
        ["published: buy and hold", pct(BUY_AND_HOLD.returnPct), pct(BUY_AND_HOLD.drawdownPct), null, null, null],
        ["ours: buy and hold, open to open, no costs", pct(held.returnPct), pct(held.drawdownPct), null, null, null],
        ["ours: buy and hold, costs paid once", pct(withCosts.returnPct), pct(withCosts.drawdownPct), null, null, null],
        [
          `published: ${BEST.name}, a model that reads prices, news and fundamentals`,
          pct(BEST.returnPct),
          pct(BEST.drawdownPct),
          null,
          null,
          null,
        ],
        ...rows.map(({ strategy, size, returnPct, drawdownPct, trades, decisions, sharpe252 }) => [
          `ours: ${strategy}, ${size}`,
          pct(returnPct),
          pct(drawdownPct),
          String(trades),
          String(decisions),
          sharpe252 === null ? null : sharpe252.toFixed(2),
        ]),
      ],
    }),
    "**What it says**",
    [
      `- Buy and hold: as much money in each stock at the open of the first session, marked at each open, as the benchmark's own code has it (\`trade_price_field: open\`). Ours less the published one: ${pct(differencePct)} points, ${agrees ? "within" : "**not within**"} the ${TOLERANCE_PCT} that make it the same window. By the close of the last session it would be another figure.`,
      `- At most ${most} trades in a row, so no interval is given: under 30 there is none worth printing. Four months with one fall and one recovery in them do not tell a strategy from luck; a row above the published ones is **no** better trader.`,
      `- These are rules on prices alone, at their defaults, fitted to nothing. The published rows are models that read news and fundamentals as well; those are not read here.`,
      "- Warm-up: the folder begins 52 sessions before the window, so entries are let in from 50 on (`warmupSessions` in its markets.json) instead of 250. Values with a long memory still hang on where the candles begin: of Wilder's RSI 14 about 2 % of its seed is left after 52 sessions, of an EMA 48 about 12 %.",
      `- Each row was run twice and came out equal to the byte${first === undefined ? "" : ` (decisions of the first: \`${first.decisionsHash.slice(0, 12)}…\`)`}.`,
    ].join("\n"),
  ].join("\n\n");
}

/** A page with this part in place of the one that it has, or before its first lettered part. */
export function withPart(page: string, part: string): string {
  const at = page.indexOf(HEADING);
  const start = at >= 0 ? at : page.search(/^## [A-Z]\d*\. /m);
  if (start < 0) return `${page.trimEnd()}\n\n${part}\n`;
  const rest = page.slice(start + (at >= 0 ? HEADING.length : 0));
  const end = at >= 0 ? rest.search(/^## /m) : 0;
  return `${page.slice(0, start)}${part}\n\n${end < 0 ? "" : rest.slice(end)}`;
}

/** Kept beside the page's charts, and put into the page. @returns the files written */
export async function writePart(part: string): Promise<readonly string[]> {
  await mkdir(join(DOCS, "evaluation"), { recursive: true });
  await writeFile(PART_FILE, `${part}\n`);
  const page = join(DOCS, "evaluation.md");
  await writeFile(page, withPart(await readFile(page, "utf8"), part));
  return ["docs/evaluation.md", "docs/evaluation/stockbench.md"];
}
