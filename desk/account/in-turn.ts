// Floor 4. Work on one account, one after another: what is checked stays true until it is journaled.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Account } from "./account.ts";

/** The newest work of each account. */
const newest = new WeakMap<Account, Promise<unknown>>();

/**
 * Runs the work once all that was given before has ended, well or not, and it is known what the journal has. The work gives no
 * other work on the same account.
 */
export function inTurn<T>(account: Account, options: CallOptions, work: () => Promise<T>): Promise<T> {
  const done = (newest.get(account) ?? Promise.resolve()).then(() => account.settle(options)).then(work);
  newest.set(
    account,
    done.catch(() => {}),
  );
  return done;
}
