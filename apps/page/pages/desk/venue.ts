// Floor 6. The account of a live desk beside the venue's word: when it was compared, what is in doubt or not covered, and where it differs.
import { html } from "hono/html";
import { formatAge, formatAmount } from "#desk/documents/format.ts";
import type { VenueAccountShown } from "#desk/documents/venue-account-report.ts";
import { ZERO_QUANTITY } from "#schemas/money.ts";
import { fact, marketLink, table, timeAgo, timeUtc } from "../../figures.ts";
import type { Asked, Html } from "../../page.ts";

/** Of a desk whose orders go to a venue: its run is named after the account. */
export const isLiveRun = ({ run }: Asked["about"]): boolean => run.startsWith("live:");

export async function venue({ about, read, nowMs }: Asked): Promise<Html> {
  if (!isLiveRun(about)) return html``;
  const { atVenue } = await read("account");
  if (atVenue === null) return html`<p class="empty">This desk trades on paper.</p>`;
  const { accountId, sandbox, heardAtMs, problem, socket, entriesBarred, inFlight, inDoubt, cover } = atVenue;
  const bare = cover.filter(({ uncovered }) => uncovered !== ZERO_QUANTITY);
  return html`<dl class="figures">
${fact("Account", `${accountId ?? "without a name"}${sandbox ? " (sandbox)" : ""}`)}
${fact("Compared", heardAtMs === null ? "not yet" : timeAgo(heardAtMs, nowMs))}
${fact("Socket", socket.ageMs === null ? `none, asked every ${formatAge(socket.askedEveryMs)}` : `heard ${formatAge(socket.ageMs)} ago`)}
${fact("In flight", html`<span class="num">${inFlight.length}</span>`)}
${fact("In doubt", html`<span class="num">${inDoubt.length}</span>`)}
${fact("Entries", entriesBarred === null ? "not barred by the account" : html`<span class="warn">barred by the account</span>`)}
</dl>
${problem === "" ? "" : html`<p class="problem">${problem}</p>`}
${inDoubt.map((order) => html`<p class="problem">In doubt${order.sinceMs === null ? "" : html` since ${timeUtc(order.sinceMs)}`}: ${order.role} ${order.side} ${order.quantity} ${marketLink(order.symbol)}.</p>`)}
${bare.map(({ uncovered, symbol }) => html`<p class="problem">${uncovered} of ${marketLink(symbol)} has no stop at the venue.</p>`)}
${differencesTable(atVenue)}
${balancesTable(atVenue)}`;
}

const differencesTable = ({ differences }: VenueAccountShown): Html =>
  table({
    caption: "Differences between venue and journal",
    isCards: true,
    rows: differences,
    idOf: ({ key }) => `difference-${key}`,
    empty: "The venue and the journal agree.",
    columns: [
      { title: "difference", cell: ({ key }) => key, isName: true },
      { title: "what", cell: ({ text }) => text },
      { title: "since", cell: ({ sinceMs }) => (sinceMs === null ? "just seen" : timeUtc(sinceMs)) },
      {
        title: "entries",
        cell: ({ barsEntries, by, reason }) =>
          by !== null
            ? `accepted by ${by}: ${reason}`
            : barsEntries
              ? html`<span class="warn">barred</span>`
              : "not barred",
      },
    ],
  });

const balancesTable = ({
  balances,
}: VenueAccountShown): Html => html`<details id="venue-balances"><summary>Balances, journal beside venue</summary>
${table({
  caption: "Balances, journal beside venue",
  rows: balances,
  idOf: ({ currency }) => `balance-${currency}`,
  empty: "Nothing is the desk's.",
  columns: [
    { title: "coin", cell: ({ currency }) => currency, isName: true },
    { title: "journal", cell: ({ journal }) => formatAmount(journal), isNumber: true },
    {
      title: "venue",
      cell: ({ venue: there }) => (there === null ? "not heard" : formatAmount(there)),
      isNumber: true,
    },
    { title: "reserved", cell: ({ reserved }) => (reserved === null ? "–" : formatAmount(reserved)), isNumber: true },
  ],
})}
</details>`;
