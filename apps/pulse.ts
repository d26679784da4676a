// Floor 6. Signs of life of a thread, in memory that it shares with the process that started it.

/** What such a thread does. In `load` and `run` a user's code runs, and is watched. */
export const PHASES = ["load", "open", "run", "sum-up", "idle"] as const;
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
