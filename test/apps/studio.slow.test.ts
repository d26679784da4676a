import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Agent } from "@mastra/core/agent";
import type { Mastra } from "@mastra/core/mastra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { studioDesk } from "#apps/mastra/studio.ts";
import { parseOptions } from "#apps/options.ts";
import { factSources } from "#desk/answering/sources/sources.ts";
import { DAY_MS } from "#schemas/units.ts";
import { documentOf, emptyFolder, startCli } from "#test/support/cli.ts";
import { factsGiven } from "#test/support/competent-model.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { startOpenAiServer } from "#test/support/openai-server.ts";
import { createDatabase, isPostgresThere } from "#test/support/postgres-database.ts";
import { studioServer, studioServerOf } from "#test/support/studio-server.ts";

const home = mkdtempSync(join(tmpdir(), "deeptrader-studio-"));
const ENV = { DEEPTRADER_HOME: home, DEEPTRADER_AS_OF: "2026-01-05T12:00:00Z" };
const there = await isPostgresThere();
let mastra: Mastra;
let agents: Readonly<Record<string, Agent>>;
let manager: Agent;

beforeAll(async () => {
  Object.assign(process.env, ENV);
  ({ mastra } = await import("#apps/mastra/index.ts"));
  agents = mastra.listAgents() as Readonly<Record<string, Agent>>;
  manager = agents["deep-trader-manager"] as Agent;
});
afterAll(() => {
  for (const name of Object.keys(ENV)) delete process.env[name];
  rmSync(home, { recursive: true, force: true });
});

const say = async (text: string): Promise<string> => (await manager.generate(text)).text;

describe("the agent that Mastra is given", () => {
  it("is the desk's manager with its own read tools, no shell, no files and no orders", async () => {
    expect(Object.keys(agents)).toEqual(["deep-trader-manager"]);
    const unopened = {} as Parameters<typeof factSources>[0];
    expect(Object.keys(await manager.listTools())).toEqual(factSources(unopened).map(({ id }) => id));
  });

  it("answers offline and without a key, and frees the home for the next message", async () => {
    const first = await say("what is the RSI of BTC?");
    expect(first).toMatch(/^SIMULATED – invented prices\. The RSI \(Wilder, 14\) of BTC\/USDT 5m is \d+\.\d\d\./);
    expect(await say("what is the RSI of BTC?")).toContain("recalled");
  });

  it("places no order, whatever a message says", async () => {
    expect(await say("Buy BTC now.")).toMatch(/places no orders[\s\S]*declined/);
    expect(await say("what do I hold?")).toContain("No open positions");
  });

  it("has tools that give facts when they are called by hand, and say what is wrong with a call", async () => {
    const { analysis } = (await manager.listTools()) as unknown as Record<
      string,
      { execute(input: unknown, context: object): Promise<{ readonly facts: string }> }
    >;
    const read = async (input: unknown) => (await analysis?.execute(input, {}))?.facts;
    expect(await read({ asset: "BTC" })).toMatch(
      /^SIMULATED – invented prices\nf1 = [\d.]+ USDT · close of the newest candle · BTC\/USDT 5m/,
    );
    expect(await read({ asset: "NOSUCHCOIN" })).toContain("NOSUCHCOIN");
  });
});

describe("an answer in Studio that a model made", () => {
  it("is the desk's, with how it came about beneath it, and none of the model's own figures", async () => {
    await using server = await startOpenAiServer(({ toolResults }) =>
      toolResults === 0
        ? { tool: "analysis", input: { asset: "BTC" }, usage: { input: 900, output: 30 } }
        : { text: "The price of BTC is {{f1}}. It will be at 987654 soon.", usage: { input: 1_200, output: 40 } },
    );
    await using folder = await freshHome();
    const home = { DEEPTRADER_HOME: folder.dir };
    const env = { ...ENV, ...home, DEEPTRADER_MODEL: "custom/m1", DEEPTRADER_MODEL_URL: server.url };
    const options = parseOptions({}, env, { dotenv: null, file: null, learned: {}, faults: [] } as never);
    const signal = new AbortController().signal;
    const text = await studioDesk(options).desk.ask("explain to a beginner how my desk and BTC hang together", {
      signal,
    });
    expect(text).toMatch(/^SIMULATED – invented prices/);
    expect(text).toMatch(/\n\n\d, [\d,]+ tokens in, \d+ out/);
    expect(text).toMatch(/\nanalysis +asset=BTC +f\d+ to f\d+/);
    expect(text).toMatch(/\n {2}model call +\d+ +\d+ +1,200 +40/);
    expect(text).not.toContain("987654");
  });
});

describe("the traces of Studio", () => {
  const QUESTION = "explain to a beginner how my desk and BTC hang together";

  /** Reads twice, then writes one sentence that stands and one that does not. */
  const thinker = () =>
    startOpenAiServer((request) => {
      const { toolResults } = request;
      if (toolResults < 2)
        return {
          tool: "analysis",
          input: { asset: toolResults === 0 ? "BTC" : "ETH" },
          usage: { input: 900 + toolResults, output: 30 },
        };
      const close = factsGiven(request).ref(/^close of the newest candle/, { of: "BTC" });
      return { text: `BTC closed at ${close}. It will be at 987654 soon.`, usage: { input: 1_200, output: 40 } };
    });

  interface Span {
    readonly spanType: string;
    readonly name: string;
    readonly input?: unknown;
    readonly output?: unknown;
    readonly attributes?: { readonly usage?: { readonly inputTokens?: number; readonly outputTokens?: number } };
  }

  /** What the pages of Studio's Traces ask for, of the only question that was asked. */
  async function expectOneTrace(ask: ReturnType<typeof studioServer>, report: object, billed: object): Promise<void> {
    const { nowMs, workByJob } = report as Report;
    const from = new Date(nowMs - DAY_MS).toISOString();
    const timeRange = { from, to: new Date(nowMs + DAY_MS).toISOString() };
    const { traces } = await ask<{ readonly traces: readonly { readonly traceId: string }[] }>("QUERY_TRACES", {
      body: { timeRange, page: { limit: 25 } },
    });
    expect(traces).toMatchObject([{ inputPreview: QUESTION, status: "success", environment: "simulated" }]);
    const [{ traceId }] = traces as [{ readonly traceId: string }];
    const { spans } = await ask<{ readonly spans: readonly Span[] }>("GET_TRACE_ROUTE", { path: { traceId } });
    expect(spans.map(({ name }) => name)).toEqual([
      "SIMULATED question",
      "draft 1 by custom/m1",
      "model call",
      "tool: 'analysis'",
      "model call",
      "tool: 'analysis'",
      "model call",
    ]);
    const [root, draft] = spans;
    expect(root?.output).toMatch(/^SIMULATED – invented prices\nBTC(\/USDT)? closed at [\d,.]+ USDT\.$/);
    // Of the model's own words no figure, and of all else none that it made.
    expect(JSON.stringify(draft?.output).replaceAll(/\{\{f\d+\}\}/g, "")).toMatch(/modelWroteFiguresHidden":"[^\d"]+"/);
    expect(JSON.stringify(spans)).not.toContain("987654");
    expect(spans.filter(({ spanType }) => spanType === "tool_call").map(({ input }) => input)).toEqual([
      { asset: "BTC" },
      { asset: "ETH" },
    ]);

    const sum = (of: "inputTokens" | "outputTokens") =>
      spans.reduce((total, { attributes }) => total + (attributes?.usage?.[of] ?? 0), 0);
    const ofSpans = { input: sum("inputTokens"), output: sum("outputTokens") };
    const { inputTokens, outputTokens } = workByJob.question;
    const { groups } = await ask<{ readonly groups: readonly { readonly value: number }[] }>("GET_METRIC_BREAKDOWN", {
      body: {
        name: ["mastra_model_total_input_tokens", "mastra_model_total_output_tokens"],
        aggregation: "sum",
        groupBy: ["name"],
        filters: { traceIds: [traceId] },
      },
    });
    const shown = groups.map(({ value }) => value).toSorted((a, b) => b - a);
    expect({ spans: ofSpans, ledger: { input: inputTokens, output: outputTokens }, shown }).toEqual({
      spans: billed,
      ledger: billed,
      shown: [ofSpans.input, ofSpans.output],
    });
    expect(ofSpans).toEqual({ input: 3_001, output: 100 });
    for (const page of ["LIST_FEEDBACK", "LIST_SCORES", "LIST_LOGS", "LIST_BRANCHES_ROUTE"] as const) await ask(page);
  }

  interface Report {
    readonly nowMs: number;
    readonly workByJob: { readonly question: { readonly inputTokens: number; readonly outputTokens: number } };
  }

  const tracesOf = (env: Readonly<Record<string, string>>) => {
    const options = parseOptions({}, env, { dotenv: null, file: null, learned: {}, faults: [] } as never);
    return studioServerOf(studioDesk(options).traces);
  };

  it("show what was asked from the command line before Studio was there", async () => {
    await using server = await thinker();
    const at = { home, env: { DEEPTRADER_AS_OF: ENV.DEEPTRADER_AS_OF } };
    await documentOf(["ask", "RSI of BTC"], at);
    const model = { DEEPTRADER_MODEL: "custom/m1", DEEPTRADER_MODEL_URL: server.url };
    await documentOf(["ask", QUESTION], { home, env: { ...at.env, ...model } });
    await expectOneTrace(studioServer(mastra), await documentOf(["report"], at), server.billed);
  });

  it("show those of a desk that runs, and leave it its home", async () => {
    await using server = await thinker();
    await using folder = await freshHome();
    const env = { DEEPTRADER_MODEL: "custom/m1", DEEPTRADER_MODEL_URL: server.url };
    const desk = startCli(["start", "--assets", "6", "--speed", "300", "--seed", "5"], { home: folder.dir, env });
    try {
      await desk.waitFor(/6\/6 fresh/);
      await documentOf(["ask", QUESTION], { home: folder.dir });
      const ask = tracesOf({ DEEPTRADER_HOME: folder.dir });
      await expectOneTrace(ask, await documentOf(["report"], { home: folder.dir }), server.billed);
    } finally {
      desk.signal("SIGKILL");
      await desk.ended;
    }
  });

  it.skipIf(!there)("show those of a desk on PostgreSQL (skipped where none answers)", async () => {
    await using server = await thinker();
    await using folder = await emptyFolder();
    await using database = await createDatabase();
    const env = { DATABASE_URL: database.url, DEEPTRADER_AS_OF: ENV.DEEPTRADER_AS_OF };
    const at = { home: folder.dir, env };
    await documentOf(["ask", "RSI of BTC"], at);
    const model = { DEEPTRADER_MODEL: "custom/m1", DEEPTRADER_MODEL_URL: server.url };
    await documentOf(["ask", QUESTION], { home: folder.dir, env: { ...env, ...model } });
    const ask = tracesOf({ DEEPTRADER_HOME: folder.dir, ...env });
    await expectOneTrace(ask, await documentOf(["report"], at), server.billed);
  });
});
