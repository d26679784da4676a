// Floor 4. Work on one account, one after another: what is checked stays true until it is journaled.
import type { Account } from "./account.ts";

/** The newest work of each account. */
const newest = new WeakMap<Account, Promise<unknown>>();

/** Begins when all work that was given before has ended, well or badly. */
export function inTurn<T>(account: Account, work: () => Promise<T>): Promise<T> {
  const done = (newest.get(account) ?? Promise.resolve()).then(work);
  newest.set(
    account,
    done.catch(() => {}),
  );
  return done;
}
