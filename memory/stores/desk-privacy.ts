// Floor 2. What is private and whose: the rules by which every store keeps the rooms of desks apart.
import { InvariantError } from "#schemas/errors.ts";
import type { TopicRecord } from "#schemas/topic.ts";
import type { DeskId } from "#schemas/units.ts";

/** How the names of a desk's own leases start; a desk's id holds no colon, so no desk's start is another's. */
export const leasesOf = (deskId: DeskId): string => `desk:${deskId}:`;

/** @throws InvariantError: a record of another desk would be shown to this one */
export function refuseStrangers(records: readonly TopicRecord[], deskId: DeskId | null): void {
  const stranger = records.find((record) => record.deskId !== deskId);
  if (stranger === undefined) return;
  throw new InvariantError({
    was: `A ${stranger.kind} of ${stranger.deskId ?? "all desks"} was written into the room of ${deskId ?? "all desks"}.`,
    remedy: "This is a bug: open the room of the desk that owns the record.",
  });
}
