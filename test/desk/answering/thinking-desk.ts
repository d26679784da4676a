// A desk on the simulated venue whose free-form questions go to a model of a server in the test's own process.
import { managerModels } from "#apps/models.ts";
import { type AskedDesk, askDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import { readThoughts } from "#desk/answering/thoughts.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { simulatedDesk } from "#test/apps/simulated-desk.ts";
import { patience } from "#test/support/desk.ts";

/** @param settings of the model, such as its URL */
export async function thinkingDesk(
  settings: Partial<Pick<DeskConfig, "model" | "modelUrl" | "modelTimeoutMs" | "modelFallback">>,
  env: Readonly<Record<string, string>> = {},
) {
  const opened = await simulatedDesk();
  const config = { ...opened.desk.config, model: "custom/m1", modelTimeoutMs: 60_000, ...settings };
  const desk = { ...opened.desk, config };
  const problem = (text: string): never => {
    throw new Error(text);
  };
  const open: AskedDesk = {
    desk,
    store: opened.store,
    managerModels: managerModels(config, env),
    background: createBackgroundQueue(problem),
    conversations: createConversations(desk, problem),
  };
  return {
    open,
    /** The answer, with what was written of it. */
    async ask(text: string, conversation?: string) {
      const answer = await askDesk(open, text, { ...patience, conversation });
      await open.background.settled();
      const [kept] = await readThoughts(desk, { nowMs: desk.clock.now(), limit: 1 }, patience);
      const entries = await desk.ledger.entries({}, patience);
      return { answer, thought: kept?.thought ?? null, entry: entries.findLast(({ job }) => job === "question") };
    },
  };
}
