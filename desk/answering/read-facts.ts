// Floor 4. What the manager's model may read, read without a model: one source, its input checked, its facts as the model would
// be given them.
import type { z } from "zod";
import type { FactSource } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { FactTable } from "#agents/deep-trader-manager/talk/fact-table.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { UsageError } from "#schemas/errors.ts";
import type { Fact } from "#schemas/fact.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import type { Desk } from "../desk.ts";

export interface SourceRequest {
  readonly source: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * The facts of one source, their ids from f1 on; an empty list: nothing is known of it. The work is counted as an analysis's.
 * @throws UsageError for an unknown source or a wrong input; what the source throws
 */
export async function readFacts(
  desk: Pick<Desk, "clock" | "ledger">,
  sources: readonly FactSource[],
  { source: id, input }: SourceRequest,
  options: CallOptions,
): Promise<readonly Fact[]> {
  const source = sourceNamed(sources, id);
  const parsed = inputOf(source, input);
  const table = new FactTable();
  const tally = new WorkTally();
  const nowMs = desk.clock.now();
  const run = { nowMs, language: "en", tally, question: "", conversation: null, known: () => null } as const;
  try {
    return table.add(await countInto(tally, () => source.read(parsed as never, run, options)));
  } finally {
    const entry = ledgerEntry({ atMs: nowMs, phase: "test-time", job: "analyse", work: tally.total() });
    await desk.ledger.record(entry, NEVER_ABORTED);
  }
}

function sourceNamed(sources: readonly FactSource[], id: string): FactSource {
  const source = sources.find((candidate) => candidate.id === id);
  if (source !== undefined) return source;
  throw new UsageError({
    was: `There is no source of facts ${JSON.stringify(id)}.`,
    expected: `one of ${sources.map((one) => one.id).join(", ")}`,
    remedy: "See `deeptrader facts`.",
  });
}

function inputOf({ id, input: schema }: FactSource, input: SourceRequest["input"]): unknown {
  const known = Object.keys(schema.shape);
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  const parsed = schema.safeParse(input);
  if (unknown === undefined && parsed.success) return parsed.data;
  throw new UsageError({
    was: unknown === undefined ? `${id} was given a wrong input: ${faultOf(parsed)}.` : `${id} takes no ${unknown}.`,
    expected: known.length === 0 ? "no input" : `${known.join(", ")}, each as NAME=VALUE`,
    remedy: "Correct it; `deeptrader facts --json` has the schema of each.",
  });
}

const faultOf = ({ error }: z.ZodSafeParseResult<unknown>): string =>
  (error?.issues ?? [])
    .map(({ path, message }) => [path.join("."), message].filter((part) => part !== "").join(" "))
    .join("; ");
