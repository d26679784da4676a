// A key in the form that each venue gives one, made up here; what the exchange checks signatures with, and what the desk signs with.
import { generateKeyPairSync } from "node:crypto";
import type { ExchangeKeys } from "#toolkits/market/ccxt/client.ts";
import type { Account } from "../signatures.ts";

const PLAIN: Account = { key: "test-key-1", secret: "dGVzdC1zZWNyZXQtb2YtdGhlLWFjY291bnQ=", password: "test-password" };

/** Coinbase gives the private key of an elliptic curve, and keeps the public one. */
const coinbaseKey = (): Account => ({
  key: "organizations/11111111-2222-4333-8444-555555555555/apiKeys/66666666-7777-4888-9999-000000000000",
  secret: generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "sec1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey,
  password: "",
});

const KEYS: Readonly<Record<string, Account>> = { coinbase: coinbaseKey() };

export function keyFor(venueId: string): { readonly account: Account; readonly keys: ExchangeKeys } {
  const account = KEYS[venueId] ?? PLAIN;
  return { account, keys: { key: account.key, secret: account.secret, password: account.password || null } };
}
