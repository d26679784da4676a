// Floor 2. What a waiting process has seen of an account's row → whether it may take the account. Pure: the time is that of the waiting
// process alone, which counts how long the row has stood still since it first saw it so. No clock of another machine is asked.
import { z } from "zod";
import type { AccountHolder } from "#schemas/ports/trading.ts";
import { unixMs } from "#schemas/units.ts";
import { processName } from "./ownership-errors.ts";
import { lifeOf, ProcessIdentity } from "./process-identity.ts";

/** How often a holder renews its row, ms. */
export const RENEW_EVERY_MS = 2_000;
/** After so long without a renewal that succeeded a holder sends nothing, ms; counted from when it was asked for. */
export const ACTS_FOR_MS = 5_000;
/** A row that has stood still for so long is taken over, ms. What a holder sent last has the difference to arrive. */
export const SILENT_FOR_MS = 8_000;
/** A look that took longer saw a store that hung, and the holder could not renew either, ms. */
const LONG_LOOK_MS = 2_000;
/** `renewed_at_ms` of an account that was given back. */
export const GIVEN_BACK = 0;

/** Who took an account. */
export const AccountOwner = ProcessIdentity.extend({
  /** PostgreSQL's process of the connection that holds the lock. */
  session: z.int().optional(),
  /** When it took it, by the database's clock. */
  sinceMs: z.int().optional(),
  settings: z.record(z.string(), z.string()).optional(),
});
export type AccountOwner = z.infer<typeof AccountOwner>;

export interface Holder {
  readonly fence: number;
  readonly renewedAtMs: number;
  readonly process: AccountOwner;
}

export interface Look {
  /** This session has the desk's lock: the holder's connection is gone. */
  readonly locked: boolean;
  readonly holder: Holder | null;
  /** Monotonic: when it was asked, and answered. */
  readonly askedMs: number;
  readonly answeredMs: number;
}

/** What has stood still, and since when. */
export interface Watch {
  readonly holder: Holder | null;
  readonly sinceMs: number;
}

export type Claim =
  | { readonly type: "take"; readonly why: "free" | "given-back" | "dead" | "silent"; readonly silentMs: number }
  /** It has given a sign of life, or given the account to another. */
  | { readonly type: "alive"; readonly watch: Watch }
  | { readonly type: "wait"; readonly watch: Watch; readonly leftMs: number };

/** @param before null: this is the first look, or the one before failed */
export function judgeHolder(before: Watch | null, look: Look): Claim {
  const { holder, locked, askedMs, answeredMs } = look;
  if (holder === null && locked) return { type: "take", why: "free", silentMs: 0 };
  if (holder?.renewedAtMs === GIVEN_BACK) return { type: "take", why: "given-back", silentMs: 0 };
  // A free lock alone says that a connection broke; its process may live, and renew by another.
  if (holder !== null && locked && lifeOf(holder.process) === "dead") return { type: "take", why: "dead", silentMs: 0 };
  const fresh = { holder, sinceMs: answeredMs };
  if (before === null || answeredMs - askedMs > LONG_LOOK_MS)
    return { type: "wait", watch: fresh, leftMs: SILENT_FOR_MS };
  if (!isSame(before.holder, holder)) return { type: "alive", watch: fresh };
  const silentMs = askedMs - before.sinceMs;
  if (silentMs >= SILENT_FOR_MS) return { type: "take", why: "silent", silentMs };
  return { type: "wait", watch: before, leftMs: SILENT_FOR_MS - silentMs };
}

const isSame = (a: Holder | null, b: Holder | null): boolean =>
  a?.fence === b?.fence && a?.renewedAtMs === b?.renewedAtMs;

/** For people, and for a process that stands by. */
export const shownHolder = ({ process, renewedAtMs }: Holder): AccountHolder => ({
  process: processName(process),
  sinceMs: process.sinceMs === undefined ? null : unixMs(process.sinceMs),
  leaseUntilMs: renewedAtMs === GIVEN_BACK ? null : unixMs(renewedAtMs + SILENT_FOR_MS),
  settings: process.settings ?? null,
});
