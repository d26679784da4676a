// What a process that stands by says: of the owner, of settings that are others there, and of itself through HTTP.
import { describe, expect, it } from "vitest";
import { standBy } from "#apps/commands/stand-by.ts";
import { deskSettings, settingDifferences } from "#apps/desk-settings.ts";
import { serveStandby } from "#apps/http/standby-server.ts";
import type { Io } from "#apps/io.ts";
import { createSimulatedClock, systemClock } from "#scheduler/clock.ts";
import { ConfigError } from "#schemas/errors.ts";
import type { AccountHolder } from "#schemas/ports/trading.ts";
import { unixMs } from "#schemas/units.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { patience, testConfig } from "#test/support/desk.ts";

const TOKEN = "a-token-of-the-environment-1";
const venue = { clock: systemClock(), hosts: [], quote: "USDT" };
const owner: AccountHolder = {
  process: "process 7 (start) on one",
  sinceMs: unixMs(Date.UTC(2026, 0, 2, 3, 4)),
  leaseUntilMs: unixMs(Date.UTC(2026, 0, 2, 5, 6, 7)),
  settings: null,
};
const told = () => {
  const notes: string[] = [];
  const shown: (string | null)[] = [];
  const io = { note: (text: string) => notes.push(text), progress: (text: string | null) => shown.push(text) };
  return { notes, shown, io: io as Partial<Io> as Io };
};
const configIn = (home: string) => {
  const config = testConfig({});
  return { ...config, home, databaseUrl: "postgres://127.0.0.1/desk", http: { ...config.http, port: 0 } };
};

describe("settings beside an account", () => {
  it("name what differs, hold no secret and nothing of one machine", () => {
    const config = { ...configIn("here"), exchangeUrl: "https://user:hidden@one.example.org" };
    const settings = deskSettings(config, venue);
    expect(JSON.stringify(settings)).not.toMatch(/hidden|postgres|here/);
    const others = deskSettings(
      { ...config, home: "there", timeframe: "1h", standby: true },
      { ...venue, quote: "USDC" },
    );
    expect(settingDifferences(settings, others)).toEqual([
      "quote: USDT here, USDC there",
      expect.stringMatching(/^timeframe: 5m here, 1h there$/),
    ]);
    expect(settingDifferences(settings, settings)).toEqual([]);
    expect(settingDifferences(settings, null)).toEqual([expect.stringContaining("older version")]);
  });
});

describe("a process that stands by", () => {
  it("is refused where no other process could own its desk", async () => {
    const { io } = told();
    const alone = { ...configIn("none"), databaseUrl: null };
    await expect(standBy(alone, venue, { io, env: {} }, patience)).rejects.toThrow(ConfigError);
    const past = { ...venue, clock: createSimulatedClock(unixMs(0)) };
    await expect(standBy(configIn("none"), past, { io, env: {} }, patience)).rejects.toThrow(ConfigError);
  });

  it("says whose desk it waits for once, again when that changes, and what the store does not answer", async () => {
    await using home = await emptyFolder();
    const { io, notes, shown } = told();
    const config = configIn(home.dir);
    const standby = await standBy(config, venue, { io, env: {} }, patience);
    try {
      const same = { ...owner, settings: deskSettings(config, venue) };
      standby.onOwner(same);
      standby.onOwner({ ...same, leaseUntilMs: unixMs(Date.UTC(2026, 0, 2, 5, 6, 9)) });
      standby.onOwner(null);
      standby.onOwner({ ...same, settings: { ...same.settings, timeframe: "1h" } });
      expect(notes).toEqual([
        "Standby of desk main, owned by process 7 (start) on one, since 2026-01-02 03:04 UTC.",
        expect.stringContaining("does not answer"),
        expect.stringMatching(/^Standby of desk main.*other settings:\n {2}timeframe: 5m here, 1h there$/s),
      ]);
      expect(shown[0]).toBe(
        "standby of main: process 7 (start) on one, since 2026-01-02 03:04 UTC, lease until 05:06:07 UTC",
      );
    } finally {
      await standby.end();
    }
  });

  it("answers that it stands by, says whose lease it waits for to a token alone, and is no desk", async () => {
    await using home = await emptyFolder();
    const server = await serveStandby(configIn(home.dir), { DEEPTRADER_API_READ_TOKEN: TOKEN }, () => ({
      owner,
      differences: ["timeframe: 5m here, 1h there"],
    }));
    const get = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { headers });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const named = { authorization: `Bearer ${TOKEN}` };
    try {
      expect(await get("/health")).toEqual({ status: 200, body: { status: "standby" } });
      expect((await get("/ready")).status).toBe(401);
      expect(await get("/ready", named)).toEqual({
        status: 503,
        body: { status: "standby", desk: "main", owner, differences: ["timeframe: 5m here, 1h there"] },
      });
      expect((await get("/api/v1/status", named)).status).toBe(503);
    } finally {
      await server.close();
    }
  });
});
