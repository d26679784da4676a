// Floor 6. What a thread of the research bench and the process that started it send each other.
import { z } from "zod";
import type { VenuePorts } from "#desk/assemble-desk.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { StrategyFault } from "#schemas/errors.ts";
import type { Outcome, Variation } from "#schemas/research.ts";
import type { ErrorDocument } from "../error-document.ts";
import type { WatchedData } from "../watched-thread.ts";

export interface BenchThreadData extends WatchedData {
  readonly config: DeskConfig;
  /** Null: whatever it finds. */
  readonly expected: BenchWorld | null;
}

/** What the outcome of a run hangs on besides configuration and code: whose candles these are, and each strategy's text. */
export const BenchWorld = z.object({
  venueId: z.string(),
  /** In the configured order. */
  definitionIds: z.array(z.string()).readonly(),
});
export type BenchWorld = Readonly<z.infer<typeof BenchWorld>>;

export const worldOf = ({ marketData, hosts }: Pick<VenuePorts, "marketData" | "hosts">): BenchWorld => ({
  venueId: marketData.venueId,
  definitionIds: hosts.map(({ info }) => info.definitionId),
});

/** A run that is wanted. */
export interface BenchJob {
  readonly index: number;
  readonly variation: Variation;
}

export type BenchMessage =
  | { readonly type: "outcome"; readonly index: number; readonly outcome: Outcome }
  | { readonly type: "fault"; readonly fault: StrategyFault }
  | { readonly type: "error"; readonly error: ErrorDocument };
