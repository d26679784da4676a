// Floor 6. The strategies of the configuration → hosts, in its order. Those that come with the product run in this process.
import type { DeskConfig } from "#schemas/config.ts";
import { UsageError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { requireBase } from "#toolkits/strategies/compile-strategy.ts";
import { createLocalHost, type StrategyHost } from "#toolkits/strategies/host.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";

/** @throws UnknownNameError, StrategyError naming file and field; UsageError where two have one id */
export async function openStrategies(
  { strategies, timeframe }: Pick<DeskConfig, "strategies" | "timeframe">,
  _options: CallOptions,
): Promise<readonly StrategyHost[]> {
  const hosts: StrategyHost[] = [];
  for (const { use, parameters } of strategies) {
    const host = createLocalHost(shippedStrategy(use, parameters));
    requireBase(host.info, timeframe);
    if (hosts.some(({ info }) => info.id === host.info.id)) throw twice(host.info.id);
    hosts.push(host);
  }
  return hosts;
}

const twice = (id: string): UsageError =>
  new UsageError({
    was: `Two strategies have the id ${id}.`,
    expected: "an id of its own for each",
    remedy: "Change the `id` of one.",
  });
