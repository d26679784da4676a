// Floor 4. Who did not answer → when it is asked again. A contract that a source cannot answer does not stand in the way of the others; a
// source that answers nothing is left alone for a while.
import { VenuePausedError } from "#schemas/errors.ts";
import { HOUR_MS, MINUTE_MS } from "#schemas/units.ts";

/** Failures in a row after which the source itself is taken for silent. */
const FAILURES_IN_A_ROW = 3;
/** The more often in a row, the longer; the last one again and again. */
const SOURCE_RESTS_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS] as const;
const CONTRACT_RESTS_MS = [15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS] as const;

interface Silence {
  readonly untilMs: number;
  readonly inARow: number;
  readonly why: string;
}

const restOf = (rests: readonly number[], inARow: number): number => rests[Math.min(inARow, rests.length) - 1] ?? 0;

export class Patience {
  readonly #sources = new Map<string, Silence>();
  readonly #contracts = new Map<string, Silence>();

  /** Why nothing new is known from this source, of anything or of this contract; null: it answers. */
  silence(source: string, contract: string): string | null {
    const own = this.#contracts.get(`${source} ${contract}`);
    const all = this.#sources.get(source);
    return own?.why ?? (all !== undefined && all.untilMs > 0 ? all.why : null);
  }

  /** Until when the source is not asked for anything, ms; 0: it may be asked. */
  restsUntilMs = (source: string): number => this.#sources.get(source)?.untilMs ?? 0;

  mayAsk(source: string, contract: string, nowMs: number): boolean {
    const own = this.#contracts.get(`${source} ${contract}`);
    return this.restsUntilMs(source) <= nowMs && (own === undefined || own.untilMs <= nowMs);
  }

  answered(source: string, contract: string): void {
    this.#sources.delete(source);
    this.#contracts.delete(`${source} ${contract}`);
  }

  failed(source: string, contract: string, error: Error, nowMs: number): void {
    const inARow = (this.#sources.get(source)?.inARow ?? 0) + 1;
    const untilMs = error instanceof VenuePausedError ? error.untilMs : restOfSource(inARow, nowMs);
    this.#sources.set(source, { untilMs, inARow, why: error.message });
    // What concerns the source says nothing of the contract that happened to be asked for.
    if (untilMs > nowMs) return;
    const before = this.#contracts.get(`${source} ${contract}`)?.inARow ?? 0;
    const rest = restOf(CONTRACT_RESTS_MS, before + 1);
    this.#contracts.set(`${source} ${contract}`, { untilMs: nowMs + rest, inARow: before + 1, why: error.message });
  }
}

const restOfSource = (inARow: number, nowMs: number): number =>
  inARow < FAILURES_IN_A_ROW ? 0 : nowMs + restOf(SOURCE_RESTS_MS, inARow - FAILURES_IN_A_ROW + 1);
