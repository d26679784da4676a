// The desk's thoughts as Mastra's traces: asked by the handlers of Mastra's own server, over thoughts that the product has kept.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { thoughtsCommands } from "#apps/commands/thoughts.ts";
import { type ThoughtsRead, ThoughtTraces } from "#apps/mastra/thought-traces.ts";
import { HomeLockedError } from "#schemas/errors.ts";
import { DAY_MS, unixMs } from "#schemas/units.ts";
import { NO_WORK } from "#schemas/work.ts";
import { patience } from "#test/support/desk.ts";
import { studioServerOf } from "#test/support/studio-server.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";
import { attempt, type Over, span, type Thinking, think } from "./thinking-desk.ts";

const [LIST] = thoughtsCommands;
const MINUTE_MS = 60_000;
const AROUND = {
  from: new Date(START_MS - MINUTE_MS).toISOString(),
  to: new Date(START_MS + DAY_MS).toISOString(),
};

/** Studio on a desk that has thought so, oldest first. */
async function studioOn(...thinkings: readonly Thinking[]) {
  const { desk, store, run, clock } = await simulatedDesk();
  for (const thinking of thinkings) {
    clock.advanceTo(thinking.atMs ?? START_MS);
    await think(desk, thinking);
  }
  const state = {
    ms: 0,
    clockMs: START_MS + 365 * DAY_MS,
    isRunning: true,
    failure: null as Error | null,
    reads: [] as number[],
  };
  const traces = new ThoughtTraces({
    async read(limit) {
      state.reads.push(limit);
      if (state.failure !== null) throw state.failure;
      const { document } = await run<Omit<ThoughtsRead, "isRunning">>(LIST, { limit, whole: true });
      return { ...document, isRunning: state.isRunning };
    },
    monotonicMs: () => state.ms,
    nowMs: () => state.clockMs,
  });
  const ask = studioServerOf(traces);
  const query = (body: object = {}) =>
    ask<Page>("QUERY_TRACES", { body: { timeRange: AROUND, page: { limit: 25 }, ...body } });
  const spans = async (traceId: string) =>
    (await ask<{ readonly spans: readonly Span[] }>("GET_TRACE_ROUTE", { path: { traceId } })).spans;
  const { thoughts } = (await run<ThoughtsRead>(LIST)).document;
  return { desk, store, traces, ask, query, spans, state, newestFirst: thoughts.map(({ id }) => id) };
}

interface Page {
  readonly traces: readonly {
    readonly traceId: string;
    readonly name: string;
    readonly status: string;
    readonly inputPreview: string;
  }[];
  readonly page: { readonly next: string | null };
}
interface Span {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly spanType: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly createdAt: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error?: unknown;
  readonly attributes?: unknown;
  readonly metadata: object;
}

const times = ({ startedAt, endedAt }: Span) => [Date.parse(startedAt) - START_MS, Date.parse(endedAt) - START_MS];

describe("a trace in Studio", () => {
  it("is one question, with its drafts, model calls and reads, their times, tokens and texts", async () => {
    const { spans, newestFirst } = await studioOn({});
    const [id = ""] = newestFirst;
    const all = await spans(id);
    const shown = all.map((each) => [each.spanId, each.parentSpanId, each.spanType, each.name, times(each)]);
    expect(shown).toEqual([
      [id, null, "agent_run", "SIMULATED question", [0, 1_234]],
      [`${id}-1`, id, "agent_run", "draft 1 by custom/m", [0, 1_234]],
      [`${id}-1-1`, `${id}-1`, "model_generation", "model call", [5, 405]],
      [`${id}-1-2`, `${id}-1`, "tool_call", "tool: 'analysis'", [405, 413]],
      [`${id}-1-3`, `${id}-1`, "model_generation", "model call", [420, 1_234]],
    ]);
    const [root, draft, call, read, broken] = all;
    expect(root).toMatchObject({
      threadId: "me",
      environment: "simulated",
      input: "how is BTC?",
      output: "SIMULATED – invented prices\nRSI is 27.4.",
      metadata: { simulated: true, status: "answered", answeredBy: "custom/m", inputTokens: 1_900, outputTokens: 90 },
    });
    expect(draft?.output).toEqual({
      reads: [
        expect.objectContaining({ tool: "analysis", input: { asset: "BTC", timeframe: "1h", limit: 5 } }),
        expect.objectContaining({ tool: "screen", refusal: "rsi ▯ is no column." }),
      ],
      modelWroteFiguresHidden: "RSI is {{f1}}.\nIt will be ▯ soon.",
      leftOut: [{ sentence: 2, rule: "digit", layer: "figure", words: "▯ soon" }],
    });
    expect(call?.attributes).toEqual({ provider: "custom", model: "m", usage: { inputTokens: 900, outputTokens: 30 } });
    expect(read).toMatchObject({
      entityType: "tool",
      entityId: "analysis",
      input: { asset: "BTC", timeframe: "1h", limit: 5 },
      output: "SIMULATED – invented prices\nf1, f4 to f5\nf1 = 27.4 · RSI",
    });
    // Where the provider did not count, nothing is said.
    expect(broken).toMatchObject({ attributes: { usage: {} }, error: { message: "The call failed." } });
    // A test's clock is years behind the machine's.
    expect(all.map(({ createdAt }) => createdAt)).toEqual(all.map(({ endedAt }) => endedAt));
    expect(all.every(({ metadata }) => (metadata as { simulated: boolean }).simulated)).toBe(true);
  });

  it("has the drafts of a question one after the other, and says how each ended", async () => {
    const failed = attempt({ draft: "", uses: [], dropped: [], ended: "model-error", failure: "HTTP 503" });
    const { spans, newestFirst } = await studioOn({
      attempts: [failed, attempt({ model: "local" })],
      talk: { status: "nothing-stands", why: "HTTP 503; digit" },
    });
    const [root, first, second] = (await spans(newestFirst[0] ?? "")).filter(
      ({ spanType }) => spanType === "agent_run",
    );
    expect([root, first, second].map((each) => each && times(each))).toEqual([
      [0, 2_468],
      [0, 1_234],
      [1_234, 2_468],
    ]);
    expect(root?.error).toEqual({ message: "nothing stood up to the facts: HTTP 503; digit" });
    expect(root?.output).toBe("SIMULATED – invented prices\nnothing stood up to the facts");
    expect(first?.error).toEqual({ message: "model-error: HTTP 503" });
    expect(second?.error).toBeUndefined();
  });

  it("says which read a span was only where that is certain", async () => {
    const use = (asset: string) => ({ tool: "analysis", input: { asset }, factIds: [], refusal: null });
    const call = (startMs: number, durationMs: number) => span({ kind: "tool", name: "analysis", startMs, durationMs });
    const run = span({ kind: "run", name: "run", parent: null, durationMs: 100 });
    const inputs = async (traces: Thinking["traces"], ...assets: string[]) => {
      const attempts = [attempt({ uses: assets.map(use) })];
      const { spans, newestFirst } = await studioOn({ attempts, ...(traces === undefined ? {} : { traces }) });
      const tools = (await spans(newestFirst[0] ?? "")).filter(({ spanType }) => spanType === "tool_call");
      return tools.map(({ input }) => input);
    };
    // The second began later and ended first: reads are kept as they end.
    expect(await inputs([[run, call(5, 50), call(10, 20)]], "ETH", "BTC")).toEqual([
      { asset: "BTC" },
      { asset: "ETH" },
    ]);
    expect(await inputs([[run, call(5, 50), call(10, 45)]], "ETH", "BTC")).toEqual([undefined, undefined]);
    expect(await inputs([[run, call(5, 50), call(60, 5)]], "ETH")).toEqual([undefined, undefined]);
  });

  it("adds up to the tokens of the ledger, also where a provider did not count", async () => {
    const work = { ...NO_WORK, modelCalls: 3, inputTokens: 2_000, outputTokens: 71, estimatedTokens: 1_141 };
    const { ask, newestFirst } = await studioOn({}, { question: "and ETH?", answer: { model: "custom/m", work } });
    const names = { inputTokens: "mastra_model_total_input_tokens", outputTokens: "mastra_model_total_output_tokens" };
    // As the Traces page asks.
    const { groups } = await ask<{ groups: { dimensions: { traceId: string; name: string }; value: number }[] }>(
      "GET_METRIC_BREAKDOWN",
      {
        body: {
          name: Object.values(names),
          aggregation: "sum",
          groupBy: ["traceId", "name"],
          filters: { traceIds: newestFirst },
          limit: 50,
        },
      },
    );
    const of = (traceId: string | undefined, name: string) =>
      groups.find(({ dimensions }) => dimensions.traceId === traceId && dimensions.name === name)?.value;
    const totals = newestFirst.map((id) => [of(id, names.inputTokens), of(id, names.outputTokens)]);
    expect(totals).toEqual([
      [2_000, 71],
      [1_900, 90],
    ]);
  });

  it("shows no figure that a model made, at any endpoint", async () => {
    // Eastern Arabic digits stand for the model's: nothing else has them.
    const word = fc.stringMatching(/^[a-z ٠-٩.,%$-]{0,12}$/);
    const use = fc.record({
      tool: fc.constant("analysis"),
      input: fc.dictionary(fc.constantFrom("by", "asset"), fc.oneof(word, fc.array(word))),
      factIds: fc.constant([]),
      refusal: fc.option(word),
    });
    const drop = fc.record({
      sentence: fc.nat(9),
      rule: fc.constant("digit"),
      layer: fc.constant("figure"),
      words: word,
    });
    const drawn = fc.record({ draft: word, uses: fc.array(use, { maxLength: 2 }), dropped: fc.array(drop) });
    await fc.assert(
      fc.asyncProperty(drawn, async (over) => {
        const { ask, query, newestFirst } = await studioOn({ attempts: [attempt(over as unknown as Over)] });
        const path = { traceId: newestFirst[0] ?? "" };
        const answers = await Promise.all([
          query(),
          ask("LIST_TRACES_ROUTE"),
          ask("LIST_TRACES_LIGHT_ROUTE"),
          ask("LIST_BRANCHES_ROUTE"),
          ask("GET_TRACE_ROUTE", { path }),
          ask("GET_TRACE_LIGHT_ROUTE", { path }),
          ask("GET_TRACE_TRAJECTORY_ROUTE", { path }),
          ask("GET_BRANCH_ROUTE", { path: { ...path, spanId: `${path.traceId}-1` } }),
          ask("LIST_METRICS"),
        ]);
        expect(JSON.stringify(answers)).not.toMatch(/[٠-٩]/);
      }),
      { numRuns: 25 },
    );
  });
});

describe("the list of traces", () => {
  const at = (minute: number) => unixMs(START_MS + minute * MINUTE_MS);
  const FAILED = { talk: { status: "failed", why: "HTTP 503" } } as const;
  const FIVE: readonly Thinking[] = [
    { atMs: at(0), question: "a" },
    { atMs: at(1), question: "b", conversation: null, ...FAILED },
    { atMs: at(2), question: "c", attempts: [attempt({ model: "local" })] },
    // A simulated clock stands still.
    { atMs: at(3), question: "d", conversation: "you" },
    { atMs: at(3), question: "e", attempts: [] },
  ];
  const eq = (path: string, literal: unknown) => ({ op: "eq", left: { path }, right: { literal } });
  const QUERIES: Readonly<Record<string, readonly [where: object, found: string]>> = {
    "by agent": [eq("entityName", "DeepTraderManager"), "edcba"],
    "by another agent": [eq("entityName", "Other"), ""],
    "by type": [eq("entityType", "agent"), "edcba"],
    "by failure": [eq("status", "error"), "b"],
    "by conversation": [eq("threadId", "you"), "d"],
    "that have no conversation": [{ op: "notExists", path: "threadId" }, "b"],
    "of other conversations, none among them": [
      { op: "ne", left: { path: "threadId" }, right: { literal: "me" } },
      "db",
    ],
    "in none of some conversations": [{ op: "notIn", value: { path: "threadId" }, set: ["me", "you"] }, "b"],
    "of one of some traces": [{ op: "in", value: { path: "traceId" }, set: ["nosuch"] }, ""],
    "by how the question ended": [eq("metadata.status", "failed"), "b"],
    "not so": [{ op: "not", arg: eq("metadata.status", "failed") }, "edca"],
    "that took long": [{ op: "gt", left: { path: "durationMs" }, right: { literal: 1_000 } }, "dcba"],
    "that began at a minute or before": [
      { op: "lte", left: { path: "startedAt" }, right: { literal: new Date(at(1)).toISOString() } },
      "ba",
    ],
    "by a model": [{ spans: { some: eq("model", "local") } }, "c"],
    "without a call of a model": [{ spans: { none: eq("spanType", "model_generation") } }, "e"],
    "with a failed read": [
      { spans: { some: { op: "and", args: [eq("spanType", "tool_call"), eq("status", "error")] } } },
      "",
    ],
    "with a failed call": [
      { spans: { some: { op: "and", args: [eq("spanType", "model_generation"), { op: "exists", path: "error" }] } } },
      "dcba",
    ],
    "with a tag": [{ op: "includes", path: "tags", value: "x" }, ""],
    "without a tag": [{ op: "notIncludes", path: "tags", value: "x" }, "edcba"],
    "with a score": [{ scores: { some: { op: "exists", path: "score" } } }, ""],
    "without feedback": [{ feedback: { none: { op: "exists", path: "value" } } }, "edcba"],
    "by one or another": [{ op: "or", args: [eq("threadId", "you"), eq("status", "error")] }, "db"],
  };

  it("is newest first, and is filtered as Mastra's reference says", async () => {
    const { query, newestFirst } = await studioOn(...FIVE);
    const letters = new Map(newestFirst.map((id, index) => [id, "edcba"[index]]));
    const found = async (where?: object) =>
      (await query(where === undefined ? {} : { where })).traces.map(({ traceId }) => letters.get(traceId)).join("");
    expect(await found()).toBe("edcba");
    for (const [what, [where, expected]] of Object.entries(QUERIES))
      expect([what, await found(where)]).toEqual([what, expected]);
  });

  it("takes a time range that includes its beginning and not its end", async () => {
    const { query } = await studioOn(...FIVE);
    const range = (from: number, to: number) =>
      query({ timeRange: { from: new Date(at(from)).toISOString(), to: new Date(at(to)).toISOString() } });
    expect((await range(1, 3)).traces).toHaveLength(2);
    expect((await range(3, 4)).traces).toHaveLength(2);
  });

  it("takes now for the desk's now, where a simulated clock runs ahead of the machine's", async () => {
    const { query, state } = await studioOn(...FIVE);
    state.clockMs = at(-60);
    const until = async (minute: number) =>
      (await query({ timeRange: { from: new Date(at(-999)).toISOString(), to: new Date(at(minute)).toISOString() } }))
        .traces;
    expect(await until(-60)).toHaveLength(5);
    expect(await until(-65)).toHaveLength(5);
    expect(await until(-71)).toHaveLength(0);
    state.clockMs = at(60);
    expect(await until(2)).toHaveLength(2);
  });

  it.each(["desc", "asc"])("comes in pages that together are all of it, once, %s", async (direction) => {
    const { query, newestFirst } = await studioOn(...FIVE);
    const pages = async (size: number) => {
      const seen: string[] = [];
      for (let after: string | null = null; ; ) {
        const orderBy = [{ field: "startedAt", direction }];
        const { traces, page }: Page = await query({ orderBy, page: { limit: size, after } });
        seen.push(...traces.map(({ traceId }) => traceId));
        if (page.next === null || seen.length > FIVE.length) return seen;
        expect(traces).toHaveLength(size);
        after = page.next;
      }
    };
    for (const size of [1, 2, 3, 5, 9])
      expect(await pages(size)).toEqual(direction === "desc" ? newestFirst : newestFirst.toReversed());
  });

  it("agrees with Mastra's own store, which answers the plain lists", async () => {
    const { ask, query, newestFirst } = await studioOn(...FIVE);
    type Plain = { readonly spans: readonly { readonly traceId: string }[]; readonly pagination: { total: number } };
    const plain = async (filters: object) => {
      const { spans } = await ask<Plain>("LIST_TRACES_ROUTE", { query: { ...filters, perPage: 100 } });
      return spans.map(({ traceId }) => traceId);
    };
    const advanced = async (...args: readonly object[]) =>
      (await query(args.length === 0 ? {} : { where: { op: "and", args } })).traces.map(({ traceId }) => traceId);
    expect(await plain({})).toEqual(newestFirst);
    expect(await plain({})).toEqual(await advanced());
    expect(await plain({ threadId: "me" })).toEqual(await advanced(eq("threadId", "me")));
    expect(await plain({ status: "error" })).toEqual(await advanced(eq("status", "error")));
    expect(await plain({ environment: "simulated" })).toEqual(await advanced(eq("environment", "simulated")));
    const numbered = await ask<{ readonly pagination: unknown; readonly traces: readonly { traceId: string }[] }>(
      "QUERY_TRACES",
      { body: { timeRange: AROUND, pagination: { page: 1, perPage: 2 } } },
    );
    expect(numbered.pagination).toEqual({ total: 5, page: 1, perPage: 2, hasMore: true });
    expect(numbered.traces.map(({ traceId }) => traceId)).toEqual(newestFirst.slice(2, 4));
  });

  it("offers what there is to filter by", async () => {
    const { ask } = await studioOn({});
    expect(await ask("GET_ENTITY_NAMES", { query: { entityType: "agent" } })).toEqual({ names: ["DeepTraderManager"] });
    expect(await ask("GET_ENTITY_NAMES", { query: { entityType: "tool" } })).toEqual({ names: ["analysis"] });
    expect(await ask("GET_ENVIRONMENTS")).toEqual({ environments: ["simulated"] });
  });
});

describe("the storage behind the traces", () => {
  it("asks the desk once for a page, and for all of it only where the newest that it knew is not among the newest", async () => {
    const { desk, query, ask, traces, state } = await studioOn({ question: "0" });
    const inputs = async () => (await query()).traces.map(({ inputPreview }) => inputPreview).join(" ");
    await Promise.all([query(), query(), ask("LIST_TRACES_ROUTE"), ask("GET_ENVIRONMENTS")]);
    expect(state.reads).toEqual([500]);
    state.ms += 2_000;
    expect([await inputs(), await inputs()]).toEqual(["0", "0"]);
    expect(state.reads).toEqual([500, 10]);
    for (const question of ["1", "2"]) await think(desk, { question });
    expect(await inputs()).toBe("0");
    traces.expire();
    expect(await inputs()).toBe("2 1 0");
    expect(state.reads).toEqual([500, 10, 10]);
    for (let question = 3; question <= 13; question++) await think(desk, { question: String(question) });
    traces.expire();
    expect(await inputs()).toBe("13 12 11 10 9 8 7 6 5 4 3 2 1 0");
    expect(state.reads).toEqual([500, 10, 10, 10, 500]);
  });

  it("leaves a home in peace in which no desk runs: one look a minute", async () => {
    const { query, state } = await studioOn({});
    state.isRunning = false;
    for (let second = 0; second < 60; second += 10) {
      await query();
      state.ms += 10_000;
    }
    expect(state.reads).toEqual([500]);
    await query();
    expect(state.reads).toEqual([500, 10]);
  });

  it("goes on with what it knows while another process has the home, and says any other failure", async () => {
    const { query, state } = await studioOn({});
    const locked = new HomeLockedError({ was: "The home is locked.", remedy: "Wait." });
    state.failure = locked;
    await expect(query()).rejects.toThrow(locked.message);
    state.failure = null;
    expect((await query()).traces).toHaveLength(1);
    state.ms += 2_000;
    state.failure = locked;
    expect((await query()).traces).toHaveLength(1);
    state.ms += 2_000;
    state.failure = new Error("The desk failed (TypeError).");
    await expect(query()).rejects.toThrow("The desk failed (TypeError).");
  });

  it("forgets what the desk has forgotten", async () => {
    const { desk, store, query, state } = await studioOn({});
    expect((await query()).traces).toHaveLength(1);
    await store.purge(desk.config.deskId, patience);
    state.ms += 2_000;
    expect((await query()).traces).toEqual([]);
  });

  it("has no logs, scores and feedback, and opens no desk to say so", async () => {
    const { ask, state } = await studioOn({});
    expect(await ask("LIST_FEEDBACK")).toMatchObject({ feedback: [] });
    expect(await ask("LIST_SCORES")).toMatchObject({ scores: [] });
    expect(await ask("LIST_LOGS")).toMatchObject({ logs: [] });
    expect(await ask("LIST_SCORES_BY_SPAN_ROUTE", { path: { traceId: "a", spanId: "b" } })).toMatchObject({
      scores: [],
    });
    expect(state.reads).toEqual([]);
  });

  it("takes nothing: what would write or delete is refused by name, and so is what it does not know", async () => {
    const { ask, query, newestFirst } = await studioOn({});
    const [traceId = ""] = newestFirst;
    const range = { traces: { timeRange: AROUND } };
    const feedback = { traceId, feedbackType: "thumbs", value: 1 };
    const refused: readonly [Parameters<typeof ask>[0], object, number][] = [
      ["DELETE_TRACES_ROUTE", { traceIds: [traceId] }, 500],
      ["CREATE_FEEDBACK", { feedback }, 500],
      ["CREATE_SCORE", { score: { traceId, scorerId: "x", score: 1 } }, 500],
      ["QUERY_THREADS", range, 501],
      ["GET_TRACE_QUERY_FIELDS", { timeRange: AROUND, predicateScope: "trace" }, 501],
      ["QUERY_TRACES", { timeRange: AROUND, mode: "delta" }, 501],
      ["QUERY_TRACES", { timeRange: AROUND, group: { by: ["threadId"] } }, 500],
      ["QUERY_TRACES", { timeRange: AROUND, where: { op: "exists", path: "runId" } }, 422],
    ];
    for (const [name, body, status] of refused)
      await expect(ask(name, { body: { ...body } })).rejects.toMatchObject({ status });
    await expect(ask("GET_TRACE_ROUTE", { path: { traceId: "nosuch" } })).rejects.toMatchObject({ status: 404 });
    expect((await query()).traces.map((trace) => trace.traceId)).toEqual([traceId]);
  });
});
