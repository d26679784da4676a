// Floor 3. The desk's own agents for Mastra Studio and other Mastra programs. A conversation there carries no run of the
// desk, so the desk itself is asked with the operator's words and its text is what the agent says, word for word: no model
// stands between, whichever one the conversation has chosen. No shell, no files, no orders.
import type { Agent } from "@mastra/core/agent";
import type { InputProcessor } from "@mastra/core/processors";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { DeepTraderError, InvariantError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { VenueId } from "#schemas/units.ts";
import { createDeepTraderManager } from "./deep-trader-manager/agent.ts";
import { MANAGER_RULES } from "./deep-trader-manager/rules.ts";
import { createMarketAnalyst } from "./market-analyst/agent.ts";
import { ANALYST_RULES } from "./market-analyst/rules.ts";
import { RuleModel } from "./models/rule-model.ts";
import type { ModelChoice } from "./models/select.ts";

/** The desk's doors: what the commands `ask` and `analyse` do, as texts. */
export interface StudioDesk {
  ask(question: string, options: CallOptions): Promise<string>;
  analyse(market: string, options: CallOptions): Promise<string>;
}

/** Keyed by the names under which Studio shows them. */
export async function createStudioAgents(
  desk: StudioDesk,
  model: ModelChoice,
): Promise<{ readonly "deep-trader-manager": Agent; readonly "market-analyst": Agent }> {
  const marketAnalyst = await createMarketAnalyst({
    model: model.modelFor(ANALYST_RULES),
    depsFor: outsideARun,
    inputProcessors: [answeredBy("analyse", desk)],
  });
  const manager = await createDeepTraderManager({
    model: model.modelFor(MANAGER_RULES),
    marketAnalyst,
    khala: { recall: outsideARun },
    venueId: "studio" as VenueId,
    deskView: { portfolioText: outsideARun },
    inputProcessors: [answeredBy("ask", desk)],
  });
  return { "deep-trader-manager": manager, "market-analyst": marketAnalyst };
}

/** Puts the operator's last message to the desk, and its text in the place of the model's. */
const answeredBy = (door: keyof StudioDesk, desk: StudioDesk): InputProcessor => ({
  id: `desk-${door}`,
  async processInputStep({ messages, abortSignal }) {
    const asked = messages.findLast(({ role }) => role === "user")?.content.parts ?? [];
    const words = asked.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
    const signal = abortSignal ?? NEVER_ABORTED.signal;
    const text = await desk[door](words, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      return failureText(error, door);
    });
    const model = new RuleModel([() => ({ text })]);
    // Mastra takes any model of the provider interface here, as an agent does; its type names those of version 2 alone.
    return { model: model as never, tools: {}, toolChoice: "none" };
  },
});

/** The tools ask for their run first, so what stands behind them is not reached here. */
function outsideARun(): never {
  throw new InvariantError({
    was: "A tool of the desk was used outside a question of the desk.",
    remedy: "Ask the agent; its tools work within the desk's own questions only.",
  });
}

/** Our own errors are written to be shown; what others say may hold a key, and Mastra prints what is thrown. */
const failureText = (error: unknown, door: keyof StudioDesk): string =>
  error instanceof DeepTraderError
    ? error.message
    : `The desk failed (${error instanceof Error ? error.name : "no error"}). Run deeptrader ${door} to see why.`;
