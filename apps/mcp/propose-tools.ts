// Floor 6. What a client may propose, as tools. Each lowers a risk, and none does it: the command runs with `--propose`, and a person
// approves or refuses in a terminal, on the page or by messenger. Nothing here approves, acts, halts or resumes.
import { z } from "zod";
import { LimitName } from "#schemas/tightened-limits.ts";
import type { CommandInput } from "../command.ts";
import { commandInput, inputSchema, type Shape, sentence, symbol, type Tool, wordsOf } from "./tool.ts";

interface Proposing {
  readonly name: string;
  readonly command: string;
  readonly title: string;
  /** Left out: the command's summary. */
  readonly what?: string;
  readonly args?: Shape;
  readonly flags?: Shape;
  /** Left out: the arguments in their order. */
  readonly words?: (given: Readonly<Record<string, unknown>>) => readonly string[];
}

const strategy = z.string().min(1).max(40).optional();

const PROPOSING: readonly Proposing[] = [
  { name: "propose_pause", command: "pause", title: "Propose a pause", flags: { strategy } },
  {
    name: "propose_close",
    command: "close",
    title: "Propose to sell a position",
    args: { symbol },
    flags: { strategy },
  },
  {
    name: "propose_reduce",
    command: "reduce",
    title: "Propose to sell a part of a position",
    args: { symbol, amount: z.string().min(1).max(40) },
    flags: { strategy },
  },
  {
    name: "propose_cancel",
    command: "cancel",
    title: "Propose to cancel an order",
    args: { order: z.string().min(4).max(32) },
  },
  {
    name: "propose_block",
    command: "block",
    title: "Propose to block an asset",
    args: { what: symbol },
  },
  {
    name: "propose_tighten",
    command: "tighten",
    title: "Propose a tighter limit",
    what: "a limit of the risk gate tighter than it is; never looser",
    args: {
      limit: LimitName.describe("The limit, in the units of the desk's configuration."),
      value: z.number().describe("Its new value."),
    },
  },
  {
    name: "propose_tighten_stop",
    command: "tighten",
    title: "Propose a nearer stop",
    what: "the stop of a position nearer to the price; never further away",
    args: {
      symbol: symbol.describe("A market that is held."),
      stop: z.string().min(1).max(40).describe("A price, or a distance below the last price such as 3%."),
    },
    flags: { strategy },
    words: ({ symbol: market, stop }) => ["stop", String(market), String(stop)],
  },
];

const BOUNDS =
  "Nothing is done by this: it waits ten minutes for a person's approval, and is shown exactly as it would be done.";

const proposing = ({ name, command, title, what, args = {}, flags = {}, words }: Proposing): Tool => ({
  name,
  title,
  description: `Proposes: ${sentence(what ?? wordsOf(command).summary)} ${BOUNDS}`,
  command,
  kind: "proposes",
  input: inputSchema(command, args, flags),
  inputOf: (given, by): CommandInput => {
    const input = commandInput(given, args, flags, { propose: true, by });
    return words === undefined ? input : { ...input, args: words(given) };
  },
});

export const PROPOSE_TOOLS: readonly Tool[] = PROPOSING.map(proposing);
