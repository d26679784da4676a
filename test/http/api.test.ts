import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMANDS } from "#apps/command-words.ts";
import { DESK_COMMANDS } from "#apps/desk-commands.ts";
import { inputOf, parametersOf, pathOf, valuesOf } from "#apps/http/api-route.ts";
import { servedDesk } from "./served-desk.ts";

let desk: Awaited<ReturnType<typeof servedDesk>>;
beforeAll(async () => {
  let nowMs = 0;
  desk = await servedDesk({
    monotonicMs: () => {
      nowMs += 1_000;
      return nowMs;
    },
  });
});
afterAll(() => desk.close());

const JSON_TYPE = { "content-type": "application/json" };
const wordsOf = (command: string) => {
  const words = COMMANDS.find(({ name }) => name === command);
  if (words === undefined) throw new Error(`no words for ${command}`);
  return words;
};

describe("every command of the desk", () => {
  it.each(DESK_COMMANDS.map(({ name }) => [name]))(
    "%s is asked as it is typed: what is sent is what was given",
    (name) => {
      const parameters = parametersOf(wordsOf(name));
      const word = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && text !== "");
      const placed = parameters.filter(({ place }) => place !== null);
      const named = parameters.filter(({ place }) => place === null);
      fc.assert(
        fc.property(
          fc.tuple(...placed.map(() => word)),
          fc.record(
            Object.fromEntries(named.map(({ name: flag, hasValue }) => [flag, hasValue ? word : fc.constant(true)])),
            {
              requiredKeys: [],
            },
          ),
          (args, flags) => {
            const input = { args, flags: { ...flags } };
            expect(inputOf(name, valuesOf(name, input))).toEqual(input);
            // As a query string would bring them.
            const query = Object.fromEntries(
              new URLSearchParams(Object.entries(valuesOf(name, input)).map(([key, value]) => [key, String(value)])),
            );
            expect(inputOf(name, query)).toEqual(input);
          },
        ),
        { numRuns: 30 },
      );
    },
  );

  it("that only reads is had by GET, any other by POST alone", async () => {
    for (const { name, reads } of DESK_COMMANDS) {
      const wrong =
        reads === true
          ? desk.ask(pathOf(name), { method: "POST", headers: JSON_TYPE, body: "{}" })
          : desk.ask(pathOf(name));
      expect([name, (await wrong).status]).toEqual([name, 404]);
    }
  });

  it("that only reads gives the same document at the API as at the command line", async () => {
    for (const command of DESK_COMMANDS.filter(({ reads }) => reads === true)) {
      const { name } = command;
      const symbol = [...desk.desk.markets.keys()][0] ?? "";
      const given: Readonly<Record<string, string>> = { symbol, kind: "backtest", name: "not-saved" };
      const required = parametersOf(wordsOf(name)).filter(({ isRequired }) => isRequired);
      const input = { args: required.map(({ name: one }) => given[one] ?? ""), flags: {} };
      const answer = await desk.ask(
        `${pathOf(name)}?${new URLSearchParams(valuesOf(name, input) as Record<string, string>)}`,
      );
      const own = desk.door.run(name, input).then(
        (document) => [200, JSON.parse(JSON.stringify(document)) as unknown],
        (error: Error) => [404, { error: { name: error.name, message: error.message, exitCode: 1 } }],
      );
      expect([answer.status, await answer.json()]).toEqual(await own);
    }
  });
});

describe("a request that is wrong", () => {
  it.each([
    ["/api/v1/journal?limit=none", 400, "--limit"],
    ["/api/v1/journal?limmit=5", 400, "Did you mean limit?"],
    ["/api/v1/memory/show", 400, "symbol is missing"],
    ["/api/v1/memory/show?symbol=NOPE", 404, "NOPE"],
    ["/api/v1/trades?csv=perhaps", 400, "true or false"],
  ])("%s is answered %i and says what to do", async (path, status, words) => {
    const answer = await desk.ask(path);
    const { error } = (await answer.json()) as { error: { message: string } };
    expect([answer.status, error.message]).toEqual([status, expect.stringContaining(words)]);
  });
});

describe("a control", () => {
  it("is journaled with who asked, and shown at once", async () => {
    const pause = await desk.ask("/api/v1/pause", {
      method: "POST",
      headers: JSON_TYPE,
      body: JSON.stringify({ reason: "news", by: "page" }),
    });
    expect(await pause.json()).toMatchObject({ action: "pause", control: "paused", by: "page", reason: "news" });
    const status = (await (await desk.ask("/api/v1/status")).json()) as object;
    expect(status).toMatchObject({ control: "paused", simulated: true });
    const journal = (await (await desk.ask("/api/v1/journal?limit=1&all=true")).json()) as { events: object[] };
    expect(journal.events).toMatchObject([{ type: "control", action: "pause", by: "page", reason: "news" }]);
    await desk.ask("/api/v1/resume", { method: "POST", headers: JSON_TYPE, body: "{}" });
  });
});

describe("a question", () => {
  it("is answered whole, or piece by piece with the document at the end", async () => {
    const body = JSON.stringify({ question: "what is the RSI of BTC?" });
    const whole = await desk.ask("/api/v1/ask", { method: "POST", headers: JSON_TYPE, body });
    const document = (await whole.json()) as { answer: string };
    expect([whole.status, document]).toEqual([200, expect.objectContaining({ simulated: true })]);
    const lines = await desk.ask("/api/v1/ask", {
      method: "POST",
      headers: { ...JSON_TYPE, accept: "application/x-ndjson" },
      body,
    });
    const said = (await lines.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { document?: object });
    expect(said.at(-1)?.document).toMatchObject({ answer: document.answer });
  });
});
