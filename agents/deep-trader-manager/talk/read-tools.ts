// Floor 3. The sources of facts as tools of the manager's model: each read is counted, its facts get their ids, and the model is
// shown one line a fact.
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { DeepTraderError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { deskRunOf } from "../../desk-run.ts";
import type { Mastra } from "../../mastra-env.ts";
import type { FactSource } from "./fact-source.ts";
import { factLines } from "./fact-table.ts";
import { type TalkRun, talkRunOf } from "./talk-run.ts";

/** Facts of one call that a model is shown: a source bounds its lists, this bounds a source. Twelve positions are 200. */
const MOST_FACTS = 240;

/** A tool that is called outside a question of the desk, as Studio does → its facts, as the desk itself reads them. */
export type ReadOutside = (tool: string, input: unknown, options: CallOptions) => Promise<string>;

/**
 * Keyed by the names under which the model sees them.
 * @param outside left out: a call outside a question of the desk is refused
 */
export function readTools(
  { createTool }: Pick<Mastra, "createTool">,
  sources: readonly FactSource[],
  outside?: ReadOutside,
) {
  return Object.fromEntries(
    sources.map((source) => [
      source.id,
      createTool({
        id: source.id,
        description: source.description,
        inputSchema: source.input,
        execute: async (input, { requestContext, abortSignal }) => {
          const signal = abortSignal ?? NEVER_ABORTED.signal;
          const isOutside = outside !== undefined && deskRunOf(requestContext) === null;
          if (isOutside) return { facts: await outside(source.id, input, { signal }) };
          return { facts: await readFrom(source, input, talkRunOf(requestContext), signal) };
        },
      }),
    ]),
  );
}

/** The lines of what was read, or why nothing was: a model that is told goes on. */
async function readFrom(source: FactSource, input: unknown, run: TalkRun, signal: AbortSignal): Promise<string> {
  const note = (factIds: readonly string[], refusal: string | null): void =>
    void run.uses.push({ tool: source.id, input, factIds, refusal });
  try {
    const read = await countInto(run.tally, () => source.read(input as never, run.source, { signal }));
    const facts = run.table.add(read.slice(0, MOST_FACTS));
    note(
      facts.map(({ id }) => id),
      null,
    );
    if (source.proposes === true) run.proposed.push(...facts);
    if (facts.length === 0) return "Nothing is known of it.";
    const more =
      read.length > MOST_FACTS ? `\n${read.length - MOST_FACTS} more facts are not shown: ask for less.` : "";
    return `${factLines(facts)}${more}`;
  } catch (error) {
    signal.throwIfAborted();
    // Our own errors are written to be shown; of others the model learns only that there was one.
    const refusal = error instanceof DeepTraderError ? error.message : "That could not be read.";
    note([], refusal);
    return refusal;
  }
}
