import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseOptions } from "#apps/options.ts";
import { flagName, SETTINGS } from "#apps/settings.ts";
import { SecurityPolicy } from "#schemas/config.ts";
import { ConfigError, UsageError } from "#schemas/errors.ts";
import { TIMEFRAMES } from "#schemas/units.ts";

const parse = (flags: Record<string, unknown> = {}, env: Record<string, string> = {}) => parseOptions(flags, env);

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

describe("settings", () => {
  it("have one variable each, and the help names every value of a fixed list", () => {
    const variables = SETTINGS.map(({ env }) => env);
    expect(new Set(variables).size).toBe(variables.length);
    const helpOf = (key: string): string => SETTINGS.find((setting) => setting.key === key)?.help ?? "";
    for (const timeframe of TIMEFRAMES) expect(helpOf("timeframe")).toMatch(new RegExp(`\\b${timeframe}\\b`));
    for (const policy of SecurityPolicy.options) expect(helpOf("securityPolicy")).toContain(policy);
  });

  it("all stand in .env.example", () => {
    const example = readFileSync(join(import.meta.dirname, "../../.env.example"), "utf8");
    expect(SETTINGS.filter(({ env }) => !new RegExp(`\\b${env}=`).test(example)).map(({ env }) => env)).toEqual([]);
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
      if (flag === undefined) continue;
      const text =
        {
          venue: "replay",
          dataDir: "d",
          timeframe: "1h",
          asOfMs: "2020-01-01",
          quote: "BTC",
          cash: "5",
          securityPolicy: "skip",
          deskId: "two",
          home: "h",
        }[key] ?? "7";
      const data = { DEEPTRADER_DATA: "d" };
      const byFlag = parse({ [flagName(flag)]: text }, data);
      expect(byFlag.config).toEqual(parse({}, { ...data, [env]: text }).config);
      expect([...byFlag.explicit.keys()]).toEqual([key]);
    }
    expect(parse({ seed: "3" }, { DEEPTRADER_SEED: "4" }).config.seed).toBe(3);
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

  it("refuse live trading, and replay without a folder", () => {
    expect(thrownBy(() => parse({}, { DEEPTRADER_MODE: "live" })).message).toMatch(/DEEPTRADER_MODE is live/);
    expect(thrownBy(() => parse({ venue: "replay" })).message).toMatch(/add --data DIR/);
  });
});
