// Floor 4. The operator's own word, done at once: what the commands call. An approval takes the same steps.
import type { Act, ProposedAct } from "#schemas/act.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { inTurn } from "../account/in-turn.ts";
import type { Desk } from "../desk.ts";
import type { ActReport } from "../documents/act-report.ts";
import type { ActDone, Said } from "./act-row.ts";
import { prepareAct } from "./registry.ts";

/** A refusal is a report too, and journals nothing. @throws ProviderError, StoreError */
export const doAct = (desk: Desk, act: Act, said: Said, options: CallOptions): Promise<ActReport> =>
  inTurn(desk.account, options, async () => {
    const atMs = desk.clock.now();
    const prepared = await prepareAct(desk, act, said, options);
    if (prepared.status === "refused") return reportOf(act, said, atMs, { refusal: prepared.reason });
    await desk.account.append(prepared.events, options);
    return reportOf(act, said, atMs, { done: await prepared.complete(options) });
  });

export function reportOf<Done extends ProposedAct>(
  act: Done,
  { by, reason }: Said,
  atMs: ActReport["atMs"],
  outcome: { readonly done: ActDone } | { readonly refusal: string },
): Omit<ActReport, "act"> & { readonly act: Done } {
  const about = { act, by, reason, atMs };
  return "done" in outcome
    ? { ...about, done: true, refusal: null, ...outcome.done }
    : { ...about, done: false, refusal: outcome.refusal, lines: [], orders: [], problems: [] };
}
