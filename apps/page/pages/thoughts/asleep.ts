// Floor 6. What was made while nobody asked: why, at what price, until when it stands, how often it served, what it earned.
import { html } from "hono/html";
import { formatAmount, formatTime } from "#desk/documents/format.ts";
import type { AsleepPiece } from "#desk/overviews/asleep-report.ts";
import { marketLink, table } from "../../figures.ts";
import type { Asked, Html } from "../../page.ts";

/** Pieces looked at; those that stand are shown first. */
const PIECES = 60;
/** Seen without a click. */
const AT_ONCE = 8;

export async function asleep({ read, about }: Asked): Promise<Html> {
  const { pieces, found } = await read("asleep", { flags: { limit: String(PIECES) } });
  if (found === 0)
    return html`<p class="empty">Nothing was made ahead yet. The desk does it between its slots, when it expects to be asked.</p>`;
  const standing = pieces.filter(({ stands }) => stands);
  const over = pieces.filter(({ stands }) => !stands);
  const more = standing.slice(AT_ONCE);
  return html`${pieceTable("What stands", standing.slice(0, AT_ONCE), about.quote)}
${more.length === 0 ? "" : html`<details id="asleep-more"><summary>${more.length} more that stand</summary>${pieceTable("What else stands", more, about.quote)}</details>`}
${over.length === 0 ? "" : html`<details id="asleep-over"><summary>Over: ${over.length} of the ${pieces.length} newest</summary>${pieceTable("What is over", over, about.quote)}</details>`}
${found > pieces.length ? html`<p class="note">${pieces.length} of ${found}; <code>npx deeptrader asleep --limit ${found}</code> shows all.</p>` : ""}`;
}

const pieceTable = (caption: string, rows: readonly AsleepPiece[], quote: string): Html =>
  table({
    caption,
    isCards: true,
    rows,
    idOf: ({ kind, id }) => `piece-${kind}-${id}`,
    empty: "Nothing that was made ahead stands now.",
    columns: [
      { title: "what", cell: ({ kind }) => kind.replaceAll("-", " "), isName: true },
      { title: "of", cell: ({ subject, symbol }) => (symbol === subject ? marketLink(symbol) : subject) },
      { title: "why", cell: (piece) => html`<span class="reason">${whyText(piece)}</span>` },
      { title: "units", cell: ({ units }) => count(units), isNumber: true },
      { title: "tokens", cell: ({ tokens }) => count(tokens), isNumber: true },
      { title: "made", cell: ({ madeAtMs }) => html`<span class="num">${formatTime(madeAtMs)}</span>` },
      {
        title: "until",
        cell: ({ standsUntilMs }) =>
          standsUntilMs === null ? "for good" : html`<span class="num">${formatTime(standsUntilMs)}</span>`,
      },
      { title: "served", cell: ({ served }) => count(served), isNumber: true },
      {
        title: "came to",
        cell: ({ came, saved }) =>
          came === null ? "–" : `${came}${saved === null ? "" : `, saved ${formatAmount(saved)} ${quote}`}`,
      },
    ],
  });

const count = (value: number | null): string => (value === null ? "–" : Math.round(value).toLocaleString("en-US"));

function whyText({ because, worth }: AsleepPiece): Html {
  if (worth === null) return html`${because}`;
  const { expectedAsks, saved, price, unit } = worth;
  const name = unit === "tokens" ? "tokens" : "units";
  return html`${because}<br> <span class="dim">${expectedAsks.toFixed(2)} asks expected, each saves ${count(saved)} ${name}; price ${count(price)}</span>`;
}
