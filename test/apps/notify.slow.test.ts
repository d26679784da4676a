import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Heartbeat } from "#apps/notify/heartbeat.ts";
import { binance } from "#test/exchanges/binance.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import { listing } from "#test/exchanges/listings.ts";
import { createWorld } from "#test/exchanges/world.ts";
import { documentOf, type RunningCli, runCli, startCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { startWebhookServer } from "./notify-server.ts";

let venue: Exchange;
beforeAll(async () => {
  const listings = [listing("BTC", "USDT", 64_000), listing("ETH", "USDT", 3100)];
  venue = await startExchange(binance, createWorld({ ...binance, now: Date.now, listings }));
});
const running = new Set<RunningCli>();
afterEach(async () => {
  for (const desk of running) desk.signal("SIGKILL");
  await Promise.all([...running].map((desk) => desk.ended));
  running.clear();
});
afterAll(async () => {
  await venue.close();
});

const ON_BINANCE = ["--venue", "binance", "--timeframe", "4h"];

describe("a desk on a real venue", () => {
  it("posts an alert once, also over a restart and a service that is down at first, and leaves a heartbeat", async () => {
    await using server = await startWebhookServer();
    await using home = await freshHome();
    const settings = {
      home: home.dir,
      env: {
        DEEPTRADER_EXCHANGE_URL: venue.url,
        DEEPTRADER_WEBHOOK_URL: server.url.href,
        DEEPTRADER_HEARTBEAT_URL: new URL("/ping/S3CRET", server.url).href,
      },
    };
    const posts = () => server.got.filter(({ method }) => method === "POST");
    const startedMs = Date.now();
    // The halt is there before the first slot: a change of control.
    await writeFile(join(home.dir, "halt"), "drill\n");
    server.answers.push(500, 500, 500, 500, 500, 500);
    const first = await runCli(["start", "--cycles", "1", ...ON_BINANCE], settings);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^ALERT control-changed, .* UTC: Halted: the desk sends nothing/m);
    expect(first.stderr).toMatch(/alerts: webhook did not take an alert, .*127\.0\.0\.1:\d+ answered 500/);
    expect(posts().length).toBeGreaterThan(0);
    expect(server.got.some(({ method, path }) => method === "GET" && path === "/ping/S3CRET")).toBe(true);

    const beat = Heartbeat.parse(JSON.parse(await readFile(join(home.dir, "heartbeat.json"), "utf8")));
    expect(beat.atMs).toBeGreaterThanOrEqual(startedMs);
    expect((await stat(join(home.dir, "heartbeat.json"))).mode & 0o777).toBe(0o600);

    server.answers.length = 0;
    const tried = posts().length;
    const second = await runCli(["start", "--cycles", "1", ...ON_BINANCE], settings);
    const third = await runCli(["start", "--cycles", "1", ...ON_BINANCE], settings);
    expect(posts()).toHaveLength(tried + 1);
    expect(new Set(posts().map(({ key }) => key)).size).toBe(1);
    expect(posts()[0]?.key).toMatch(/^main:control-changed:halted:\d+$/);
    expect(second.stdout).not.toContain("ALERT");
    expect(second.stdout).toMatch(/^Since you last looked: Control: Halted: .* \(#\d+\)\.$/m);

    const { events } = (await documentOf(["journal", "--all", "--limit", "100", ...ON_BINANCE], settings)) as {
      events: { type: string; channel?: string }[];
    };
    expect(events.filter(({ type }) => type === "alert")).toHaveLength(1);
    expect(events.flatMap(({ channel }) => channel ?? []).toSorted()).toEqual(["terminal", "webhook"]);
    const everything = JSON.stringify([first, second, third, events]);
    expect(everything).not.toMatch(/S3CRET|T0P|hooks/);
  });

  it("refuses a webhook in the clear, without repeating it", async () => {
    await using home = await freshHome();
    const { code, stderr, stdout } = await runCli(["start", "--cycles", "1", ...ON_BINANCE], {
      home: home.dir,
      env: { DEEPTRADER_EXCHANGE_URL: venue.url, DEEPTRADER_WEBHOOK_URL: "http://hooks.example/S3CRET" },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/DEEPTRADER_WEBHOOK_URL is not a URL that this desk sends to/);
    expect(stdout + stderr).not.toContain("S3CRET");
  });

  it("tells of an operator's pause within seconds, although the next slot is hours away", async () => {
    await using server = await startWebhookServer();
    await using home = await freshHome();
    const env = { DEEPTRADER_EXCHANGE_URL: venue.url, DEEPTRADER_WEBHOOK_URL: server.url.href };
    const desk = startCli(["start", ...ON_BINANCE], { home: home.dir, env });
    running.add(desk);
    await desk.waitFor(/\d\d:\d\d 2\/2 fresh/);
    await documentOf(["pause", "--reason", "news", "--venue", "binance"], { home: home.dir });
    await server.arrived(1);
    expect(JSON.parse(server.got[0]?.body ?? "")).toMatchObject({ kind: "control-changed", desk: "main" });
    desk.signal("SIGINT");
    expect((await desk.ended).code).toBe(0);
    expect(server.got).toHaveLength(1);
  });
});

describe("a simulated desk", () => {
  it("sends nothing out, whatever is configured, and tells its terminal that prices are invented", async () => {
    await using server = await startWebhookServer();
    await using home = await freshHome();
    await writeFile(join(home.dir, "halt"), "drill\n");
    const { code, stdout } = await runCli(["start", "--cycles", "3", "--assets", "5", "--speed", "100000"], {
      home: home.dir,
      env: { DEEPTRADER_WEBHOOK_URL: server.url.href, DEEPTRADER_HEARTBEAT_URL: server.url.href },
    });
    expect(code).toBe(0);
    expect(stdout.match(/^ALERT .*$/gm)).toEqual([
      expect.stringMatching(/^ALERT control-changed, .*\(SIMULATED – invented prices\)$/),
    ]);
    expect(server.got).toEqual([]);
    expect((await stat(join(home.dir, "heartbeat.json"))).size).toBeGreaterThan(0);
  });
});
