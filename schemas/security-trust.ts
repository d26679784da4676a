// Floor 1. Whose word may stand in for a fact of a token, and from when: implementations that were inspected, and the operator's overrides.
import { z } from "zod";
import { ChainId } from "./chain.ts";
import { UnixMs } from "./units.ts";

/** The code behind a proxy as it was first inspected: what its calls go to later is compared with it. */
export const PinnedImplementation = z.object({
  chain: ChainId,
  contract: z.string().min(1).max(128).describe("the proxy"),
  implementation: z.string().min(1).max(128),
  seenAtMs: UnixMs,
  why: z.string().describe("what the inspection saw"),
});
export type PinnedImplementation = Readonly<z.infer<typeof PinnedImplementation>>;

/** What an operator says of a coin or contract beside the sources. */
export const SecurityOverride = z.object({
  target: z.string().min(1).describe("a contract as CHAIN:ADDRESS; of a verdict also a coin such as SOL"),
  fact: z
    .string()
    .min(1)
    .nullable()
    .describe("the fact, absent at its sources, that is taken as given; null: it is a verdict"),
  implementation: z.string().nullable().describe("of the fact `implementation`: the code that was inspected"),
  verdict: z.enum(["block", "unknown"]).nullable().describe("no better than this; null: it is a fact"),
});
export type SecurityOverride = Readonly<z.infer<typeof SecurityOverride>>;

/** What may stand once of a target: a second word of the same kind takes the first's place. */
export const overrideKey = ({ target, fact }: Pick<SecurityOverride, "target" | "fact">): string =>
  `${target} ${fact ?? "verdict"}`;

/** An override that stands, with whose word it is. */
export interface StandingOverride extends SecurityOverride {
  readonly by: string;
  readonly reason: string;
  readonly atMs: UnixMs;
}
