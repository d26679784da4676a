// Floor 6. `asleep`: what was made while nobody asked, why, what it cost and how often it was served.

import { formatTime } from "#desk/documents/format.ts";
import { type AsleepPiece, AsleepReport, asleepReportOf } from "#desk/overviews/asleep-report.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { table } from "../text/table.ts";
import { wholeNumber } from "./memory.ts";

const limitOf = (flags: CommandInput["flags"]): number => wholeNumber(flags["limit"], "--limit", 30);

export const asleepCommand = deskCommand<AsleepReport>({
  name: "asleep",
  document: AsleepReport,
  reads: true,
  exchange: "not-asked",
  check: ({ flags }) => void limitOf(flags),
  execute: ({ desk, store }, { flags }, options) =>
    asleepReportOf(desk, store.journal(desk.deskId, desk.runId), limitOf(flags), options),
  render: ({ pieces, found }, style) => {
    if (found === 0) return "Nothing was made ahead yet. The desk does it between its slots: `deeptrader start`.";
    const rows = table(pieces, [
      { title: "made (UTC)", value: (piece) => formatTime(piece.madeAtMs) },
      { title: "what", value: (piece) => piece.kind },
      { title: "of", value: (piece) => piece.subject },
      { title: "why", value: whyText },
      { title: "units", value: (piece) => count(piece.units), align: "right" },
      { title: "tokens", value: (piece) => count(piece.tokens), align: "right" },
      { title: "until (UTC)", value: untilText },
      { title: "served", value: (piece) => count(piece.served), align: "right" },
      { title: "", value: (piece) => piece.came ?? "" },
    ]);
    const more = found > pieces.length ? [style.dim(`… ${pieces.length} of ${found}; --limit shows more`)] : [];
    return [rows, ...more].join("\n");
  },
});

/** `asked 0.42 times × 9 > 10 tokens: held, …`, as far as it is known. */
function whyText({ because, worth }: AsleepPiece): string {
  if (worth === null) return because;
  const { expectedAsks, saved, price, unit } = worth;
  const name = unit === "tokens" ? "tokens" : "units";
  return `${because}: ${expectedAsks.toFixed(2)} asks expected, each saves ${count(saved)} ${name}, price ${count(price)}`;
}

const count = (value: number | null): string => (value === null ? "–" : Math.round(value).toLocaleString("en-US"));

const untilText = ({ standsUntilMs, stands }: AsleepPiece): string =>
  standsUntilMs === null ? "for good" : `${formatTime(standsUntilMs)}${stands ? "" : ", over"}`;
