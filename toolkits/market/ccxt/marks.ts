// Floor 2. An exchange's own entry of a coin or a market → what it marks it with: about to be delisted, under watch, suspended.
import type { VenueMark } from "#schemas/coin.ts";
import type { VenueFacts } from "./venue-facts.ts";

/** Text, number or truth as text; null: the entry does not have the field. */
export function fieldText(entry: unknown, field: string): string | null {
  if (typeof entry !== "object" || entry === null || !Object.hasOwn(entry, field)) return null;
  const value: unknown = Reflect.get(entry, field);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

/** Each once. */
export function marksOf(of: "coin" | "market", entry: unknown, facts: VenueFacts["marks"]): VenueMark[] {
  const marks = facts.flatMap(({ mark, field, is, unless, ...fact }) => {
    const text = fact.of === of ? fieldText(entry, field) : null;
    const isMarked = text !== null && (unless === null ? is.includes(text) : !unless.includes(text));
    return isMarked ? [mark] : [];
  });
  return [...new Set(marks)];
}
