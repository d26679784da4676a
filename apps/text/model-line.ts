// Floor 6. What is said of the model of questions where a desk or a chat begins: that it spends, or how it is switched on.
import { type DeskConfig, SLEEP_BUDGETS } from "#schemas/config.ts";
import { PLANNED } from "#schemas/plan.ts";

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

/** What is bought asleep, by whom and for how many tokens; nothing where no tokens are set, or a recording is replayed. */
export function judgementLines({
  model,
  sleepModel,
  modelReplayDir,
  thinking,
  strategies,
}: Models & Pick<DeskConfig, "sleepModel" | "strategies">): readonly string[] {
  const bought = SLEEP_BUDGETS.filter(({ budget }) => thinking[budget] > 0);
  if (bought.length === 0 || modelReplayDir !== null) return [];
  const limits = bought.map(
    ({ what, budget, per, setting }) =>
      `${what} (${thinking[budget].toLocaleString("en-US")} tokens a ${per}, ${setting})`,
  );
  const isPlanless = thinking.planDayTokens > 0 && !strategies.some(({ use }) => use === PLANNED);
  return [
    `Asleep ${sleepModel ?? model} writes ${limits.join(", ")}.`,
    ...(isPlanless
      ? ["No plan is written: the strategy `planned`, which acts on them, does not trade (--strategy)."]
      : []),
  ];
}
