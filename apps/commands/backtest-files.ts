// Floor 6. What a backtest leaves beside its text: a page for a browser (--html), and the result for the page Research (--save).
import type { CommandInput } from "../command.ts";
import { pageFile, writePage } from "../html/write-page.ts";
import { checkResultName, saveResult, typedCommand } from "../research/saved.ts";
import type { BacktestDocument } from "./backtest.ts";

export interface BacktestFiles {
  readonly html: string | null;
  readonly save: string | null;
  /** True where a page or a saved result needs what is drawn. */
  readonly isDrawn: boolean;
}

/** Before anything is run. @throws UsageError for a name that cannot be a file's */
export function backtestFiles({ html, save }: CommandInput["flags"]): BacktestFiles {
  const page = pageFile(html);
  const name = typeof save === "string" ? save : null;
  if (name !== null) checkResultName(name);
  return { html: page, save: name, isDrawn: page !== null || name !== null };
}

/** @returns notes for people. @throws UsageError where a file cannot be written */
export async function writeBacktestFiles(
  document: BacktestDocument,
  { html, save }: BacktestFiles,
  { home, nowMs }: { readonly home: string; readonly nowMs: number },
): Promise<readonly string[]> {
  const notes: string[] = [];
  const command = typedCommand(process.argv);
  if (save !== null) {
    const file = await saveResult(home, { kind: "backtest", name: save, savedAtMs: nowMs, command, document });
    notes.push(`saved in ${file}`);
  }
  if (html !== null) {
    const { backtestPage } = await import("../html/backtest-page.ts");
    const { DrawnBacktest } = await import("../page/views/drawn-backtest.ts");
    notes.push(await writePage(html, await backtestPage(DrawnBacktest.parse(document), command)));
  }
  return notes;
}
