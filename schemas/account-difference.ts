// Floor 1. Where a venue's account and the journal disagree, as the journal, documents and the operator name it.
import { z } from "zod";
import { Decimal } from "./money.ts";

export const AccountDifferenceKind = z.enum([
  /** Of the desk's own form of id, and not in its journal. */
  "unknown-order",
  /** The journal says that it rests at the venue, which does not list it. */
  "missing-order",
  /** The venue holds less of a coin, or of the settlement currency, than the journal says. */
  "short",
  /** Another's order in the same account. Nothing is done with it, it bars nothing, and it is not journaled. */
  "foreign-order",
]);
export type AccountDifferenceKind = z.infer<typeof AccountDifferenceKind>;

export const AccountDifference = z.object({
  key: z
    .string()
    .describe("the same for as long as it is the same difference, whatever its amount: kind and order or currency"),
  kind: AccountDifferenceKind,
  amount: Decimal.describe("of `short` what is missing; of an order its quantity; decimal string"),
  text: z.string().describe("for people"),
});
export type AccountDifference = z.infer<typeof AccountDifference>;
