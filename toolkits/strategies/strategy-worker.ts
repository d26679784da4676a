// Floor 2. The thread of one strategy from a file: loads it, then answers one message a slot. Runs in a worker only.
import { workerData } from "node:worker_threads";
import { StrategyError, type StrategyFault } from "#schemas/errors.ts";
import { setUpThread } from "../user-files/thread-setup.ts";
import { infoOf, readAll, readAllHeld } from "./host.ts";
import { loadStrategy } from "./load-strategy.ts";
import type { Strategy } from "./strategy.ts";
import type { LoadMessage, Request, Response, ThreadData } from "./thread-messages.ts";
import { unpackMarkets } from "./thread-messages.ts";

const data: ThreadData = workerData;
const { port } = data;
const say = (message: LoadMessage | Response): void => port.postMessage(message);

/** Imports and checks the file; then answers whatever is asked. */
async function serve(): Promise<void> {
  say({ type: "started" });
  try {
    const { strategy, files } = await loadStrategy(data);
    process.removeListener("beforeExit", refuseWaiting);
    port.on("message", (request: Request) => say(answerTo(strategy, request)));
    say({ type: "loaded", info: infoOf(strategy), files });
  } catch (error) {
    process.removeListener("beforeExit", refuseWaiting);
    say({ type: "fault", fault: faultOf(error) });
  }
}

/** Nothing is left that could happen, and the file is not loaded. */
function refuseWaiting(): void {
  const was = "it waits at its top level for what never comes.";
  say({ type: "fault", fault: { strategy: data.file, was, remedy: "Correct the file." } });
  process.exit();
}

function answerTo(strategy: Strategy, request: Request): Response {
  try {
    if (request.type === "read-held") return { type: "read", results: readAllHeld(strategy, request.rows) };
    const { markets, options } = request;
    return { type: "read", results: readAll(strategy, unpackMarkets(markets), options) };
  } catch (error) {
    return { type: "fault", fault: faultOf(error) };
  }
}

function faultOf(error: unknown): StrategyFault {
  if (error instanceof StrategyError) return error.fault;
  const was = `it failed: ${error instanceof Error ? error.message : String(error)}.`;
  return { strategy: data.file, was, remedy: "Report this as a bug." };
}

setUpThread();
process.on("beforeExit", refuseWaiting);
void serve();
