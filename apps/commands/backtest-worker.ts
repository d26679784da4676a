// Floor 6. The thread of a backtest of strategies from files: imports them, opens the venue and runs it whole, with an empty
// environment. Runs in a worker only.
import { workerData } from "node:worker_threads";
import { StrategyError } from "#schemas/errors.ts";
import { setUpThread } from "#toolkits/user-files/thread-setup.ts";
import { errorDocument } from "../error-document.ts";
import { Pulse } from "../pulse.ts";
import type { BacktestMessage, BacktestThreadData } from "./backtest-messages.ts";

const {
  config,
  rules,
  range,
  isDrawn,
  rulePrices,
  isAudited,
  detail: asked,
  elapsedMs,
  port,
  pulse: buffer,
}: BacktestThreadData = workerData;
const startedMs = performance.now() - elapsedMs;
const pulse = new Pulse(buffer);
const say = (message: BacktestMessage): void => port.postMessage(message);

async function run(): Promise<void> {
  const { openStrategies } = await import("../strategies.ts");
  const { openVenue } = await import("../venues.ts");
  const { backtest } = await import("./backtest.ts");
  const { signal } = new AbortController();
  const detail = asked === null ? {} : { detail: asked };
  pulse.enter("load");
  const hosts = await openStrategies(config, { signal, intoThisThread: true });
  pulse.enter("open");
  const venue = await openVenue(config, { signal, hosts, ...detail });
  for (const note of venue.notes) say({ type: "note", text: note });
  const io = {
    note: (text: string) => say({ type: "note", text }),
    progress: (text: string | null) => say({ type: "progress", text }),
  };
  pulse.enter("run");
  const onSlot = (slotMs: number): void => pulse.beat(slotMs);
  const document = await backtest(config, venue, io, {
    signal,
    startedMs,
    env: {},
    rules,
    range,
    isDrawn,
    ...detail,
    rulePrices,
    isAudited,
    onSlot,
    onRun: () => pulse.enter("sum-up"),
  });
  say({ type: "done", document });
}

setUpThread();
run().catch((error: unknown) => {
  if (error instanceof StrategyError) say({ type: "fault", fault: error.fault });
  else say({ type: "error", error: errorDocument(error) });
});
