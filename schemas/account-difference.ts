// Floor 1. Where a venue's account and the journal disagree, as the journal, documents and the operator name it.
import { z } from "zod";
import { Decimal } from "./money.ts";

export const AccountDifferenceKind = z.enum([
  /** Of the desk's own form of id, and not in its journal. */
  "unknown-order",
  /** The journal says that it rests at the venue, which does not list it. */
  "missing-order",
  /** The venue holds less of a coin than the journal says, and it is not known why; before there were more names: of any currency. */
  "short",
  /** The same of the settlement currency; or of a coin of which the venue lists no sale. */
  "withdrawal",
  /** The same of a coin of which the venue lists a sale that is none of the desk's: sold by hand, or by another program. */
  "foreign-trade",
  /** The same, of exactly the fees in it that are booked at the next look. */
  "coin-fee",
  /** The same, of less than can be sold. */
  "dust",
  /** More of the settlement currency than the journal says. It is not the desk's, bars nothing, and is not journaled. */
  "deposit",
  /** Another's order in the same account. Nothing is done with it, it bars nothing, and it is not journaled. */
  "foreign-order",
]);
export type AccountDifferenceKind = z.infer<typeof AccountDifferenceKind>;

export const AccountDifference = z.object({
  key: z
    .string()
    .describe("the same for as long as it is the same difference, whatever its amount: kind and order or currency"),
  kind: AccountDifferenceKind,
  amount: Decimal.describe(
    "of an order its quantity; else what is missing, of `deposit` what is there above the desk's; decimal string",
  ),
  text: z.string().describe("for people"),
});
export type AccountDifference = z.infer<typeof AccountDifference>;
