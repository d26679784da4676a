// Floor 1. What all of a model's typed work has in common, whatever it is: who wrote it and what that took, the facts it cites,
// and words of the model that have passed the fact check.
import { z } from "zod";
import { Fact, FactId } from "./fact.ts";
import { FloatPrice } from "./money.ts";
import { Count } from "./units.ts";

/** Who wrote a record, asked with what, and what it took. */
export const Author = z.object({
  model: z.string().describe("as the setting names it"),
  instructions: z
    .string()
    .describe("digest of the instructions alone: two versions of them can be told apart. 16 hex digits."),
  prompt: z.string().describe("digest of all that the model was given. 16 hex digits."),
  inputTokens: Count,
  outputTokens: Count,
  estimatedTokens: Count.describe(
    "how many of the tokens were estimated from the texts, because the provider did not say",
  ),
});
export type Author = z.infer<typeof Author>;

/** One point that a model makes: text that has passed the fact check, and the facts that it refers to. */
export const Point = z.object({ text: z.string().min(1).max(600), factIds: z.array(FactId).min(1) });
export type Point = z.infer<typeof Point>;

/** The facts of a record, as they were when it was written: each has its own time and says which record it was read from. */
export const CitedFacts = z.array(Fact);

/** Prices within which a record holds, both included; null: it names no bound there. */
export const Bounds = z
  .object({ above: FloatPrice.nullable(), below: FloatPrice.nullable() })
  .refine(({ above, below }) => above === null || below === null || above < below, "expected above < below");
export type Bounds = z.infer<typeof Bounds>;

/** True while the price is inside. */
export const isWithin = ({ above, below }: Bounds, price: number): boolean =>
  (above === null || price >= above) && (below === null || price <= below);
