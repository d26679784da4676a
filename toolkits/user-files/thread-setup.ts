// Floor 2. What a thread for a user's code does before that code is imported.
import { type MessagePort, workerData } from "node:worker_threads";

/** In the workerData of every such thread. */
export interface OutputPort {
  /** Takes lines of output. */
  readonly output: MessagePort;
}

/** Before the code of a user is imported. */
export function setUpThread(): void {
  keepFromEnvironment();
  sendOutput(workerData);
  silenceTypelessWarning();
}

/** Lines passed on; more are dropped, which is said. */
const MOST_LINES = 200;
const LONGEST_LINE = 500;

function sendOutput({ output }: OutputPort): void {
  let lines = 0;
  const pass = (line: string): void => {
    lines += 1;
    if (lines <= MOST_LINES) output.postMessage(line.slice(0, LONGEST_LINE));
    else if (lines === MOST_LINES + 1) output.postMessage("(more than 200 lines: the rest is not shown)");
  };
  for (const stream of [process.stdout, process.stderr]) {
    let rest = "";
    stream.write = (chunk: string | Uint8Array, ...more: readonly unknown[]): boolean => {
      const parts = (rest + (typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk))).split("\n");
      rest = (parts.pop() ?? "").slice(0, LONGEST_LINE);
      for (const line of parts) pass(line);
      const done = more.at(-1);
      if (typeof done === "function") queueMicrotask(() => done());
      return true;
    };
  }
}

/** The environment of the thread is empty; a diagnostic report would still name that of the process. */
function keepFromEnvironment(): void {
  Object.defineProperty(process, "report", { value: undefined });
}

/** A package.json without `type` is no mistake of a strategy's; other warnings stay. */
function silenceTypelessWarning(): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning: Error & { readonly code?: string }) => {
    if (warning.code === "MODULE_TYPELESS_PACKAGE_JSON" || warning.name === "ExperimentalWarning") return;
    // Said again, with the remedy, by what cannot be loaded.
    if (warning.message.startsWith("Failed to load the ES module")) return;
    process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
}
