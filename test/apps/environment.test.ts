import { describe, expect, it } from "vitest";
import { composeEnvironment } from "#apps/environment.ts";

const faultsOf = (dotenv: string | null, environment: Record<string, string> = {}) =>
  composeEnvironment(environment, dotenv).faults;

describe("an unknown variable", () => {
  it.each([
    ["DEEPTRADER_STOPP_PCT", "DEEPTRADER_STOP_PCT"],
    ["DEEPTRADER_MAX_OPEN_POSITION", "DEEPTRADER_MAX_OPEN_POSITIONS"],
    ["DEEPTRADER_ENTRYPCT", "DEEPTRADER_ENTRY_PCT"],
  ])("%s is refused with the nearest known name", (name, nearest) => {
    expect(faultsOf(null, { [name]: "3" })).toEqual([
      `${name} (the environment) is no setting: the nearest is ${nearest}`,
    ]);
    expect(faultsOf(`\n${name}=3\n`)).toEqual([`${name} (.env, line 2) is no setting: the nearest is ${nearest}`]);
  });

  it("in small letters is refused with the name that is read", () => {
    expect(faultsOf(null, { deeptrader_seed: "3" })).toEqual([
      "deeptrader_seed (the environment) is not read: write DEEPTRADER_SEED",
    ]);
    expect(faultsOf("# a note\ndatabase_url=postgres://secret")).toEqual([
      "database_url (.env, line 2) is not read: write DATABASE_URL",
    ]);
  });

  it("with a slip in the product's own name is refused where it can only be meant for it, in .env", () => {
    expect(faultsOf("DEEPTADER_SEED=3")).toEqual([
      "DEEPTADER_SEED (.env, line 1) is no setting: the nearest is DEEPTRADER_SEED",
    ]);
    expect(faultsOf("DEEP_TRADER_SEED=3")).toHaveLength(1);
  });

  it("of another program is left alone", () => {
    const others = { OPENAI_API_KEY: "k", database_url: "x", DEEPL_KEY: "k", seed: "3" };
    expect(faultsOf("OPENAI_API_KEY=k\nDEEPL_KEY=k\nSEED=4", others)).toEqual([]);
    expect(faultsOf(null, { DEEPTRADER_REAL_DATA: "/data" })).toEqual([]);
  });
});

describe(".env", () => {
  it("is read over a byte order mark: its first line does not vanish", () => {
    const { values, faults } = composeEnvironment({}, "\uFEFFDEEPTRADER_VENUE=replay\nDEEPTRADER_DATA=d\n");
    expect(faults).toEqual([]);
    expect(values).toEqual({ DEEPTRADER_VENUE: "replay", DEEPTRADER_DATA: "d" });
  });

  it("goes behind the environment", () => {
    const { values } = composeEnvironment({ DEEPTRADER_SEED: "1" }, "DEEPTRADER_SEED=2\nDEEPTRADER_ASSETS=3");
    expect(values).toMatchObject({ DEEPTRADER_SEED: "1", DEEPTRADER_ASSETS: "3" });
  });

  it.each([
    ["DEEPTRADER_DATA = /a b \r\n", "/a b"],
    ['DEEPTRADER_DATA="/a # b" # note\r\n', "/a # b"],
    ["export DEEPTRADER_DATA='/a b'", "/a b"],
    ["  DEEPTRADER_DATA=/a # note", "/a"],
    ["DEEPTRADER_DATA=`/a`", "/a"],
    ["DEEPTRADER_DATA=/a=b", "/a=b"],
    ["DEEPTRADER_DATA=", ""],
  ])("reads %j as dotenv readers do", (line, value) => {
    const { values, faults } = composeEnvironment({}, line);
    expect(faults).toEqual([]);
    expect(values).toEqual({ DEEPTRADER_DATA: value });
  });

  it("says of every line that would vanish where it stands and what to write, and prints no value", () => {
    const text = [
      "# comment",
      "DEEPTRADER_SEED: 5",
      "OPENAI_API_KEY: sk-secret",
      'KEY="two\nlines: of it"',
      "sk-secret",
      "  ",
      "deeptrader_assets 7",
    ].join("\r\n");
    const faults = faultsOf(text);
    expect(faults).toEqual([
      ".env, line 2 (DEEPTRADER_SEED) is not NAME=value: write DEEPTRADER_SEED=value, or begin it with #",
      ".env, line 3 (OPENAI_API_KEY) is not NAME=value: write OPENAI_API_KEY=value, or begin it with #",
      ".env, line 6 is not NAME=value: correct it, or begin it with #",
      ".env, line 8 (deeptrader_assets) is not NAME=value: write DEEPTRADER_ASSETS=value, or begin it with #",
    ]);
    expect(faults.join()).not.toContain("secret");
  });
});
