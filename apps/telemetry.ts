// Floor 6. Who looks on at a running desk: metrics, log and traces, opened together and told of the same things. None of them changes
// what the desk does; each may fail without the others.
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import type { Door } from "./door.ts";
import type { HttpParts } from "./http/server.ts";
import { type LoggedSlot, logDesk } from "./log/log-desk.ts";
import type { Log } from "./log/open-log.ts";
import { openHealth, readinessOf, readyRoutes } from "./metrics/health.ts";
import { openMetrics } from "./metrics/open-metrics.ts";
import { metricsRoutes } from "./metrics/routes.ts";
import { traceDesk } from "./traces/trace-desk.ts";
import type { OpenDesk } from "./wire.ts";

export interface Telemetry {
  /** `/metrics` and `/ready`, for the server to put behind its guards. */
  readonly faces: HttpParts["faces"];
  /** After a finished slot. */
  slotDone(slot: LoggedSlot): void;
  /** Within a bounded time. */
  close(): Promise<void>;
}

export interface TelemetryParts {
  readonly log: Log;
  /** True while a slot is at work. */
  readonly isBusy: () => boolean;
  readonly onNote: (text: string) => void;
}

/** @throws ConfigError for a collector's URL that cannot be used */
export function openTelemetry(open: OpenDesk, door: Door, { log, isBusy, onNote }: TelemetryParts): Telemetry {
  const { desk, store, accountLost, env } = open;
  const { observers } = open.venue.counting;
  const wallMs = systemClock().now;
  const { about, feed } = door;
  const traces = traceDesk({ env, about, observers, wallMs, monotonicMs, onNote });
  const metrics = openMetrics({ door, desk, observers, isBusy, monotonicMs });
  const logged = logDesk(log, { about, feed, observers, monotonicMs });
  const health = openHealth();
  const ready = () => readinessOf({ desk, store, accountLost });
  return {
    faces: [metricsRoutes(metrics), readyRoutes(ready, health.healthOf)],
    slotDone: (slot) => {
      metrics.slotDone(slot);
      logged.slotDone(slot);
      traces.slotDone(slot);
    },
    close: async () => {
      metrics.close();
      logged.close();
      health.close();
      await traces.close();
    },
  };
}
