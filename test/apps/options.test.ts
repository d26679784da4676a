import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "#apps/command-words.ts";
import { parseOptions } from "#apps/options.ts";
import { addCommonFlags, flagName, SETTINGS } from "#apps/settings.ts";
import { SecurityPolicy } from "#schemas/config.ts";
import { ConfigError, UsageError } from "#schemas/errors.ts";
import { TIMEFRAMES } from "#schemas/units.ts";

const parse = (flags: Record<string, unknown> = {}, env: Record<string, string> = {}) => parseOptions(flags, env);

const valueAt = (config: unknown, key: string): unknown =>
  key.split(".").reduce((at: unknown, part) => (at as Record<string, unknown>)[part], config);

/** As a variable has it. */
function textOf(value: unknown): string {
  if (Array.isArray(value))
    return value.map((one: string | { use: string }) => (typeof one === "string" ? one : one.use)).join(",");
  return String(value ?? "");
}

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

/** All that a desk whose orders go out needs. */
const LIVE = {
  DEEPTRADER_MODE: "live",
  DEEPTRADER_VENUE: "binance",
  DEEPTRADER_SANDBOX: "true",
  DEEPTRADER_LIVE_ACCOUNT: "7",
  DEEPTRADER_CASH: "5",
};

describe("settings", () => {
  it("have one variable each, and the help names every value of a fixed list", () => {
    const variables = SETTINGS.map(({ env }) => env);
    expect(new Set(variables).size).toBe(variables.length);
    const helpOf = (key: string): string => SETTINGS.find((setting) => setting.key === key)?.help ?? "";
    for (const timeframe of TIMEFRAMES) expect(helpOf("timeframe")).toMatch(new RegExp(`\\b${timeframe}\\b`));
    for (const policy of SecurityPolicy.options) expect(helpOf("securityPolicy")).toContain(policy);
  });

  it("stand in .env.example with their own words and their true default, and nothing else does", () => {
    const example = readFileSync(join(import.meta.dirname, "../../.env.example"), "utf8").split("\n");
    const { config } = parse();
    for (const { key, env, help } of SETTINGS) {
      const at = example.findIndex((line) => line.startsWith(`#${env}=`));
      const above = example.slice(0, Math.max(0, at)).join(" ").replaceAll(" # ", " ");
      expect(above.endsWith(help), `${env}: ${help}`).toBe(true);
      // The pace of the simulation is no default of replay.
      const standard = key === null || key === "speed" ? undefined : valueAt(config, key);
      expect(example[at]).toBe(`#${env}=${textOf(standard)}`);
    }
    const named = example.flatMap((line) => /^#(DEEPTRADER_\w*)=/.exec(line)?.[1] ?? []);
    expect(named.filter((name) => !SETTINGS.some(({ env }) => env === name))).toEqual([]);
  });

  it("stand in --help of every command with flag, words and default", () => {
    const command = addCommonFlags(new Command());
    const help = command.helpInformation().replaceAll(/\s+/g, " ");
    for (const { flag, help: words, fallback } of SETTINGS) {
      expect(words).not.toBe("");
      if (flag === undefined) continue;
      const standard = fallback === null || fallback === undefined ? "" : ` (default: ${fallback})`;
      expect(help).toContain(`${flag} ${words}${standard}`);
    }
  });

  it("are taken by every command, and stand in --help of one that opens no venue only where it reads them", () => {
    const command = addCommonFlags(new Command().exitOverride(), ["--home", "--config"]);
    const help = command.helpInformation();
    const shown = SETTINGS.flatMap(({ flag = "" }) => (flag !== "" && help.includes(`  ${flag} `) ? [flag] : []));
    expect(shown).toEqual(["--home <dir>", "--config <file>"]);
    expect(help).toContain("--json");
    expect(command.parse(["--venue", "binance"], { from: "user" }).opts()["venue"]).toBe("binance");
    const named = COMMANDS.flatMap(({ common = [] }) => common);
    expect(named.filter((name) => !SETTINGS.some(({ flag = "" }) => flag.startsWith(`${name} `)))).toEqual([]);
  });

  it.each([
    ["1=https://:::", "CHAIN=URL"],
    ["1=https://a.example,1=https://b.example", "two nodes of chain 1"],
    ["ethereum=https://a.example", "CHAIN=URL"],
  ])("refuse the nodes %s, and name the variable", (nodes, said) => {
    const parsed = () => parse({}, { DEEPTRADER_RPC_URLS: nodes });
    expect(parsed).toThrow(ConfigError);
    expect(parsed).toThrow(said);
    expect(parsed).toThrow("DEEPTRADER_RPC_URLS");
  });

  it("default to paper on invented prices", () => {
    const { config, explicit } = parse();
    expect(config).toMatchObject({
      mode: "paper",
      venue: "sim",
      assets: 50,
      timeframe: "5m",
      speed: 60,
      model: "rules",
    });
    expect(config.limits).toMatchObject({ entryPct: 2, maxOpenPositions: 10, maxExposurePct: 20 });
    expect(explicit.size).toBe(0);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it("say the same by flag as by variable, and the flag wins", () => {
    for (const { flag, env, key } of SETTINGS) {
      if (flag === undefined || key === null) continue;
      const text =
        {
          venue: "replay",
          dataDir: "d",
          scenario: "thin",
          timeframe: "1h",
          asOfMs: "2020-01-01",
          quote: "BTC",
          cash: "5",
          securityPolicy: "skip",
          deskId: "two",
          home: "h",
          "markets.include": "*/BTC,ETH/USDT",
          entryStyle: "limit-at-quote",
          sandbox: "true",
          standby: "true",
        }[key] ?? "7";
      const data = ["sandbox", "liveAccount"].includes(key) ? LIVE : { DEEPTRADER_DATA: "d" };
      const byFlag = parse({ [flagName(flag)]: text }, data);
      expect(byFlag.config).toEqual(parse({}, { ...data, [env]: text }).config);
      expect([...byFlag.explicit.keys()]).toEqual([key]);
    }
    expect(parse({ seed: "3" }, { DEEPTRADER_SEED: "4" }).config.seed).toBe(3);
  });

  it("let orders go to a venue only by two words that agree, to its sandbox by a third", () => {
    expect(parse({}, LIVE).config).toMatchObject({ mode: "live", sandbox: true, liveAccount: "7" });
    const money = parse({}, { ...LIVE, DEEPTRADER_SANDBOX: "" });
    expect(money.config).toMatchObject({ mode: "live", sandbox: false, liveAccount: "7" });
    expect(() => parse({}, { ...LIVE, DEEPTRADER_LIVE_ACCOUNT: "" })).toThrow(/DEEPTRADER_MODE is live/);
    expect(() => parse({}, { ...LIVE, DEEPTRADER_VENUE: "sim" })).toThrow(/no exchange that takes orders/);
    expect(() => parse({}, { ...LIVE, DEEPTRADER_MODE: "paper" })).toThrow(/Set DEEPTRADER_MODE=live/);
  });

  it("take scenarios in the list's own order, of the simulated venue only", () => {
    expect(parse({ scenario: "thin, crash" }).config.scenario).toBe("crash,thin");
    expect(() => parse({ scenario: "crush" })).toThrow(/"crush" is no scenario: expected calm, trend/);
    expect(() => parse({ scenario: "thin", venue: "binance" })).toThrow(/binance has none/);
  });

  it("replay as fast as the work is done, and compare a folder by its absolute path", () => {
    const { config, explicit } = parse({ venue: "replay", data: "candles" });
    expect(config.speed).toBeNull();
    expect(explicit.get("dataDir")).toBe(resolve("candles"));
  });

  it.each([
    ["2018-01-16T12:05:00Z", Date.UTC(2018, 0, 16, 12, 5)],
    ["2018-01-16T12:05", Date.UTC(2018, 0, 16, 12, 5)],
    ["2018-01-16 12:05:30.250", Date.UTC(2018, 0, 16, 12, 5, 30, 250)],
    ["2018-01-16", Date.UTC(2018, 0, 16)],
    ["2018-01-16T12:05:00+05:30", Date.UTC(2018, 0, 16, 6, 35)],
    ["1516060800000", 1_516_060_800_000],
  ])("read the moment %s as UTC", (text, ms) => {
    expect(parse({ asOf: text }).config.asOfMs).toBe(ms);
  });

  it.each(["yesterday", "2018", "1516060800", "2018-02-31", "2018-01-16T25:00Z", "-5", "2018-01-16T12:05 Z"])(
    "refuse %s as a moment",
    (text) => {
      expect(thrownBy(() => parse({ asOf: text })).message).toContain(`--as-of is ${JSON.stringify(text)}`);
    },
  );

  it("never make a number of a text that is none", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^\s*-?\d+(\.\d+)?(e-?\d+)?\s*$/i.test(text));
        expect(() => parse({ seed: text })).toThrow(UsageError);
      }),
    );
    for (const text of ["5 %", "0x10", "1,000", "1_000", "Infinity", "NaN", "--1", ".5", "1.5"]) {
      expect(() => parse({ seed: text }), text).toThrow(UsageError);
    }
  });

  it("name every fault, each with its variable and the text it holds, also how settings disagree", () => {
    const error = thrownBy(() =>
      parse({}, { DEEPTRADER_FEE_BPS: "5 %", DEEPTRADER_ENTRY_PCT: "30", DEEPTRADER_TIMEFRAME: "7m" }),
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/3 faults/);
    expect(error.message).toMatch(/DEEPTRADER_FEE_BPS is "5 %"/);
    expect(error.message).toMatch(/DEEPTRADER_TIMEFRAME is "7m"/);
    expect(error.message).toMatch(/DEEPTRADER_ENTRY_PCT is 30, above DEEPTRADER_MAX_EXPOSURE_PCT 20/);
  });

  it("say in one line what is wrong with a flag and what was expected, and that it was used wrongly", () => {
    const wrong: readonly (readonly [string, string, RegExp])[] = [
      ["cash", "0", /^--cash is "0": expected an amount above 0\./],
      ["cash", "-5", /^--cash is "-5": expected an amount above 0\./],
      ["cash", "abc", /^--cash is "abc": expected a plain decimal such as 12\.5\./],
      ["cash", "1e30", /^--cash is "1e30": expected a plain decimal/],
      ["timeframe", "7m", /^--timeframe is "7m": expected one of 1m, 5m, 15m, 1h, 4h, 1d\./],
      ["assets", "0", /^--assets is "0": expected a whole number from 1 to 5,000\./],
      ["seed", "1.5", /^--seed is "1.5": expected a whole number from 0 /],
      ["speed", "-1", /^--speed is "-1": expected a number above 0/],
      ["cycles", "0", /^--cycles is "0": expected a whole number from 1 /],
      ["security", "none", /^--security is "none": expected one of recorded, assume-clear, skip\./],
      ["asOf", "garbage", /^--as-of is "garbage": expected ISO 8601 such as /],
      ["asOf", "1e12", /^--as-of is "1e12": expected ISO 8601/],
      ["asOf", "9999-01-01", /^--as-of is "9999-01-01": expected .* from 2009 to 2100/],
      ["quote", "usdt", /^--quote is "usdt": expected a currency in capitals/],
      ["desk", "My Desk", /^--desk is "My Desk": expected 1-40 of a-z/],
      ["data", "", /^--data is "": expected a folder/],
    ];
    for (const [flag, text, message] of wrong) {
      const error = thrownBy(() => parse({ [flag]: text }));
      expect(error, flag).toBeInstanceOf(UsageError);
      expect(error.message).toMatch(message);
      expect(error.message).not.toContain("\n");
    }
  });

  it.each([
    ["DEEPTRADER_FEE_BPS", "1000000000"],
    ["DEEPTRADER_FEE_BPS", "-1"],
    ["DEEPTRADER_SLIPPAGE_BPS", "5000"],
    ["DEEPTRADER_ENTRY_PCT", "101"],
    ["DEEPTRADER_STOP_PCT", "100"],
    ["DEEPTRADER_STOP_PCT", "0"],
    ["DEEPTRADER_TARGET_PCT", "1e9"],
    ["DEEPTRADER_LEADER_FALL_SIGMAS", "1e9"],
    ["DEEPTRADER_DRIFT_ATR", "0"],
    ["DEEPTRADER_MODEL_TIMEOUT_MS", "1e12"],
    ["DEEPTRADER_KEEP_ALL_DAYS", "0.5"],
    ["DEEPTRADER_REDIS_PROTOCOL", "4"],
    ["DEEPTRADER_DEBATE_DAY_TOKENS", "yes"],
    ["DEEPTRADER_MODEL_URL", "localhost:11434"],
  ])("refuse %s=%s by its name, as a fault of the environment", (name, text) => {
    const error = thrownBy(() => parse({}, { [name]: text }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain(`${name} is ${JSON.stringify(text)}: expected `);
  });

  it("tell what is wrong with the environment together with every wrong value", () => {
    const unknown = "DEEPTRADER_STOPP_PCT (.env, line 1) is no setting: the nearest is DEEPTRADER_STOP_PCT";
    const error = thrownBy(() => parseOptions({ seed: "x" }, { DEEPTRADER_FEE_BPS: "x" }, { faults: [unknown] }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain("3 faults");
    for (const part of [unknown, "--seed is", "DEEPTRADER_FEE_BPS is"]) expect(error.message).toContain(part);
    expect(thrownBy(() => parseOptions({}, {}, { faults: [unknown] })).message).toBe(
      `${unknown}. See --help and .env.example.`,
    );
  });

  it("refuse simulated time on an exchange, whose clock is the machine's", () => {
    const flags = { venue: "binance", asOf: "2026-01-05", speed: "5" };
    expect(thrownBy(() => parse(flags)).message).toContain("--as-of and --speed cannot be used with binance");
    expect(thrownBy(() => parse({ venue: "binance" }, { DEEPTRADER_SPEED: "5" })).message).toContain(
      "--speed cannot be",
    );
    expect(() => parse({ venue: "binance" })).not.toThrow();
  });

  it("refuse live trading, and replay without a folder", () => {
    expect(thrownBy(() => parse({}, { DEEPTRADER_MODE: "live" })).message).toMatch(/DEEPTRADER_MODE is live/);
    expect(thrownBy(() => parse({ venue: "replay" })).message).toMatch(/add --data DIR/);
  });
});
