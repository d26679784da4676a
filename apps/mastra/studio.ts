// Floor 6. The desk behind Mastra Studio, on the settings of the environment. Where a desk runs on the home it is asked; else
// one is opened for each message, so that the home is free in between.
import { isAbsolute, join } from "node:path";
import { InMemoryStore, MastraCompositeStore } from "@mastra/core/storage";
import { selectModels } from "#agents/models/select.ts";
import { createStudioAgents, failureText, type StudioDesk } from "#agents/studio.ts";
import { factSources } from "#desk/answering/sources/sources.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { DeepTraderError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Answer } from "#schemas/question.ts";
import type { CommandInput } from "../command.ts";
import { configFileOf } from "../config/config-file-of.ts";
import { deskCommandNamed } from "../desk-commands.ts";
import { PLAIN_STYLE } from "../io.ts";
import { readLearned } from "../learned-file.ts";
import { modelSetting } from "../models.ts";
import { homeOf, type ParsedOptions, parseOptions } from "../options.ts";
import { reachDesk } from "../reach-desk.ts";
import { type ShownThought, trailText } from "../text/thought-text.ts";
import { readEnvironment } from "../wire.ts";
import { type ThoughtsRead, ThoughtTraces } from "./thought-traces.ts";

/** For what the tools are called and take. What they read is read by the desk that answers, never through these. */
const UNOPENED = {} as Parameters<typeof factSources>[0];

/**
 * What Mastra is given. All that is not the desk's own (Studio keeps threads and workflows) lives in memory, as it does without a
 * storage of one's own.
 * @param root of the clone: relative settings are meant from there, wherever the dev server runs
 */
export async function openStudio(root: string) {
  const { values: env, dotenv, faults } = readEnvironment();
  const file = await configFileOf({}, env, root);
  const named = homeOf({}, env, file);
  const home = isAbsolute(named) ? named : join(root, named);
  const parsed = parseOptions({}, env, { dotenv, file, learned: (await readLearned(home)).accepted, faults });
  const options = { ...parsed, config: { ...parsed.config, home } };
  const [model] = await selectModels(modelSetting(options.config, env));
  if (model === undefined) throw new Error("No model is configured.");
  const { desk, traces } = studioDesk(options);
  const agents = await createStudioAgents(desk, { model: model.modelFor([]), sources: factSources(UNOPENED) });
  const storage = new MastraCompositeStore({
    id: "deeptrader",
    default: new InMemoryStore(),
    domains: { observability: traces },
  });
  return { agents, storage };
}

/** The desk on these settings, by its commands. */
export function studioDesk(options: ParsedOptions): { readonly desk: StudioDesk; readonly traces: ThoughtTraces } {
  const run = async (name: string, input: Partial<CommandInput>, { signal }: CallOptions) => {
    const command = deskCommandNamed(name);
    const whole = { args: [], flags: {}, ...input };
    command.check?.(whole);
    const desk = await reachDesk(name, { options, signal, io: { note: () => {}, progress: () => {} } });
    try {
      const document = await desk.execute(whole);
      return { document, text: command.render(document, PLAIN_STYLE), isRunning: desk.isRunning };
    } finally {
      await desk.close();
    }
  };
  const traces = new ThoughtTraces({
    async read(limit) {
      try {
        const { document, isRunning } = await run("thoughts list", { flags: { limit, whole: true } }, NEVER_ABORTED);
        return { ...(document as Omit<ThoughtsRead, "isRunning">), isRunning };
      } catch (error) {
        throw error instanceof DeepTraderError ? error : new Error(failureText(error, "thoughts"));
      }
    },
    monotonicMs,
    nowMs: systemClock().now,
  });
  const desk: StudioDesk = {
    async ask(question, call) {
      const { document, text } = await run("ask", { args: [question] }, call);
      traces.expire();
      const { work } = document as Answer;
      if (work.modelCalls === 0) return text;
      const { document: newest } = await run("thoughts show", {}, call);
      const thought = newest as ShownThought;
      // Another terminal may have asked meanwhile.
      return thought.question === question ? `${text}\n\n${trailText(thought, PLAIN_STYLE)}` : text;
    },
    async facts(tool, input, call) {
      const pairs = Object.entries(input as object)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      return (await run("facts", { args: [tool, ...pairs] }, call)).text;
    },
  };
  return { desk, traces };
}
