// Floor 6. The commands that read, as tools: what each takes, and under which name. `ask` is the one that may cost something.
import { z } from "zod";
import { commandInput, inputSchema, limit, type Shape, sentence, symbol, type Tool, wordsOf } from "./tool.ts";

interface Reading {
  readonly command: string;
  readonly title: string;
  readonly args?: Shape;
  readonly flags?: Shape;
}

const STRESS = {
  leaderMove: z.number().gt(-100).max(100).optional(),
  minutes: z.int().min(1).max(1440).optional(),
  gap: z.number().gt(-100).max(100).optional(),
};

const READINGS: readonly Reading[] = [
  { command: "status", title: "Desk now" },
  { command: "positions", title: "Positions" },
  { command: "account", title: "Account beside the venue's word" },
  {
    command: "slippage",
    title: "What orders at the venue cost",
    flags: { market: symbol.optional(), since: z.string().max(40).optional() },
  },
  { command: "journal", title: "Journal", flags: { limit, all: z.boolean().optional() } },
  { command: "trades", title: "Closed trades", flags: { since: z.string().max(40).optional() } },
  { command: "triggers", title: "Action levels of the next close", flags: { limit } },
  { command: "stress", title: "What a fall of the leader would cost", flags: STRESS },
  { command: "report", title: "Report of account, memory and models" },
  { command: "receipt", title: "A day's journal worked out again", flags: { day: z.string().max(10).optional() } },
  { command: "equity", title: "Equity beside buy and hold", flags: { since: z.string().max(40).optional() } },
  { command: "market", title: "One market whole", args: { symbol } },
  { command: "universe", title: "Which coins it looks at, and why" },
  { command: "alerts", title: "Alerts", flags: { limit } },
  { command: "asleep", title: "What was made asleep", flags: { limit } },
  { command: "memory list", title: "Analyses in memory" },
  { command: "memory map", title: "Every market in one row" },
  { command: "memory show", title: "Analysis of a market", args: { symbol } },
  { command: "memory history", title: "Earlier analyses of a market", args: { symbol }, flags: { limit } },
  { command: "memory stats", title: "How much is in memory" },
  { command: "brief show", title: "Briefs", args: { symbol: symbol.optional() } },
  { command: "debates", title: "Debates", args: { symbol: symbol.optional() }, flags: { limit } },
  { command: "plans", title: "Plans", flags: { limit } },
  { command: "lessons", title: "Lessons", flags: { version: z.int().min(1).optional(), limit } },
  { command: "rules list", title: "Rules of the operator" },
  { command: "watches list", title: "Watches of the operator" },
  { command: "approvals list", title: "Proposals and how they ended" },
  { command: "learn list", title: "Changes of settings that the figures suggest" },
];

/** `memory show` → `memory_show`; what the first word alone does has that word as its name. */
function nameOf(command: string): string {
  const { isDefault } = wordsOf(command);
  return (isDefault === true ? (command.split(" ")[0] ?? command) : command).replaceAll(/[ -]/g, "_");
}

const reading = ({ command, title, args = {}, flags = {} }: Reading): Tool => ({
  name: nameOf(command),
  title,
  description: sentence(wordsOf(command).summary),
  command,
  kind: "reads",
  input: inputSchema(command, args, flags),
  inputOf: (given) => commandInput(given, args, flags),
});

const SOURCE = { source: z.string().max(40).optional() };

/** What the desk's own model may read, by source; the input of each is listed where no source is named. */
const facts: Tool = {
  name: "facts",
  title: "Facts of a source",
  description: sentence(wordsOf("facts").summary),
  command: "facts",
  kind: "reads",
  input: inputSchema(
    "facts",
    {
      ...SOURCE,
      input: z
        .record(z.string().regex(/^[a-zA-Z]{1,40}$/), z.json())
        .optional()
        .describe('Of the source, for example {"asset": "BTC", "timeframe": "1h"}'),
    },
    {},
  ),
  inputOf: ({ source, input = {} }) => {
    if (source === undefined) return { args: [], flags: {} };
    const pairs = Object.entries(input as object).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    return { args: [String(source), ...pairs], flags: {} };
  },
};

const ASK_ARGS = { question: z.string().trim().min(1).max(2_000) };
const ASK_FLAGS = {
  conversation: z
    .string()
    .regex(/^[\w.-]{1,40}$/, "1-40 letters, digits and . - _")
    .optional(),
};

/** A conversation of a client is none of the operator's: neither reads nor continues the other. */
const ask: Tool = {
  name: "ask",
  title: "Question to the desk",
  description: `${sentence(wordsOf("ask").summary)} It answers from the desk's own records and proposes nothing. With a model set it takes seconds and tokens.`,
  command: "ask",
  kind: "asks",
  input: inputSchema("ask", ASK_ARGS, ASK_FLAGS),
  inputOf: (given) => {
    const { conversation } = given;
    const own = typeof conversation === "string" ? { conversation: `mcp:${conversation}` } : {};
    return commandInput(given, ASK_ARGS, {}, { readOnly: true, ...own });
  },
};

export const READ_TOOLS: readonly Tool[] = [...READINGS.map(reading), facts, ask];
