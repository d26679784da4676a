// Floor 4. What a kind of act is: one function that reads the desk and says exactly what would be done, with the rows that
// would do it. A proposal shows its words, a command and an approval append its rows: what is shown is what is done.

import type { z } from "zod";
import type { ActPrice, ProposedAct } from "#schemas/act.ts";
import type { RiskRule } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { OrderSummary } from "#schemas/order.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Desk } from "../desk.ts";

/** Whose word it is, and why; both go into the journal. */
export interface Said {
  readonly by: string;
  readonly reason: string;
}

export interface PreparedAct {
  readonly status: "ready";
  /** Exactly what would be done, a sentence or two a line. */
  readonly lines: readonly string[];
  /** By name: what has to be the same at approval. */
  readonly stands: Readonly<Record<string, string>>;
  /** Null: it hangs on no price. */
  readonly price: ActPrice | null;
  /** What does it, in one append. */
  readonly events: readonly JournalEvent[];
  /** Once the rows are durable: sends what they say. */
  complete(options: CallOptions): Promise<ActDone>;
}

export interface ActDone {
  /** What was done, and what is left of it. */
  readonly lines: readonly string[];
  readonly orders: readonly z.infer<typeof OrderSummary>[];
  /** What went wrong on the way; the next slot goes on with it. */
  readonly problems: readonly string[];
}

/** A clause for people: what is in the way. */
export interface ActRefusal {
  readonly status: "refused";
  readonly reason: string;
  /** Of the gate; null: it is none of its rules. */
  readonly rule: RiskRule | null;
}

export interface ActRow<A extends ProposedAct> {
  /** It sends orders: under a halt it is refused. */
  readonly sends: boolean;
  /** Changes nothing. @throws ProviderError where the venue is silent; then nothing is known and nothing has ended */
  prepare(desk: Desk, act: A, said: Said, options: CallOptions): Promise<PreparedAct | ActRefusal>;
}

export const refused = (reason: string, rule: RiskRule | null = null): ActRefusal => ({
  status: "refused",
  reason,
  rule,
});

/** Of an act that is done with its rows. */
export const nothingToSend = (lines: readonly string[]) => async (): Promise<ActDone> => ({
  lines,
  orders: [],
  problems: [],
});
