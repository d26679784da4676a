// Floor 6. A run of the research bench as a job: what is sent to a worker, and what it sends back. Secrets are left out of it.
import { hostname } from "node:os";
import { z } from "zod";
import { DeskConfig } from "#schemas/config.ts";
import { hashOf } from "#schemas/hash.ts";
import type { Job } from "#schemas/ports/jobs.ts";
import { Variation } from "#schemas/research.ts";
import { type BenchMessage, BenchWorld } from "../research/bench-messages.ts";
import { askingNobody } from "./asking-nobody.ts";

/** Of the input: another version of the product has queues of its own, so this is ours. */
export const TrialInput = z.object({
  config: DeskConfig,
  /** Null: whatever is found. */
  world: BenchWorld.nullable(),
  variation: Variation,
});
export type TrialInput = Readonly<z.infer<typeof TrialInput>>;

/** A rule's fault and an error of the run are results too: to try again would change nothing. */
export type TrialResult = BenchMessage;

/** @param config folders and files in it absolute, for a worker that stands elsewhere */
export function trialJob(config: DeskConfig, world: BenchWorld | null, variation: Variation): Job {
  const asked = askingNobody(config);
  const { address: _, home, deskId, ...decides } = asked;
  return {
    role: "research",
    key: hashOf([decides, world, variation], 32),
    input: { config: asked, world, variation },
    urgency: "research",
    owner: `${hostname()} ${deskId} ${home}`,
  };
}
