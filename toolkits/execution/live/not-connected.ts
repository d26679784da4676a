// Floor 2, live execution. A live account that is only looked at, or whose venue was not opened: nothing is sent, and nothing is matched on
// paper in its place.
import { ProviderError } from "#schemas/errors.ts";
import type { Execution } from "#schemas/ports/trading.ts";

const notConnected = async (): Promise<never> => {
  throw new ProviderError({
    was: "The venue of this live account was not opened: nothing is sent to it and nothing is asked.",
    remedy: "Start the desk, and give the command while it runs.",
  });
};

export const notConnectedExecution = (): Execution => ({
  kind: "live",
  capabilities: { fillsAt: "quote", stopLocks: true, targets: "desk", upkeep: "desk" },
  submit: notConnected,
  cancel: notConnected,
  order: notConnected,
  openOrders: notConnected,
  balances: notConnected,
  reports: notConnected,
});
