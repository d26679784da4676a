// Bench. A desk of the product's own assembly: its defaults, a clock that stands until it is moved, paper money.
import type { VenuePorts } from "#desk/assemble-desk.ts";
import type { Desk } from "#desk/desk.ts";
import { createSimulatedClock, type SimulatedClock } from "#scheduler/clock.ts";
import { openStandingDesk } from "#scheduler/research/standing-desk.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { Money } from "#schemas/money.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { RunId, type UnixMs } from "#schemas/units.ts";
import { countedPorts } from "#toolkits/ports/counted.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { benchConfig } from "../bench-config.ts";

export interface BenchDeskParts {
  readonly venue: Pick<VenuePorts, "marketData" | "markets" | "universe" | "security" | "orders">;
  readonly startMs: UnixMs;
  readonly store: Store;
  readonly settings: Partial<
    Pick<DeskConfig, "assets" | "timeframe" | "thinking" | "model" | "sleepModel" | "strategies" | "mode" | "limits">
  >;
  /** Left out: nobody judges asleep. */
  readonly sleepModels?: Desk["sleepModels"];
  /** The clock counts as the machine's, and the venue as one that has a present; it moves by the caller all the same. */
  readonly isReal?: boolean;
  /** Left out: no time passes. */
  readonly monotonicMs?: () => number;
}

export async function openBenchDesk(
  parts: BenchDeskParts,
): Promise<{ readonly desk: Desk; readonly clock: SimulatedClock }> {
  const { venue, startMs, store, settings, monotonicMs = () => 0 } = parts;
  const simulated = createSimulatedClock(startMs);
  const clock: SimulatedClock = parts.isReal === true ? { ...simulated, kind: "system" } : simulated;
  const counting = countedPorts();
  const config: DeskConfig = { ...benchConfig(), ...settings };
  const desk = await openStandingDesk(
    {
      config,
      runId: RunId.parse("live"),
      venue: {
        ...venue,
        marketData: counting.port("marketData", venue.marketData),
        universe: counting.port("universe", venue.universe),
        security: counting.port("security", venue.security),
        counting,
        hosts: config.strategies.map(({ use, parameters }) => createLocalHost(shippedStrategy(use, parameters))),
        quote: "USDT",
        cash: "10000" as Money,
      },
      clock,
      store,
      monotonicMs,
      sleepModels: parts.sleepModels ?? null,
      onNote: () => {},
    },
    NEVER_ABORTED,
  );
  return { desk, clock };
}
