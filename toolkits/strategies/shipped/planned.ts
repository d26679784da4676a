// Floor 2. Acts on plans that a model wrote asleep, and on nothing else: by itself it always holds. Which plan closes its condition
// is judged by the desk (desk/run-slot/with-plans.ts); a plan's own stop, target and size go to the gate with it.
import { PLANNED } from "#schemas/plan.ts";
import { defineStrategy } from "../define-strategy.ts";

export default defineStrategy({
  id: PLANNED,
  title: "Planned: enters where a plan's condition closes, by the plan's own stop and target",
  indicators: {},
  lookBack: 0,
  enter: () => false,
  describe: () => ["acts on plans only"],
});
