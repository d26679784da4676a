// Floor 6. A thread of its own for strategies from files and what runs them, watched by the process that started it: a rule that hangs, or
// takes memory without end, ends the thread with a reason that names file and slot, not the process.
import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { systemClock } from "#scheduler/clock.ts";
import { StrategyError } from "#schemas/errors.ts";
import { toIso } from "#schemas/units.ts";
import { Patience } from "#toolkits/user-files/patience.ts";
import { UserThread } from "#toolkits/user-files/thread.ts";
import { Pulse } from "./pulse.ts";

/** Without a slot run for so long, it hangs. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 250;
/** Heap of the thread. Candles of a long history lie beside it, and are counted only as far as they grow while rules run. */
const MEMORY_MB = 4096;

/** In the workerData of every such thread, beside its own. */
export interface WatchedData {
  readonly port: MessagePort;
  readonly pulse: SharedArrayBuffer;
}

export interface Limits {
  readonly patienceMs?: number;
  readonly memoryMb?: number;
}

export interface WatchedThreadOptions<Received> extends Limits {
  /** Left out: it is ended by `end` alone. */
  readonly signal?: AbortSignal;
  /** File of our own that it runs, absolute. */
  readonly entry: string;
  readonly data: object;
  /** The strategy files that it loads, for what is said of it. */
  readonly files: readonly string[];
  /** Hears every line that the code of the user prints. */
  readonly onOutput: (line: string) => void;
  readonly onMessage: (message: Received) => void;
}

export class WatchedThread<Sent, Received> {
  /** Rejects when it has ended or is to be ended: with a StrategyError that says why, or the signal's reason. Never resolves. */
  readonly failed: Promise<never>;
  readonly #pulse = new Pulse();
  readonly #port: MessagePort;
  readonly #thread: UserThread;
  readonly #files: readonly string[];
  readonly #done = new AbortController();

  constructor({ entry, data, files, signal, onOutput, onMessage, ...limits }: WatchedThreadOptions<Received>) {
    const { patienceMs = PATIENCE_MS, memoryMb = MEMORY_MB } = limits;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#files = files;
    const watched: WatchedData = { port: port2, pulse: this.#pulse.buffer };
    this.#thread = new UserThread(entry, { data: { ...data, ...watched }, memoryMb, onOutput }, [port2]);
    port1.on("message", onMessage);
    const ended = this.#thread.whenEnded.then((reason) => {
      // What was sent before the end counts.
      for (let left = receiveMessageOnPort(port1); left !== undefined; left = receiveMessageOnPort(port1))
        onMessage(left.message);
      return reason;
    });
    const signals = signal === undefined ? [] : [signal];
    const watch = { patienceMs, memoryMb, signal: AbortSignal.any([...signals, this.#done.signal]) };
    this.failed = Promise.race([ended, this.#watch(watch)]).then((reason) => Promise.reject(this.#faultOf(reason)));
    this.failed.catch(() => {});
  }

  send(message: Sent): void {
    this.#port.postMessage(message);
  }

  /** Ends it at once, whatever it does at the moment. */
  async end(reason: string): Promise<void> {
    this.#done.abort();
    await this.#thread.end(reason);
    this.#port.close();
  }

  /** Resolves with what is wrong with it; rejects when it is not to be watched any more. */
  async #watch({ patienceMs, memoryMb, signal }: Required<Limits> & { readonly signal: AbortSignal }): Promise<string> {
    const clock = systemClock();
    const stepMs = Math.min(LOOK_MS, patienceMs);
    const patience = new Patience(this.#thread, patienceMs);
    const pulse = this.#pulse;
    let { beats } = pulse;
    let memoryBefore = 0;
    for (;;) {
      await clock.sleep(stepMs, { signal });
      const isUsersCode = pulse.phase === "load" || pulse.phase === "run";
      const usedMb = await this.#thread.memoryMb().catch(() => 0);
      if (!isUsersCode) memoryBefore = usedMb;
      if (usedMb - memoryBefore > memoryMb) return `it took more than ${memoryMb} MiB of memory`;
      if (!isUsersCode || pulse.beats !== beats) {
        beats = pulse.beats;
        patience.renew();
      } else if (await patience.isOver(stepMs)) return `nothing happened for ${patienceMs / 1000} s`;
    }
  }

  #faultOf(reason: string): StrategyError {
    const { phase, slotMs } = this.#pulse;
    const slot = phase === "run" && slotMs > 0 ? ` the slot ${toIso(slotMs)}` : "";
    return new StrategyError({
      strategy: this.#files.join(", "),
      was: `${reason}, while it ${DOING[phase]}${slot}.`,
      remedy: "Correct the rule that takes so long or so much there.",
    });
  }
}

const DOING = {
  load: "was loaded",
  open: "waited for the venue",
  run: "decided",
  "sum-up": "was summed up",
  idle: "waited for work",
} as const;
