// Floor 2. The body of an answer with status 200 → whether it is what was asked for: a cut or empty answer must not pass for
// "no candles" or "no markets", which is what ccxt makes of it.
import { isRecord } from "#schemas/is-record.ts";
import type { AnswerShape } from "./venue-facts.ts";

/** What stands at a path such as `result.list`; undefined where there is nothing. */
function at(body: unknown, path: string): unknown {
  const names = path === "" ? [] : path.split(".");
  return names.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), body);
}

/** A number, or text that is one: several exchanges quote their times. */
const isNumber = (value: unknown): boolean =>
  (typeof value === "number" || (typeof value === "string" && value.trim() !== "")) && Number.isFinite(Number(value));

const entriesOf = (value: unknown): number =>
  Array.isArray(value) ? value.length : isRecord(value) ? Object.keys(value).length : 0;

const entriesHave = (value: unknown, names: readonly string[]): boolean =>
  names.length === 0 ||
  Object.values(value ?? {}).every((entry) => isRecord(entry) && names.every((name) => isNumber(entry[name])));

const HOLDS: Readonly<Record<AnswerShape["is"], (value: unknown) => boolean>> = {
  list: Array.isArray,
  listIn: (value) => isRecord(value) && Object.values(value).some(Array.isArray),
  record: isRecord,
  number: isNumber,
};

export interface Asked {
  readonly url: string;
  /** The body of the request; undefined for a GET. */
  readonly body: unknown;
}

/** The shape that is expected of this request's answer; undefined: none is known. */
export function shapeFor(shapes: readonly AnswerShape[], { url, body }: Asked): AnswerShape | undefined {
  const [path = url, query = ""] = url.split("?");
  return shapes.find(
    (shape) =>
      (shape.ends ? path.endsWith(shape.path) : path.includes(shape.path)) &&
      (shape.query === undefined || query.includes(shape.query)) &&
      (shape.asks === undefined || String(body).includes(shape.asks)),
  );
}

/**
 * Null where the answer is as it should be; else what is wrong with it, for people. Of a request whose shape is not known only
 * `{}` and what is no JSON are wrong.
 * @param answer as parsed; undefined: it was no JSON object or list, or was cut
 */
export function faultOf(answer: unknown, shape: AnswerShape | undefined): string | null {
  if (!Array.isArray(answer) && !isRecord(answer)) return "something else than JSON, or a part of it";
  if (shape === undefined) return entriesOf(answer) === 0 && !Array.isArray(answer) ? "an empty answer" : null;
  const value = at(answer, shape.at);
  const isWhole = shape.is === "number" || entriesOf(value) >= shape.atLeast;
  if (HOLDS[shape.is](value) && isWhole && entriesHave(value, shape.numbers)) return null;
  return entriesOf(value) === 0 && (Array.isArray(value) || isRecord(value))
    ? `an empty list for its ${shape.of}`
    : `something else than its ${shape.of}`;
}
