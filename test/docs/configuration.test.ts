import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfigFile } from "#apps/config/read-config-file.ts";
import { parseOptions, valueAt } from "#apps/options.ts";
import { SETTINGS } from "#apps/settings.ts";
import { DeskConfig } from "#schemas/config.ts";
import { configType, configurationTables } from "./configuration.ts";

const ROOT = join(import.meta.dirname, "../..");
const textOf = (file: string): string => readFileSync(join(ROOT, file), "utf8");
/** Without what the formatter lays out: line breaks, the commas and bars that it sets with them. */
const bare = (text: string): string => text.replaceAll(/[\s|,;()]+/g, "");

/** `limits.entryPct` → { limits: { entryPct } } */
const nested = (path: string, value: unknown): object =>
  path.split(".").reduceRight((inner: unknown, key) => ({ [key]: inner }), value) as object;

describe("what is written from the settings", () => {
  it("is up to date; else run `npm run docs:configuration`", () => {
    expect(textOf("docs/configuration.md")).toContain(
      `<!-- settings -->\n\n${configurationTables()}\n\n<!-- end of settings -->`,
    );
    expect(bare(textOf("apps/config/config-type.ts"))).toBe(bare(configType()));
  });

  it("has every value of the configuration that a person may set, and each stands once", () => {
    const { config } = parseOptions({}, {});
    const leaves = Object.entries(config).flatMap(([key, value]) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.keys(value).map((inner) => `${key}.${inner}`)
        : [key],
    );
    const keys = SETTINGS.flatMap(({ key }) => (key === null ? [] : [key]));
    expect([...keys].sort()).toEqual(leaves.sort());
    const files = SETTINGS.flatMap(({ file }) => (file === null ? [] : [file]));
    expect(new Set(files).size).toBe(files.length);
    expect(SETTINGS.filter(({ file }) => file === null).map(({ env }) => env)).toEqual([
      "DEEPTRADER_CONFIG",
      "DEEPTRADER_STANDBY",
      "DEEPTRADER_ADDRESS",
      "DEEPTRADER_API_TOKEN",
      "DEEPTRADER_API_READ_TOKEN",
      "DEEPTRADER_COINGECKO_KEY",
      "DEEPTRADER_GOPLUS_KEY",
      "DEEPTRADER_HONEYPOT_KEY",
      "DEEPTRADER_RUGCHECK_KEY",
      "DEEPTRADER_EXCHANGE_KEY",
      "DEEPTRADER_EXCHANGE_SECRET",
      "DEEPTRADER_EXCHANGE_PASSWORD",
      "DEEPTRADER_TELEGRAM_TOKEN",
      "OTEL_EXPORTER_OTLP_HEADERS",
    ]);
  });

  it("has examples that are taken as they stand, each a value other than the default", () => {
    const { config: standard } = parseOptions({}, {});
    const tls = { http: { tlsCert: "desk.crt", tlsKey: "desk.pem" } };
    const live = { mode: "live", venue: "binance", sandbox: true, liveAccount: "7", cash: "5" };
    const beside = {
      asOf: { venue: "sim" },
      venue: {},
      data: { venue: "replay" },
      mode: live,
      liveAccount: live,
      sandbox: live,
      "http.host": { http: { plain: true } },
      "http.tlsCert": tls,
      "http.tlsKey": tls,
    } as unknown as Record<string, Record<string, object>>;
    const model = { models: { questions: "openai/gpt-5" } };
    for (const { file, key, example } of SETTINGS) {
      if (file === null || key === null) continue;
      const asksModel = (file.startsWith("models.") && file !== "models.questions") || /(Day|Week)Tokens$/.test(file);
      const base: Record<string, object> = asksModel ? model : (beside[file] ?? {});
      const [group = ""] = file.split(".");
      const own = nested(file, example) as Record<string, object>;
      const inGroup = file.includes(".") ? { [group]: { ...base[group], ...own[group] } } : own;
      const content = { ...base, ...inGroup };
      const values = readConfigFile({ path: join(ROOT, "deeptrader.config.ts"), content }, ROOT);
      const { config, origins } = parseOptions({}, {}, { file: values });
      expect(origins.get(SETTINGS.find((s) => s.file === file)?.env ?? ""), file).toBe("config file");
      expect(valueAt(config, key), file).not.toEqual(valueAt(standard, key));
      expect(DeskConfig.parse(config), file).toEqual(config);
    }
  });
});
