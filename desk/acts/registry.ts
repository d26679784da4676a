// Floor 4. The acts there are, one row a kind. A new kind is a schema in schemas/act.ts and a row here; the compiler asks for it.
import type { ProposedAct } from "#schemas/act.ts";
import { PositionError, UnknownNameError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Desk } from "../desk.ts";
import { isHalted } from "../run-slot/send.ts";
import { type ActRefusal, type ActRow, type PreparedAct, refused, type Said } from "./act-row.ts";
import { blockAct, unblockAct } from "./kinds/block.ts";
import { cancelAct } from "./kinds/cancel.ts";
import { pauseAct, resumeAct } from "./kinds/control.ts";
import { enterAct } from "./kinds/enter.ts";
import { flattenAct } from "./kinds/flatten.ts";
import { addRuleAct, removeRuleAct } from "./kinds/rules.ts";
import { closeAct, reduceAct } from "./kinds/sale.ts";
import { securityLiftAct, securityOverrideAct } from "./kinds/security-override.ts";
import { tightenAct } from "./kinds/tighten.ts";
import { tightenStopAct } from "./kinds/tighten-stop.ts";
import { unwatchAct, watchAct } from "./kinds/watch.ts";

const ACT_ROWS: { readonly [Kind in ProposedAct["kind"]]: ActRow<Extract<ProposedAct, { kind: Kind }>> } = {
  pause: pauseAct,
  resume: resumeAct,
  flatten: flattenAct,
  close: closeAct,
  reduce: reduceAct,
  cancel: cancelAct,
  block: blockAct,
  unblock: unblockAct,
  tighten: tightenAct,
  "tighten-stop": tightenStopAct,
  "add-rule": addRuleAct,
  "remove-rule": removeRuleAct,
  watch: watchAct,
  unwatch: unwatchAct,
  "security-override": securityOverrideAct,
  "security-lift": securityLiftAct,
  enter: enterAct,
};

const rowOf = (act: ProposedAct) => ACT_ROWS[act.kind] as ActRow<ProposedAct>;

/** Why nothing that sends may be done now; null: it may. */
export const haltRefusal = (desk: Desk, act: ProposedAct): string | null =>
  rowOf(act).sends && isHalted(desk) ? "the desk is halted; it sends nothing until `deeptrader resume`" : null;

/**
 * What would be done, and the rows that would do it; changes nothing. @throws ProviderError where the venue is silent
 */
export async function prepareAct(
  desk: Desk,
  act: ProposedAct,
  said: Said,
  options: CallOptions,
): Promise<PreparedAct | ActRefusal> {
  const halt = haltRefusal(desk, act);
  if (halt !== null) return refused(halt, "halt");
  try {
    return await rowOf(act).prepare(desk, act, said, options);
  } catch (error) {
    // What is named is not there, or not so: a word to the one who asks, as any refusal.
    if (error instanceof UnknownNameError || error instanceof PositionError) return refused(error.message);
    throw error;
  }
}
