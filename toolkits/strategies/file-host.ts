// Floor 2. A strategy file → a host: the file is imported and asked in a thread of its own, within deadlines. One that throws,
// hangs, takes too much memory or ends its thread is ended for good; the process and other strategies go on.
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { StrategyError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { Patience } from "../user-files/patience.ts";
import { UserThread } from "../user-files/thread.ts";
import { changedSince, type FileState } from "../user-files/user-file.ts";
import type { HostAnswer, ReadOptions, StrategyHost } from "./host.ts";
import type { HeldResult, HeldRows, MarketReading, MarketRows } from "./read-market.ts";
import type { StrategyInfo } from "./strategy.ts";
import { type LoadMessage, packMarkets, type Request, type Response, type ThreadData } from "./thread-messages.ts";

/** Time for the thread to stand, which is our own code on a machine that may be busy. */
const START_MS = 60_000;
/** Time for the file to be imported. */
export const LOAD_MS = 10_000;
/** Time for all markets of a slot; 50 markets take a few milliseconds. */
export const SLOT_MS = 2_000;
/** Heap and buffers of one strategy. */
export const MEMORY_MB = 256;
/** Between two looks at a thread that has not answered. */
const LOOK_MS = 100;
export interface FileHostOptions extends CallOptions {
  /** Of the system clock: a hung thread is one that takes too long in real time. */
  readonly sleep: (ms: number, options: CallOptions) => Promise<void>;
  /** Instead of the defaults that the file declares. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Hears what the file writes to stdout and stderr, line by line. */
  readonly onOutput?: (file: string, line: string) => void;
  readonly loadMs?: number;
  readonly slotMs?: number;
  readonly memoryMb?: number;
}

/**
 * @param file path as the user wrote it, from the working folder
 * @throws StrategyError naming file and field where it cannot be loaded
 */
export async function openStrategyFile(file: string, options: FileHostOptions): Promise<StrategyHost> {
  const { parameters = {}, onOutput = () => {}, memoryMb = MEMORY_MB } = options;
  const { port1, port2 } = new MessageChannel();
  const data: ThreadData = { path: resolve(file), file, parameters, port: port2 };
  const thread = new UserThread(
    createRequire(import.meta.url).resolve("#toolkits/strategies/strategy-worker.ts"),
    { data, memoryMb, onOutput: (line) => onOutput(file, line) },
    [port2],
  );
  const line = new ThreadLine(file, thread, port1, options);
  const { signal, loadMs = LOAD_MS } = options;
  try {
    await line.next<LoadMessage>({ deadlineMs: START_MS, what: "start", signal });
    const answer = await line.next<LoadMessage>({ deadlineMs: loadMs, what: "be loaded", signal });
    if (answer.type === "loaded") return new FileHost(answer.info, answer.files, line, options);
    throw new StrategyError(answer.type === "fault" ? answer.fault : { strategy: file, ...OUT_OF_TURN });
  } catch (error) {
    await line.end("it could not be loaded");
    throw error;
  }
}

const OUT_OF_TURN = { was: "its thread spoke out of turn.", remedy: "Report this as a bug." };

class FileHost implements StrategyHost {
  readonly info: StrategyInfo;
  readonly local = null;
  fault: StrategyError | null = null;
  readonly #files: readonly FileState[];
  readonly #line: ThreadLine;
  readonly #options: FileHostOptions;
  /** One request at a time: the deadline is of one slot. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(info: StrategyInfo, files: readonly FileState[], line: ThreadLine, options: FileHostOptions) {
    this.info = info;
    this.#files = files;
    this.#line = line;
    this.#options = options;
  }

  read(markets: readonly MarketRows[], options: ReadOptions = {}): Promise<HostAnswer<MarketReading>> {
    return this.#ask<MarketReading>(() => {
      const packed = packMarkets(markets);
      return [{ type: "read", markets: packed, options }, [packed.numbers.buffer]];
    }, markets.length);
  }

  readHeld(rows: readonly HeldRows[]): Promise<HostAnswer<HeldResult>> {
    if (!this.info.hasExitHeld) return Promise.resolve({ status: "read", results: rows.map(() => null) });
    return this.#ask<HeldResult>(() => [{ type: "read-held", rows }, []], rows.length);
  }

  editedSince(): string | null {
    return changedSince(this.#files);
  }

  async close(): Promise<void> {
    await this.#line.end("it was closed");
  }

  #ask<Result>(make: () => readonly [Request, readonly ArrayBuffer[]], markets: number): Promise<HostAnswer<Result>> {
    const asked = this.#turn.then(() => this.#answer<Result>(make, markets));
    this.#turn = asked;
    return asked;
  }

  async #answer<Result>(
    make: () => readonly [Request, readonly ArrayBuffer[]],
    markets: number,
  ): Promise<HostAnswer<Result>> {
    if (this.fault !== null) return { status: "ended", fault: this.fault };
    const { slotMs = SLOT_MS, signal } = this.#options;
    try {
      this.#line.send(...make());
      const what = `read ${markets} ${markets === 1 ? "market" : "markets"}`;
      const answer = await this.#line.next<Response>({ deadlineMs: slotMs, what, signal });
      if (answer.type === "read") return { status: "read", results: answer.results as readonly Result[] };
      throw new StrategyError(answer.fault);
    } catch (error) {
      this.fault = error instanceof StrategyError ? error : this.#line.faultOf(String(error));
      await this.#line.end("it was ended");
      return { status: "ended", fault: this.fault };
    }
  }
}

interface Wait extends CallOptions {
  readonly deadlineMs: number;
  /** What it is to do, as in "took longer than 2 s to …". */
  readonly what: string;
}

/** Messages to and from one thread, each awaited until it comes, the thread ends, or it takes too long. */
class ThreadLine {
  readonly #file: string;
  readonly #thread: UserThread;
  readonly #port: MessageChannel["port1"];
  readonly #sleep: FileHostOptions["sleep"];
  #heard: unknown = null;
  #wake: (() => void) | null = null;

  constructor(file: string, thread: UserThread, port: MessageChannel["port1"], { sleep }: FileHostOptions) {
    this.#file = file;
    this.#thread = thread;
    this.#port = port;
    this.#sleep = sleep;
    port.on("message", (message: unknown) => {
      this.#heard = message;
      this.#wake?.();
    });
    port.unref();
    void thread.whenEnded.then(() => this.#wake?.());
  }

  send(request: Request, transfer: readonly ArrayBuffer[]): void {
    this.#port.postMessage(request, [...transfer]);
  }

  /** The next message. @throws StrategyError where there comes none */
  async next<Message>(wait: Wait): Promise<Message> {
    this.#port.ref();
    const done = new AbortController();
    const signal = AbortSignal.any([wait.signal, done.signal]);
    try {
      const arrived = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      if (this.#heard === null && this.#thread.ended === null) await Promise.race([arrived, this.#watch(wait, signal)]);
      return this.#take<Message>();
    } finally {
      this.#wake = null;
      done.abort();
      this.#port.unref();
    }
  }

  faultOf(was: string): StrategyError {
    return new StrategyError({
      strategy: this.#file,
      was: `${was}.`,
      remedy: "Correct the file; it is used at the next start.",
    });
  }

  async end(reason: string): Promise<void> {
    this.#port.close();
    await this.#thread.end(reason);
  }

  #take<Message>(): Message {
    // What was sent before the end counts; what waits in the port has not been heard yet.
    const heard = this.#heard ?? receiveMessageOnPort(this.#port)?.message;
    this.#heard = null;
    if (heard !== undefined && heard !== null) return heard as Message;
    throw this.faultOf(this.#thread.ended ?? "its thread did not answer");
  }

  /** Rejects where the thread takes too long or too much; resolves where there is something to take. */
  async #watch({ deadlineMs, what }: Wait, signal: AbortSignal): Promise<void> {
    const patience = new Patience(this.#thread, deadlineMs);
    const stepMs = Math.min(LOOK_MS, deadlineMs);
    while (this.#heard === null && this.#thread.ended === null) {
      await this.#sleep(stepMs, { signal }).catch(() => {});
      signal.throwIfAborted();
      const memory = await this.#thread.memoryFault().catch(() => null);
      if (memory !== null) throw this.faultOf(memory);
      const isOver = await patience.isOver(stepMs);
      // The answer may lie there already, where this thread itself was busy.
      if (isOver && this.#heard === null) throw this.faultOf(`it took longer than ${deadlineMs / 1000} s to ${what}`);
    }
  }
}
