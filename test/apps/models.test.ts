import { describe, expect, it } from "vitest";
import { modelSetting, sleepModelSetting, sleepModels } from "#apps/models.ts";
import { parseOptions } from "#apps/options.ts";
import { ConfigError } from "#schemas/errors.ts";

const KEYS = { OPENAI_API_KEY: "sk-canary-7f3a91" };
const settings = (env: Readonly<Record<string, string>>) => {
  const { config } = parseOptions({}, env);
  const only = ({ model, modelUrl, fallback }: ReturnType<typeof modelSetting>) => [model, modelUrl, fallback];
  return { awake: only(modelSetting(config, env)), asleep: only(sleepModelSetting(config, env)) };
};

describe("the models of sleep and test time", () => {
  it("are one where only one is set, with its server and what stands in", () => {
    const one = ["a/b", "http://127.0.0.1:1/v1", "c/d"];
    const env = {
      DEEPTRADER_MODEL: "a/b",
      DEEPTRADER_MODEL_URL: "http://127.0.0.1:1/v1",
      DEEPTRADER_MODEL_FALLBACK: "c/d",
    };
    expect(settings(env)).toEqual({ awake: one, asleep: one });
  });

  it("are two where two are set, and neither is asked at the other's server", () => {
    const env = {
      DEEPTRADER_MODEL: "a/b",
      DEEPTRADER_MODEL_URL: "http://127.0.0.1:1/v1",
      DEEPTRADER_SLEEP_MODEL: "c/d",
    };
    expect(settings(env)).toEqual({ awake: ["a/b", "http://127.0.0.1:1/v1", null], asleep: ["c/d", null, null] });
    const url = { ...env, DEEPTRADER_SLEEP_MODEL_URL: "http://127.0.0.1:2/v1" };
    expect(settings(url).asleep).toEqual(["c/d", "http://127.0.0.1:2/v1", null]);
  });

  it("may be the same model on two servers: a strong machine at night", () => {
    const env = { DEEPTRADER_MODEL: "a/b", DEEPTRADER_SLEEP_MODEL_URL: "http://127.0.0.1:2/v1" };
    expect(settings(env)).toEqual({ awake: ["a/b", null, null], asleep: ["a/b", "http://127.0.0.1:2/v1", null] });
  });

  it("stand in for the one that is a provider's: nothing is asked behind rules", () => {
    const fallback = { DEEPTRADER_MODEL_FALLBACK: "e/f" };
    const night = settings({ ...fallback, DEEPTRADER_SLEEP_MODEL: "c/d" });
    expect([night.awake[2], night.asleep[2]]).toEqual([null, "e/f"]);
    const day = settings({ ...fallback, DEEPTRADER_MODEL: "a/b", DEEPTRADER_SLEEP_MODEL: "rules" });
    expect([day.awake[2], day.asleep[2]]).toEqual(["e/f", null]);
  });

  it("may be recorded where only the sleeping one is a provider's", () => {
    const env = { DEEPTRADER_SLEEP_MODEL: "c/d", DEEPTRADER_MODEL_RECORD: "calls" };
    expect(parseOptions({}, env).config.modelRecordDir).toBe("calls");
    expect(() => parseOptions({}, { DEEPTRADER_MODEL_RECORD: "calls" })).toThrow(ConfigError);
    expect(() => parseOptions({}, { ...env, DEEPTRADER_SLEEP_MODEL: "rules" })).toThrow(ConfigError);
  });

  it("judge asleep only where tokens are set for it; a missing key is told by its variable", async () => {
    const env = { DEEPTRADER_SLEEP_MODEL: "openai/gpt-5" };
    expect(sleepModels(parseOptions({}, env).config, {})).toBeNull();
    const { config } = parseOptions({}, { ...env, DEEPTRADER_DEBATE_DAY_TOKENS: "1000" });
    expect((await sleepModels(config, KEYS)?.())?.map(({ id }) => id)).toEqual(["openai/gpt-5"]);
    await expect(sleepModels(config, {})?.()).rejects.toThrow(
      /^DEEPTRADER_SLEEP_MODEL is openai\/gpt-5, but OPENAI_API_KEY/,
    );
    expect(() => parseOptions({}, { DEEPTRADER_DEBATE_DAY_TOKENS: "1000" })).toThrow(/rules write no debates/);
  });
});
