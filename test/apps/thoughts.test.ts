// What an operator sees of how a model came to its answer, and what not: no figure that the model made.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { thoughtsCommands } from "#apps/commands/thoughts.ts";
import { UnknownNameError, UsageError } from "#schemas/errors.ts";
import { lexiconVersion } from "#toolkits/fact-check/lexicon.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";
import { attempt, type Over, thinkingDesk } from "./thinking-desk.ts";

const [LIST, SHOW] = thoughtsCommands;

describe("thoughts", () => {
  it("are listed with who answered, what was read and left out, and the tokens", async () => {
    const { run, id } = await thinkingDesk();
    const { document, text } = await run<object>(LIST);
    expect(document).toMatchObject({
      run: "live",
      simulated: true,
      thoughts: [
        {
          id,
          atMs: START_MS,
          question: "how is BTC?",
          conversation: "me",
          status: "answered",
          model: "custom/m",
          reads: 2,
          leftOut: 1,
          modelCalls: 2,
          inputTokens: 1_900,
          outputTokens: 90,
          estimatedTokens: 1_060,
        },
      ],
    });
    expect(text).toMatch(
      new RegExp(`\n${id} +2024-03-01 12:00 +how is BTC\\? +answered +custom/m +2 +1 +2 +1,900 +90\n`),
    );
    expect(text).toContain(`deeptrader thoughts show ${id}`);
  });

  it("show reads, times, tokens and drafts, and hide every figure that the model made", async () => {
    const { run, id } = await thinkingDesk();
    const { text } = await run(SHOW, {}, [id]);
    expect(text).toBe(`SIMULATED – invented prices
thought ${id}  2024-03-01 12:00 UTC, conversation me
asked         how is BTC?
answered      by custom/m
model calls   2, 1,900 tokens in, 90 out, 1,060 of them estimated: the provider did not say
instructions  abcdef, word lists ${lexiconVersion("en")}

draft 1 by custom/m  completed
read      asked with                      got
analysis  asset=BTC timeframe=1h limit=5  f1, f4 to f5
screen    by=rsi ▯                        nothing: rsi ▯ is no column.
took          from ms  for ms  tokens in  out
the run             0    1234
  model call        5     400        900   30
  analysis        405       8
  model call      420     814                  failed
The model wrote, figures hidden:
  > RSI is {{f1}}.
  > It will be ▯ soon.
Left out:
  sentence 2: digit (figure), at the model's words "▯ soon"

what stood up to the facts
RSI is 27.4.

the facts at hand
f1 = 27.4 · RSI`);
  });

  it("say of a model that read and wrote nothing why that was", async () => {
    const failed = attempt({ draft: "", uses: [], dropped: [], ended: "model-error", failure: "HTTP 503" });
    const { run, id } = await thinkingDesk({
      attempts: [failed],
      talk: { status: "failed", why: "HTTP 503" },
      traces: [[]],
    });
    const { text } = await run(SHOW, {}, [id]);
    expect(text).toContain("answered      no text of a model (HTTP 503)");
    expect(text).toContain("draft 1 by custom/m  model-error: HTTP 503\nIt read nothing.\n");
    expect(text).toContain("what stood up to the facts\nnothing\n");
  });

  it("show no figure of a model at any place where it could put one, as text or as JSON", async () => {
    // Eastern Arabic digits stand for the model's: nothing else of the document has them.
    const word = fc.stringMatching(/^[a-z ٠-٩.,%$-]{0,12}$/);
    const use = fc.record({
      tool: fc.constant("screen"),
      input: fc.dictionary(fc.constantFrom("by", "asset"), fc.oneof(word, fc.array(word))),
      factIds: fc.constant([]),
      refusal: fc.option(word),
    });
    const drops = fc.array(
      fc.record({ sentence: fc.nat(9), rule: fc.constant("digit"), layer: fc.constant("figure"), words: word }),
    );
    const drawn = fc.record({ draft: word, uses: fc.array(use), dropped: drops });
    await fc.assert(
      fc.asyncProperty(drawn, async (over) => {
        const { run, id } = await thinkingDesk({ attempts: [attempt(over as unknown as Over)] });
        const { document, text } = await run(SHOW, {}, [id]);
        expect(JSON.stringify(document)).not.toMatch(/[٠-٩]/);
        expect(text).not.toMatch(/[٠-٩]/);
      }),
      { numRuns: 40 },
    );
  });

  it("are listed whole where that is asked for, each as `show` has it", async () => {
    const { run, id } = await thinkingDesk();
    const { document: shown } = await run<object>(SHOW, {}, [id]);
    const { document, text } = await run<object>(LIST, { whole: true });
    const { simulated, ...thought } = shown as { readonly simulated: boolean };
    expect(document).toMatchObject({ simulated, thoughts: [{ ...thought, reads: 2, leftOut: 1 }] });
    expect(text).toBe((await run(LIST)).text);
  });

  it("are none on a desk that asked no model, and an unknown id or a wrong limit is said", async () => {
    const { run } = await simulatedDesk();
    expect((await run(LIST)).text).toContain("No model was asked yet in this run.");
    await expect(run(SHOW, {}, ["ffffffff"])).rejects.toThrow(UnknownNameError);
    await expect(run(LIST, { limit: "0" })).rejects.toThrow(UsageError);
  });
});
