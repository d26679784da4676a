// Floor 6. The strategies of the configuration → hosts, in its order: in this process those that come with the product, each in
// a thread of its own those from files.
import { systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { requireBase } from "#toolkits/strategies/compile-strategy.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import { openStrategies as openHosts } from "#toolkits/strategies/registry.ts";

export interface StrategyOptions extends CallOptions {
  /** Hears what a strategy's file writes. */
  readonly onOutput?: (line: string) => void;
}

/**
 * All of them, or none. A strategy that reads a timeframe the desk's base is not below is refused.
 * @throws UnknownNameError, StrategyError naming file and field
 */
export async function openStrategies(
  { strategies, timeframe }: Pick<DeskConfig, "strategies" | "timeframe">,
  options: StrategyOptions,
): Promise<readonly StrategyHost[]> {
  const choices = strategies.map(({ use, parameters }) => ({ named: use, parameters }));
  const hosts = await openHosts(choices, { ...options, sleep: systemClock().sleep });
  try {
    for (const { info } of hosts) requireBase(info, timeframe);
    return hosts;
  } catch (error) {
    await closeStrategies(hosts);
    throw error;
  }
}

export const closeStrategies = async (hosts: readonly StrategyHost[]): Promise<void> => {
  await Promise.all(hosts.map((host) => host.close()));
};
