// Floor 1. Content addresses: the same content has the same id on every machine.
import { hash } from "node:crypto";

/**
 * JSON with object keys in code-unit order and no white space, so that equal values have equal text.
 * `undefined` members are left out; NaN and infinities throw, since JSON would turn them into null.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError(`canonicalJson: ${value} has no JSON form`);
  }
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  // One pass over sorted keys: a backtest writes some ten thousand journal lines a second through here.
  const members = value as Readonly<Record<string, unknown>>;
  let text = "";
  for (const key of Object.keys(members).sort()) {
    const member = members[key];
    if (member !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** SHA-256 of a text or bytes, lower-case hex. */
export const sha256Hex = (data: string | Uint8Array): string => hash("sha256", data, "hex");

/** SHA-256 over the canonical JSON of a value, cut to `hexDigits` (default 32, that is 128 bits). */
export const hashOf = (value: unknown, hexDigits = 32): string => sha256Hex(canonicalJson(value)).slice(0, hexDigits);
