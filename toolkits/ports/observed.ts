// Floor 2, ports. Calls of ports and of models, and entries of the ledger → whoever looks on: metrics, logs, traces. Who looks on
// changes nothing, and takes the time itself: durations enter no record (law 2).
import { AsyncLocalStorage } from "node:async_hooks";
import type { Answered } from "#schemas/ports/work.ts";
import type { LedgerEntry } from "#schemas/work.ts";
import type { VenuePorts } from "./compose.ts";

export interface SeenCall {
  readonly port: keyof VenuePorts | "model";
  /** Of a model: its name, as the setting has it. */
  readonly verb: string;
}

export interface CallEnd {
  /** Null: it was answered. */
  readonly error: unknown;
  /** Tries after the first one. */
  readonly retries: number;
}

export interface Observer {
  /** A call begins; what comes back is told of its end, once. */
  called(call: SeenCall): (end: CallEnd) => void;
  /** An entry of the ledger was written. */
  recorded(entry: LedgerEntry): void;
}

/** A call under way that no promise of ours stands for: of a model, whose answer comes as a stream. */
export interface OpenCall {
  retried(): void;
  /** Told again it says nothing. */
  ended(error: unknown): void;
}

export interface Observers {
  /** From now on; returns the way to stop. What an observer throws is dropped. */
  add(observer: Observer): () => void;
  began(call: SeenCall): OpenCall;
  /** Where nobody looks on, the call alone. */
  during<T>(call: SeenCall, next: () => Answered<T>): Answered<T>;
  recorded(entry: LedgerEntry): void;
}

const underWay = new AsyncLocalStorage<OpenCall>();

/** The port's call that runs here is being tried again. */
export const triedAgain = (): void => underWay.getStore()?.retried();

/** Nobody looks on yet. */
export function createObservers(): Observers {
  const observers = new Set<Observer>();
  const began = (call: SeenCall): OpenCall => {
    let retries = 0;
    let ends: readonly ((end: CallEnd) => void)[] = [];
    for (const observer of observers) undisturbed(() => (ends = [...ends, observer.called(call)]));
    return {
      retried: () => {
        retries += 1;
      },
      ended: (error) => {
        const told = ends;
        ends = [];
        for (const end of told) undisturbed(() => end({ error, retries }));
      },
    };
  };
  return {
    add: (observer) => {
      observers.add(observer);
      return () => void observers.delete(observer);
    },
    began,
    during: (call, next) => {
      if (observers.size === 0) return next();
      const open = began(call);
      const failed = (error: unknown): never => {
        open.ended(error);
        throw error;
      };
      const answered = <T>(answer: T): T => {
        open.ended(null);
        return answer;
      };
      try {
        const answer = underWay.run(open, next);
        return answer instanceof Promise ? answer.then(answered, failed) : answered(answer);
      } catch (error) {
        return failed(error);
      }
    },
    recorded: (entry) => {
      for (const observer of observers) undisturbed(() => observer.recorded(entry));
    },
  };
}

/** A metric that cannot be counted stops no trading. */
function undisturbed(tell: () => unknown): void {
  try {
    tell();
  } catch {
    // There is nobody to tell: the log is an observer itself.
  }
}
