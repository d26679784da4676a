// Floor 2, portfolio. The operator's word on the whole desk, or on one strategy: pause, flatten, halt, resume.
import type { JournalEvent } from "#schemas/journal.ts";
import { ALL_STRATEGIES, clearDrawdown, type Portfolio } from "#schemas/portfolio.ts";

type Row = Extract<JournalEvent, { type: "control" }>;

/** A resume of the whole desk lifts every pause and flatten; one of a strategy lifts its own and nothing else. */
export function withControl(portfolio: Portfolio, { action, strategyId, cancelsEntries }: Row): Portfolio {
  if (action === "halt") return { ...portfolio, control: "halted", haltCancels: cancelsEntries === true };
  if (strategyId !== null) return ofStrategy(portfolio, action, strategyId);
  if (action === "pause") return { ...portfolio, control: "paused", haltCancels: false };
  if (action === "flatten") {
    const flattening = new Set(portfolio.flattening).add(ALL_STRATEGIES);
    return { ...portfolio, control: "paused", haltCancels: false, flattening };
  }
  return {
    ...portfolio,
    control: "running",
    haltCancels: false,
    paused: new Set(),
    flattening: new Set(),
    loss: portfolio.loss?.drawdownLatched ? clearDrawdown(portfolio.loss) : portfolio.loss,
  };
}

/** A halted desk sells nothing, of no strategy: to flatten one makes the halt a pause of the whole desk. */
function ofStrategy(portfolio: Portfolio, action: Exclude<Row["action"], "halt">, strategyId: string): Portfolio {
  const paused = new Set(portfolio.paused);
  const flattening = new Set(portfolio.flattening);
  if (action === "resume") {
    paused.delete(strategyId);
    flattening.delete(strategyId);
    return { ...portfolio, paused, flattening };
  }
  paused.add(strategyId);
  if (action === "pause") return { ...portfolio, paused };
  const control = portfolio.control === "halted" ? "paused" : portfolio.control;
  return { ...portfolio, control, haltCancels: false, paused, flattening: flattening.add(strategyId) };
}
