// What an editor says of a configuration file: wrong keys and values are errors of the compiler, which runs with the lint.
import { expect, it } from "vitest";
import { readConfigFile } from "#apps/config/read-config-file.ts";
import { parseOptions } from "#apps/options.ts";
import { type Config, defineConfig } from "../../index.ts";

it("a configuration is typed: every right key is taken, wrong keys and values do not compile and are refused", () => {
  const right = defineConfig({
    venue: "sim",
    timeframe: "1h",
    asOf: new Date(Date.UTC(2026, 0, 5)),
    cash: 5_000,
    quote: null,
    security: "skip",
    seed: undefined,
    strategies: [{ use: "mean-reversion", sharePct: 50, parameters: { fast: 12, name: "x", on: true } }],
    markets: { include: ["*/USDT"], exclude: ["*UP/USDT"] },
    limits: { entryPct: 1.5, cooldownCandles: 6 },
    entryStyle: "limit-at-quote",
    costs: { feeBps: 7.5 },
    memory: { redisProtocol: 2, keepAllDays: 3 },
    models: { questions: "openai/gpt-5", fallback: ["rules"], trainingCutoff: "2025-06-01" },
    notifications: { webhookUrl: "http://127.0.0.1:8080/alerts" },
    thinking: { level: 4 },
  });
  const wrong: readonly Config[] = [
    // @ts-expect-error no such key
    { asets: 5 },
    // @ts-expect-error no such key in its group
    { limits: { entryPc: 1 } },
    // @ts-expect-error not one of the timeframes
    { timeframe: "7m" },
    // @ts-expect-error a text for a number
    { assets: "50" },
    // @ts-expect-error a share is named with its unit
    { strategies: [{ use: "a", share: 50 }] },
    // @ts-expect-error a pattern is one of a list
    { markets: { include: "*/USDT" } },
    // @ts-expect-error not one of the policies
    { security: "none" },
    // @ts-expect-error keys do not stand in the file
    { models: { apiKey: "k" } },
  ];
  const parse = (content: Config) => parseOptions({}, {}, { file: readConfigFile({ path: "/a/b.ts", content }, "/a") });
  expect(parse(right).config).toMatchObject({ timeframe: "1h", cash: "5000", seed: 1 });
  for (const config of wrong) expect(() => parse(config), JSON.stringify(config)).toThrow(/ in b\.ts /);
});
