// Floor 6. The command line: words → a command, its document, and the exit code. Commands and what they need are imported
// when one of them runs, so that --help is quick.
import { Command, CommanderError } from "commander";
import { SIM_SCENARIOS } from "#schemas/sim-scenario.ts";
import { COMMANDS, type CommandWords, GROUPS } from "./command-words.ts";
import { addCommonFlags } from "./settings.ts";

/** Runs one command line and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("deeptrader")
    .description(
      "A trading desk of agents that thinks while nobody is asking. Paper trading; invented prices by default.",
    )
    .usage("COMMAND [flags]")
    .addHelpText("after", HELP_AFTER)
    .helpOption("-h, --help", "show this, or a command's own flags, units and examples")
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  const groups = new Map<string, Command>();
  for (const words of COMMANDS) addCommand(program, groups, words);
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    if (error.exitCode !== 0 && error.code !== "commander.help") sayUsageError(error, argv);
  }
}

/** What commander found wrong, where to read what is right, and with --json the one document on stdout. */
function sayUsageError(error: CommanderError, argv: readonly string[]): void {
  const typed = argv.slice(0, 2).join(" ");
  const known = COMMANDS.find(({ name }) => typed === name || typed.startsWith(`${name} `));
  const was = error.message.replace(/^error: /, "").replace(/\s+/g, " ");
  const remedy = `Run \`deeptrader ${known === undefined ? "" : `${known.name} `}--help\` to see what is expected.`;
  const message = `${was.charAt(0).toUpperCase()}${was.slice(1)}${/[.?)]$/.test(was) ? "" : "."} ${remedy}`;
  process.stderr.write(`error: ${message}\n`);
  if (argv.includes("--json")) {
    process.stdout.write(`${JSON.stringify({ error: { name: "UsageError", message } }, null, 2)}\n`);
  }
}

const SCENARIOS = Object.entries(SIM_SCENARIOS)
  .map(([name, what]) => `  ${name.padEnd(11)} ${what}`)
  .join("\n");

const HELP_AFTER = `
Times are UTC; --as-of takes ISO 8601 or epoch ms. Amounts are in the settlement currency, percentages 0-100, fees in
basis points (1 bp = 0.01 %). Every flag has a variable: --as-of is DEEPTRADER_AS_OF (see .env.example).
Exit codes: 0 done, 1 failed, 2 used wrongly.

Scenarios of the simulated venue (--scenario NAME[,NAME]); what is earned in one says nothing of a strategy:
${SCENARIOS}

Examples:
  npx deeptrader start                                        the desk on invented prices
  npx deeptrader start --venue binance                        paper trading on real prices
  npx deeptrader ask "what is the RSI of BTC?"
  npx deeptrader backtest --venue replay --data DIR --timeframe 5m
  npx deeptrader <command> --help`;

function addCommand(program: Command, groups: Map<string, Command>, words: CommandWords): void {
  const [first = "", second] = words.name.split(" ");
  let parent = program;
  if (second !== undefined) {
    const known = groups.get(first);
    parent =
      known ??
      program
        .command(first)
        .description(GROUPS[first] ?? "")
        .exitOverride();
    groups.set(first, parent);
  }
  const isDefault = words.isDefault === true;
  const command = parent.command(second ?? first, { isDefault }).description(words.summary);
  for (const [name, help] of words.args) command.argument(name, help);
  for (const [flag, help] of words.flags) command.option(flag, help);
  addCommonFlags(command, words.common)
    .exitOverride()
    .addHelpText("after", `\nExamples:\n${words.examples.map((line) => `  npx deeptrader ${line}`).join("\n")}`)
    .action(async (...received: unknown[]) => {
      const flags = command.opts();
      const args = received.slice(0, words.args.length).flatMap((arg) => (arg === undefined ? [] : arg)) as string[];
      const { runCommand } = await import("./run-command.ts");
      process.exitCode = await runCommand(words.name, { args, flags });
    });
}
