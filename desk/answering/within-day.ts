// Floor 4. The manager of one question, within the day's model tokens for questions: once they are spent, rules do its work,
// and the answer says so.
import type { ManagerRunner } from "#agents/deep-trader-manager/agent.ts";
import type { ThinkingPolicy } from "#schemas/config.ts";
import { TokenBudgetError } from "#schemas/errors.ts";
import type { Answer } from "#schemas/question.ts";
import type { DayBudget } from "../planning/budget.ts";

export interface WithinDayParts {
  readonly onModels: ManagerRunner;
  readonly onRules: () => Promise<ManagerRunner>;
  readonly budget: Pick<DayBudget, "openQuestion">;
  readonly thinking: Pick<ThinkingPolicy, "dayQuestionTokens">;
  /** Called where rules stood in because the day's tokens are spent. */
  readonly onSpent: () => void;
}

/** The caller closes the question in the budget once its row is written. */
export function withinDay({ onModels, onRules, budget, thinking, onSpent }: WithinDayParts): ManagerRunner {
  return {
    async run(request, options) {
      const { spentToday } = await budget.openQuestion(request.tally, request.nowMs, options);
      const dayLeft = (): number => thinking.dayQuestionTokens - spentToday();
      if (dayLeft() > 0) {
        const run = await onModels.run({ ...request, dayLeft }, options);
        if (!(run.failure instanceof TokenBudgetError) || dayLeft() > 0) return run;
      }
      onSpent();
      return (await onRules()).run(request, options);
    },
  };
}

/** The answer, with the reason why no model was asked. */
export const byRulesAlone = (answer: Answer, { dayQuestionTokens }: WithinDayParts["thinking"]): Answer => ({
  ...answer,
  answer: `${answer.answer}\nMade by rules alone: the day's ${dayQuestionTokens} model tokens for questions are spent (DEEPTRADER_QUESTION_DAY_TOKENS).`,
});
