// Floor 6. What a tool of the MCP server is: a command of the desk under a name, with an input that a client's model fills in. The
// words of arguments and flags are those of command-words.json.
import { z } from "zod";
import type { CommandInput } from "../command.ts";
import { COMMANDS, type CommandWords } from "../command-words.ts";
import { flagName } from "../settings.ts";

export interface Tool {
  /** As clients list it, in snake_case. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Of the desk, as typed. */
  readonly command: string;
  /** `reads`: changes nothing and costs nothing. `asks`: may cost time and model tokens. `proposes`: a person decides. */
  readonly kind: "reads" | "asks" | "proposes";
  readonly input: z.ZodObject;
  /** @param given parsed by `input` @param by who calls, for the journal */
  inputOf(given: Readonly<Record<string, unknown>>, by: string): CommandInput;
}

/** By name, what a client may give. */
export type Shape = Readonly<Record<string, z.ZodType>>;

export const symbol = z.string().min(1).max(60);

/** At most so many rows: a model reads them all. */
export const limit = z.int().min(1).max(200).optional();

/** @throws where there is no such command: the tables of tools are wrong then */
export function wordsOf(command: string): CommandWords {
  const words = COMMANDS.find(({ name }) => name === command);
  if (words === undefined) throw new Error(`There is no command ${command}.`);
  return words;
}

/** The fields in the order of the command's arguments, then its flags; each with the command's own words. */
export function inputSchema(command: string, args: Shape, flags: Shape): z.ZodObject {
  const words = wordsOf(command);
  const argHelp = words.args.map(([name, help]) => [name.replace(/[<>[\].]/g, ""), help] as const);
  const flagHelp = words.flags.map(([flag, help]) => [flagName(flag), help] as const);
  const help = new Map([...argHelp, ...flagHelp]);
  const named = Object.entries({ ...args, ...flags }).map(
    ([name, type]) => [name, described(type, help.get(name))] as const,
  );
  return z.strictObject(Object.fromEntries(named));
}

/** A schema's own words go before the command's. */
const described = (type: z.ZodType, help: string | undefined): z.ZodType =>
  type.description !== undefined || help === undefined ? type : type.describe(help);

/** What was given, as the command line would have it: words, and flags that are words or true. */
export function commandInput(
  given: Readonly<Record<string, unknown>>,
  args: Shape,
  flags: Shape,
  beside: CommandInput["flags"] = {},
): CommandInput {
  const words = Object.keys(args).flatMap((name) => (given[name] === undefined ? [] : [String(given[name])]));
  const named = Object.keys(flags).flatMap((name) => {
    const value = given[name];
    if (value === undefined || value === false) return [];
    return [[name, value === true ? true : String(value)] as const];
  });
  return { args: words, flags: { ...Object.fromEntries(named), ...beside } };
}

/** `Sell a part …` */
export const sentence = (words: string): string =>
  `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;
