// An account whose journal is read from the beginning.
import { type Account, ownAccount } from "#desk/account/account.ts";
import { AccountFold, type AccountStart } from "#desk/account/account-fold.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";

export const openAccount = (journal: Journal, start: AccountStart, options: CallOptions): Promise<Account> =>
  ownAccount(journal, new AccountFold(start, true), options);
