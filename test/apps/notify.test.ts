import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PQueue from "p-queue";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Io } from "#apps/io.ts";
import { createPinger, Heartbeat, writeHeartbeat } from "#apps/notify/heartbeat.ts";
import { callOutgoing, parseOutgoingUrl } from "#apps/notify/outgoing.ts";
import { openSignsOfLife } from "#apps/notify/signs-of-life.ts";
import { alertLine, createTerminalNotifier } from "#apps/notify/terminal.ts";
import { createWebhookNotifier } from "#apps/notify/webhook.ts";
import { createDelivery } from "#desk/watch/deliver.ts";
import type { Alert } from "#schemas/alert.ts";
import { ConfigError } from "#schemas/errors.ts";
import { type DeskId, unixMs } from "#schemas/units.ts";
import { notifierContract, someAlert } from "#test/contract/notifier.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { startWebhookServer } from "./notify-server.ts";

const MAIN = "main" as DeskId;

notifierContract("terminal", "terminal", async () => {
  const lines: string[] = [];
  const notifier = createTerminalNotifier((line) => lines.push(line));
  return { notifier, arrived: () => lines, breakWay: null, [Symbol.asyncDispose]: async () => {} };
});

notifierContract("webhook", "webhook", async () => {
  const server = await startWebhookServer();
  return {
    notifier: createWebhookNotifier(server.url, MAIN),
    arrived: () => server.got.map(({ body }) => body),
    breakWay: server.close,
    [Symbol.asyncDispose]: server.close,
  };
});

describe("a terminal", () => {
  it("gets no control character out of what an alert quotes", () => {
    const line = alertLine(someAlert({ text: "token \u001b[2J\u0007\u202e named\nso" }));
    expect(line).toBe("ALERT stop-missing, 2026-03-02 09:05 UTC: token  [2J  named so");
  });
});

describe("a webhook", () => {
  it("gets the alert's own fields, the desk, and a line that chat services show", async () => {
    await using server = await startWebhookServer();
    await createWebhookNotifier(server.url, MAIN).send(someAlert(), patience);
    const [got] = server.got;
    expect(got).toMatchObject({ method: "POST", key: "main:stop-missing:BTC/USDT:1772442000000" });
    expect(JSON.parse(got?.body ?? "")).toEqual({
      desk: "main",
      ...someAlert(),
      content: "ALERT stop-missing, 2026-03-02 09:05 UTC: No stop rests for BTC/USDT.",
    });
  });

  it.each([
    ["is down for a moment", 500, /answered 500/],
    ["knows no such hook", 404, /answered 404/],
    ["sends elsewhere, where nothing is sent", 307, /answered 307, a redirect, which is not followed/],
  ])("that %s is named by its host alone", async (_, status, message) => {
    await using server = await startWebhookServer();
    server.answers.push(status);
    const sent = createWebhookNotifier(server.url, MAIN).send(someAlert(), patience);
    const error = await sent.then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.message).toMatch(message);
    expect(error?.message).toContain(server.url.host);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error ?? {}))).not.toMatch(/S3CRET|hooks/);
    expect(server.got).toHaveLength(1);
  });

  it("on a closed port is named by its host alone", async () => {
    const server = await startWebhookServer();
    await server.close();
    const sent = createWebhookNotifier(server.url, MAIN).send(someAlert(), patience);
    const error = await sent.then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.message).toMatch(/could not be reached \(ECONNREFUSED\)/);
    expect(`${error?.message} ${error?.stack} ${error?.cause}`).not.toMatch(/S3CRET|hooks/);
  });

  it("that hangs ends with its signal", async () => {
    await using server = await startWebhookServer();
    server.answers.push("hang");
    const hung = new AbortController();
    const sent = createWebhookNotifier(server.url, MAIN).send(someAlert(), hung);
    await server.arrived(1);
    hung.abort(new Error("enough"));
    await expect(sent).rejects.toThrow("enough");
  });
});

describe("the URL that is sent to", () => {
  it.each(["https://hooks.example/T0P", "http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:9/x"])(
    "may be %s",
    (text) => {
      expect(parseOutgoingUrl("DEEPTRADER_WEBHOOK_URL", ` ${text} `)?.href).toBe(new URL(text).href);
    },
  );

  it.each([
    "http://hooks.example/T0P",
    "http://127.0.0.1.example/T0P",
    "http://localhost.example/T0P",
    "file:///T0P",
    "https://me:T0P@hooks.example/",
    "hooks.example/T0P",
  ])("may not be %s, and the refusal repeats nothing of it", (text) => {
    const parse = () => parseOutgoingUrl("DEEPTRADER_WEBHOOK_URL", text);
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(/DEEPTRADER_WEBHOOK_URL/);
    expect(parse).not.toThrow(/T0P/);
  });

  it("may be left out", () => {
    expect(parseOutgoingUrl("X", undefined)).toBeNull();
    expect(parseOutgoingUrl("X", "  ")).toBeNull();
  });
});

describe("alerts on their way to a webhook", () => {
  const venue = createSyntheticMarket({
    seed: 1,
    timeframe: "5m",
    firstSlotMs: FIRST_SLOT_MS,
    slots: 2,
    shapes: assortedShapes().slice(0, 1),
  });
  const alerts: readonly Alert[] = ["a", "b", "c"].map((id) =>
    someAlert({ alertId: `blind:${id}`, atMs: FIRST_SLOT_MS }),
  );

  it("are neither lost nor given a new name by a death between journal, answer and journal", async () => {
    await using server = await startWebhookServer();
    const store = createMemoryStore();
    const open = async (dies: boolean) => {
      const { desk } = await openTestDesk({ venue, startMs: FIRST_SLOT_MS, store });
      const notes: string[] = [];
      const delivery = createDelivery({
        notifiers: [createWebhookNotifier(server.url, MAIN)],
        log: desk.alerts.log,
        append: dies ? () => Promise.reject(new Error("the process died here")) : desk.account.append,
        now: () => desk.clock.now(),
        onNote: (text) => notes.push(text),
      });
      return { desk, delivery, notes };
    };
    const first = await open(true);
    const events = alerts.map((alert) => ({ type: "alert" as const, atMs: alert.atMs, alert }));
    await first.desk.account.append(events, patience);
    // Taken by the other side, but nobody wrote it down.
    await first.delivery.close(5_000);
    const before = server.got.length;
    expect(before).toBeGreaterThan(0);

    const second = await open(false);
    await second.delivery.close(5_000);
    const keys = server.got.map(({ key }) => key);
    expect(keys.slice(before)).toEqual(alerts.map(({ alertId }) => `main:${alertId}`));
    expect(new Set(keys).size).toBe(alerts.length);

    const third = await open(false);
    await third.delivery.close(5_000);
    expect(server.got).toHaveLength(keys.length);
  });
});

describe("the heartbeat", () => {
  let home = "";
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "deeptrader-heart-"));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));
  const beat = { atMs: unixMs(1_772_442_300_000), slotMs: unixMs(1_772_442_000_000), pid: 77 };

  it("is read back, is for its owner alone, and leaves no second file behind", async () => {
    await writeHeartbeat(home, { ...beat, slotMs: unixMs(1) });
    await writeHeartbeat(home, beat);
    const text = await readFile(join(home, "heartbeat.json"), "utf8");
    expect(Heartbeat.parse(JSON.parse(text))).toEqual(beat);
    expect((await stat(join(home, "heartbeat.json"))).mode & 0o777).toBe(0o600);
    expect(await readdir(home)).toEqual(["heartbeat.json"]);
  });

  it("calls the watcher, never two at a time, and says once that it fails and once that it works again", async () => {
    await using server = await startWebhookServer();
    const notes: string[] = [];
    const pinger = createPinger(server.url, (text) => notes.push(text));
    server.answers.push(500, 503, 200);
    for (let call = 1; call <= 3; call++) {
      pinger.ping();
      pinger.ping();
      await server.arrived(call);
      await expect.poll(() => pinger.idle()).toBe(true);
    }
    expect(server.got.map(({ method }) => method)).toEqual(["GET", "GET", "GET"]);
    expect(notes).toEqual([
      expect.stringMatching(/^heartbeat: 127\.0\.0\.1:\d+ answered 500/),
      "heartbeat: the watcher is reached again",
    ]);
    expect(notes.join()).not.toMatch(/S3CRET|hooks/);
    await pinger.close();
    pinger.ping();
    expect(server.got).toHaveLength(3);
  });

  it("to a watcher that hangs is given up, also when the desk ends", async () => {
    await using server = await startWebhookServer();
    const notes: string[] = [];
    server.answers.push("hang", "hang");
    const short = createPinger(server.url, (text) => notes.push(text), { deadlineMs: 30 });
    short.ping();
    await expect.poll(() => notes).toEqual([expect.stringMatching(/did not answer within 30 ms/)]);
    const long = createPinger(server.url, (text) => notes.push(text));
    long.ping();
    await server.arrived(2);
    await long.close();
    expect(notes).toHaveLength(1);
  });
});

describe("signs of life", () => {
  const io = () => {
    const notes: string[] = [];
    const lines: string[] = [];
    const plain = (text: string): string => text;
    const style = { bold: plain, dim: plain, good: plain, warn: plain, bad: plain, columns: 80 };
    const terminal: Io = {
      json: false,
      quiet: false,
      style,
      out: (text) => lines.push(text),
      note: (text) => notes.push(text),
      progress: () => {},
      piece: () => {},
      attach: () => {},
    };
    return { terminal, notes, lines };
  };
  const venue = createSyntheticMarket({
    seed: 1,
    timeframe: "5m",
    firstSlotMs: FIRST_SLOT_MS,
    slots: 2,
    shapes: assortedShapes().slice(0, 1),
  });
  const opened = async (env: Readonly<Record<string, string>>) => {
    const { desk } = await openTestDesk({ venue, startMs: FIRST_SLOT_MS });
    const { terminal, notes, lines } = io();
    return {
      desk,
      notes,
      lines,
      life: openSignsOfLife(desk, { env, io: terminal, exclusively: new PQueue({ concurrency: 1 }) }),
    };
  };

  // The test desk's home is a folder that is not there.
  it("that cannot be left behind stop no tick, and that is said once", async () => {
    const { life, notes } = await opened({});
    await life.afterSlot(FIRST_SLOT_MS);
    await life.afterSlot(FIRST_SLOT_MS);
    expect(notes).toEqual([expect.stringMatching(/^heartbeat: it cannot be written: ENOENT/)]);
    await life.close();
  });

  it("are withheld while the desk is blind: it lives, and somebody is to look", async () => {
    const { desk } = await opened({});
    const { terminal, notes } = io();
    let isBlind = true;
    const blindDesk = { ...desk, isBlind: () => isBlind };
    const life = openSignsOfLife(blindDesk, { env: {}, io: terminal, exclusively: new PQueue({ concurrency: 1 }) });
    await life.afterSlot(FIRST_SLOT_MS);
    expect(notes).toEqual([]);
    isBlind = false;
    await life.afterSlot(FIRST_SLOT_MS);
    expect(notes).toEqual([expect.stringMatching(/^heartbeat: it cannot be written/)]);
    await life.close();
  });

  it("say that the store is away after three looks without its word, once for each time, and journal nothing of it", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const { desk } = await opened({});
      const { terminal, lines } = io();
      let leftMs = 5_000;
      const clock = { ...desk.clock, kind: "system" as const, now: desk.clock.now };
      const parts = { env: {}, io: terminal, exclusively: new PQueue({ concurrency: 1 }), leftMs: () => leftMs };
      const life = openSignsOfLife({ ...desk, clock }, parts);
      const look = async (times: number): Promise<number> => {
        await vi.advanceTimersByTimeAsync(times * 10_000);
        return lines.length;
      };
      expect(await look(5)).toBe(0);
      leftMs = -1;
      expect(await look(2)).toBe(0);
      expect(await look(10)).toBe(1);
      leftMs = 5_000;
      await look(1);
      leftMs = -1;
      expect(await look(3)).toBe(2);
      expect(lines[0]).toMatch(/^ALERT store-away, .*The database does not answer/);
      expect(desk.alerts.log.untaken("webhook", unixMs(0))).toEqual([]);
      await life.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it("of a simulated desk are its terminal's alone, and a wrong URL is refused there too", async () => {
    await using server = await startWebhookServer();
    const { desk, life, lines } = await opened({ DEEPTRADER_WEBHOOK_URL: server.url.href });
    const alert = someAlert({ atMs: FIRST_SLOT_MS, simulated: true });
    await desk.account.append([{ type: "alert", atMs: alert.atMs, alert }], patience);
    await life.close();
    expect(lines).toEqual([alertLine(alert)]);
    expect(server.got).toEqual([]);
    await expect(opened({ DEEPTRADER_HEARTBEAT_URL: "http://elsewhere.example/" })).rejects.toThrow(ConfigError);
  });
});

describe("an outgoing call", () => {
  it("does not follow a redirect", async () => {
    await using server = await startWebhookServer();
    server.answers.push(302);
    await expect(callOutgoing(server.url, { method: "GET" }, patience)).rejects.toThrow(/not followed/);
    expect(server.got.map(({ path }) => path)).toEqual([`${server.url.pathname}${server.url.search}`]);
  });
});
