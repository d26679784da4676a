// Floor 6. Markets: a field to choose one by its name, and those that the name fits.
import { html } from "hono/html";
import { formatAmount } from "#desk/documents/format.ts";
import { marketLink, pct, table } from "../figures.ts";
import { freshness, verdict } from "../marks.ts";
import type { Asked, Html, Page } from "../page.ts";
import { chooseForm } from "./market/choose-form.ts";

export const marketsPage: Page = {
  path: "/market",
  name: "Market",
  letter: "k",
  parts: { list },
  modules: ["market-choose.js"],
  hasForm: true,
  body: (part, { about, query }) => html`${chooseForm({ quote: about.quote, search: searchOf(query), isHere: true })}
<section class="panel" aria-label="Markets">${part("list")}</section>`,
};

const searchOf = ({ search = "" }: Asked["query"]): string => search.trim();

async function list({ read, query }: Asked): Promise<Html> {
  const { markets } = await read("memory map");
  const wanted = searchOf(query).toUpperCase();
  return table({
    caption: "Markets that the desk looks at",
    isCards: true,
    rows: markets.filter(({ symbol }) => symbol.includes(wanted)),
    idOf: ({ symbol }) => `market-${symbol}`,
    empty:
      markets.length === 0
        ? "No market is known yet; the first slot fills this."
        : "The desk looks at no market of that name. Press Enter to look it up at the venue.",
    columns: [
      {
        title: "market",
        cell: ({ symbol, held }) => html`${marketLink(symbol)}${held ? html` <span class="dim">held</span>` : ""}`,
        isName: true,
      },
      { title: "price", cell: ({ price }) => (price === null ? "–" : formatAmount(price)), isNumber: true },
      { title: "24 h", cell: ({ changePct24h }) => pct(changePct24h), isNumber: true },
      { title: "RSI", cell: ({ rsi }) => rsi?.toFixed(1) ?? "–", isNumber: true },
      { title: "record", cell: (row) => freshness(row) },
      { title: "security", cell: ({ security }) => (security === null ? "–" : verdict(security)) },
    ],
  });
}
