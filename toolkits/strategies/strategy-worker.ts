// Floor 2. The thread of one strategy from a file: loads it, then answers one message a slot. Runs in a worker only.
import { workerData } from "node:worker_threads";
import { StrategyError, type StrategyFault } from "#schemas/errors.ts";
import { keepFromEnvironment, silenceTypelessWarning } from "../user-files/thread-setup.ts";
import { infoOf, readAll, readAllHeld } from "./host.ts";
import { loadStrategy } from "./load-strategy.ts";
import type { LoadMessage, Request, Response, ThreadData } from "./thread-messages.ts";
import { unpackMarkets } from "./thread-messages.ts";

const data: ThreadData = workerData;
const { port } = data;
const say = (message: LoadMessage | Response): void => port.postMessage(message);

keepFromEnvironment();
silenceTypelessWarning();
say({ type: "started" });
try {
  const { strategy, files } = await loadStrategy(data);
  say({ type: "loaded", info: infoOf(strategy), files });
  port.on("message", (request: Request) => {
    try {
      const results =
        request.type === "read"
          ? readAll(strategy, unpackMarkets(request.markets), { wantsLevels: request.wantsLevels })
          : readAllHeld(strategy, request.rows);
      say({ type: "read", results });
    } catch (error) {
      say({ type: "fault", fault: faultOf(error) });
    }
  });
} catch (error) {
  say({ type: "fault", fault: faultOf(error) });
}

function faultOf(error: unknown): StrategyFault {
  if (error instanceof StrategyError) return error.fault;
  const was = `it failed: ${error instanceof Error ? error.message : String(error)}.`;
  return { strategy: data.file, was, remedy: "Report this as a bug." };
}
