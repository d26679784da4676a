// Floor 6. A call of a model that judges asleep as a job: what is sent to a worker, and what it sends back. It names a model, and neither a
// server nor a key: those are the worker's own.
import { z } from "zod";
import { CallPart, type CallRequest } from "#agents/models/call.ts";
import { hashOf } from "#schemas/hash.ts";
import type { Job } from "#schemas/ports/jobs.ts";

export const ThoughtInput = z.object({
  /** As `requestOf` has it. */
  request: z.looseObject({ model: z.string(), method: z.enum(["generate", "stream"]) }),
  /** Who asked waits no longer than that; a worker ends the call then, whether anybody waits or not. */
  longestMs: z.number().positive(),
});

export const ThoughtResult = z.discriminatedUnion("status", [
  z.object({ status: z.literal("answered"), parts: z.array(CallPart) }),
  /** The call is for who asked to make. */
  z.object({
    status: z.literal("left"),
    why: z.string(),
    /** A provider was asked in vain. */
    wasMade: z.boolean(),
    /** Tokens of an answer that was bought and cannot be used, as estimated; null: nothing was bought. */
    lostTokens: z.int().nullable(),
  }),
]);
export type ThoughtResult = Readonly<z.infer<typeof ThoughtResult>>;

/** Shorter ones would be found in any text. */
const SHORTEST_SECRET = 8;

/** What repeats one is not laid down on Redis. */
export const repeatsSecret = (value: unknown, secrets: readonly string[]): boolean => {
  const text = JSON.stringify(value);
  return secrets.some((secret) => secret.length >= SHORTEST_SECRET && text.includes(secret));
};

/** @param ordinal how often this desk has asked just this, from 1: who asks again wants another answer, and two desks that ask once share theirs */
export const thoughtJob = (
  { request, longestMs }: { readonly request: CallRequest; readonly longestMs: number },
  ordinal: number,
  owner: string,
): Job => ({
  role: "thought",
  key: hashOf([request, ordinal], 32),
  input: { request, longestMs },
  urgency: "thought",
  owner,
});
