import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { ProviderError, UnansweredError, VenuePausedError } from "#schemas/errors.ts";
import { createLocalBudget } from "#toolkits/requests/local-budget.ts";
import { createSourceClient, type SourceClientParts } from "#toolkits/requests/source-client.ts";
import { createSpacedBudget } from "#toolkits/requests/spaced-budget.ts";
import { createJsonServer, FAULTS, type JsonServer, json, raw } from "../../support/json-server.ts";
import { createRequestClock } from "../../support/request-clock.ts";

let server: JsonServer;
let clock: ReturnType<typeof createRequestClock>;
beforeEach(async () => {
  server = await createJsonServer(json({ fine: true }));
  clock = createRequestClock();
});
afterEach(() => server.close());

const open = (parts: Partial<SourceClientParts> = {}) =>
  createSourceClient({
    id: "goplus",
    url: server.url,
    spacingMs: 3_000,
    budget: createLocalBudget(clock.now),
    now: clock.now,
    sleep: clock.sleep,
    ...parts,
  });

const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error("it was answered"),
    (error: Error) => error,
  );

describe("a request of a source", () => {
  test("is answered with its JSON and status, at the path behind that of the address, with both queries", async () => {
    const client = open({ url: `${server.url}/base/?key=1`, headers: { "x-api-key": "k" } });
    expect(await client.get("/a/b?c=d", NEVER_ABORTED)).toEqual({ status: 200, body: { fine: true } });
    expect(server.asked[0]?.url.href).toBe("http://127.0.0.1/base/a/b?key=1&c=d");
    expect(server.asked[0]?.headers["x-api-key"]).toBe("k");
    await client.post("", { jsonrpc: "2.0" }, { ...NEVER_ABORTED, headers: { extra: "1" } });
    expect(server.asked[1]).toMatchObject({ method: "POST", body: '{"jsonrpc":"2.0"}' });
    expect(server.asked[1]?.headers).toMatchObject({ "content-type": "application/json", extra: "1" });
  });

  test("takes an answer of another status only where that is one", async () => {
    server.answer(json({ match: null }, 404));
    expect(await open().get("/", { ...NEVER_ABORTED, also: [404] })).toEqual({ status: 404, body: { match: null } });
    expect((await failure(open().get("/", NEVER_ABORTED))).message).toContain("goplus answered with HTTP 404.");
    server.answer(raw("<html>404</html>", 404));
    expect(await failure(open().get("/", { ...NEVER_ABORTED, also: [404] }))).toBeInstanceOf(ProviderError);
  });

  test.each([
    ["a web page", "a web page instead of JSON"],
    ["a web page with 403", "HTTP 403: it refuses this address or this key"],
    ["nothing", "answered with nothing"],
    ["cut JSON", "JSON that is cut short or broken"],
    ["a broken-off answer", "its answer broke off"],
    ["a redirect", "HTTP 302, a redirect, which is not followed"],
    ["a huge body", "more than 8,000 kB"],
    ["HTTP 500", "HTTP 500."],
    ["HTTP 502 page", "HTTP 502."],
    ["HTTP 401", "it refuses this address or this key"],
    ["text", "text that is no JSON"],
  ])("that is answered with %s is an error that names the source and what came", async (fault, words) => {
    server.answer(FAULTS[fault] ?? json({}));
    const error = await failure(open().get("/", NEVER_ABORTED));
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.message).toMatch(/^goplus /);
    expect(error.message).toContain(words);
  });

  test("reads as much as it may and no more", async () => {
    server.answer(json("x".repeat(98)));
    expect((await open({ maxBytes: 100 }).get("/", NEVER_ABORTED)).body).toHaveLength(98);
    expect(await failure(open({ maxBytes: 99 }).get("/", NEVER_ABORTED))).toBeInstanceOf(ProviderError);
  });

  test("ends at its deadline, and its connection with it", async () => {
    server.answer(FAULTS["hang"] ?? json({}));
    const work = failure(open().get("/", NEVER_ABORTED));
    await server.wasAsked(1);
    clock.expire();
    const error = await work;
    expect(error).toBeInstanceOf(UnansweredError);
    expect(error.message).toContain("goplus did not answer within 10 s.");
  });

  test("ends with its caller, waiting or asked, with the caller's reason", async () => {
    server.answer(FAULTS["hang"] ?? json({}));
    const caller = new AbortController();
    const work = failure(open().get("/", { signal: caller.signal }));
    await server.wasAsked(1);
    caller.abort(new Error("the desk closes"));
    expect((await work).message).toBe("the desk closes");
    expect((await failure(open().get("/", { signal: caller.signal }))).message).toBe("the desk closes");
    expect(server.asked).toHaveLength(1);
  });

  test.each(["HTTP 429", "HTTP 418", "HTTP 403 with a rest"])(
    "that is answered with %s is the last one of all clients until the rest is over",
    async (fault) => {
      server.answer(FAULTS[fault] ?? json({}));
      const budget = createSpacedBudget(createLocalBudget(clock.now), clock.now);
      const [one, other] = [open({ budget }), open({ budget })];
      expect(await failure(one.get("/", NEVER_ABORTED))).toBeInstanceOf(VenuePausedError);
      server.answer(json({ fine: true }));
      for (const client of [one, other, one, other]) {
        expect(await failure(client.get("/", NEVER_ABORTED))).toBeInstanceOf(VenuePausedError);
      }
      expect(server.asked).toHaveLength(1);
      clock.pass(120_000);
      expect((await other.get("/", NEVER_ABORTED)).status).toBe(200);
      expect((await one.get("/", NEVER_ABORTED)).status).toBe(200);
    },
  );

  test("is refused for as long as a limit that the body tells says, without a status of its own", async () => {
    const client = open({ limitOf: (body) => (Object.hasOwn(body as object, "fine") ? null : "that it is too much") });
    server.answer(json({ code: 4029 }));
    const error = await failure(client.get("/", NEVER_ABORTED));
    expect(error).toBeInstanceOf(VenuePausedError);
    expect(error.message).toContain("goplus says that it is too much.");
    server.answer(json({ fine: true }));
    clock.pass(59_999);
    expect(await failure(client.get("/", NEVER_ABORTED))).toBeInstanceOf(VenuePausedError);
    clock.pass(1);
    expect((await client.get("/", NEVER_ABORTED)).status).toBe(200);
  });

  test("is one of at most twenty in any minute, of two clients of one budget as of one", async () => {
    const times: number[] = [];
    server.answer((asked, response) => {
      times.push(clock.now());
      return json({ fine: true })(asked, response);
    });
    const budget = createSpacedBudget(createLocalBudget(clock.now), clock.now);
    const [one, other] = [open({ budget }), open({ budget })];
    for (let i = 0; i < 50; i += 1) await (i % 2 === 0 ? one : other).get("/", NEVER_ABORTED);
    expect(times).toHaveLength(50);
    for (const from of times)
      expect(times.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(20);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBe(49 * 3_000);
  });

  test("keeps its spacing where the shared budget is away", async () => {
    const alone = {
      turn: async () => ({ pausedForMs: 0, waitMs: 0 }),
      restMs: async () => 0,
      pause: async () => {},
      close: async () => {},
    };
    const client = open({ budget: alone });
    for (let i = 0; i < 5; i += 1) await client.get("/", NEVER_ABORTED);
    expect(clock.now() - createRequestClock().now()).toBe(4 * 3_000);
  });

  test("never tells a key, a user or a password, whatever goes wrong", async () => {
    const secrets = ["s3cret-user", "s3cret-pass", "s3cret-path", "s3cret-query", "s3cret-header"];
    const url = `${server.url.replace("//", "//s3cret-user:s3cret-pass@")}/v2/s3cret-path?dkey=s3cret-query`;
    const dead = "http://s3cret-user:s3cret-pass@127.0.0.1:1/s3cret-path?dkey=s3cret-query";
    const told: string[] = [];
    for (const [at, fault] of [...Object.values(FAULTS).map((one) => [url, one] as const), [dead, json({})] as const]) {
      server.answer(fault);
      const work = failure(open({ url: at, headers: { "x-api-key": "s3cret-header" } }).get("/x", NEVER_ABORTED));
      if (fault === FAULTS["hang"])
        await server.wasAsked(server.asked.length + (at === url ? 1 : 0)).then(clock.expire);
      const error = await work;
      told.push(`${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`);
    }
    expect(told).toHaveLength(Object.keys(FAULTS).length + 1);
    for (const text of told) for (const secret of secrets) expect(text).not.toContain(secret);
    expect(server.asked[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from("s3cret-user:s3cret-pass").toString("base64")}`,
    );
  });

  test("ends after three that nothing readable answered, until a rest is over", async () => {
    server.answer(FAULTS["a web page"] ?? json({}));
    const client = open({ spacingMs: 0 });
    for (let i = 0; i < 9; i += 1) await failure(client.get("/", NEVER_ABORTED));
    expect(server.asked).toHaveLength(3);
    server.answer(json({ fine: true }));
    clock.pass(5_000);
    expect((await client.get("/", NEVER_ABORTED)).status).toBe(200);
  });
});
