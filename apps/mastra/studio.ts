// Floor 6. The desk behind Mastra Studio, on the settings of the environment. Where a desk runs on the home it is asked; else
// one is opened for each message, so that the home is free in between.
import { isAbsolute, join } from "node:path";
import { selectModels } from "#agents/models/select.ts";
import { createStudioAgents, type StudioDesk } from "#agents/studio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { configFileOf } from "../config/config-file-of.ts";
import { deskCommandNamed } from "../desk-commands.ts";
import { PLAIN_STYLE } from "../io.ts";
import { readLearned } from "../learned-file.ts";
import { modelSetting } from "../models.ts";
import { homeOf, parseOptions } from "../options.ts";
import { reachDesk } from "../reach-desk.ts";
import { readEnvironment } from "../wire.ts";

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
  const run =
    (name: "ask" | "analyse") =>
    async (text: string, { signal }: CallOptions): Promise<string> => {
      const command = deskCommandNamed(name);
      const desk = await reachDesk(name, { options, signal, io: { note: () => {}, progress: () => {} } });
      try {
        return command.render(await desk.execute({ args: [text], flags: {} }), PLAIN_STYLE);
      } finally {
        await desk.close();
      }
    };
  const desk: StudioDesk = { ask: run("ask"), analyse: run("analyse") };
  return createStudioAgents(desk, model);
}
