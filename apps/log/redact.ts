// Floor 6, log. A finished line of JSON → the same line without a secret, whatever field, key or text it stood in.
import { HIDDEN } from "../config/secrets.ts";
import { namesSecretValue } from "./secret-values.ts";

/** A plain text without the secrets. @param secrets longest first */
export const hiding =
  (secrets: readonly string[]) =>
  (text: string): string =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);

/** @param secrets longest first */
export function createRedaction(secrets: readonly string[]): (line: string) => string {
  // A line of JSON shows text with its quotes and control characters escaped.
  const escaped = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
  const hide = hiding(secrets);
  return (line) => {
    if (!escaped.some((secret) => line.includes(secret))) return line;
    // Value by value, so that the line stays JSON even where a secret looks like a part of it.
    return `${JSON.stringify(redacted(JSON.parse(line), hide))}\n`;
  };
}

function redacted(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === "string") return hide(value);
  if (typeof value === "number") return hide(String(value)) === String(value) ? value : HIDDEN;
  if (Array.isArray(value)) return value.map((item) => redacted(item, hide));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [hide(key), redacted(item, hide)]));
}

/** How deep a field is looked into. */
const DEPTH = 6;

/** Fields as they may be logged: values under a name that sounds like a key are hidden, errors become fields with their causes. */
export function loggable(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH) return "…";
  if (value instanceof Error) {
    const { name, message, cause } = value;
    // Own properties of other libraries' errors carry whole requests, with their headers.
    const code = "code" in value && typeof value.code === "string" ? { code: value.code } : {};
    return { name, message, ...code, ...(cause === undefined ? {} : { cause: loggable(cause, depth + 1) }) };
  }
  if (Array.isArray(value)) return value.map((item) => loggable(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, namesSecretValue(key) ? HIDDEN : loggable(item, depth + 1)]),
  );
}
