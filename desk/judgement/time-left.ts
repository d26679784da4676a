// Floor 4. How long a pass that is bought asleep may still go on. On a real venue it is over a while before the next close.
import type { UnixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";

const MARGIN_MS = 5_000;

/** A pass that has less time than this makes no further call, ms. */
export const LEAST_CALL_MS = 1_000;

/** Until a pass before `closeMs` must be over, ms; null: a simulated clock stands still meanwhile. */
export const leftBefore = (closeMs: UnixMs, { clock }: Pick<Desk, "clock">): number | null =>
  clock.kind === "system" ? closeMs - MARGIN_MS - clock.now() : null;
