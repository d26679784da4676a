// `npm run eval`: what sleep time is worth here, and what it is not. Prints Markdown; `--json` prints data, `--write` makes
// docs/evaluation.md. Everything but wall time is the same at every run, and what a real model says, where one is asked.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { composeEnvironment } from "#apps/environment.ts";
import { createIo } from "#apps/io.ts";
import { DeepTraderError } from "#schemas/errors.ts";
import { namedModel } from "./named-model.ts";
import { VERBOSITY_LEVELS } from "./paper/prompts.ts";
import { runPaper } from "./paper/run-paper.ts";
import { PARTS, runEvaluation } from "./run.ts";

const USAGE = `Usage: npm run eval -- [options]
  --seeds N        seeds 1 to N (default 10; with --model 1)
  --only A,B,...   parts: ${Object.keys(PARTS).sort().join(", ")} (default all)
  --json           one JSON document on stdout
  --write          write docs/evaluation.md and its charts (all parts only)
  --model P/M      part M asks this model instead of scripted ones, and so needs a key; it is MILLIONS of tokens a seed
  --model-url URL  an OpenAI-compatible server instead of the provider's own
DEEPTRADER_REAL_DATA names a folder of recorded candles (docs/replay-folder.md) for part A.

       npm run eval -- --paper DIR --model provider/model [options]
The problems of the sleep-time paper: DIR holds GSM_p2.jsonl of github.com/apple/ml-gsm-symbolic. Asks a model, so it needs a key.
  --limit N        the first N problems, one of each template first (default all: 2,500)
  --sleep K,...    inferences made asleep (default 0,1,2,5,10; 0 is no sleep)
  --verbosity V,.. how much is written awake, 0 to 4 (default 0,1,2,3,4)
  --parallel N     contexts at a time (default 4)
  --results FILE   where answers are kept (default in DIR); a run that was ended goes on from there

       npm run eval -- --stockbench DIR [--folder OUT] [--write]
StockBench's window beside its published rows: DIR is a checkout of github.com/ChenYXxxx/stockbench. Asks no model, no network.
  --folder OUT     where the replay folder is made (default DIR/deeptrader-folder)
  --write          put the rows into docs/evaluation.md
`;

const OPTIONS = {
  seeds: { type: "string" },
  only: { type: "string" },
  json: { type: "boolean", default: false },
  write: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
  paper: { type: "string" },
  model: { type: "string" },
  "model-url": { type: "string" },
  limit: { type: "string" },
  sleep: { type: "string", default: "0,1,2,5,10" },
  verbosity: { type: "string", default: VERBOSITY_LEVELS.join(",") },
  parallel: { type: "string", default: "4" },
  results: { type: "string" },
  stockbench: { type: "string" },
  folder: { type: "string" },
} as const;

const parseCommandLine = () => parseArgs({ options: OPTIONS }).values;

const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(2);
};

const wholeNumber = (text: string, name: string): number => {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : fail(`--${name} is ${text}; expected a whole number above 0.`);
};

/** `0,1,5`, without doubles, in order. */
function wholeNumbers(text: string, name: string, most: number): readonly number[] {
  const values = text.split(",").map((piece) => (/^\d+$/.test(piece.trim()) ? Number(piece) : Number.NaN));
  if (values.some((value) => !(value <= most)))
    fail(`--${name} is ${text}; expected whole numbers from 0 to ${most}, such as 0,1.`);
  return [...new Set(values)].sort((a, b) => a - b);
}

let flags: ReturnType<typeof parseCommandLine>;
try {
  flags = parseCommandLine();
} catch (error) {
  flags = fail(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
}
if (flags.help) process.stdout.write(USAGE);
else {
  // Nothing is thrown but what is said in a line.
  try {
    if (flags.stockbench !== undefined) await stockbench(flags.stockbench);
    else await (flags.paper === undefined ? evaluation() : paper(flags.paper));
  } catch (error) {
    if (!(error instanceof DeepTraderError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function evaluation(): Promise<void> {
  const { model, seeds = model === undefined ? "10" : "1" } = flags;
  await runEvaluation({
    seeds: Array.from({ length: wholeNumber(seeds, "seeds") }, (_, index) => index + 1),
    only: flags.only === undefined ? null : flags.only.split(","),
    json: flags.json,
    write: flags.write,
    dataDir: process.env["DEEPTRADER_REAL_DATA"] ?? null,
    model: model === undefined ? null : await namedModel(model, flags["model-url"] ?? null, await environment()),
    fail,
    command: `npm run eval -- ${process.argv.slice(2).join(" ")}`.trim().replace(/ --$/, ""),
    print: (text) => process.stdout.write(text),
    progress: (text) => process.stderr.write(`${text}\n`),
  });
}

async function stockbench(checkout: string): Promise<void> {
  const { measureStockbench } = await import("./stockbench/run-stockbench.ts");
  const { stockbenchText, writePart } = await import("./stockbench/page.ts");
  const result = await measureStockbench(checkout, flags.folder ?? join(checkout, "deeptrader-folder"));
  const part = stockbenchText(result);
  process.stdout.write(flags.json ? `${JSON.stringify(result, null, 2)}\n` : `${part}\n`);
  if (flags.write) process.stderr.write(`written: ${(await writePart(part)).join(", ")}\n`);
  if (!result.agrees) process.exitCode = 1;
}

/** The process environment, and what `.env` adds: keys stand in either. */
async function environment() {
  return composeEnvironment(process.env, await readFile(".env", "utf8").catch(() => null)).values;
}

async function paper(dir: string): Promise<void> {
  const { limit, results = null, "model-url": modelUrl = null } = flags;
  const model = flags.model ?? fail("--paper asks a model: name one with --model provider/model.");
  const ended = new AbortController();
  // What is under way is given up; every answer so far is kept. A second Ctrl-C ends the process.
  const onSignal = (): void => {
    if (ended.signal.aborted) process.exit(130);
    ended.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  process.exitCode = await runPaper({
    dir,
    model,
    modelUrl,
    limit: limit === undefined ? null : wholeNumber(limit, "limit"),
    levels: {
      sleep: wholeNumbers(flags.sleep, "sleep", 100),
      verbosity: wholeNumbers(flags.verbosity, "verbosity", VERBOSITY_LEVELS.length - 1),
    },
    parallel: wholeNumber(flags.parallel, "parallel"),
    results,
    env: await environment(),
    io: createIo({ json: false, quiet: false }),
    isTerminal: process.stderr.isTTY === true,
    signal: ended.signal,
  });
  if (ended.signal.aborted) process.exitCode = 130;
}
