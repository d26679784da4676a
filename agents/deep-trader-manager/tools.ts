// Floor 3. The manager's tools: both only read. Orders are not among them, and never will be (law 5).

import { z } from "zod";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { AnalysisKey, Recall } from "#schemas/analysis.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { UnixMs, VenueId } from "#schemas/units.ts";
import { deskRunOf } from "../desk-run.ts";
import { analysisForModel } from "../market-analyst/tools.ts";
import type { Mastra } from "../mastra-env.ts";
import type { DeskView } from "./desk-view.ts";

/** The part of Khala that the manager reads. */
export interface Recaller {
  recall(key: AnalysisKey, at: { readonly nowMs: UnixMs }, options: CallOptions): Promise<Recall<MarketView>>;
}

export interface ManagerToolParts {
  readonly khala: Recaller;
  readonly venueId: VenueId;
  readonly deskView: Pick<DeskView, "portfolioText">;
}

/** Tools of the manager, keyed by the names under which its model sees them. */
export function managerTools({ createTool }: Pick<Mastra, "createTool">, parts: ManagerToolParts) {
  const recall = createTool({
    id: "recall",
    description: "What Khala holds about the market of the question, and whether it is fresh.",
    inputSchema: z.object({}),
    execute: async (_input, { requestContext, abortSignal }) => {
      const run = deskRunOf(requestContext);
      if (run === null) throw new Error("The question names no market; there is nothing to recall.");
      const key = { venueId: parts.venueId, ...run.slots };
      const found = await parts.khala.recall(key, { nowMs: run.nowMs }, callOptions(abortSignal));
      if (found.status === "missing") return { status: found.status };
      const record = analysisForModel(found.record);
      return found.status === "fresh"
        ? { status: found.status, ageMs: found.ageMs, record }
        : { status: found.status, reason: found.reason, ageMs: found.ageMs, record };
    },
  });
  const portfolio = createTool({
    id: "portfolio",
    description: "What the desk holds: cash, positions, equity, open orders.",
    inputSchema: z.object({}),
    execute: async (_input, { requestContext, abortSignal }) => {
      const run = deskRunOf(requestContext);
      if (run === null) throw new Error("The portfolio is shown within the desk's own questions only.");
      const { text } = await parts.deskView.portfolioText({ symbol: null, nowMs: run.nowMs }, callOptions(abortSignal));
      return { portfolio: text };
    },
  });
  return { recall, portfolio };
}

const callOptions = (signal: AbortSignal | undefined): CallOptions =>
  signal === undefined ? NEVER_ABORTED : { signal };
