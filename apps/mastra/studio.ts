// Floor 6. The desk behind Mastra Studio, on the settings of the environment. Where a desk runs on the home it is asked; else
// one is opened for each message, so that the home is free in between.
import { isAbsolute, join } from "node:path";
import { selectModels } from "#agents/models/select.ts";
import { createStudioAgents, type StudioDesk } from "#agents/studio.ts";
import { factSources } from "#desk/answering/sources/sources.ts";
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

/** For what the tools are called and take. What they read is read by the desk that answers, never through these. */
const UNOPENED = {} as Parameters<typeof factSources>[0];

/** @param root of the clone: relative settings are meant from there, wherever the dev server runs */
export async function openStudioAgents(root: string): ReturnType<typeof createStudioAgents> {
  const { values: env, dotenv, faults } = readEnvironment();
  const file = await configFileOf({}, env, root);
  const named = homeOf({}, env, file);
  const home = isAbsolute(named) ? named : join(root, named);
  const parsed = parseOptions({}, env, { dotenv, file, learned: (await readLearned(home)).accepted, faults });
  const options = { ...parsed, config: { ...parsed.config, home } };
  const [model] = await selectModels(modelSetting(options.config, env));
  if (model === undefined) throw new Error("No model is configured.");
  return createStudioAgents(studioDesk(options), { model: model.modelFor([]), sources: factSources(UNOPENED) });
}

/** The desk on these settings, by its commands. */
export function studioDesk(options: ParsedOptions): StudioDesk {
  const run = async (name: string, input: Partial<CommandInput>, { signal }: CallOptions) => {
    const command = deskCommandNamed(name);
    const whole = { args: [], flags: {}, ...input };
    command.check?.(whole);
    const desk = await reachDesk(name, { options, signal, io: { note: () => {}, progress: () => {} } });
    try {
      const document = await desk.execute(whole);
      return { document, text: command.render(document, PLAIN_STYLE) };
    } finally {
      await desk.close();
    }
  };
  return {
    async ask(question, call) {
      const { document, text } = await run("ask", { args: [question] }, call);
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
}
