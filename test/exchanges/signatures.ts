// A signed read as four exchanges document it → whether key, signature, time and password are right.
import { createHmac } from "node:crypto";
import type { Ask } from "./ask.ts";

export interface Account {
  readonly key: string;
  readonly secret: string;
  readonly password: string;
}

export type Refusal = "key" | "signature" | "time" | null;

const RECEIVE_MS = 10_000;
const OKX_RECEIVE_MS = 30_000;

const hmac = (secret: string, text: string, as: "hex" | "base64"): string =>
  createHmac("sha256", secret).update(text).digest(as);

function judge(
  account: Account | null,
  key: string | undefined,
  stampMs: number,
  nowMs: number,
  isSigned: boolean,
  receiveMs = RECEIVE_MS,
): Refusal {
  if (account === null || key !== account.key) return "key";
  if (!(Math.abs(nowMs - stampMs) <= receiveMs)) return "time";
  return isSigned ? null : "signature";
}

/** Binance and MEXC: the query up to its signature, in hex. */
export function refusesQuery(ask: Ask, header: string, account: Account | null, nowMs: number): Refusal {
  const [, query = ""] = ask.target.split("?");
  const [signed = "", signature] = query.split("&signature=");
  const isSigned = signature === hmac(account?.secret ?? "", signed, "hex");
  return judge(account, ask.headers[header], Number(ask.query.get("timestamp") ?? Number.NaN), nowMs, isSigned);
}

/** OKX: time, method, path and body, in base64, and the password beside it; good for 30 s. */
export function refusesOkx({ method, target, headers, rawBody }: Ask, account: Account | null, nowMs: number): Refusal {
  const stamp = headers["ok-access-timestamp"] ?? "";
  const isSigned =
    headers["ok-access-sign"] === hmac(account?.secret ?? "", `${stamp}${method}${target}${rawBody}`, "base64") &&
    headers["ok-access-passphrase"] === account?.password;
  return judge(account, headers["ok-access-key"], Date.parse(stamp), nowMs, isSigned, OKX_RECEIVE_MS);
}

/** Bybit: time, key, window and query, in hex. */
export function refusesBybit({ target, headers }: Ask, account: Account | null, nowMs: number): Refusal {
  const [, query = ""] = target.split("?");
  const [stamp = "", key = "", window = ""] = ["timestamp", "api-key", "recv-window"].map(
    (name) => headers[`x-bapi-${name}`],
  );
  const isSigned = headers["x-bapi-sign"] === hmac(account?.secret ?? "", stamp + key + window + query, "hex");
  return judge(account, key, Number(stamp), nowMs, isSigned);
}
