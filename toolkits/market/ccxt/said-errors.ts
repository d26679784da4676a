// Floor 2. The parsed body of an answer → the codes of the exchange's own error in it. What has one was said by the exchange about that call:
// a firewall, a proxy or a ban before it knows none of its codes.
import { isRecord } from "#schemas/is-record.ts";
import type { ErrorFacts } from "./venue-facts.ts";

const step = (value: unknown, name: string): unknown =>
  Array.isArray(value) ? value[Number(name)] : isRecord(value) ? value[name] : undefined;

const isCode = (value: unknown): value is string | number =>
  (typeof value === "string" && value !== "") || typeof value === "number";

/** None: the exchange's own error is not in it. */
export function errorCodes(errors: ErrorFacts | null, body: unknown): readonly string[] {
  if (errors === null) return [];
  return errors.at
    .flatMap((path): unknown => path.split(".").reduce(step, body))
    .filter(isCode)
    .map(String)
    .filter((code) => !errors.fine.includes(code));
}
