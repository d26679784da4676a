// Floor 6. What is saved of the research bench: a list with a line on each, and one whole. A file that cannot be read is named, and is no
// reason not to show the others.
import { z } from "zod";
import { formatPct } from "#desk/documents/format.ts";
import { DeepTraderError, UsageError } from "#schemas/errors.ts";
import { isRecord } from "#schemas/is-record.ts";
import { Count, UnixMs } from "#schemas/units.ts";
import {
  listResults,
  RESEARCH_KINDS,
  type ResearchKind,
  type ResultFile,
  readResult,
  researchFolder,
} from "./saved.ts";

const Kind = z.enum(RESEARCH_KINDS);

const SavedRow = z.object({
  kind: Kind,
  name: z.string(),
  savedAtMs: UnixMs,
  bytes: Count.describe("of its file"),
  simulated: z.boolean().nullable().describe("whether its prices were invented; null: it does not say"),
  command: z.string().describe("as it was typed; empty: it does not say"),
  headline: z.string().describe("what came of it, in a line; empty: nothing is known of it"),
  problem: z.string().nullable().describe("why it cannot be shown; null: it can"),
});
export type SavedRow = Readonly<z.infer<typeof SavedRow>>;

export const ResearchList = z.object({
  folder: z.string(),
  results: z.array(SavedRow).readonly().describe("newest first"),
});
export type ResearchList = Readonly<z.infer<typeof ResearchList>>;

export const ResearchResult = z.object({
  kind: Kind,
  name: z.string(),
  savedAtMs: UnixMs,
  command: z.string().describe("as it was typed; empty: it does not say"),
  result: z.record(z.string(), z.unknown()).describe("as the command printed it with --json"),
});
export type ResearchResult = Readonly<z.infer<typeof ResearchResult>>;

type Told = Pick<SavedRow, "simulated" | "command" | "headline" | "problem">;

/** A look at a file, for as long as it is the same file: a list is asked for at every slot. */
const told = new Map<string, Told>();
const MOST_TOLD = 500;

export async function researchList(home: string): Promise<ResearchList> {
  const results: SavedRow[] = [];
  for (const file of await listResults(home)) {
    const { kind, name, savedAtMs, bytes } = file;
    results.push({ kind, name, savedAtMs: UnixMs.parse(savedAtMs), bytes, ...(await toldOf(home, file)) });
  }
  return { folder: researchFolder(home), results };
}

async function toldOf(home: string, { kind, name, file, savedAtMs, bytes }: ResultFile): Promise<Told> {
  const key = `${file} ${savedAtMs} ${bytes}`;
  const known = told.get(key);
  if (known !== undefined) return known;
  const now = await lookAt(home, kind, name);
  if (told.size >= MOST_TOLD) told.clear();
  told.set(key, now);
  return now;
}

async function lookAt(home: string, kind: ResearchKind, name: string): Promise<Told> {
  try {
    const { result, command } = await researchResult(home, kind, name);
    const simulated = typeof result["simulated"] === "boolean" ? result["simulated"] : null;
    return { simulated, command, headline: headlineOf(kind, result), problem: null };
  } catch (error) {
    // Of one file among others: removed since, cut off, or of another program.
    if (!(error instanceof DeepTraderError)) throw error;
    return { simulated: null, command: "", headline: "", problem: error.message };
  }
}

/** @throws UnknownNameError where there is none of that name; UsageError for a file that is no result */
export async function researchResult(home: string, kind: ResearchKind, name: string): Promise<ResearchResult> {
  const { document, command, savedAtMs } = await readResult(home, kind, name);
  if (!isRecord(document)) {
    throw new UsageError({
      was: `The ${kind} ${JSON.stringify(name)} holds no document.`,
      expected: "what the command printed with --json",
      remedy: "Run it again with --save NAME.",
    });
  }
  const savedAt = UnixMs.safeParse(savedAtMs);
  return {
    kind,
    name,
    savedAtMs: savedAt.success ? savedAt.data : UnixMs.parse(0),
    command: typeof command === "string" ? command : "",
    result: document,
  };
}

const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
const member = (value: unknown, name: string): unknown => (isRecord(value) ? value[name] : undefined);
const gain = (value: unknown): string => {
  const known = number(value);
  return known === null ? "–" : formatPct(known);
};

/** In a line, of what a document of that kind has; empty where it has none of it. */
export function headlineOf(kind: ResearchKind, d: ResearchResult["result"]): string {
  const m = d["metrics"];
  const winner = d["winner"];
  const out = d["outOfSample"];
  switch (kind) {
    case "backtest":
      return isRecord(m)
        ? `${gain(m["totalReturnPct"])}, buy and hold ${gain(m["buyAndHoldPct"])}, ${number(m["tradesClosed"]) ?? "–"} trades, drawdown ${number(m["maxDrawdownPct"])?.toFixed(2) ?? "–"} %`
        : "";
    case "rule-prices": {
      const refused = number(member(d["prices"], "refusals"));
      return refused === null ? "" : `${refused} of ${number(d["decisions"]) ?? "–"} decisions refused`;
    }
    case "optimize":
      return isRecord(winner)
        ? `best of ${member(d["trials"], "run") ?? "?"}: ${gain(winner["returnPct"])}, ${winner["trades"]} trades; deflated Sharpe ${number(member(d["luck"], "deflatedSharpe"))?.toFixed(2) ?? "–"}`
        : "";
    case "walk-forward":
      return isRecord(out)
        ? `out of sample ${gain(out["returnPct"])}, buy and hold ${gain(out["buyAndHoldPct"])}, ${out["trades"]} trades`
        : "";
    case "freqtrade-compare":
      return `${member(d["trades"], "same") ?? "?"} of ${member(d["trades"], "theirs") ?? "?"} trades the same`;
    case "validate":
      return typeof d["passed"] === "boolean" ? (d["passed"] ? "no check failed" : "a check failed") : "";
    default:
      return "";
  }
}

/** @throws UsageError for a word that is no kind of result */
export function kindOf(word: string | undefined): ResearchKind {
  const known = RESEARCH_KINDS.find((kind) => kind === word);
  if (known !== undefined) return known;
  throw new UsageError({
    was: `${JSON.stringify(word ?? "")} is no kind of result.`,
    expected: `one of ${RESEARCH_KINDS.join(", ")}`,
    remedy: "Correct it; `deeptrader research` lists what is saved.",
  });
}
