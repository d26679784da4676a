// Floor 6. What is said of the model of questions where a desk or a chat begins: that it spends, or how it is switched on.
import type { DeskConfig } from "#schemas/config.ts";

type Models = Pick<DeskConfig, "model" | "modelReplayDir" | "thinking">;

/** Null where nothing is spent: by rules, and where the answers of a model are replayed. */
export function spendLine({ model, modelReplayDir, thinking }: Models): string | null {
  if (model === "rules" || modelReplayDir !== null) return null;
  const tokens = thinking.dayQuestionTokens.toLocaleString("en-US");
  return `Free-form questions are answered by ${model} and spend its tokens, at most ${tokens} a day (DEEPTRADER_QUESTION_DAY_TOKENS); deeptrader doctor says what that costs.`;
}

/** Null where a model answers them. */
export const freeFormLine = ({ model }: Pick<Models, "model">): string | null =>
  model === "rules" ? "Free-form questions: set DEEPTRADER_MODEL, see docs/agents.md." : null;
