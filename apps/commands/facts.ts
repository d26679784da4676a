// Floor 6. `facts [SOURCE] [NAME=VALUE …]`: what the manager's model may read, as it would read it; no model is asked.
import { z } from "zod";
import { factLines } from "#agents/deep-trader-manager/talk/fact-table.ts";
import { readFacts } from "#desk/answering/read-facts.ts";
import { UsageError } from "#schemas/errors.ts";
import type { Fact } from "#schemas/fact.ts";
import { parseJson } from "#schemas/json.ts";
import { printable } from "#toolkits/fact-check/mask-figures.ts";
import { deskCommand } from "../command.ts";
import { table } from "../text/table.ts";

interface FactsDocument {
  /** Null: the sources were listed. */
  readonly source: string | null;
  readonly sources?: readonly { readonly id: string; readonly description: string; readonly input: unknown }[];
  readonly facts?: readonly Fact[];
}

export const factsCommand = deskCommand<FactsDocument>({
  name: "facts",
  reads: true,
  exchange: "when-needed",
  check: ({ args }) => void inputOf(args.slice(1)),
  execute: async (open, { args: [source, ...pairs] }, options) => {
    const { sourcesOf } = await import("#desk/answering/ask-desk.ts");
    const sources = sourcesOf(open);
    if (source !== undefined)
      return { source, facts: await readFacts(open.desk, sources, { source, input: inputOf(pairs) }, options) };
    return {
      source: null,
      sources: sources.map(({ id, description, input }) => ({ id, description, input: jsonSchemaOf(input) })),
    };
  },
  render: ({ sources = [], facts }) => {
    if (facts !== undefined) return facts.length === 0 ? "Nothing is known of it." : printable(factLines(facts));
    return table(sources, [
      { title: "source", value: ({ id }) => id },
      { title: "what it gives", value: ({ description }) => description },
    ]);
  },
});

const jsonSchemaOf = (schema: z.ZodType): unknown => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });

/** `asset=BTC`, `limit=5`: a value is JSON where it is some, else text. @throws UsageError */
function inputOf(pairs: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      const value = pair.slice(at + 1);
      if (at > 0) return [pair.slice(0, at), parseJson(value) ?? value];
      throw new UsageError({
        was: `facts was given ${JSON.stringify(pair)}.`,
        expected: "NAME=VALUE, for example asset=BTC",
        remedy: "Correct it.",
      });
    }),
  );
}
