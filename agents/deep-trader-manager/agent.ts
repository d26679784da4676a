// Floor 3. The DeepTraderManager as a Mastra agent: free-form questions, read tools, and proposals that the operator decides. No
// tool of it acts (law 5), and no word of it is shown before the fact check (law 14).
import { readFile } from "node:fs/promises";
import type { Agent, ToolsInput } from "@mastra/core/agent";
import type { InputProcessor } from "@mastra/core/processors";
import { hashOf } from "#schemas/hash.ts";
import { deskRunOf } from "../desk-run.ts";
import { loadMastra } from "../mastra-env.ts";
import type { AgentModel } from "../models/select.ts";
import type { FactSource } from "./talk/fact-source.ts";
import { type ReadOutside, readTools } from "./talk/read-tools.ts";

/** Model calls of one question: a few reads, the answer, and room for slips. */
export const MAX_STEPS = 12;

export interface ManagerParts {
  readonly model: AgentModel;
  readonly sources: readonly FactSource[];
  /** See readTools. */
  readonly outside?: ReadOutside;
  /** What stands before the model; left out: nothing. */
  readonly inputProcessors?: InputProcessor[];
}

/** Built once; every question runs on it with its own request context. */
export async function createDeepTraderManager(parts: ManagerParts): Promise<Agent> {
  const { model, sources, outside, inputProcessors } = parts;
  const [mastra, { text }] = await Promise.all([loadMastra(), managerInstructions()]);
  const tools: ToolsInput = readTools(mastra, sources, outside);
  const agent = new mastra.Agent({
    id: "deep-trader-manager",
    name: "DeepTraderManager",
    description:
      "Head of the trading desk: answers from the desk's own records, and proposes what the operator decides.",
    instructions: text,
    model: ({ requestContext }) => model(deskRunOf(requestContext)),
    tools,
    ...(inputProcessors === undefined ? {} : { inputProcessors }),
    // models/retry.ts makes a failed call again; Mastra would do it on top of that, and wait as long as a server says.
    maxRetries: 0,
    defaultOptions: { maxSteps: MAX_STEPS },
  });
  // Mastra logs failed calls with the server's whole answer, which may echo a key. As a primitive it holds for the model's own
  // loop too, which writes to the console otherwise.
  agent.__registerPrimitives({ logger: mastra.noopLogger });
  return agent as Agent;
}

export interface Instructions {
  readonly text: string;
  /** Of the text: what a run was told is kept with it. */
  readonly version: string;
}

let loaded: Promise<Instructions> | undefined;

export function managerInstructions(): Promise<Instructions> {
  loaded ??= readFile(new URL("./instructions.md", import.meta.url), "utf8").then((text) => ({
    text,
    version: hashOf(text, 12),
  }));
  return loaded;
}
