// Floor 6. A receipt → text: how many rows, how many the same, and what became of the others.
import { formatAmount, formatTime } from "#desk/documents/format.ts";
import { ReceiptCause, type ReceiptReport, ReceiptSubject } from "#desk/documents/receipt-report.ts";
import type { Style } from "../io.ts";
import { table } from "./table.ts";

/** Rows that the terminal shows; --json has up to 500. */
const SHOWN = 20;

const CAUSES: Readonly<Record<ReceiptCause, string>> = {
  "candle-corrected": "candle corrected since",
  "record-pruned": "record pruned",
  "strategy-changed": "strategy file changed",
  "settings-changed": "settings changed",
  person: "decided by a person",
  "input-not-kept": "input not kept",
  unexplained: "unexplained",
};

const SUBJECTS: Readonly<Record<ReceiptSubject, string>> = {
  decision: "decisions, with their orders and refusals",
  order: "orders after that",
  fill: "fills",
  equity: "equity marks",
};

export function receiptText(report: ReceiptReport, style: Style): string {
  const { day, looked, reproduced, bySubject, causes, closingEquity, quote, differences, fromStored } = report;
  const open = report.isWhole ? "" : ", which is not over yet";
  if (looked === 0) return `Receipt of ${day} (UTC)${open}: nothing was journaled that could be worked out again.`;
  const rows = (count: number, of: string) => `${count.toLocaleString("en-US")} ${of}`;
  const close = closingEquity === null ? "" : `, equity at its last close ${formatAmount(closingEquity)} ${quote}`;
  const head = style.bold(
    `Receipt of ${day} (UTC)${open}: ${rows(reproduced, "of")} ${rows(looked, "rows the same again")}${close}`,
  );
  const subjects = table(
    ReceiptSubject.options.filter((of) => bySubject[of].looked > 0),
    [
      { title: "what", value: (of) => SUBJECTS[of] },
      { title: "looked at", value: (of) => bySubject[of].looked.toLocaleString("en-US"), align: "right" },
      { title: "the same", value: (of) => bySubject[of].reproduced.toLocaleString("en-US"), align: "right" },
    ],
  );
  const why = ReceiptCause.options
    .filter((cause) => causes[cause] > 0)
    .map((cause) => `${CAUSES[cause]} ${causes[cause].toLocaleString("en-US")}`);
  const notes = [
    ...(why.length === 0 ? [] : [`different: ${why.join(", ")}`]),
    ...(fromStored === 0
      ? []
      : [style.dim(`${fromStored} decisions replayed from stored values: their candles are not kept whole`)]),
    ...nightLine(report),
  ];
  // What nobody can explain first.
  const worst = differences.toSorted((a, b) => Number(b.cause === "unexplained") - Number(a.cause === "unexplained"));
  const shown = table(worst.slice(0, SHOWN), [
    { title: "time (UTC)", value: ({ atMs }) => formatTime(atMs) },
    { title: "row", value: ({ seq }) => String(seq), align: "right" },
    { title: "why", value: ({ cause }) => CAUSES[cause] },
    { title: "what", value: ({ text }) => text },
  ]);
  const more = differences.length > SHOWN ? [style.dim(`… ${SHOWN} of ${differences.length}; --json has more`)] : [];
  return [head, subjects, ...notes, ...(differences.length === 0 ? [] : ["", shown, ...more])].join("\n");
}

/** Where records have gone since, the night knew more. */
function nightLine({ night, reproduced }: ReceiptReport): readonly string[] {
  if (night === null || night.reproduced === reproduced) return [];
  return [`made asleep at ${formatTime(night.madeAtMs)} UTC: ${night.reproduced} of ${night.looked} the same`];
}
