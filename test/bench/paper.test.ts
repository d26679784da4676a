import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { cheapestAsRight, costOf, paperFigures } from "../../bench/evaluation/paper/figures.ts";
import { byContext, DATA_FILE, readProblems, splitProblem } from "../../bench/evaluation/paper/problems.ts";
import { openResults } from "../../bench/evaluation/paper/results-file.ts";
import { type PaperOptions, runPaper } from "../../bench/evaluation/paper/run-paper.ts";
import { lastNumber, scoreAnswer } from "../../bench/evaluation/paper/score.ts";
import {
  type OpenAiServer,
  type ServerReply,
  type ServerRequest,
  startOpenAiServer,
} from "../support/openai-server.ts";
import { answerTo, OWN_PROBLEMS, ownFile } from "./paper-problems.ts";

describe("a problem of the file", () => {
  it.each([
    ["A is 3. B is 4. What is the sum?", "A is 3. B is 4.", "What is the sum?"],
    // The paper's rule loses the question's own full stop, and cuts decimals in two.
    ["A is 3.  B is 4. Say the sum.", "A is 3. B is 4.", "Say the sum"],
    ["It costs $2.50 each. What do 2 cost?", "It costs $2. 50 each.", "What do 2 cost?"],
  ])("is split as in the paper: %s", (text, context, question) => {
    expect(splitProblem(text)).toEqual({ context, question });
  });

  it("has no context where it is one sentence", () => {
    expect(splitProblem("What is 3 and 4?")).toBeNull();
    expect(splitProblem("")).toBeNull();
  });

  it("loses no word but for full stops and spaces, whatever it says", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 2 }), (sentences) => {
        const text = sentences.join(". ");
        const split = splitProblem(text);
        const bare = (words: string): string => words.replaceAll(/[.\s]/g, "");
        if (split !== null) expect(bare(split.context + split.question)).toBe(bare(text));
      }),
    );
  });
});

describe("an answer", () => {
  it.each([
    ["The answer is 24.", "24", true, true],
    ["4 crates of 6: the answer is 25.", "24", false, false],
    ["The answer is $1,200.", "1200", true, true],
    ["The answer is 45", "45.0", true, false],
    ["The answer is -3", "-3", true, true],
    ["I cannot say", "24", false, false],
    ["", "24", false, false],
    ["24 ...", "24", true, false],
  ])("%j to %s: right %s, as text %s", (text, answer, right, rightAsText) => {
    expect(scoreAnswer(text, answer)).toEqual({ right, rightAsText });
  });

  it("is no number where nothing is said, and never NaN", () => {
    fc.assert(fc.property(fc.string(), (text) => !Number.isNaN(lastNumber(text))));
  });
});

/** Awake it is right where it may reason (verbosity 3), or has two notes or more; figs it never gets right. */
function scripted({ system, user }: ServerRequest): ServerReply {
  if (system.includes("not been asked yet")) return { text: "notes", usage: { input: 100, output: 40 } };
  const question = /Question:\n(.*)$/s.exec(user)?.[1] ?? "";
  const notes = user.split("Notes ").length - 1;
  const reasons = system.includes("as far as it takes");
  const isRight = (reasons || notes >= 2) && !question.includes("left");
  const said = isRight ? answerTo(question) : "1";
  const usage = { input: 60 + 40 * notes, output: reasons ? 200 : 10 };
  return { text: `The answer is ${said}.`, usage };
}

describe("npm run eval -- --paper", () => {
  let dir: string;
  let said: string[];
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "paper-"));
    await writeFile(join(dir, DATA_FILE), ownFile());
    said = [];
  });
  afterEach(() => rm(dir, { recursive: true }));

  const run = (server: Pick<OpenAiServer, "url"> | null, options: Partial<PaperOptions> = {}): Promise<0 | 1> =>
    runPaper({
      dir,
      model: "openai/gpt-4o-mini",
      modelUrl: server?.url ?? null,
      limit: null,
      levels: { sleep: [0, 1, 2], verbosity: [0, 3] },
      parallel: 3,
      results: null,
      env: { OPENAI_API_KEY: "sk-test" },
      io: { note: (text) => said.push(text), progress: () => {}, out: (text) => said.push(text) },
      isTerminal: false,
      ...NEVER_ABORTED,
      ...options,
    });
  const resultsOf = async () => {
    const { problems, digest } = await readProblems(dir);
    const path = join(dir, "deeptrader-openai-gpt-4o-mini.jsonl");
    const head = JSON.parse((await readFile(path, "utf8")).split("\n")[0] ?? "") as Parameters<typeof openResults>[1];
    expect(head.data).toBe(digest);
    return { path, problems, rows: (await openResults(path, head)).rows };
  };
  const levels = { sleep: [0, 1, 2], verbosity: [0, 3] };

  it("gives the figures that the model's script must give, and counts the server's tokens", async () => {
    await using server = await startOpenAiServer(scripted);
    expect(await run(server)).toBe(0);
    const { problems, rows } = await resultsOf();
    const figures = paperFigures(problems, rows, levels);
    expect(figures).toMatchObject({ problems: 8, contexts: 7, estimated: 0 });
    const right = Object.fromEntries(figures.cells.map((cell) => [`${cell.sleep} ${cell.verbosity}`, cell.right]));
    expect(right).toEqual({ "0 0": 0, "0 3": 6, "1 0": 0, "1 3": 6, "2 0": 6, "2 3": 6 });
    expect(figures.asleep.get(2)).toEqual({ input: 7 * 2 * 100, output: 7 * 2 * 40 });
    // Every call once: two inferences a context, six answers a problem.
    expect(server.requests).toHaveLength(7 * 2 + 8 * 6);
    const all = [...rows.values()];
    expect(all.reduce((sum, row) => sum + row.inputTokens, 0)).toBe(server.billed.input);
    expect(all.reduce((sum, row) => sum + row.outputTokens, 0)).toBe(server.billed.output);
    // No sleep, verbosity 3: 60 read and 200 written. Two inferences, verbosity 0: 140 read and 10 written, and asleep 180 for 8/7 questions.
    const [bare, rested] = [figures.cells[1], figures.cells[4]];
    if (bare === undefined || rested === undefined) throw new Error("no such level");
    expect(cheapestAsRight(figures.cells, bare)).toBe(rested);
    expect(costOf(figures, bare, { t: 1, questions: 1 })).toBeCloseTo(215);
    expect(costOf(figures, rested, { t: 1, questions: 1 })).toBeCloseTo(2 * (25 + 40) + 45);
    expect(costOf(figures, rested, { t: 10, questions: 10 })).toBeCloseTo(13 + 450);
    const printed = said.at(-1) ?? "";
    expect(printed).toContain("| no sleep, verbosity 3 | 75 (40.9–92.9) |");
    expect(printed).toContain("USD awake a question");
  });

  it("shows the inferences asleep the context alone, and awake so many as the level says", async () => {
    await using server = await startOpenAiServer(scripted);
    await run(server, { levels: { sleep: [2], verbosity: [0] }, limit: 4 });
    const [first] = server.requests;
    expect(first?.user).toBe("Situation:\nA shed holds 4 crates. Each crate holds 6 lamps.");
    const asked = server.requests.find(({ user }) => user.includes("Question:\nHow many lamps are in the shed?"));
    expect(asked?.user.match(/Notes \d of 2:\nnotes/g)).toHaveLength(2);
    expect(asked?.body).not.toHaveProperty("temperature");
    // One of each template, and each with notes of its own.
    expect(server.requests).toHaveLength(4 * 3);
  });

  it("goes on where a run was ended, at whatever byte its file was broken off, and makes no call twice", async () => {
    await using server = await startOpenAiServer(scripted);
    expect(await run(server)).toBe(0);
    const { path } = await resultsOf();
    const whole = await readFile(path);
    const printed = said.at(-1);
    for (const share of [0, 0.004, 0.3, 0.71, 0.999]) {
      await writeFile(path, whole.subarray(0, Math.floor(whole.length * share)));
      const kept = Math.max(
        0,
        whole
          .subarray(0, Math.floor(whole.length * share))
          .toString()
          .split("\n").length - 2,
      );
      const before = server.requests.length;
      expect(await run(server)).toBe(0);
      expect(server.requests.length - before).toBe(7 * 2 + 8 * 6 - kept);
      expect(said.at(-1)).toBe(printed);
    }
  });

  it("keeps every answer where it is ended, gives no figure of half a context, and says so", async () => {
    const ended = new AbortController();
    await using server = await startOpenAiServer((request, index) => {
      if (index === 20) ended.abort();
      return scripted(request);
    });
    expect(await run(server, { signal: ended.signal, parallel: 1 })).toBe(1);
    const { rows, problems } = await resultsOf();
    expect(rows.size).toBe(20);
    const { problems: judged } = paperFigures(problems, rows, levels);
    expect(judged).toBeGreaterThan(0);
    expect(judged).toBeLessThan(8);
    expect(said.join("\n")).toMatch(/Ended; 20 of 62 calls are made and kept\. The same command goes on/);
  });

  it("stops at a model that is down, and says what it said", async () => {
    await using server = await startOpenAiServer(() => ({ status: 401 }));
    expect(await run(server, { parallel: 1 })).toBe(1);
    expect(server.requests).toHaveLength(5);
    expect(said.join("\n")).toMatch(/The model does not answer: the model server answered HTTP 401\. 0 of 62/);
    expect(said.join("\n")).toMatch(/No problem is answered at every level yet/);
  });

  it("leaves a call that failed for the next run, and counts an empty answer as wrong", async () => {
    let isUp = false;
    await using server = await startOpenAiServer((request, index) => {
      if (!isUp && index === 3) return { status: 400 };
      return request.user.includes("rope") && !request.system.includes("yet")
        ? { text: "", usage: { input: 5, output: 1 } }
        : scripted(request);
    });
    expect(await run(server, { parallel: 1 })).toBe(1);
    expect(said.join("\n")).toMatch(/Some calls failed, the last one: the model server answered HTTP 400/);
    isUp = true;
    expect(await run(server)).toBe(0);
    const { rows, problems } = await resultsOf();
    const figures = paperFigures(problems, rows, levels);
    expect(figures.cells.map(({ right }) => right)).toEqual([0, 4, 0, 4, 4, 4]);
  });

  it.each<[string, Partial<PaperOptions>, RegExp]>([
    ["a folder that is not there", { dir: "/nowhere" }, /GSM_p2\.jsonl cannot be read \(ENOENT\)/],
    ["a missing key", { env: {}, modelUrl: null }, /--model is openai\/gpt-4o-mini, but OPENAI_API_KEY is not set/],
    ["rules", { model: "rules" }, /rules buy no tokens and solve no problems/],
    ["no model's name", { model: "gpt" }, /--model is "gpt"/],
    ["results in the repository", { results: "docs/results.jsonl" }, /inside this repository/],
    ["results in a folder that is not there", { results: "/nowhere/results.jsonl" }, /cannot be written \(ENOENT\)/],
  ])("refuses %s before any call", async (_, options, said) => {
    await expect(run(null, options)).rejects.toThrow(said);
  });

  it.each([
    ["", /It is empty/],
    ["hello\n", /Line 1 is no such row/],
    [`${ownFile()}{"id":9,"instance":0,"question":"One sentence?","answer":"#### 1"}\n`, /Line 9 is no such row/],
  ])("refuses a file that is another, %#", async (text, said) => {
    await writeFile(join(dir, DATA_FILE), text);
    await expect(run(null)).rejects.toThrow(said);
  });

  it("refuses results of another model, another data file, or of another program, and changes none of them", async () => {
    await using server = await startOpenAiServer(scripted);
    const results = join(dir, "results.jsonl");
    await run(server, { results, limit: 1 });
    const before = await readFile(results);
    await expect(run(server, { results, model: "openai/gpt-5" })).rejects.toThrow(
      /results of openai\/gpt-4o-mini, not of/,
    );
    await writeFile(join(dir, DATA_FILE), ownFile(OWN_PROBLEMS.slice(1)));
    await expect(run(server, { results })).rejects.toThrow(/another data file/);
    expect(await readFile(results)).toEqual(before);
    await writeFile(results, "my notes");
    await expect(run(server, { results })).rejects.toThrow(/holds something else/);
    expect(await readFile(results, "utf8")).toBe("my notes");
  });

  it("takes one of each template first, and keeps the questions of a context together", async () => {
    const { problems } = await readProblems(dir);
    expect(problems.map(({ id }) => id)).toEqual(["0.0", "1.0", "2.0", "3.0", "0.1", "1.1", "2.1", "3.1"]);
    expect([...byContext(problems).values()].map((of) => of.map(({ id }) => id))[0]).toEqual(["0.0", "0.1"]);
  });
});
