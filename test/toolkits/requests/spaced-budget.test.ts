import { createLocalBudget } from "#toolkits/requests/local-budget.ts";
import { createSpacedBudget } from "#toolkits/requests/spaced-budget.ts";
import { venueBudgetContract } from "../../contract/venue-budget.ts";

const budgets = new Map<string, ReturnType<typeof createSpacedBudget>>();
const now = () => 1_700_000_000_000;

venueBudgetContract(
  "spaced, of one process",
  (exchange) => {
    const budget = budgets.get(exchange) ?? createSpacedBudget(createLocalBudget(now), now);
    budgets.set(exchange, budget);
    return budget;
  },
  { spaces: true },
);
