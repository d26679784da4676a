// Floor 6. `facts [SOURCE] [NAME=VALUE …]`: what the manager's model may read, as it would read it; no model is asked.
import { z } from "zod";
import { factLines } from "#agents/deep-trader-manager/talk/fact-table.ts";
import { readFacts } from "#desk/answering/read-facts.ts";
import { UsageError } from "#schemas/errors.ts";
import { Fact } from "#schemas/fact.ts";
import { Json, parseJson } from "#schemas/json.ts";
import { printable } from "#toolkits/fact-check/mask-figures.ts";
import { deskCommand } from "../command.ts";
import { table } from "../text/table.ts";

/** The one source that works for its answer, on the venue's time: whoever may only read may not ask for it. */
const COSTS = "delegate";

const Source = z.object({
  id: z.string(),
  description: z.string(),
  input: z.record(z.string(), Json).describe("JSON Schema of what it may be asked"),
});

/** The sources, or what one of them gives. */
const FactsDocument = z.union([
  z.object({ source: z.null(), sources: z.array(Source).readonly() }),
  z.object({ source: z.string(), facts: z.array(Fact).readonly() }),
]);

export const factsCommand = deskCommand({
  name: "facts",
  document: FactsDocument,
  reads: true,
  exchange: "when-needed",
  check: ({ args: [source, ...pairs] }) => {
    if (source === COSTS)
      throw new UsageError({
        was: `facts was asked for ${COSTS}, which has a market analysed.`,
        expected: "a source that only reads",
        remedy: "Use `deeptrader analyse SYMBOL`.",
      });
    void inputOf(pairs);
  },
  execute: async (open, { args: [source, ...pairs] }, options) => {
    const { sourcesOf } = await import("#desk/answering/ask-desk.ts");
    const sources = sourcesOf(open).filter(({ id }) => id !== COSTS);
    if (source !== undefined)
      return { source, facts: await readFacts(open.desk, sources, { source, input: inputOf(pairs) }, options) };
    return {
      source: null,
      sources: sources.map(({ id, description, input }) => ({ id, description, input: jsonSchemaOf(input) })),
    };
  },
  render: (document) => {
    if ("facts" in document)
      return document.facts.length === 0 ? "Nothing is known of it." : printable(factLines(document.facts));
    return table(document.sources, [
      { title: "source", value: ({ id }) => id },
      { title: "what it gives", value: ({ description }) => description },
    ]);
  },
});

const jsonSchemaOf = (schema: z.ZodType) =>
  z.record(z.string(), Json).parse(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));

const NEXT_PAIR = /\s+(?=[a-zA-Z]{1,40}=)/;

/** `asset=BTC`, `limit=5`: a value is JSON where it is some, else text. @throws UsageError */
function inputOf(pairs: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    // Over HTTP the rest of the line comes as one text.
    pairs
      .join(" ")
      .split(NEXT_PAIR)
      .filter((pair) => pair !== "")
      .map((pair) => {
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
