// Floor 6. What a backtest's thread and the process that started it send each other.
import type { MessagePort } from "node:worker_threads";
import type { DeskConfig } from "#schemas/config.ts";
import type { StrategyFault } from "#schemas/errors.ts";
import type { ErrorDocument } from "../error-document.ts";
import type { BacktestDocument } from "./backtest.ts";

export interface BacktestThreadData {
  readonly config: DeskConfig;
  /** The operator's, in words. */
  readonly rules: readonly string[];
  /** How long before the thread was started the command began, ms. */
  readonly elapsedMs: number;
  readonly port: MessagePort;
  readonly pulse: SharedArrayBuffer;
}

export type BacktestMessage =
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "progress"; readonly text: string | null }
  | { readonly type: "done"; readonly document: BacktestDocument }
  | { readonly type: "fault"; readonly fault: StrategyFault }
  | { readonly type: "error"; readonly error: ErrorDocument };

/** What the thread does, in its order. In `load` and `run` a user's code runs, and is watched. */
export const PHASES = ["load", "open", "run", "sum-up"] as const;
export type Phase = (typeof PHASES)[number];

/** Written by the thread, read by the process while the thread is busy: messages would wait for it. */
export class Pulse {
  /** Phase, signs of life, the slot that is run. */
  readonly #values: Float64Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(3 * Float64Array.BYTES_PER_ELEMENT)) {
    this.#values = new Float64Array(buffer);
  }

  get buffer(): SharedArrayBuffer {
    return this.#values.buffer as SharedArrayBuffer;
  }

  get phase(): Phase {
    return PHASES[this.#values[0] ?? 0] ?? "load";
  }

  get beats(): number {
    return this.#values[1] ?? 0;
  }

  /** Close of the candle that is decided on, epoch ms. */
  get slotMs(): number {
    return this.#values[2] ?? 0;
  }

  enter(phase: Phase): void {
    this.#values[0] = PHASES.indexOf(phase);
    this.#values[1] = this.beats + 1;
  }

  beat(slotMs: number): void {
    this.#values[2] = slotMs;
    this.#values[1] = this.beats + 1;
  }
}
