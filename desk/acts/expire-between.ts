// Floor 4. The time between two slots → entries whose window is over end in the journal within seconds, not at the next slot.
import type { CallOptions } from "#schemas/ports/work.ts";
import { type BetweenSlotsParts, lookBetweenSlots } from "../between-slots.ts";
import type { Desk } from "../desk.ts";
import { endExpired } from "./answer-proposal.ts";

/** How often it is looked, ms of real time. */
const LOOK_EVERY_MS = 2_000;

/** Resolves when aborted; rejects nothing. */
export async function expireBetweenSlots(desk: Desk, parts: BetweenSlotsParts, options: CallOptions): Promise<void> {
  if (desk.config.approve === "none") return;
  const look = (call: CallOptions) => endExpired(desk, call);
  await lookBetweenSlots({ name: "approvals", everyMs: LOOK_EVERY_MS, look }, parts, options);
}
