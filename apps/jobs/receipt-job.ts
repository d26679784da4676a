// Floor 6. A day's receipt as a job: the journal and Khala's records are read where the desk keeps them. What is sent to a worker, and what it
// sends back. Secrets are left out of it.
import { z } from "zod";
import { ReceiptSummary } from "#desk/documents/receipt-report.ts";
import { DeskConfig } from "#schemas/config.ts";
import { hashOf } from "#schemas/hash.ts";
import type { Job } from "#schemas/ports/jobs.ts";
import { UnixMs } from "#schemas/units.ts";
import { BenchWorld } from "../research/bench-messages.ts";
import { askingNobody } from "./asking-nobody.ts";

export const ReceiptInput = z.object({
  config: DeskConfig,
  /** What the worker must find: whose candles, and which text of each strategy. */
  world: BenchWorld,
  dayMs: UnixMs,
});
export type ReceiptInput = Readonly<z.infer<typeof ReceiptInput>>;

/** `left`: why the worker leaves it to the desk. */
export const ReceiptResult = z.union([z.object({ summary: ReceiptSummary }), z.object({ left: z.string() })]);
export type ReceiptResult = Readonly<z.infer<typeof ReceiptResult>>;

/** @param askedMs the same day asked for again is work of its own: settings may be others by then */
export function receiptJob({ config, world, dayMs }: ReceiptInput, askedMs: number, owner: string): Job {
  const input = { config: askingNobody(config), world, dayMs };
  return { role: "check", key: hashOf([input, askedMs], 32), input, urgency: "research", owner };
}
