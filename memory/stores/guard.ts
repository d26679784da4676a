// Floor 2. What every verb of a store shares: refusal after close, the caller's signal, and one error for a database that
// fails.
import { untilAborted } from "#schemas/abort.ts";
import { DeepTraderError, StoreError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Answered } from "./postgres-client.ts";

/** Runs the verbs of one opened store. */
export type StoreGuard = ReturnType<typeof createGuard>;

type Verb = (...args: never[]) => Promise<unknown>;

/**
 * @param what names the store in messages, without secrets: `PostgreSQL at db:5432/khala`
 * @param answered left out: the database is in this process, and answers or fails
 */
export function createGuard(what: string, answered: Answered = (work) => work) {
  let closed = false;
  const run = async <T>({ signal }: CallOptions, work: () => Promise<T>, isLong = false): Promise<T> => {
    signal.throwIfAborted();
    if (closed) throw closedError(what);
    try {
      return await untilAborted(answered(work(), isLong), signal);
    } catch (error) {
      if (error instanceof DeepTraderError || signal.aborted) throw error;
      throw closed ? closedError(what) : failedError(what, error);
    }
  };
  return {
    /**
     * Runs one verb. When the signal fires the caller is let go at once with its reason; a statement that is already under
     * way may still take effect, which is why every write is idempotent.
     * @throws StoreError after close, and for whatever the database throws
     */
    run,
    /** The same verbs, each run by `run`; the last argument of every one is its CallOptions. @param isLong each may take minutes */
    verbs<Port extends Record<keyof Port, Verb>>(port: Port, { isLong = false } = {}): Port {
      const guarded = Object.entries<Verb>(port).map(([name, verb]) => [
        name,
        (...args: never[]) => run(args.at(-1) as unknown as CallOptions, () => verb(...args), isLong),
      ]);
      return Object.fromEntries(guarded) as Port;
    },
    /** Refuses all that comes later; false where it was closed already. */
    close(): boolean {
      const first = !closed;
      closed = true;
      return first;
    },
  };
}

/** The innermost cause: query builders wrap the database's own words, with all parameters, around it. */
export function rootMessage(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  if (root instanceof AggregateError && root.message === "") return rootMessage(root.errors[0]);
  return root instanceof Error ? root.message : String(root);
}

const closedError = (what: string) =>
  new StoreError({ was: `${what} has been closed.`, remedy: "This is a bug: nothing may use a store after close." });

const failedError = (what: string, error: unknown) =>
  new StoreError({
    was: `${what} failed: ${rootMessage(error)}.`,
    remedy: "Run `deeptrader doctor`; it says what the store needs.",
    cause: error,
  });
