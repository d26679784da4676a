// Floor 3. The MarketAnalyst as a Mastra agent: one computing tool, no order tool, no memory of its own.
import { readFile } from "node:fs/promises";
import type { Agent } from "@mastra/core/agent";
import type { InputProcessor } from "@mastra/core/processors";
import { deskRunOf } from "../desk-run.ts";
import { loadMastra } from "../mastra-env.ts";
import type { AgentModel } from "../models/select.ts";
import { type AnalystDepsFor, analystTools } from "./tools.ts";

/** Model calls of one job: the tool call, the paragraph, and room for two slips. */
const MAX_STEPS = 4;

export interface MarketAnalystParts {
  readonly model: AgentModel;
  readonly depsFor: AnalystDepsFor;
  /** Before each model call; left out: none. */
  readonly inputProcessors?: InputProcessor[];
}

/** Built once; every question runs on it with its own request context. */
export async function createMarketAnalyst(parts: MarketAnalystParts): Promise<Agent> {
  const [mastra, instructions] = await Promise.all([
    loadMastra(),
    readFile(new URL("./instructions.md", import.meta.url), "utf8"),
  ]);
  const agent = new mastra.Agent({
    id: "market-analyst",
    name: "MarketAnalyst",
    description: "Analyses the market of the job from scratch: RSI, Bollinger Bands, ATR, token security, signal.",
    instructions,
    model: ({ requestContext }) => parts.model(deskRunOf(requestContext)),
    tools: analystTools(mastra, parts.depsFor),
    inputProcessors: parts.inputProcessors ?? [],
    // models/retry.ts makes a failed call again; Mastra would do it on top of that, and wait as long as a server says.
    maxRetries: 0,
    defaultOptions: { maxSteps: MAX_STEPS },
  });
  // Mastra logs failed calls with the server's whole answer, which may echo a key.
  agent.__setLogger(mastra.noopLogger);
  return agent as Agent;
}
