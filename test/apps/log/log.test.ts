import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterAll, describe, expect, it } from "vitest";
import { httpLog } from "#apps/log/http-log.ts";
import { logDesk } from "#apps/log/log-desk.ts";
import { openLog } from "#apps/log/open-log.ts";
import { secretValues } from "#apps/log/secret-values.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { watchedDesk } from "../metrics/watched-desk.ts";

const HOOK = "https://hooks.slack.test/services/T0PLANTED/B0PLANTEDTOO/planted-hook-letters";
const SECRETS = {
  OPENAI_API_KEY: "sk-planted-openai",
  GROQ_API_KEY: 'quo"ted\\planted\n-groq',
  DEEPTRADER_API_TOKEN: "planted-api-token-of-24-letters",
  DEEPTRADER_API_READ_TOKEN: "12345678901234567890123456",
  DATABASE_URL: "postgres://desk:planted%2Fpg@db.test:5432/khala",
  REDIS_URL: "redis://:planted-redis@cache.test:6379",
  DEEPTRADER_WEBHOOK_URL: HOOK,
  DEEPTRADER_HEARTBEAT_URL: "https://watch.test/ping/planted-heartbeat?token=planted-query",
  DEEPTRADER_MODEL_FALLBACK:
    "custom/a@https://user:planted-fallback@models.test/v1,custom/b@https://planted-user@m.test",
  DEEPTRADER_MODEL_URL: "https://models.test/v1?api_key=planted-model-url",
  TELEGRAM_BOT_TOKEN: "1234:planted-telegram",
  DEEPTRADER_GOPLUS_KEY: "app:planted-goplus",
  OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=planted-tenant,authorization=Bearer planted-bearer",
  DEEPTRADER_EXCHANGE_SECRET: "-----BEGIN\\nplanted-line\\n-----END",
};
const PLANTED = [
  ...Object.values(SECRETS),
  "planted/pg",
  "planted%2Fpg",
  "planted-redis",
  "planted-hook-letters",
  "T0PLANTED",
  "planted-heartbeat",
  "planted-query",
  "planted-fallback",
  "planted-user",
  "planted-model-url",
  "made-at-the-start",
  "planted-goplus",
  "planted-tenant",
  "planted-bearer",
  "-----BEGIN\nplanted-line\n-----END",
  encodeURIComponent(SECRETS.GROQ_API_KEY),
  Buffer.from("user:planted-fallback").toString("base64"),
];

async function log(env: Readonly<Record<string, string | undefined>>) {
  const lines: string[] = [];
  const notes: string[] = [];
  const opened = await openLog({
    env: { DEEPTRADER_LOG: "stderr", ...env },
    secrets: ["made-at-the-start"],
    onNote: (text) => notes.push(text),
    stderr: (line) => lines.push(line),
  });
  return { log: opened, lines, notes, read: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

class RequestError extends Error {
  readonly code = "E_REQUEST";
  readonly request = { headers: { Authorization: `Bearer ${SECRETS.OPENAI_API_KEY}` } };
}

describe("redaction", () => {
  it.each(PLANTED)("hides a secret wherever it stands: %j", async (secret) => {
    const { log: to, lines, read } = await log(SECRETS);
    const cause = new RequestError(`GET https://x.test/${secret}`);
    const deep = { one: { two: { three: [{ four: `a ${secret} b` }] } } };
    to.event("provider-error", {
      text: `before ${secret} after`,
      [`key ${secret}`]: 1,
      error: new Error(`it said: ${secret}`, { cause: new Error("between", { cause }) }),
      deep,
      list: [secret, [secret]],
    });
    to.child({ run: secret }).event("note", { text: "x" });
    to.noting(() => {})(`said ${secret}`);
    expect(lines).toHaveLength(3);
    const text = lines.join("");
    expect(text).not.toContain(secret);
    expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect(text).not.toContain(SECRETS.OPENAI_API_KEY);
    // It stays JSON, and what is no secret stays.
    expect(read()[0]).toMatchObject({ event: "provider-error", text: "before *** after", list: ["***", ["***"]] });
  });

  it("hides by name what was never in the environment, at any depth and in any case", async () => {
    const { log: to, lines } = await log({});
    const headers = { Authorization: "Bearer never-known", "set-cookie": "never-known" };
    to.event("note", { apiKey: "never-known", a: { b: { c: { d: { API_KEY: "never-known" } } } }, headers });
    to.child({ token: "never-known" }).event("note", { password: { inside: "never-known" } });
    expect(lines.join("")).not.toContain("never-known");
    // Counts of tokens are no secret.
    to.event("question", { inputTokens: 300 });
    expect(lines.at(-1)).toContain('"inputTokens":300');
  });

  it("hides a secret of figures where it comes as a number", async () => {
    const { log: to, read } = await log({ DEEPTRADER_API_TOKEN: "123456789012" });
    to.event("note", { value: 123_456_789_012, other: 5 });
    expect(read()[0]).toMatchObject({ value: "***", other: 5 });
  });

  it("keeps the line JSON where a secret looks like a part of it", async () => {
    const { log: to, read } = await log({
      DEEPTRADER_API_TOKEN: '":"',
      X_API_KEY: '"level":"info"',
      Y_API_KEY: "note",
    });
    to.event("note", { text: 'a"level":"info"b' });
    expect(read()).toHaveLength(1);
    expect(read()[0]?.["text"]).toBe("a***b");
  });

  it("takes words like `yes` and addresses of this machine for no secret", () => {
    const env = {
      ALLOW_EMPTY_PASSWORD: "yes",
      DEEPTRADER_WEBHOOK_URL: "http://127.0.0.1:8080/alerts",
      HOME: "/root/x",
    };
    expect(secretValues(env)).toEqual([]);
  });
});

describe("the log", () => {
  const folder = mkdtempSync(join(tmpdir(), "deeptrader-log-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is off unless it is asked for", async () => {
    const lines: string[] = [];
    const off = await openLog({ env: {}, onNote: () => {}, stderr: (line) => lines.push(line) });
    off.child({ a: 1 }).event("note", {}, "error");
    const said: string[] = [];
    off.noting((text) => said.push(text))("a line for people");
    expect(lines).toEqual([]);
    expect(said).toEqual(["a line for people"]);
  });

  it("refuses a level that is none, naming the setting", async () => {
    await expect(log({ DEEPTRADER_LOG_LEVEL: "loud" })).rejects.toThrow(/DEEPTRADER_LOG_LEVEL is "loud"/);
    const { log: to, lines } = await log({ DEEPTRADER_LOG_LEVEL: "warn" });
    to.event("fill", {});
    to.event("alert", {}, "warn");
    expect(lines).toHaveLength(1);
  });

  it("goes to a file that its owner alone reads, also after the file was moved away", async () => {
    const file = join(folder, "desk.log");
    const to = await openLog({ env: { DEEPTRADER_LOG: file }, onNote: () => {} });
    to.event("fill", { symbol: "BTC/USDT" });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    rmSync(file);
    to.event("fill", { symbol: "ETH/USDT" });
    expect(readFileSync(file, "utf8")).toMatch(/^\{"level":"info",.*"symbol":"ETH\/USDT","event":"fill"\}\n$/);
  });

  it("that cannot be written is said once, and stops nothing", async () => {
    const notes: string[] = [];
    const env = { DEEPTRADER_LOG: join(folder, "no", "such", "folder.log") };
    const to = await openLog({ env, onNote: (text) => notes.push(text) });
    for (let i = 0; i < 3; i++) to.event("fill", { i });
    const circle: Record<string, unknown> = { big: 1n };
    circle["self"] = circle;
    to.event("fill", circle);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain("log: it cannot be written to");
  });
});

describe("the log of a desk", () => {
  it("has a line for each order, fill, refusal, alert and slot, with desk, run, slot and symbol, and says that it is simulated", async () => {
    const { log: to, read } = await log({});
    const desk = await watchedDesk({ strategies: [eager], assets: 30 });
    const { door, feed, observers } = desk;
    const logged = logDesk(to, { about: door.about, feed, observers, monotonicMs: () => 0 });
    for (let slot = 0; slot < 12; slot++) logged.slotDone(await desk.tick(slot));
    await feed.close();
    logged.close();
    const lines = read();
    const of = (event: string) => lines.filter((line) => line["event"] === event);
    const events = await desk.events();
    const rows = (type: string) => events.filter((event) => event.type === type).length;
    expect(of("fill")).toHaveLength(rows("fill"));
    expect(rows("fill")).toBeGreaterThan(3);
    expect(of("refusal")).toHaveLength(rows("refusal"));
    expect(of("alert")).toHaveLength(rows("alert"));
    expect(of("order")).toHaveLength(rows("order") + rows("order-list"));
    expect(of("slot")).toHaveLength(12);
    for (const line of lines) expect(line).toMatchObject({ desk: "main", run: "live", simulated: true });
    expect(of("fill")[0]).toMatchObject({ symbol: expect.stringMatching(/USDT$/), slot: expect.any(Number) });
    expect(of("fill")[0]?.["clientOrderId"]).toMatch(/^[0-9a-f]{32}$/);
    expect(of("decision")).toEqual([]);
  });

  it("names the class of what a provider or a model ended with, and how long it took", async () => {
    const { log: to, read } = await log({ DEEPTRADER_LOG_LEVEL: "info", ...SECRETS });
    const { door, feed, observers } = await watchedDesk();
    let time = 0;
    const logged = logDesk(to, { about: door.about, feed, observers, monotonicMs: () => time });
    const call = observers.began({ port: "marketData", verb: "candles" });
    time = 12.34;
    call.retried();
    call.ended(new RequestError(`no: ${SECRETS.OPENAI_API_KEY}`));
    observers.began({ port: "marketData", verb: "candles" }).ended(null);
    observers.began({ port: "model", verb: "custom/m1" }).ended(null);
    logged.close();
    observers.began({ port: "model", verb: "custom/m1" }).ended(null);
    expect(read().map(({ event }) => event)).toEqual(["started", "provider-error", "model-call", "stopped"]);
    expect(read()[1]).toMatchObject({
      level: "warn",
      port: "marketData",
      verb: "candles",
      ms: 12.3,
      retries: 1,
      error: { name: "Error", code: "E_REQUEST", message: "no: ***" },
    });
  });

  it("has of a request method, route, status and time: no query, no address as typed, no token", async () => {
    const { log: to, read, lines } = await log({});
    const app = new Hono();
    app.use(httpLog(to, () => 0));
    app.use("/api/*", async (context, next) => (context.req.query("token") ? context.text("no", 401) : next()));
    app.get("/api/markets/:symbol", (context) => context.text("ok"));
    app.get("/api/fails", () => {
      throw new Error("inside");
    });
    await app.request("/api/markets/SECRET?x=SECRET", { headers: { authorization: "Bearer SECRET" } });
    await app.request("/api/markets/a?token=SECRET");
    await app.request("/SECRET");
    app.onError((_, context) => context.text("", 500));
    await app.request("/api/fails");
    expect(lines.join("")).not.toContain("SECRET");
    expect(read().map(({ method, route, status, level }) => [method, route, status, level])).toEqual([
      ["GET", "/api/markets/:symbol", 200, "info"],
      ["GET", "/api/markets/:symbol", 401, "info"],
      ["GET", null, 404, "info"],
      ["GET", "/api/fails", 500, "error"],
    ]);
  });
});
