// `npm run eval`: what sleep time is worth here, and what it is not. Prints Markdown; `--json` prints data, `--write` makes
// docs/evaluation.md. Everything but wall time is the same at every run.
import { parseArgs } from "node:util";
import { runEvaluation } from "./run.ts";

const USAGE = `Usage: npm run eval -- [options]
  --seeds N        seeds 1 to N (default 10)
  --only A,B,...   parts: ${["A", "B", "C", "D"].join(", ")} (default all)
  --json           one JSON document on stdout
  --write          write docs/evaluation.md and its charts (all parts only)
DEEPTRADER_REAL_DATA names a folder of recorded candles (docs/replay-folder.md) for part A.
`;

function parseCommandLine() {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "10" },
      only: { type: "string" },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return values;
}

const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(2);
};

const wholeNumber = (text: string, name: string): number => {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : fail(`--${name} is ${text}; expected a whole number above 0.`);
};

let flags: ReturnType<typeof parseCommandLine>;
try {
  flags = parseCommandLine();
} catch (error) {
  flags = fail(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
}
if (flags.help) {
  process.stdout.write(USAGE);
} else {
  await runEvaluation({
    seeds: Array.from({ length: wholeNumber(flags.seeds, "seeds") }, (_, index) => index + 1),
    only: flags.only === undefined ? null : flags.only.split(","),
    json: flags.json,
    write: flags.write,
    dataDir: process.env["DEEPTRADER_REAL_DATA"] ?? null,
    fail,
    command: `npm run eval -- ${process.argv.slice(2).join(" ")}`.trim().replace(/ --$/, ""),
    print: (text) => process.stdout.write(text),
    progress: (text) => process.stderr.write(`${text}\n`),
  });
}
