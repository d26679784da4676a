// Floor 6. The strategies of the configuration → hosts, in its order: those that come with the product in this process, those from
// files in threads of their own.
import { systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { requireBase } from "#toolkits/strategies/compile-strategy.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import { openStrategies as openAll, openStrategiesHere } from "#toolkits/strategies/registry.ts";

export interface StrategyOptions extends CallOptions {
  /** Hears what strategies from files print. */
  readonly onNote?: (text: string) => void;
  /** True: strategies from files are imported into this thread, which is one of its own for them. */
  readonly intoThisThread?: boolean;
}

/** @throws UnknownNameError, StrategyError naming file and field, or both files where two have one id */
export async function openStrategies(
  { strategies, timeframe }: Pick<DeskConfig, "strategies" | "timeframe">,
  { signal, onNote = () => {}, intoThisThread = false }: StrategyOptions,
): Promise<readonly StrategyHost[]> {
  const clock = systemClock();
  const hosts = intoThisThread
    ? await openStrategiesHere(strategies)
    : await openAll(strategies, {
        signal,
        sleep: (ms, options) => clock.sleep(ms, options),
        onOutput: (file, line) => onNote(`${file}: ${line}`),
      });
  for (const { info } of hosts) requireBase(info, timeframe);
  return hosts;
}
