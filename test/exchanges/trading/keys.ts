// A key in the form that each venue gives one, made up here; what the exchange checks signatures with, and what the desk signs with.
import type { ExchangeKeys } from "#toolkits/market/ccxt/client.ts";
import type { Account } from "../signatures.ts";

const PLAIN: Account = { key: "test-key-1", secret: "dGVzdC1zZWNyZXQtb2YtdGhlLWFjY291bnQ=", password: "test-password" };

/** Coinbase signs with a private key of an elliptic curve; see its file. */
const KEYS: Readonly<Record<string, Account>> = {};

export function keyFor(venueId: string): { readonly account: Account; readonly keys: ExchangeKeys } {
  const account = KEYS[venueId] ?? PLAIN;
  return { account, keys: { key: account.key, secret: account.secret, password: account.password } };
}
