// Floor 1. Content addresses: the same content has the same id on every machine.
import { hash } from "node:crypto";

/**
 * JSON with object keys in code-unit order and no white space, so that equal values have equal text.
 * `undefined` members are left out; NaN and infinities throw, since JSON would turn them into null.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "string":
      return textJson(value);
    case "number":
      return numberJson(value);
    case "object": {
      if (value === null) return "null";
      if (Array.isArray(value)) return listJson(value);
      const members = value as Readonly<Record<string, unknown>>;
      return canonicalMembers(members, inOrder(Object.keys(members)));
    }
    default:
      return JSON.stringify(value) ?? "null";
  }
}

/** A number as `canonicalJson` writes it. @throws TypeError as that does */
export function numberJson(value: number): string {
  if (Number.isFinite(value)) return String(value);
  throw new TypeError(`canonicalJson: ${value} has no JSON form`);
}

/** `keys` in code-unit order. */
function canonicalMembers(members: Readonly<Record<string, unknown>>, keys: readonly string[]): string {
  let text = "";
  for (const key of keys) {
    const member = members[key];
    if (member !== undefined) text += `${text === "" ? "" : ","}${named(key)}${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

function listJson(values: readonly unknown[]): string {
  let text = "";
  for (let i = 0; i < values.length; i++) text += `${i === 0 ? "" : ","}${canonicalJson(values[i])}`;
  return `[${text}]`;
}

/** Most keys are written down in their order: looking costs less than sorting. */
function inOrder(keys: string[]): readonly string[] {
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] ?? "") > (keys[i] ?? "")) return keys.sort();
  return keys;
}

/** A key and its colon. The same few hundred keys come again and again; keys that are data, such as symbols, stay within the bound. */
function named(key: string): string {
  const known = names.get(key);
  if (known !== undefined) return known;
  const name = `${textJson(key)}:`;
  if (names.size < MOST_NAMES) names.set(key, name);
  return name;
}

const MOST_NAMES = 1000;
const names = new Map<string, string>();

/** Printable ASCII without quotation mark and backslash needs no escape. */
const PLAIN_TEXT = /^[ !#-[\]-~]*$/;

/** A text as `canonicalJson` writes it. */
export const textJson = (text: string): string => (PLAIN_TEXT.test(text) ? `"${text}"` : JSON.stringify(text));

/** SHA-256 of a text or bytes, lower-case hex. */
export const sha256Hex = (data: string | Uint8Array): string => hash("sha256", data, "hex");

/** SHA-256 over the canonical JSON of a value, cut to `hexDigits` (default 32, that is 128 bits). */
export const hashOf = (value: unknown, hexDigits = 32): string => sha256Hex(canonicalJson(value)).slice(0, hexDigits);
