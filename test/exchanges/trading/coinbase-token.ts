// The token that each request to Coinbase is signed by: ES256, for one method and path, for two minutes.
// https://docs.cdp.coinbase.com/coinbase-app/authentication-authorization/api-key-authentication
import { createPublicKey, verify } from "node:crypto";
import type { Ask } from "../ask.ts";
import type { Answer } from "../protocol.ts";
import type { View } from "../view.ts";

const TOKEN_S = 120;
export const UNAUTHORIZED: Answer = { status: 401, body: "Unauthorized" };

const partOf = (text: string | undefined): Record<string, unknown> => {
  try {
    return JSON.parse(Buffer.from(text ?? "", "base64url").toString("utf8")) as Record<string, unknown>;
  } catch {
    return {};
  }
};

/** The time is that of the work, which a request that is taken late does late. */
export function refusesToken({ method, path, headers }: Ask, { account, trading, nowMs }: View): Answer | null {
  const [head, claims, signature] = (headers["authorization"] ?? "").replace(/^Bearer /, "").split(".");
  const expiresMs = trading?.rights.expiresMs ?? null;
  if (account === null || (expiresMs !== null && expiresMs <= nowMs)) return UNAUTHORIZED;
  const { alg, kid } = partOf(head);
  const { sub, nbf, exp, uri } = partOf(claims);
  if (alg !== "ES256" || kid !== account.key || sub !== account.key) return UNAUTHORIZED;
  if (typeof nbf !== "number" || typeof exp !== "number" || exp - nbf > TOKEN_S) return UNAUTHORIZED;
  if (nbf * 1000 > nowMs || exp * 1000 <= nowMs) return UNAUTHORIZED;
  if (String(uri).replace(/https?:\/\//, "") !== `${method} ${headers["host"]}${path}`) return UNAUTHORIZED;
  const key = { key: createPublicKey(account.secret), dsaEncoding: "ieee-p1363" as const };
  const isSigned = verify("sha256", Buffer.from(`${head}.${claims}`), key, Buffer.from(signature ?? "", "base64url"));
  return isSigned ? null : UNAUTHORIZED;
}
