// Floor 6. `receipt`: a day's journal worked out again from Khala's records; every difference with its cause.
import { ReceiptReport } from "#desk/documents/receipt-report.ts";
import { dayBefore, ReceiptMaking } from "#desk/receipt/make-receipt.ts";
import { nightOf } from "#desk/receipt/nightly.ts";
import { UsageError } from "#schemas/errors.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { receiptText } from "../text/receipt-text.ts";

/** Null: the last whole UTC day. @throws UsageError */
function dayOf({ day }: CommandInput["flags"]): UnixMs | null {
  if (day === undefined) return null;
  const text = String(day).trim();
  const atMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isFinite(atMs) && atMs >= 0 && new Date(atMs).toISOString().startsWith(text)) return unixMs(atMs);
  throw new UsageError({
    was: `--day was ${JSON.stringify(day)}.`,
    expected: "a UTC day, YYYY-MM-DD",
    remedy: "Correct it, or leave it out for the last whole day.",
  });
}

export const receiptCommand = deskCommand<ReceiptReport>({
  name: "receipt",
  document: ReceiptReport,
  reads: true,
  exchange: "not-asked",
  check: ({ flags }) => void dayOf(flags),
  execute: async ({ desk, store }, { flags }, options) => {
    const dayMs = dayOf(flags) ?? dayBefore(desk.clock.now());
    const journal = store.journal(desk.deskId, desk.runId);
    const making = new ReceiptMaking(desk, { journal, candles: store.candles }, dayMs);
    while (await making.step(options)) await new Promise<void>((resolve) => setImmediate(resolve));
    return { ...making.report(), night: await nightOf(desk.runs, dayMs, options) };
  },
  failed: ({ causes }) => causes.unexplained > 0,
  render: receiptText,
});
