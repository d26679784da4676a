// Floor 2. A thread of its own for a user's code: an empty environment, a limit on memory, its output as lines, and one reason
// why it ended.
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { OutputPort } from "./thread-setup.ts";

export interface ThreadOptions {
  /** Handed to the thread as its workerData, with where its output goes. */
  readonly data: object;
  /** Heap and buffers together, MiB. */
  readonly memoryMb: number;
  /** Hears every line that the code writes to stdout or stderr. */
  readonly onOutput: (line: string) => void;
}

const MIB = 1024 * 1024;
/** Young generation and code beside the heap, MiB. */
const YOUNG_MB = 32;

export class UserThread {
  readonly worker: Worker;
  /** Why it ended; null: it runs. */
  ended: string | null = null;
  /** Resolves with the reason once it has ended, by itself or by `end`; never rejects. */
  readonly whenEnded: Promise<string>;
  readonly #memoryMb: number;
  readonly #tell: (reason: string) => void;

  /** @param entry file of our own that it runs, absolute */
  constructor(entry: string, { data, memoryMb, onOutput }: ThreadOptions, transfer: readonly MessagePort[] = []) {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.whenEnded = promise;
    this.#tell = resolve;
    this.#memoryMb = memoryMb;
    const { port1: output, port2 } = new MessageChannel();
    this.worker = new Worker(entry, {
      workerData: { ...data, output: port2 } satisfies OutputPort,
      transferList: [...transfer, port2],
      env: {},
      argv: [],
      execArgv: [],
      // Never read here: reading them would hold the process. What the code prints comes through a port.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.worker.on("error", (error: unknown) => this.#end(reasonOf(error, memoryMb)));
    this.worker.on("messageerror", (error) => this.#end(`it sent what cannot be read: ${error.message}`));
    this.worker.on("exit", (code) => this.#end(`it ended its own thread with exit code ${code}`));
    output.on("message", onOutput);
    output.unref();
    void this.whenEnded.then(() => {
      for (let left = receiveMessageOnPort(output); left !== undefined; left = receiveMessageOnPort(output)) {
        onOutput(left.message);
      }
      output.close();
    });
    // A command that is done does not wait for it.
    this.worker.unref();
  }

  /** Ends it, whatever it does at the moment. */
  async end(reason: string): Promise<void> {
    this.#end(reason);
    await this.worker.terminate();
  }

  /** MiB that its heap and its buffers take; also of a thread that is busy. */
  async memoryMb(): Promise<number> {
    const { used_heap_size: heap, external_memory: external } = await this.worker.getHeapStatistics();
    return (heap + external) / MIB;
  }

  /** What is wrong with the memory that it takes; null: nothing. The heap's own limit does not count buffers. */
  async memoryFault(): Promise<string | null> {
    const usedMb = await this.memoryMb();
    return usedMb > this.#memoryMb + YOUNG_MB ? outOfMemory(this.#memoryMb) : null;
  }

  /** Processor time that it has used, ms. Rejects where Node cannot say: before 24.6. */
  async cpuMs(): Promise<number> {
    const { user, system } = await this.worker.cpuUsage();
    return (user + system) / 1000;
  }

  #end(reason: string): void {
    this.ended ??= reason;
    this.#tell(this.ended);
  }
}

const outOfMemory = (memoryMb: number): string => `it took more than ${memoryMb} MiB of memory`;

function reasonOf(error: unknown, memoryMb: number): string {
  if (!(error instanceof Error)) return `it threw ${String(error)}`;
  if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") return outOfMemory(memoryMb);
  return `it threw ${error.name}: ${error.message.split("\n")[0]}`;
}
