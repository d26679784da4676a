// Floor 6. `account` and `accept`: the account beside the venue's word, and the operator's word on where the two differ.
import { AcceptReport, acceptDifference } from "#desk/acts/accept-difference.ts";
import { formatAge, formatAmount, formatTime } from "#desk/documents/format.ts";
import { VenueAccountReport, type VenueAccountShown, venueAccountOf } from "#desk/documents/venue-account-report.ts";
import { UsageError } from "#schemas/errors.ts";
import { ZERO_QUANTITY } from "#schemas/money.ts";
import { deskCommand } from "../command.ts";
import type { Style } from "../io.ts";
import { table } from "../text/table.ts";
import { saidOf } from "./act-command.ts";

const accountCommand = deskCommand({
  name: "account",
  document: VenueAccountReport,
  reads: true,
  exchange: "not-asked",
  execute: async ({ desk }) => venueAccountOf(desk),
  render: accountText,
});

const acceptCommand = deskCommand({
  name: "accept",
  document: AcceptReport,
  exclusive: true,
  writes: true,
  check: ({ flags }) => {
    if (typeof flags["reason"] === "string" && flags["reason"].trim() !== "") return;
    throw new UsageError({
      was: "--reason was not given.",
      expected: "why the difference is as it should be",
      remedy: "Add --reason TEXT.",
    });
  },
  confirm: ({ args }) => `Accept ${args[0]}? What is missing at the venue is then the desk's no more.`,
  execute: ({ desk }, input, options) => acceptDifference(desk, input.args[0] ?? "", saidOf(input), options),
  render: ({ key, text, by, atMs, reason, settled, problems, repeated }) => {
    if (repeated) return `${key} was accepted by ${by} at ${formatTime(atMs)} UTC already: ${reason}.`;
    if (settled.length === 0)
      return `${key} is accepted: ${text}. It bars entries no longer; of another amount it does.`;
    return [`${key} is settled: ${text}.`, ...settled.map((line) => `${line}.`), ...problems].join("\n");
  },
});

export const accountCommands = [accountCommand, acceptCommand] as const;

function accountText({ venue, atVenue, nowMs }: VenueAccountReport, style: Style): string {
  if (atVenue === null)
    return "This desk trades on paper: there is no account at a venue. `positions` has what it holds.";
  const { sandbox, accountId, entriesBarred } = atVenue;
  return [
    `${style.bold(`account ${accountId ?? "without a name"}`)} at ${venue}${sandbox ? ", sandbox" : ""}`,
    heardText(atVenue, style),
    socketText(atVenue),
    entriesBarred === null
      ? `entries    ${style.good("not barred by the account")}`
      : style.warn(`entries    barred: ${entriesBarred}`),
    ...orderLines(atVenue, nowMs, style),
    ...coverLines(atVenue, style),
    ...differenceLines(atVenue, style),
    ...atVenue.unclaimed.map(
      ({ symbol, quantity, command }) => `unclaimed  ${quantity} of ${symbol} in no journal: ${command}`,
    ),
    "",
    balancesTable(atVenue),
  ].join("\n");
}

function heardText({ heardAtMs, ageMs, problem }: VenueAccountShown, style: Style): string {
  const heard = heardAtMs === null ? "not yet" : `${formatTime(heardAtMs)} UTC (${formatAge(ageMs ?? 0)} ago)`;
  return `heard      ${heard}${problem === "" ? "" : style.warn(`; ${problem}`)}`;
}

const socketText = ({ socket: { ageMs, problem, askedEveryMs } }: VenueAccountShown): string =>
  ageMs === null
    ? `socket     none, orders that rest are asked for every ${formatAge(askedEveryMs)}: ${problem}`
    : `socket     heard ${formatAge(ageMs)} ago`;

const orderText = (o: VenueAccountShown["inFlight"][number]): string =>
  `${o.role} ${o.side} ${o.quantity} ${o.symbol} (${o.clientOrderId.slice(0, 8)}, ${o.status}${o.filledQuantity === ZERO_QUANTITY ? "" : `, ${o.filledQuantity} filled`})`;

const orderLines = ({ inFlight, inDoubt }: VenueAccountShown, nowMs: number, style: Style): readonly string[] => [
  ...(inFlight.length === 0 ? ["in flight  nothing"] : inFlight.map((order) => `in flight  ${orderText(order)}`)),
  ...inDoubt.map((order) => {
    const { sinceMs, takenUntilMs } = order;
    const since = sinceMs === null ? "" : `, since ${formatTime(sinceMs)} UTC`;
    const until =
      takenUntilMs === null || takenUntilMs <= nowMs ? "" : `, may be taken until ${formatTime(takenUntilMs)} UTC`;
    return style.warn(`in doubt   ${orderText(order)}${since}${until}`);
  }),
];

const coverLines = ({ cover }: VenueAccountShown, style: Style): readonly string[] =>
  cover.flatMap(({ symbol, quantity, stops, uncovered, dust }) => {
    const rest = stops.map((stop) => `${stop.quantity} at ${formatAmount(stop.triggerPrice ?? "0")}`).join(", ");
    return [
      `stops      ${quantity} ${symbol}: ${dust ? "dust" : rest === "" ? "none rests" : rest}`,
      ...(uncovered === ZERO_QUANTITY ? [] : [style.bad(`uncovered  ${uncovered} of ${symbol}`)]),
    ];
  });

const differenceLines = ({ differences }: VenueAccountShown, style: Style): readonly string[] =>
  differences.length === 0
    ? ["differs    in nothing that counts"]
    : differences.flatMap((one) => {
        const said = one.state === "accepted" ? `, accepted by ${one.by}: ${one.reason}` : "";
        const line = `differs    ${one.kind}: ${one.text}${said} [${one.key}]`;
        const shown = one.barsEntries ? style.warn(line) : line;
        return one.command === null ? [shown] : [shown, `           ${one.command}`];
      });

const balancesTable = ({ balances }: VenueAccountShown): string =>
  table(balances, [
    { title: "coin", value: ({ currency }) => currency },
    { title: "journal", value: ({ journal }) => journal, align: "right" },
    { title: "venue", value: ({ venue }) => venue ?? "not heard", align: "right" },
    { title: "reserved", value: ({ reserved }) => reserved ?? "–", align: "right" },
  ]);
