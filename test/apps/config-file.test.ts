// The configuration file's content, as parseOptions takes it: precedence, keys, secrets, paths. How the file itself is loaded:
// config-file.slow.test.ts.
import { join, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeConfig } from "#apps/commands/config.ts";
import { readConfigFile } from "#apps/config/read-config-file.ts";
import { isSecret, namesSecret } from "#apps/config/secrets.ts";
import { comparableSettings, homeOf, parseOptions } from "#apps/options.ts";
import { flagName, SETTINGS } from "#apps/settings.ts";
import { ConfigError, UsageError } from "#schemas/errors.ts";

const FOLDER = resolve("/desks/my trend");
const PATH = join(FOLDER, "deeptrader.config.ts");
const fileOf = (content: object, workingFolder = FOLDER) => readConfigFile({ path: PATH, content }, workingFolder);
const parse = (content: object, flags: Record<string, unknown> = {}, env: Record<string, string> = {}) =>
  parseOptions(flags, env, { file: fileOf(content) });

function faultsOf(content: object, flags: Record<string, unknown> = {}, env: Record<string, string> = {}): Error {
  try {
    parse(content, flags, env);
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
const messageOf = (content: object): string => faultsOf(content).message;

describe("a value comes from the first place that has it", () => {
  const places = {
    flag: { flags: { assets: "11" } },
    environment: { env: { DEEPTRADER_ASSETS: "12" } },
    ".env": { env: { DEEPTRADER_ASSETS: "13" }, dotenv: new Set(["DEEPTRADER_ASSETS"]) },
    "config file": { file: fileOf({ assets: 14 }) },
    learned: { learned: { DEEPTRADER_ASSETS: "15" } },
    default: {},
  };
  const values = { flag: 11, environment: 12, ".env": 13, "config file": 14, learned: 15, default: 50 };
  type Place = keyof typeof places;
  const names = Object.keys(places) as Place[];
  // An environment and a .env that both set it are one already: the environment's (environment.test.ts).
  const pairs = names.flatMap((first, at) => names.slice(at + 1).map((second) => [first, second] as const));

  it.each(pairs.filter((pair) => String(pair) !== "environment,.env"))("%s before %s", (first, second) => {
    const {
      flags = {},
      env = {},
      ...beside
    } = { ...places[second], ...places[first] } as {
      flags?: Record<string, unknown>;
      env?: Record<string, string>;
    };
    const { config, origins } = parseOptions(flags, env, beside);
    expect([config.assets, origins.get("DEEPTRADER_ASSETS")]).toEqual([values[first], first]);
  });

  it("by each setting for itself, also within one group", () => {
    const { config } = parse({ limits: { entryPct: 1, stopPct: 4, targetPct: 8 } }, {}, { DEEPTRADER_STOP_PCT: "5" });
    expect(config.limits).toMatchObject({ entryPct: 1, stopPct: 5, targetPct: 8, maxOpenPositions: 10 });
  });

  it("and one that is undefined is not there, while null is a value", () => {
    const { config, origins } = parse({ seed: undefined, limits: { stopPct: undefined }, quote: null });
    expect([config.seed, config.limits.stopPct, origins.get("DEEPTRADER_SEED")]).toEqual([1, 10, "default"]);
    expect(origins.get("DEEPTRADER_QUOTE")).toBe("config file");
  });

  it("the home too, which is needed before all is known", () => {
    const file = fileOf({ home: "../shared home" });
    expect(homeOf({}, {}, file)).toBe(resolve("/desks/shared home"));
    expect(homeOf({}, { DEEPTRADER_HOME: "h" }, file)).toBe("h");
    expect(homeOf({ home: "f" }, { DEEPTRADER_HOME: "h" }, file)).toBe("f");
    expect(homeOf({}, {})).toBe(".deeptrader");
    expect(homeOf({}, {}, fileOf({ home: 5 }))).toBe(".deeptrader");
  });
});

describe("a value of the file", () => {
  it("may be a number where money is meant, a Date where a moment is, a list where models stand in", () => {
    const { config } = parse({
      cash: 2500.5,
      asOf: new Date(Date.UTC(2026, 0, 5)),
      models: { questions: "openai/gpt-5", fallback: ["openai/gpt-5-mini", "rules"], trainingCutoff: "2025-06-01" },
    });
    expect(config).toMatchObject({
      cash: "2500.5",
      asOfMs: Date.UTC(2026, 0, 5),
      model: "openai/gpt-5",
      modelFallback: "openai/gpt-5-mini,rules",
      modelCutoffMs: Date.UTC(2025, 5, 1),
    });
    expect(messageOf({ cash: 1e21 })).toContain('cash in deeptrader.config.ts is "1e+21": expected a plain decimal');
  });

  it("that names a folder is meant from the file's own, wherever the command is given", () => {
    const file = fileOf({ venue: "replay", data: "./candles 2018", models: { recordDir: "/calls" } }, "/elsewhere");
    const { config } = parseOptions({}, { DEEPTRADER_MODEL: "openai/gpt-5" }, { file });
    expect(config).toMatchObject({ dataDir: join(FOLDER, "candles 2018"), modelRecordDir: resolve("/calls") });
    expect(parse({ venue: "replay" }, { data: "here" }).config.dataDir).toBe("here");
  });
});

describe("strategies", () => {
  const usesOf = (content: object, flags = {}) => parse(content, flags).config.strategies;

  it.each([
    ["ema-cross", "ema-cross"],
    ["./my-strategy.ts", join(FOLDER, "my-strategy.ts")],
    ["my strategy.ts", join(FOLDER, "my strategy.ts")],
    ["../other/s.mts", resolve("/desks/other/s.mts")],
    [".\\strategies\\mine.ts", join(FOLDER, "strategies", "mine.ts")],
    ["strategies\\with space.ts", join(FOLDER, "strategies", "with space.ts")],
    ["/abs/mine.js", resolve("/abs/mine.js")],
    ["file:///abs/with%20space.ts", resolve("/abs/with space.ts")],
  ])("%s of the file is %s", (use, path) => {
    expect(usesOf({ strategies: [{ use }] })).toEqual([{ use: path, sharePct: 100, parameters: {} }]);
  });

  it.skipIf(process.platform === "win32")(
    "keep a path of another system as it is, for the message that it is not there",
    () => {
      expect(usesOf({ strategies: [{ use: "C:\\bots\\mine.ts" }] })).toMatchObject([{ use: "C:\\bots\\mine.ts" }]);
    },
  );

  it("have equal shares, or those given; a flag replaces them all, by default parameters", () => {
    expect(usesOf({})).toEqual([{ use: "mean-reversion", sharePct: 100, parameters: {} }]);
    const strategies = [{ use: "a", sharePct: 60, parameters: { fast: 12 } }, { use: "b" }];
    expect(usesOf({ strategies })).toEqual([
      { use: "a", sharePct: 60, parameters: { fast: 12 } },
      { use: "b", sharePct: 40, parameters: {} },
    ]);
    expect(usesOf({ strategies }, { strategy: "b, ./c.ts" })).toEqual([
      { use: "b", sharePct: 50, parameters: {} },
      { use: resolve("c.ts"), sharePct: 50, parameters: {} },
    ]);
    expect(parseOptions({}, { DEEPTRADER_STRATEGY: "a,b,c,d" }).config.strategies).toHaveLength(4);
  });

  it("with a fault are told with the place inside the list", () => {
    expect(messageOf({ strategies: [{ use: "a" }, { use: "b", sharePct: 0 }] })).toMatch(
      /^strategies\[1\]\.sharePct in deeptrader\.config\.ts is 0: expected percent of equity above 0/,
    );
    expect(messageOf({ strategies: [{ use: "a", parameters: { fast: null } }] })).toMatch(
      /^strategies\[0\]\.parameters\.fast in deeptrader\.config\.ts is null: expected a number/,
    );
    expect(messageOf({ strategies: [{ use: "a", share: 5 }] })).toMatch(
      /^strategies\[0\] in .* expected use, sharePct/,
    );
    expect(
      messageOf({
        strategies: [
          { use: "a", sharePct: 70 },
          { use: "b", sharePct: 70 },
        ],
      }),
    ).toMatch(/^strategies in deeptrader\.config\.ts is .*: expected shares of at most 100 % together: they are 140 %/);
    expect(messageOf({ strategies: "ema-cross" })).toMatch(/^strategies in .* is "ema-cross": expected a list/);
    const byFlag = faultsOf({}, { strategy: "a,,b" });
    expect(byFlag).toBeInstanceOf(UsageError);
    expect(byFlag.message).toMatch(/^--strategy is "a,,b": expected the id of a strategy, or a file/);
  });

  it("are compared with a running desk by one text, and a folder by its absolute path", () => {
    const { config, explicit } = parse({}, { strategy: "b,a", data: "d", venue: "replay" });
    expect([...explicit]).toEqual([
      ["venue", "replay"],
      ["dataDir", resolve("d")],
      ["strategies", "b+a"],
    ]);
    expect(comparableSettings(config).get("strategies")).toBe("b+a");
  });
});

describe("an unknown key", () => {
  it.each([
    [{ asets: 5 }, "asets", "assets"],
    [{ limits: { entryPc: 1 } }, "limits.entryPc", "limits.entryPct"],
    [{ entryPct: 1 }, "entryPct", "limits.entryPct"],
    [{ limit: { entryPct: 1 } }, "limit", "limits"],
    [{ dataDir: "d" }, "dataDir", "data"],
    [{ securityPolicy: "skip" }, "securityPolicy", "security"],
    [{ models: { model: "rules" } }, "models.model", "models.questions"],
    [{ markets: { exlude: [] } }, "markets.exlude", "markets.exclude"],
    [{ strategy: "a" }, "strategy", "strategies"],
  ])("%j: the nearest of %s is %s", (content, key, nearest) => {
    expect(messageOf(content)).toBe(
      `${key} in deeptrader.config.ts is no setting: the nearest is ${nearest}. See --help, .env.example and docs/configuration.md.`,
    );
  });

  it("that is a variable's name is told as its key, and a group that is none what it holds", () => {
    expect(messageOf({ DEEPTRADER_STOP_PCT: 5 })).toContain("is the name of a variable: write limits.stopPct");
    expect(messageOf({ limits: 5 })).toContain("limits in deeptrader.config.ts holds no settings: expected an object");
    expect(messageOf({ markets: ["*/USDT"] })).toContain("{ include: … }, not a list");
  });

  it("of any spelling is refused with a key that exists", () => {
    const known = new Set(SETTINGS.map(({ file }) => file ?? ""));
    const groups = new Set([...known].map((key) => key.split(".")[0]));
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), (key) => {
        fc.pre(!known.has(key) && !groups.has(key) && key !== "__proto__");
        const [fault = ""] = fileOf({ [key]: 1 }).faults;
        const nearest = /the nearest is (\S+)$/.exec(fault)?.[1];
        expect(
          nearest === undefined ? namesSecret(key.split(".").at(-1) ?? "") : known.has(nearest) || groups.has(nearest),
        ).toBe(true);
      }),
    );
  });
});

describe("faults", () => {
  it("are told all at once, each with its key and file, beside those of flags and variables", () => {
    const error = faultsOf(
      { asets: 5, limits: { entryPct: "2 %" }, costs: { feeBps: -1 }, timeframe: "7m" },
      { seed: "x" },
      { DEEPTRADER_DRIFT_ATR: "0" },
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain("The settings have 6 faults.");
    for (const part of [
      "asets in deeptrader.config.ts is no setting: the nearest is assets",
      'limits.entryPct in deeptrader.config.ts is "2 %": expected a number above 0',
      "costs.feeBps in deeptrader.config.ts is -1: expected a number from 0",
      'timeframe in deeptrader.config.ts is "7m": expected one of 1m',
      '--seed is "x": expected',
      'DEEPTRADER_DRIFT_ATR is "0": expected',
    ])
      expect(error.message).toContain(`- ${part}`);
  });

  it("of settings that disagree name the key where one was set in the file", () => {
    const error = faultsOf({ limits: { entryPct: 30 } }, {}, { DEEPTRADER_MAX_EXPOSURE_PCT: "25" });
    expect(error.message).toMatch(
      /^limits\.entryPct in deeptrader\.config\.ts is 30, above DEEPTRADER_MAX_EXPOSURE_PCT 25/,
    );
  });

  it("name a file of another folder by its whole path", () => {
    const file = readConfigFile({ path: PATH, content: { asets: 1 } }, "/elsewhere");
    expect(file.faults).toEqual([`asets in ${PATH} is no setting: the nearest is assets`]);
  });

  it.each([
    { markets: { include: [] } },
    { markets: { include: "*/USDT" } },
    { markets: { exclude: ["UP"] } },
    { assets: "50" },
    { assets: true },
    { timeframe: null },
    { thinking: { level: 6 } },
    { venue: () => "sim" },
    { seed: 10n },
  ])("of a wrong type name what was and what was expected: %o", (content) => {
    expect(messageOf(content)).toMatch(/^\w+(\.\w+)?(\[0\])?.* in deeptrader\.config\.ts is .+: expected /);
  });
});

describe("a secret", () => {
  it.each([
    [{ memory: { databaseUrl: "postgres://me:S3CRET@db/x" } }, "memory.databaseUrl", "DATABASE_URL"],
    [{ memory: { databaseUrl: "postgres://me@db/x?password=S3CRET" } }, "memory.databaseUrl", "DATABASE_URL"],
    [{ memory: { redisUrl: "redis://:S3CRET@cache" } }, "memory.redisUrl", "REDIS_URL"],
    [{ models: { questionsUrl: "https://S3CRET@gateway/v1" } }, "models.questionsUrl", "DEEPTRADER_MODEL_URL"],
    [{ models: { questionsUrl: "https://gateway/v1?api_key=S3CRET" } }, "models.questionsUrl", "DEEPTRADER_MODEL_URL"],
    [{ models: { fallback: ["a/b@https://u:S3CRET@h"] } }, "models.fallback", "DEEPTRADER_MODEL_FALLBACK"],
    [
      { notifications: { webhookUrl: "https://hooks.example/S3CRET" } },
      "notifications.webhookUrl",
      "DEEPTRADER_WEBHOOK_URL",
    ],
    [
      { notifications: { heartbeatUrl: "https://hc.example/S3CRET" } },
      "notifications.heartbeatUrl",
      "DEEPTRADER_HEARTBEAT_URL",
    ],
    [{ OPENAI_API_KEY: "S3CRET" }, "OPENAI_API_KEY", "OPENAI_API_KEY"],
    [{ models: { apiKey: "S3CRET" } }, "models.apiKey", "OPENAI_API_KEY"],
    [{ token: "S3CRET" }, "token", "OPENAI_API_KEY"],
  ])("%j is refused by its key, naming the variable, and is not printed", (content, key, variable) => {
    const message = messageOf(content);
    expect(message).toContain(`${key} in deeptrader.config.ts is a secret, which does not stand in this file: set`);
    expect(message).toContain(variable);
    expect(message).not.toContain("S3CRET");
  });

  it("is none where there is none: a local database, a local model, a listener of this machine", () => {
    const content = {
      memory: { databaseUrl: "postgres://me@localhost:5432/x", redisUrl: "redis://localhost:6379/1" },
      models: { questionsUrl: "http://127.0.0.1:11434/v1" },
      notifications: { webhookUrl: "http://localhost:8080/alerts" },
    };
    expect(fileOf(content).faults).toEqual([]);
    expect(parse(content).config.databaseUrl).toBe("postgres://me@localhost:5432/x");
  });

  it("in a variable is shown by no fault and by no listing", () => {
    const env = {
      DEEPTRADER_MODEL_URL: "ftp://u:S3CRET@host",
      DATABASE_URL: "postgres://me:S3CRET@db/x",
      DEEPTRADER_WEBHOOK_URL: "https://hooks.example/S3CRET",
    };
    expect(faultsOf({}, {}, env).message).toMatch(
      /DEEPTRADER_MODEL_URL is a secret that is not shown: expected an http/,
    );
    expect(faultsOf({}, {}, env).message).not.toContain("S3CRET");
    const { DEEPTRADER_MODEL_URL: _, ...right } = env;
    const document = describeConfig(parse({}, {}, right), right);
    expect(JSON.stringify(document)).not.toContain("S3CRET");
    const hidden = document.settings.filter(({ value }) => value === "***").map(({ variable }) => variable);
    expect(hidden).toEqual(["DATABASE_URL", "DEEPTRADER_WEBHOOK_URL"]);
  });

  it("is no token budget, and no key of the file", () => {
    for (const { file } of SETTINGS) expect(namesSecret(file?.split(".").at(-1) ?? ""), file ?? "").toBe(false);
    expect(isSecret({ secret: "password" }, "redis://host:6379")).toBe(false);
  });
});

it("config lists every setting that a person may set, with the value that the desk runs with", () => {
  const parsed = parse({ limits: { stopPct: 4 }, assets: 9 }, { seed: "3" });
  const { file, settings } = describeConfig(parsed, {});
  expect(file).toBe(PATH);
  expect(settings.map(({ variable }) => variable)).toEqual(SETTINGS.flatMap((s) => (s.file === null ? [] : [s.env])));
  const rowOf = (key: string) => settings.find((row) => row.key === key);
  expect(rowOf("limits.stopPct")).toEqual({
    key: "limits.stopPct",
    value: 4,
    unit: "%",
    from: "config file",
    variable: "DEEPTRADER_STOP_PCT",
    flag: null,
  });
  expect(rowOf("seed")).toMatchObject({ value: 3, from: "flag", flag: "--seed" });
  expect(rowOf("strategies")).toMatchObject({ value: parsed.config.strategies, from: "default" });
  for (const { flag } of SETTINGS) if (flag !== undefined) expect(flagName(flag)).toMatch(/^\w+$/);
});
