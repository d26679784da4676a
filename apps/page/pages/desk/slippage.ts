// Floor 6. What the orders of a live desk got, beside the quote that they were sent at and beside paper.
import { html } from "hono/html";
import { formatFixed } from "#desk/documents/format.ts";
import type { SlippageFigures, Spread } from "#desk/documents/slippage-report.ts";
import { marketLink, table } from "../../figures.ts";
import type { Asked, Html } from "../../page.ts";
import { isLiveRun } from "./venue.ts";

export async function slippage({ about, read }: Asked): Promise<Html> {
  if (!isLiveRun(about)) return html``;
  const { all, byRole, byMarket } = await read("slippage");
  if (all.orders === 0) return html`<p class="empty">No order has ended yet.</p>`;
  return html`<p class="note">Basis points worse than bid or ask when it was sent, a stop than its trigger, a target than its price; below 0: better.</p>
${figuresTable("Slippage by kind of order", [{ name: "all", ...all }, ...byRole.map((row) => ({ name: row.role, ...row }))])}
${
  byMarket.length < 2
    ? ""
    : html`<details id="slippage-markets"><summary>By market</summary>${figuresTable(
        "Slippage by market",
        byMarket.map((row) => ({ name: marketLink(row.symbol), ...row })),
      )}</details>`
}`;
}

type Row = SlippageFigures & { readonly name: Html | string };

const figuresTable = (caption: string, rows: readonly Row[]): Html =>
  table({
    caption,
    isCards: true,
    rows,
    empty: "Nothing is measured yet.",
    columns: [
      { title: "of", cell: ({ name }) => name, isName: true },
      { title: "orders", cell: ({ orders }) => String(orders), isNumber: true },
      { title: "not filled", cell: ({ unfilled }) => String(unfilled), isNumber: true },
      { title: "median", cell: ({ againstQuote }) => bps(againstQuote?.medianBps), isNumber: true },
      { title: "mean", cell: ({ againstQuote }) => meanText(againstQuote), isNumber: true },
      { title: "worst", cell: ({ againstQuote }) => bps(againstQuote?.worstBps), isNumber: true },
      { title: "mean to paper", cell: ({ againstPaper }) => bps(againstPaper?.meanBps), isNumber: true },
      { title: "fee", cell: ({ feeBps }) => bps(feeBps), isNumber: true },
    ],
  });

const bps = (value: number | null | undefined): string => (value == null ? "–" : formatFixed(value, 1));

const meanText = (spread: Spread | null): string =>
  spread === null
    ? "–"
    : spread.interval === null
      ? bps(spread.meanBps)
      : `${bps(spread.meanBps)} (${bps(spread.interval[0])} to ${bps(spread.interval[1])})`;
