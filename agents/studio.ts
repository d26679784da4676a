// Floor 3. The desk's own manager for Mastra Studio and other Mastra programs: its name, instructions and read tools. A
// conversation there carries no run of the desk, so the desk itself is asked with the operator's words and its text, which has
// passed the fact check, is what the agent says, word for word, whichever model the conversation has chosen; and a tool that is
// called by hand reads through the desk. No shell, no files, no orders.
import type { Agent } from "@mastra/core/agent";
import type { InputProcessor } from "@mastra/core/processors";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { DeepTraderError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { createDeepTraderManager, type ManagerParts } from "./deep-trader-manager/agent.ts";
import type { ReadOutside } from "./deep-trader-manager/talk/read-tools.ts";
import { RuleModel } from "./models/rule-model.ts";

/** The desk's doors: what the commands `ask` and `facts` do, as texts. */
export interface StudioDesk {
  ask(question: string, options: CallOptions): Promise<string>;
  readonly facts: ReadOutside;
}

/** Keyed by the name under which Studio shows it. */
export async function createStudioAgents(
  desk: StudioDesk,
  parts: Pick<ManagerParts, "model" | "sources">,
): Promise<{ readonly "deep-trader-manager": Agent }> {
  const manager = await createDeepTraderManager({
    ...parts,
    outside: (tool, input, options) => textOr(() => desk.facts(tool, input, options), "facts", options),
    inputProcessors: [answeredBy(desk)],
  });
  return { "deep-trader-manager": manager };
}

/** Puts the operator's last message to the desk, and its text in the place of the model's. */
const answeredBy = (desk: StudioDesk): InputProcessor => ({
  id: "desk-ask",
  async processInputStep({ messages, abortSignal }) {
    const asked = messages.findLast(({ role }) => role === "user")?.content.parts ?? [];
    const words = asked.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
    const options = { signal: abortSignal ?? NEVER_ABORTED.signal };
    const text = await textOr(() => desk.ask(words, options), "ask", options);
    const model = new RuleModel([() => ({ text })]);
    // Mastra takes any model of the provider interface here, as an agent does; its type names those of version 2 alone.
    return { model: model as never };
  },
});

/** Our own errors are written to be shown; what others say may hold a key, and Mastra prints what is thrown. */
async function textOr(work: () => Promise<string>, command: string, { signal }: CallOptions): Promise<string> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    return failureText(error, command);
  }
}

/** What may be shown of a failure: our own words, of others their name. */
export function failureText(error: unknown, command: string): string {
  if (error instanceof DeepTraderError) return error.message;
  const name = error instanceof Error ? error.name : "no error";
  return `The desk failed (${name}). Run deeptrader ${command} to see why.`;
}
