// Floor 4. Acts on one account come one after another: between what an act was judged by and its rows no other act gets in.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Account } from "../account/account.ts";

const last = new WeakMap<Account, Promise<unknown>>();

/**
 * Runs the work once every act asked for before it has ended, well or not, and it is known what the journal has. The work asks
 * for no other act.
 */
export function oneAtATime<T>(account: Account, options: CallOptions, work: () => Promise<T>): Promise<T> {
  const done = (last.get(account) ?? Promise.resolve()).then(() => account.settle(options)).then(work);
  last.set(
    account,
    done.catch(() => {}),
  );
  return done;
}
