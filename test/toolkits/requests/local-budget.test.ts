import { createLocalBudget } from "#toolkits/requests/local-budget.ts";
import { venueBudgetContract } from "../../contract/venue-budget.ts";

const budgets = new Map<string, ReturnType<typeof createLocalBudget>>();

venueBudgetContract(
  "of one process",
  (exchange) => {
    const budget = budgets.get(exchange) ?? createLocalBudget(() => 1_700_000_000_000);
    budgets.set(exchange, budget);
    return budget;
  },
  { spaces: false },
);
