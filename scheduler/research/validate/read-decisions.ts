// Floor 5. A pass → what a whole backtest decides in it, account, ranking and gate included.
import { decisionRow } from "#schemas/canonical-rows.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { runBacktest } from "../../backtest-driver.ts";
import type { ResearchInput } from "../run-variation.ts";
import type { Decided, Pass } from "./pass.ts";
import { passedInput } from "./passed-input.ts";
import { textHash } from "./text-hash.ts";

/** @throws StrategyError where a rule fails; whatever `runBacktest` throws */
export async function readDecisions(
  given: ResearchInput,
  pass: Pass,
  options: CallOptions & { readonly onSlot?: (slotMs: UnixMs) => void },
): Promise<Decided> {
  const atMs: number[] = [];
  const rows: number[] = [];
  const run = await runBacktest(passedInput(given, pass), {
    ...options,
    onEvent: (event) => {
      if (event.type !== "decision") return;
      atMs.push(event.atMs);
      rows.push(textHash(decisionRow(event.decision)));
    },
  });
  return {
    atMs: Float64Array.from(atMs),
    rows: Float64Array.from(rows),
    decisionsHash: run.account.decisionsHash(),
  };
}
