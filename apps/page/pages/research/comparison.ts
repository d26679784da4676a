// Floor 6. A saved comparison of two runs: their figures, whether the difference may be chance, and the trades that only one made.
import { html } from "hono/html";
import { formatAge, formatTime } from "#desk/documents/format.ts";
import type { Comparison, SleepWork } from "#schemas/compare.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { dailyText, figureText, intervalText } from "../../../research/compare-text.ts";
import {
  faultOf,
  SLEEP_COLUMNS,
  type SleepRow,
  sleepRows,
  sleepSentences,
  weightsText,
} from "../../../research/sleep-text.ts";
import { panel, pct, table } from "../../figures.ts";
import type { Html } from "../../page.ts";

/** Of each run; the document has all. */
const SHOWN = 20;

export function comparisonView(c: Comparison): Html {
  const [a, b] = c.names;
  const { equal, different, onlyA, onlyB, beyond } = c.trades;
  return html`<div class="grid">
${panel({
  id: "compared",
  title: `A: ${a} · B: ${b}`,
  place: "span-6",
  content: html`<p>${dailyText(c.daily)}</p>
<p class="note">${c.sameDecisions ? "They decided the same: decisionsHash is equal." : "They decided differently: decisionsHash is not equal."}</p>
${c.settings.length === 0 ? html`<p class="note">Run alike in range, venue, costs and rules.</p>` : html`<p class="notice">They were run differently.</p>`}
${table({
  caption: "What they were run with, where it differs",
  rows: c.settings,
  empty: "",
  columns: [
    { title: "setting", cell: ({ what }) => what, isName: true },
    { title: "A", cell: (row) => row.a },
    { title: "B", cell: (row) => row.b },
  ],
})}`,
})}
${panel({
  id: "compared-figures",
  title: "Of the whole run",
  place: "span-6",
  content: table({
    caption: "Of the whole run",
    rows: c.figures,
    empty: "None.",
    columns: [
      { title: "figure", cell: ({ what }) => what, isName: true },
      { title: "A", cell: (row) => figureText(row.a), isNumber: true },
      { title: "A, 95 % interval", cell: ({ intervals95 }) => intervalText(intervals95[0]), isNumber: true },
      { title: "B", cell: (row) => figureText(row.b), isNumber: true },
      { title: "B, 95 % interval", cell: ({ intervals95 }) => intervalText(intervals95[1]), isNumber: true },
      { title: "B − A", cell: ({ difference }) => figureText(difference), isNumber: true },
    ],
  }),
})}
${c.sleep === null ? "" : sleepPanel(c, c.sleep)}
${panel({
  id: "compared-trades",
  title: "Trades",
  content: html`<p class="note">${equal} equal in both, ${different.length} in both with another result, ${onlyA.length} only in A, ${onlyB.length} only in B; ${beyond[0]} of A and ${beyond[1]} of B outside the time that both cover.</p>`,
})}
${panel({ id: "only-a", title: `Only in A: ${a}`, place: "span-6", content: trades(onlyA, `Only in A: ${a}`) })}
${panel({ id: "only-b", title: `Only in B: ${b}`, place: "span-6", content: trades(onlyB, `Only in B: ${b}`) })}
</div>`;
}

const sleepPanel = (c: Comparison, sleep: SleepWork): Html =>
  panel({
    id: "compared-sleep",
    title: "What sleep moved",
    content: html`${table({
      caption: "Work by the ledger, asleep and while decisions waited",
      rows: sleepRows(sleep),
      empty: "None.",
      columns: [
        { title: "counted", cell: ({ what }) => what, isName: true },
        ...SLEEP_COLUMNS.map((title, at) => ({
          title,
          cell: ({ cells }: SleepRow) => cells[at] ?? "",
          isNumber: true,
        })),
      ],
    })}${faultOf(c).length === 0 ? "" : html`<p class="notice">${faultOf(c).join(" ")}</p>`}
${sleepSentences(c)
  .filter((sentence) => !faultOf(c).includes(sentence))
  .map((sentence) => html`<p class="note">${sentence}</p>`)}<p class="note">${weightsText(sleep)}</p>`,
  });

const trades = (all: readonly ClosedTrade[], caption: string): Html =>
  html`${table({
    caption,
    rows: all.slice(0, SHOWN),
    empty: "None.",
    columns: [
      { title: "market", cell: ({ symbol }) => symbol, isName: true },
      { title: "in (UTC)", cell: ({ entryMs }) => formatTime(entryMs) },
      { title: "held", cell: ({ entryMs, exitMs }) => formatAge(exitMs - entryMs), isNumber: true },
      { title: "by", cell: ({ exitReason }) => exitReason },
      { title: "return", cell: ({ returnPct }) => pct(returnPct), isNumber: true },
    ],
  })}${all.length > SHOWN ? html`<p class="note">The first ${SHOWN} of ${all.length}.</p>` : ""}`;
