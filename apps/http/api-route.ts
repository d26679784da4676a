// Floor 6. A command ↔ how HTTP asks for it: path, and one flat set of named values for what stands on the command line as
// arguments and flags. Used by the API, its clients and its description alike.
import { UsageError } from "#schemas/errors.ts";
import { nearestNames } from "#toolkits/market/nearest-names.ts";
import type { CommandInput } from "../command.ts";
import { COMMANDS, type CommandWords } from "../command-words.ts";
import { flagName } from "../settings.ts";

export const API = "/api/v1";

/** Where its description is. */
export const OPENAPI_PATH = `${API}/openapi.json`;

/** How an answer comes bit by bit: one JSON document a line. */
export const LINES = "application/x-ndjson";

/** `memory show` → `/api/v1/memory/show` */
export const pathOf = (command: string): string => `${API}/${command.replaceAll(" ", "/")}`;

export interface Parameter {
  /** `symbol`, `olderThan`. */
  readonly name: string;
  readonly help: string;
  readonly isRequired: boolean;
  /** An argument: its place; a flag: null. */
  readonly place: number | null;
  /** False: a flag that is set or not. */
  readonly hasValue: boolean;
}

/** `<symbol>` is needed, `[symbol]` may be left out, `<words...>` takes the whole rest. */
const ARGUMENT = /^([<[])(.+?)(\.\.\.)?[>\]]$/;

export function parametersOf({ args, flags }: CommandWords): readonly Parameter[] {
  const placed = args.map(([text, help], place): Parameter => {
    const [, bracket, name = text] = ARGUMENT.exec(text) ?? [];
    return { name, help, isRequired: bracket === "<", place, hasValue: true };
  });
  const named = flags.map(
    ([flag, help]): Parameter => ({
      name: flagName(flag),
      help,
      isRequired: false,
      place: null,
      hasValue: flag.includes(" "),
    }),
  );
  return [...placed, ...named];
}

const wordsOf = (command: string): CommandWords => {
  const words = COMMANDS.find(({ name }) => name === command);
  if (words !== undefined) return words;
  throw new UsageError({ was: `There is no command ${command}.`, remedy: "See `deeptrader --help`." });
};

/** What is typed → what is sent. Flags that every command has are the running desk's own, and left out. */
export function valuesOf(command: string, { args, flags }: CommandInput): Readonly<Record<string, string | boolean>> {
  const parameters = parametersOf(wordsOf(command));
  const last = parameters.filter(({ place }) => place !== null).length - 1;
  const values = parameters.flatMap(({ name, place }) => {
    const value = place === null ? flags[name] : place === last ? args.slice(place).join(" ") : args[place];
    const isGiven = typeof value === "boolean" || (typeof value === "string" && (place === null || value !== ""));
    return isGiven ? [[name, value] as const] : [];
  });
  return Object.fromEntries(values);
}

/** What was sent → what the command takes. @throws UsageError naming the value that is unknown, missing or of the wrong kind */
export function inputOf(command: string, values: Readonly<Record<string, unknown>>): CommandInput {
  const parameters = parametersOf(wordsOf(command));
  for (const name of Object.keys(values))
    if (!parameters.some((one) => one.name === name)) throw unknown(name, parameters);
  const args: string[] = [];
  const flags: Record<string, unknown> = {};
  for (const parameter of parameters) {
    const value = given(parameter, values[parameter.name]);
    if (value === undefined) {
      if (parameter.isRequired) throw missing(parameter);
    } else if (parameter.place === null) flags[parameter.name] = value;
    else args.push(String(value));
  }
  return { args, flags };
}

/** Query strings know no numbers and no booleans. */
function given({ name, hasValue }: Parameter, value: unknown): string | true | undefined {
  if (value === undefined || value === null) return undefined;
  if (hasValue) {
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
  } else {
    if (value === true || value === "true" || value === "") return true;
    if (value === false || value === "false") return undefined;
  }
  throw new UsageError({
    was: `${name} was ${JSON.stringify(value)}.`,
    expected: hasValue ? "a text or a number" : "true or false",
    remedy: "Correct it.",
  });
}

function unknown(name: string, parameters: readonly Parameter[]): UsageError {
  const names = parameters.map((one) => one.name);
  const [nearest] = nearestNames(name, names, 1);
  return new UsageError({
    was: `${JSON.stringify(name.slice(0, 60))} is not taken here.`,
    expected: names.length === 0 ? "no values" : names.join(", "),
    remedy: nearest === undefined ? "Leave it out." : `Did you mean ${nearest}?`,
  });
}

const missing = ({ name, help }: Parameter): UsageError =>
  new UsageError({ was: `${name} is missing.`, expected: help, remedy: "Add it." });
