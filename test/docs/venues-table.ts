// The table of exchanges → its part of docs/markets.md.

import { mostMarkets } from "#toolkits/market/ccxt/capacity.ts";
import { TESTED_VENUES, VENUES_AS_OF, type VenueFacts } from "#toolkits/market/ccxt/venue-facts.ts";
import { entryWindowMs } from "#toolkits/risk/draft.ts";

const GRACE_MS = 3000;

const fitting = (venue: VenueFacts, timeframe: "1m" | "5m"): number =>
  mostMarkets(venue, { windowMs: entryWindowMs(timeframe), graceMs: GRACE_MS, timeframes: 1 });

const PRICES: Readonly<Record<VenueFacts["prices"], string>> = {
  tickers: "one list of tickers",
  ticker: "a ticker a market",
  book: "a book a market",
};

function pages({ candles }: VenueFacts): string {
  const { pageRows, pageRowsOf, older, keepsRows } = candles;
  return [
    `${pageRows}`,
    ...Object.entries(pageRowsOf).map(([timeframe, rows]) => `${rows} at ${timeframe}`),
    ...(older === null ? [] : [`${older.pageRows} beyond ${older.days} days`]),
    ...(keepsRows === null ? [] : [`${keepsRows} in all`]),
  ].join(", ");
}

const MARKS: Readonly<Record<VenueFacts["marks"][number]["mark"], string>> = {
  delisting: "delisting",
  monitoring: "watch",
  suspended: "suspended",
};

function contracts({ coins }: VenueFacts): string {
  if (coins === null || coins.contract === null) return "no";
  if (coins.ofOneChain) return "of its own chain";
  return coins.told === "key" ? "with a key" : "yes";
}

function transfers({ coins }: VenueFacts): string {
  if (coins === null || coins.deposits === null) return "no";
  return coins.told === "key" ? "with a key" : "yes";
}

const marks = (venue: VenueFacts): string =>
  [...new Set(venue.marks.map(({ mark }) => MARKS[mark]))].sort().join(", ") || "none";

const row = (venue: VenueFacts): string =>
  [
    `\`${venue.id}\``,
    venue.quote,
    pages(venue),
    `${venue.candles.paceMs}`,
    `${fitting(venue, "5m")} / ${fitting(venue, "1m")}`,
    venue.candles.missing.join(", ") || "none",
    PRICES[venue.prices],
    venue.buyFeeIn ?? "as ccxt says",
    contracts(venue),
    transfers(venue),
    marks(venue),
    `${venue.limits.forbidden === "limit" ? "too many requests" : "a firewall"}, ${venue.limits.forbiddenMs / 60_000} min`,
  ].join(" | ");

const asks = ({ id, candles, turnover, clockStepMs, notes }: VenueFacts): string => {
  const said = [
    `a range's end is ${candles.end === "none" ? "not sent" : candles.end}`,
    ...(candles.forming ? ["the candle that is forming is shown"] : []),
    candles.quiet ? "a time without trades has candles" : "a time without trades has none",
    ...(turnover === "base" ? ["traded value from quantity × price where it is not stated"] : []),
    ...(clockStepMs > 1 ? ["its clock tells whole seconds"] : []),
    ...notes,
  ];
  return `- **${id}**: ${said.join("; ")}.`;
};

export const venuesTable = (): string =>
  [
    `As of ${VENUES_AS_OF}.`,
    "",
    "| venue | counts in | rows a page | ms a request | assets at 5m / 1m | no candles of | bid and ask from | fee of a buy in | contracts | transfers | marks | 403 means, rest |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ...TESTED_VENUES.map((venue) => `| ${row(venue)} |`),
    "",
    ...TESTED_VENUES.map(asks),
  ].join("\n");
