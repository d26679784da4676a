// Floor 6. The words of every command: name, arguments, flags, examples. No import, so that --help costs nothing.

export interface CommandWords {
  /** As typed, for example `memory list`. */
  readonly name: string;
  readonly summary: string;
  readonly args: readonly (readonly [name: string, help: string])[];
  readonly flags: readonly (readonly [flag: string, help: string])[];
  readonly examples: readonly string[];
}

const words = (
  name: string,
  summary: string,
  examples: readonly string[],
  parts: Partial<Pick<CommandWords, "args" | "flags">> = {},
): CommandWords => ({ name, summary, examples, args: parts.args ?? [], flags: parts.flags ?? [] });

const SYMBOL = [["<symbol>", "market, for example BTC/USDT, BTC-USDT or BTC"]] as const;
const ONCE = [["--once", "run one cycle and leave (the desk itself is `start`)"]] as const;
const PROPOSAL = [["<id>", "of a proposal, as `learn list` shows it"]] as const;
const REASON = [["--reason <text>", "why; kept in the journal"]] as const;

/** What commands of two words have in common, by their first. */
export const GROUPS: Readonly<Record<string, string>> = {
  memory: "look into Khala, the desk's memory",
  learn: "what the desk proposes to change about itself",
};

export const COMMANDS: readonly CommandWords[] = [
  words("start", "the desk: scheduler, analyst, memory, trading on paper, chat", [
    "start",
    "start --venue replay --data DIR --timeframe 5m --as-of 2018-01-16T00:00:00Z --speed 3000 --cycles 400 --json",
  ]),
  words("sleep", "one sleep cycle: analyse the universe and what is held, ahead of any question", ["sleep --once"], {
    flags: ONCE,
  }),
  words("analyse", "one analysis from scratch (test time), printed", ["analyse BTC", "analyse ETH/BTC --dry --json"], {
    args: SYMBOL,
    flags: [["--dry", "open no home and remember nothing"]],
  }),
  words(
    "ask",
    "one question to the manager: Khala first, the analyst only where it is stale",
    [
      'ask "what is the RSI of BTC?"',
      'ask "is SOL safe?" --json',
      'ask "which are oversold?"',
      'ask "compare BTC and ETH"',
      'ask "what would make you buy SOL?"',
      'ask "why did you not buy ETH?"',
      'ask "and on 1h?" --conversation me',
    ],
    {
      args: [["<question...>", "the question, in quotes"]],
      flags: [
        ["--conversation <name>", "a running desk remembers the question before under this name, for follow-ups"],
      ],
    },
  ),
  words("chat", "operator chat in the terminal", ["chat"]),
  words("trade", "one decision cycle on paper: recall, decide, risk gate, submit", ["trade --once --json"], {
    flags: ONCE,
  }),
  words("backtest", "the same brain over recorded or invented candles; opens no home", [
    "backtest --venue replay --data DIR --timeframe 5m",
    "backtest --venue sim --seed 7 --cycles 2016",
  ]),
  words("memory list", "every analysis held of this venue, with its freshness", ["memory list --json"]),
  words("memory show", "the newest analysis of one market, and whether it may be used", ["memory show BTC"], {
    args: SYMBOL,
  }),
  words("memory history", "earlier analyses of one market, newest first", ["memory history BTC --limit 5"], {
    args: SYMBOL,
    flags: [["--limit <n>", "how many records (default: 20)"]],
  }),
  words(
    "memory invalidate",
    "make the analyses of one market stale until they are made again",
    ['memory invalidate BTC/USDT --reason "bad tick"'],
    { args: SYMBOL, flags: [["--reason <text>", "why; kept with the record"]] },
  ),
  words(
    "memory prune",
    "thin history by age, as the desk does once an hour; decisions, orders and fills stay",
    ["memory prune", "memory prune --older-than 7"],
    { flags: [["--older-than <days>", "also delete analyses older than this; the newest of each market stays"]] },
  ),
  words(
    "memory purge",
    "delete everything private to this desk, which must be stopped: journal, ledger, runs, questions, conversations",
    ["memory purge --yes"],
    {
      flags: [["--yes", "do it; there is no way back"]],
    },
  ),
  words("memory stats", "how much is held", ["memory stats"]),
  words("status", "the desk now: equity, limits, freshness, control", ["status --json"]),
  words("positions", "what the desk holds, with stop and target distance", ["positions"]),
  words("journal", "what the desk did and why, newest last", ["journal --limit 10"], {
    flags: [
      ["--limit <n>", "how many rows (default: 40)"],
      ["--all", "also equity marks, deliveries of alerts, and looks of the operator"],
    ],
  }),
  words(
    "triggers",
    "the next close at or below which each market would be entered, at or above which it would be left",
    ["triggers", "triggers --limit 5 --json"],
    { flags: [["--limit <n>", "how many markets, nearest first (default: 20)"]] },
  ),
  words("pause", "no entries; stops, targets and exits stay", ['pause --reason "news"'], { flags: REASON }),
  words("resume", "back to normal; also lifts a halt and a drawdown stop", ["resume"], { flags: REASON }),
  words("halt", "the desk sends nothing at all, by a file that needs no store", ["halt"], { flags: REASON }),
  words(
    "report",
    "hits, misses, work and waste, as the ledger counted them",
    ["report --json", "report --html desk.html"],
    {
      flags: [["--html <file>", "also write it as one page with charts"]],
    },
  ),
  words("learn list", "changes of settings that the desk proposes, with the evidence for each", ["learn list --json"]),
  words("learn accept", "take a proposal over, from the next start on", ["learn accept 1a2b3c4d"], { args: PROPOSAL }),
  words("learn reject", "leave it; it is not proposed again on the same evidence", ["learn reject 1a2b3c4d"], {
    args: PROPOSAL,
  }),
  words("doctor", "checks configuration, store, cache, venue, model and keys, and says what to do", ["doctor"]),
];
