// What an account has come to, as text that can be compared.
import type { Account } from "#desk/account/account.ts";
import type { Stretch } from "./stretch.ts";

export const accountTold = (account: Pick<Account, "portfolio" | "decisionsHash" | "counts">): Stretch["account"] => ({
  portfolio: JSON.stringify(account.portfolio(), (_, value) =>
    value instanceof Map || value instanceof Set ? [...value] : value,
  ),
  decisionsHash: account.decisionsHash(),
  counts: account.counts(),
});
