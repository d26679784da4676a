// Free-form questions to a running desk, through its door and from the command line: pieces while the model still writes, one
// document for programs, and exit code 0 whatever the model does.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, type RunningCli, runCli, startCli, type TemporaryFolder } from "#test/support/cli.ts";
import { factsGiven, questionIn } from "#test/support/competent-model.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import {
  type OpenAiServer,
  type ServerReply,
  type ServerRequest,
  startOpenAiServer,
} from "#test/support/openai-server.ts";

const usage = { input: 900, output: 100 };
/** Held until a test lets the model go on. */
let goOn = Promise.withResolvers<void>();

/** What the model does is named in the question. */
const FAULTS: Readonly<Record<string, (request: ServerRequest) => ServerReply>> = {
  overloaded: () => ({ status: 503 }),
  hanging: () => ({ hang: true }),
  nonsense: () => ({ garbage: "<html>" }),
  silent: () => ({ text: "" }),
  endless: () => ({ tool: "positions", input: {}, usage }),
  refusing: () => ({ text: "I cannot help with that.", usage }),
  French: () => ({ text: "Le marché reste calme ce matin.", usage }),
  unlisted: ({ toolResults }) => (toolResults === 0 ? { tool: "buy", input: {}, usage } : { text: "Done.", usage }),
};

function script(request: ServerRequest): ServerReply {
  const question = questionIn(request);
  const fault = Object.keys(FAULTS).find((name) => question.includes(name));
  if (fault !== undefined) return FAULTS[fault]?.(request) ?? { status: 500 };
  if (request.toolResults === 0) return { tool: "analysis", input: { asset: "BTC" }, usage };
  const rsi = factsGiven(request).ref(/^RSI/, { of: "BTC" });
  const [first, second] = [
    `The RSI of BTC is ${rsi}. `,
    `Its fair value is 5. With that RSI of ${rsi}, BTC is what it is.`,
  ];
  if (!question.includes("slowly")) return { text: first + second, usage };
  return { pieces: slowly(first, second), usage };
}
async function* slowly(first: string, second: string) {
  yield `${first}Its`;
  await goOn.promise;
  yield second.slice(3);
}

let server: OpenAiServer;
let home: TemporaryFolder;
let desk: RunningCli;
let at: { readonly home: string };

beforeAll(async () => {
  server = await startOpenAiServer(script);
  home = await freshHome();
  at = { home: home.dir };
  const env = { DEEPTRADER_MODEL: "custom/m1", DEEPTRADER_MODEL_URL: server.url, DEEPTRADER_MODEL_TIMEOUT_MS: "3000" };
  desk = startCli(["start", "--assets", "6", "--speed", "300", "--seed", "5"], { ...at, env });
  await desk.waitFor(/6\/6 fresh/);
});
afterAll(async () => {
  goOn.resolve();
  desk.signal("SIGKILL");
  await desk.ended;
  await home[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function post(question: string, accept: string): Promise<Response> {
  const file = join(home.dir, "desk.json");
  expect(existsSync(file)).toBe(true);
  const { port, token } = JSON.parse(await readFile(file, "utf8")) as { port: number; token: string };
  return fetch(`http://127.0.0.1:${port}/api/v1/ask`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", accept },
    body: JSON.stringify({ question }),
  });
}

interface Line {
  readonly shown?: string;
  readonly document?: { readonly answer: string; readonly path: string };
}

async function* linesOf(response: Response): AsyncGenerator<Line> {
  let open = "";
  for await (const text of (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(
    new TextDecoderStream(),
  )) {
    const lines = `${open}${text}`.split("\n");
    open = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as Line;
  }
}

describe("the door of a running desk", () => {
  it("gives what stands while the model still writes, takes nothing back, and ends with the whole answer", async () => {
    goOn = Promise.withResolvers<void>();
    const lines: Line[] = [];
    for await (const line of linesOf(await post("tell me slowly about bitcoin", "application/x-ndjson"))) {
      // The model writes on only once the first sentence has arrived.
      if (lines.length === 0) goOn.resolve();
      lines.push(line);
    }
    const pieces = lines.flatMap(({ shown }) => shown ?? []);
    const answer = lines.at(-1)?.document;
    expect(pieces[0]).toMatch(/^SIMULATED – invented prices\. The RSI of BTC is \d+\.?\d*\.$/);
    expect(pieces.length).toBeGreaterThan(1);
    expect(lines.slice(0, -1).every(({ shown }) => shown !== undefined)).toBe(true);
    expect(answer?.path).toBe("reasoned");
    expect(answer?.answer.startsWith(pieces.join(""))).toBe(true);
    expect(answer?.answer).toContain("One sentence was left out");
    expect(answer?.answer).not.toContain("fair value");
  });

  it("gives one document to whoever asks for no pieces", async () => {
    const text = await (await post("what of bitcoin, in plain words", "application/json")).text();
    expect(text.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(text)).toMatchObject({ path: "reasoned", model: "custom/m1" });
  });

  it("gives no piece of what does not stand", async () => {
    const lines: Line[] = [];
    for await (const line of linesOf(await post("a French draft please", "application/x-ndjson"))) lines.push(line);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.document).toMatchObject({ path: "declined" });
  });
});

describe("`ask` on the command line", () => {
  it("prints one JSON document with --json, whose text begins as it is printed for people", async () => {
    const document = await documentOf(["ask", "what of bitcoin, in plain words"], at);
    expect(document).toMatchObject({ path: "reasoned", model: "custom/m1", simulated: true, leftOut: 1 });
    const { code, stdout } = await runCli(["ask", "what of bitcoin, in plain words"], at);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^SIMULATED – invented prices\. The RSI of BTC is/);
    expect(stdout.match(/The RSI of BTC is/g)).toHaveLength(1);
  });

  it("ends with 0 and an answer whatever the model does", async () => {
    const asked = Object.keys(FAULTS).map(async (fault) => {
      const { code, stdout, stderr } = await runCli(["ask", `a ${fault} model, what of bitcoin?`], at);
      expect([fault, code, stderr]).toEqual([fault, 0, ""]);
      expect(stdout, fault).toMatch(
        /^SIMULATED – invented prices\. [\s\S]*(?:gave no answer|stood up to the facts) \(.+\); this is what the rules say\./,
      );
    });
    await Promise.all(asked);
  });
});

describe("a desk on rules", () => {
  it("says in one line how free-form questions are switched on, and no more than that", async () => {
    await using own = await freshHome();
    const { code, stdout, stderr } = await runCli(["start", "--assets", "6", "--cycles", "1", "--seed", "5"], {
      home: own.dir,
    });
    expect(code).toBe(0);
    const said = `${stdout}\n${stderr}`
      .split("\n")
      .filter((line) => /DEEPTRADER_\w*(?:MODEL|TOKENS)|free-form/i.test(line));
    expect(said).toEqual(["Free-form questions: set DEEPTRADER_MODEL, see docs/agents.md."]);
  });
});
