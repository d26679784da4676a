// A desk with money, told every secret that it can be told, that trades, fails in each way and crashes: none of them is in anything that it
// prints, keeps, serves, says in a chat, exports or sends, whoever has repeated it to the desk. Stores are looked through row by row.
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { collector } from "#test/apps/traces/collector.ts";
import { openOrderSocket } from "#test/exchanges/trading/order-socket.ts";
import { startBotApi } from "#test/messengers/bot-api.ts";
import { type CliResult, runCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { createJsonServer, json } from "#test/support/json-server.ts";
import { startOpenAiServer } from "#test/support/openai-server.ts";
import { isPostgresThere } from "#test/support/postgres-database.ts";
import { startWebhookServer } from "../notify-server.ts";
import { filesOf, foundIn, homeTablesOf, redisOf, tablesOf } from "./canaries.ts";
import { openMortalDesk } from "./mortal-desk.ts";

const REDIS = "redis://127.0.0.1:6379/11";

/** Throws what a library would, in the middle of nothing: a secret as it was set, and as it is sent without what stands before it. */
const CRASH = `
process.on("SIGUSR2", () => {
  const said = Object.keys(process.env).filter((name) => /KEY|SECRET|PASSWORD|TOKEN|URL|FEEDS|HEADERS/.test(name)).flatMap((name) => [process.env[name], process.env[name].split(/[=:]/).at(-1)]).join(" ");
  throw Object.assign(new Error("fetch failed: " + said, { cause: new TypeError("because of " + said) }), { request: { said } });
});
`;

/** As above, out of a strategy: where it runs it is told none. */
const FAILING = `
import { defineStrategy, ema } from "deeptrader";
const said = () => Object.keys(process.env).filter((name) => /KEY|SECRET|PASSWORD|TOKEN|URL/.test(name)).map((name) => process.env[name]).join(" ");
const fail = () => { throw new Error("failed with " + said(), { cause: new Error(said()) }); };
export default defineStrategy({
  id: "enters",
  indicators: { mean: ema(12) },
  enter: fail,
  exit: fail,
  bracket: { stopPct: 5, targetPct: 50 },
});
`;

/** What people read, as text and as documents. */
const VIEWS = ["status", "journal", "report", "trades", "account", "slippage"];
const ANNA = 77;

/** What is served beside what the description of the API names. */
const PAGES = [
  "/",
  "/chat",
  "/ledger",
  "/market",
  "/market/BTC/USDT",
  "/memory",
  "/research",
  "/thoughts",
  "/metrics",
  "/ready",
  "/health",
  "/api/v1",
];

it.runIf(await isPostgresThere())("none of a desk's secrets is in anything that leaves its memory", async () => {
  const api = await startBotApi();
  const hook = await startWebhookServer("/hooks/canary-of-the-webhook?token=canary-of-the-query");
  const traces = await collector();
  const feed = await createJsonServer(json({ error: "no such feed: ?token=canary-of-the-feed" }, 404));
  const canaries = {
    database: "canary-of-the-database",
    key: "test-key-1",
    secret: "dGVzdC1zZWNyZXQtb2YtdGhlLWFjY291bnQ=",
    passphrase: "canary-of-the-passphrase",
    model: "canary-of-the-model",
    messenger: api.token,
    webhook: "canary-of-the-webhook",
    query: "canary-of-the-query",
    feed: "canary-of-the-feed",
    ranking: "canary-of-the-ranking",
    goplus: "canary-of-goplus",
    traces: "canary-of-the-traces",
    acting: "canary-of-who-may-act-through-the-api",
    reading: "canary-of-who-may-read-through-the-api",
    "the beginning of one": "canary-of",
  };
  // Each repeats what it was told.
  const keys = [canaries.key, canaries.secret, canaries.passphrase].join(" ");
  const model = await startOpenAiServer(({ user }) =>
    user.includes("refused")
      ? { status: 401, message: `Incorrect API key: ${canaries.model}` }
      : { text: "The market is calm." },
  );
  const more = {
    DEEPTRADER_EXCHANGE_PASSWORD: canaries.passphrase,
    DEEPTRADER_MODEL: "openai/gpt-5",
    DEEPTRADER_MODEL_URL: model.url,
    OPENAI_API_KEY: canaries.model,
    DEEPTRADER_TELEGRAM_TOKEN: api.token,
    DEEPTRADER_TELEGRAM_URL: api.url,
    DEEPTRADER_WEBHOOK_URL: hook.url.href,
    DEEPTRADER_HEARTBEAT_URL: hook.url.href,
    DEEPTRADER_NEWS_FEEDS: `${feed.url}/rss?token=${canaries.feed}`,
    DEEPTRADER_COINGECKO_KEY: canaries.ranking,
    DEEPTRADER_GOPLUS_KEY: `app:${canaries.goplus}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${canaries.traces}`,
    DEEPTRADER_API_TOKEN: canaries.acting,
    DEEPTRADER_API_READ_TOKEN: canaries.reading,
    REDIS_URL: REDIS,
    DEEPTRADER_LOG_LEVEL: "debug",
  };
  await using desk = await openMortalDesk("binance", more);
  const secretUrl = new URL(desk.databaseUrl);
  secretUrl.password = canaries.database;
  const url = String(secretUrl);
  const log = join(desk.home, "desk.log");
  writeFileSync(join(desk.home, "crash.mjs"), CRASH);
  const crashes = { DEEPTRADER_LOG: log, NODE_OPTIONS: `--import ${pathToFileURL(join(desk.home, "crash.mjs"))}` };
  const said: (CliResult & { readonly of: string })[] = [];
  const env = { ...desk.env, DATABASE_URL: url };
  const run = async (...args: readonly string[]): Promise<CliResult> => {
    const result = await runCli([...args, ...desk.typed], { home: desk.home, env });
    said.push({ of: args.join(" "), ...result });
    return result;
  };
  const served: string[] = [];
  const status = 400;
  const body = JSON.stringify({ code: -9999, msg: `no: ${keys}` });
  // Who logs in to the order socket is told its own key.
  const { server, world } = desk.exchange;
  const socket = openOrderSocket({
    server,
    protocol: {
      answer: ({ id, method }) =>
        String(method).startsWith("userDataStream")
          ? [{ id, status: 401, error: { code: -2015, msg: `no: ${keys}` }, rateLimits: [] }]
          : [],
      words: () => [],
    },
    account: world.account ?? { key: "", secret: "", password: "" },
    trading: desk.account,
    now: Date.now,
  });
  hook.answers.push({ status: 500, body: hook.url.href });
  api.fail("getUpdates", { status: 502 });

  const running = desk.start({ url, env: crashes });
  // What takes its time is done while the desk waits for closes.
  const asides = Promise.all([
    run("doctor"),
    run("ask", "how is the mood of the market, in your own words?"),
    run("ask", "why was I refused, in your own words?"),
  ]);
  await desk.covered(running);
  const pairing = await run("pair", "--json");
  const { code: pairCode } = JSON.parse(pairing.stdout) as { code: string };
  const chat = async (line: string): Promise<void> => {
    const before = api.textsTo(ANNA).length;
    api.write(ANNA, line);
    await api.until(() => api.textsTo(ANNA).length > before);
  };
  await chat(`/pair ${pairCode}`);
  desk.faults.add({
    fault: { kind: "status", status, body },
    at: ["order", "open-orders", "trades", "balances"],
    times: 30,
  });
  await desk.asked(running, 2);
  for (const line of ["/status", "/trades", "why was I refused, in your own words?", "/halt drill"]) await chat(line);
  await api.until(() => api.textsTo(ANNA).some((text) => text.startsWith("ALERT")));
  await Promise.all(VIEWS.flatMap((view) => [run(view), run(view, "--json")]));
  await asides;
  const file = JSON.parse(await readFile(join(desk.home, "desk.json"), "utf8")) as { port: number };
  const get = async (path: string): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${file.port}${path}`, {
      headers: { authorization: `Bearer ${canaries.acting}` },
      signal: AbortSignal.timeout(20_000),
    });
    const text = `${path} ${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}`;
    served.push(text);
    return text;
  };
  const description = await get("/api/v1/openapi.json");
  const paths = [...description.matchAll(/"(\/api\/v1\/[\w/-]+)":\{"get"/g)]
    .map(([, path = ""]) => path)
    .filter((path) => !path.endsWith("/events"));
  expect(paths.length).toBeGreaterThan(20);
  for (const path of [...PAGES, ...paths]) await get(path);
  running.signal("SIGUSR2");
  const crashed = await running.ended;
  said.push({ of: "the crash", ...crashed });

  socket.close();
  desk.faults.clear();
  for (const view of VIEWS) await run(view);
  const exported = join(desk.home, "exported");
  await run("export", exported);
  const files = [
    "--html",
    join(desk.home, "backtest.html"),
    "--export",
    join(desk.home, "trades.json"),
    "--save",
    "kept",
  ];
  const ofBacktests = {
    ...more,
    DATABASE_URL: url,
    DEEPTRADER_EXCHANGE_KEY: canaries.key,
    DEEPTRADER_EXCHANGE_SECRET: canaries.secret,
    DEEPTRADER_LOG: log,
  };
  const backtest = async (of: string, ...args: readonly string[]): Promise<CliResult> => {
    const typed = ["backtest", "--venue", "sim", "--assets", "4", "--cycles", "300", ...args];
    const result = await runCli(typed, { home: desk.home, env: ofBacktests });
    said.push({ of, ...result });
    return result;
  };
  const kept = await backtest("a backtest", ...files);
  writeFileSync(join(desk.home, "enters.ts"), FAILING);
  const failed = await backtest("a failing strategy", "--strategy", join(desk.home, "enters.ts"));
  // A desk whose store is its home's own.
  await using own = await freshHome();
  const ofOwn = { home: own.dir, env: { ...ofBacktests, DATABASE_URL: "" } };
  const owned: CliResult[] = [];
  for (const args of [["trade", "--once"], ["ask", "why was I refused, in your own words?"], ["status"]])
    owned.push(await runCli([...args, "--venue", "sim", "--assets", "4"], ofOwn));
  said.push(...owned.map((result, at) => ({ of: `the desk of a home (${at})`, ...result })));
  await desk.exchange.close();
  said.push({ of: "no venue", ...(await runCli(["trade", "--once", ...desk.typed], { home: desk.home, env })) });

  const places = {
    ...Object.fromEntries(
      said.map(({ of, ...result }) => [`what ${of} printed`, `${result.stdout}\n${result.stderr}`]),
    ),
    ...Object.fromEntries(served.map((text) => [`what was served at ${text.split(" ")[0]}`, text])),
    home: await filesOf(desk.home),
    export: gunzipSync(await readFile(exported)).toString(),
    tables: await tablesOf(desk.databaseUrl),
    "the home's own tables": await homeTablesOf(own.dir),
    redis: await redisOf(REDIS),
    prompts: JSON.stringify(model.requests.map(({ body: prompt }) => prompt)),
    messages: JSON.stringify(api.sent),
    alerts: hook.got.map((got) => got.body).join("\n"),
    traces: JSON.stringify(traces.received.map(({ document }) => document)),
  };
  expect(foundIn(places, canaries)).toEqual([]);
  // Each of them was at work.
  expect(Object.values(env)).toEqual(expect.arrayContaining([canaries.key, canaries.secret]));
  expect(crashed.code).not.toBe(0);
  expect(crashed.stdout + crashed.stderr).toContain("[hidden]");
  expect(kept.code).toBe(0);
  expect(failed.code).not.toBe(0);
  expect(failed.stderr).toContain("failed with");
  expect(crashed.stderr).toMatch(/fetch failed[\s\S]*caused by TypeError: because of/);
  expect(owned.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(crashed.stdout + crashed.stderr).toMatch(/The order socket of binance cannot be had: .*\[hidden\]/);
  for (const place of [
    "home",
    "export",
    "tables",
    "the home's own tables",
    "redis",
    "prompts",
    "traces",
    "messages",
  ] as const)
    expect(places[place].length).toBeGreaterThan(100);
  await Promise.all([api.close(), hook.close(), traces.close(), feed.close(), model[Symbol.asyncDispose]()]);
});
