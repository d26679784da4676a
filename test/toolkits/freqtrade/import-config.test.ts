import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configFileOf } from "#apps/config/config-file-of.ts";
import { parseOptions } from "#apps/options.ts";
import type { Call } from "#apps/own-command.ts";
import { freqtradeConfig } from "#apps/research/freqtrade/config.ts";
import { importConfig } from "#toolkits/freqtrade/import-config.ts";
import { parseLenientJson } from "#toolkits/freqtrade/lenient-json.ts";
import { pairPatterns } from "#toolkits/freqtrade/pair-patterns.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "freqtrade-"));
});
afterAll(() => rm(dir, { recursive: true }));

const SECRETS = ["k-3f9a-EXCHANGE", "s-77c1-EXCHANGE", "1234:TELEGRAM-TOKEN", "api-PASSWORD-1", "jwt-SECRET-9"];
/** In freqtrade's words, with what its reader allows. */
const MAIN = `{
  // three at once
  "max_open_trades": 4, "stake_currency": "USDT", "stake_amount": "unlimited", "tradable_balance_ratio": 0.8,
  "dry_run": true, "dry_run_wallet": 5000, "timeframe": "15m", "trading_mode": "spot", "fee": 0.00075,
  "stoploss": -0.07, "trailing_stop": true, "trailing_stop_positive": 0.01, "trailing_stop_positive_offset": 0.03,
  "trailing_only_offset_is_reached": true,
  "minimal_roi": {"0": 0.05, "60": 0.02, },
  "unfilledtimeout": {"entry": 10, "exit": 10, "unit": "minutes"},
  "order_types": {"entry": "limit", "exit": "limit", "stoploss_on_exchange": false},
  /* lists */
  "pairlists": [{"method": "StaticPairList"}],
  "exchange": {"name": "kraken", "pair_whitelist": ["BTC/USDT", ".*(ETH|SOL)/USDT", "[A-C].*/USDT"], "pair_blacklist": ["BNB/.*"]},
  "freqai": {"enabled": false}, "my_own_key": {"deep": "${SECRETS[4]}"},
  "protections": [{"method": "CooldownPeriod", "stop_duration": 40}, {"method": "MaxDrawdown", "max_allowed_drawdown": 0.2}, {"method": "StoplossGuard"}],
  "add_config_files": ["private.json"],
}`;
const PRIVATE = JSON.stringify({
  max_open_trades: 9,
  exchange: { key: SECRETS[0], secret: SECRETS[1], name: "binance" },
  telegram: { enabled: true, token: SECRETS[2], chat_id: "77" },
  api_server: { password: SECRETS[3], jwt_secret_key: SECRETS[4], listen_port: 8080 },
});

const call = (args: string[], flags: Record<string, unknown>): Call => ({ input: { args, flags } }) as unknown as Call;

async function imported(out: string) {
  await writeFile(join(dir, "config.json"), MAIN);
  await writeFile(join(dir, "private.json"), PRIVATE);
  return freqtradeConfig(call([join(dir, "config.json")], { out: join(dir, out) }));
}

describe("a freqtrade configuration", () => {
  it("becomes one that loads, with the same pairs, money, stops and limits", async () => {
    await imported("deeptrader.config.ts");
    // Without the package beside it, as the tests have no hook for its name.
    const path = join(dir, "plain.config.ts");
    const source = await readFile(join(dir, "deeptrader.config.ts"), "utf8");
    await writeFile(path, source.replace(/^import .*\n/, "const defineConfig = <T>(one: T): T => one;\n"));
    const file = await configFileOf({ config: path }, {});
    if (file === null) throw new Error("no file");
    const { config } = parseOptions({}, {}, { file });
    expect(config).toMatchObject({
      venue: "kraken",
      quote: "USDT",
      cash: "5000",
      timeframe: "15m",
      entryStyle: "limit-at-quote",
      markets: { include: ["BTC/USDT", "*ETH/USDT", "*SOL/USDT"], exclude: ["BNB/*"] },
      costs: { feeBps: 7.5 },
    });
    expect(config.limits).toMatchObject({
      maxOpenPositions: 4,
      maxExposurePct: 80,
      entryPct: 20,
      stopPct: 7,
      cooldownCandles: 3,
      maxDrawdownPct: 20,
    });
    const bracket = await readFile(join(dir, "freqtrade-bracket.ts"), "utf8");
    expect(bracket.replaceAll(/\s+/g, " ")).toContain(
      "{ stopPct: 7, roi: { 0: 5, 60: 2, }, trailing: [{ fromGainPct: 3, distancePct: 1, }], }",
    );
  });

  it("gives away no secret: not in a file, not in a text, not in a document", async () => {
    const { document, text } = await imported("other/deeptrader.config.ts");
    const written = await readFile(join(dir, "other/deeptrader.config.ts"), "utf8");
    for (const secret of SECRETS) {
      for (const told of [written, text, JSON.stringify(document)]) expect(told).not.toContain(secret);
    }
    expect(text).toMatch(
      /DEEPTRADER_EXCHANGE_KEY, DEEPTRADER_EXCHANGE_SECRET, DEEPTRADER_TELEGRAM_TOKEN, DEEPTRADER_API_TOKEN/,
    );
  });

  it("has a word on every key, once", async () => {
    const config = parseLenientJson(MAIN, "main") as Record<string, unknown>;
    const { taken, left } = importConfig({ ...config, ...(JSON.parse(PRIVATE) as object) });
    const keys = [...taken, ...left].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of [
      "freqai.enabled",
      "my_own_key.deep",
      "unfilledtimeout.entry",
      "telegram.enabled",
      "api_server.listen_port",
      "protections",
      "dry_run",
      "order_types.exit",
      "exchange.key",
    ]) {
      expect(keys).toContain(key);
    }
    expect(left.find(({ key }) => key === "my_own_key.deep")?.note).toBe("DeepTrader has nothing like it");
    expect(taken.find(({ key }) => key === "protections")?.note).toContain("left out: StoplossGuard");
  });

  it("names a limit that comes from a default of freqtrade's", async () => {
    const { taken } = importConfig({ dry_run: true });
    expect(taken).toContainEqual({
      key: "tradable_balance_ratio",
      note: "limits.maxExposurePct: 99, freqtrade's default",
    });
  });

  it("is not written over what is there", async () => {
    await writeFile(join(dir, "mine.ts"), "mine");
    await expect(imported("mine.ts")).rejects.toThrow(/mine\.ts.*there already/);
    expect(await readFile(join(dir, "mine.ts"), "utf8")).toBe("mine");
  });

  it("that is no JSON is refused without a word of what is in it", () => {
    expect(() => parseLenientJson(`{"exchange": {"key": "${SECRETS[0]}" oops}`, "c.json")).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("EXCHANGE") }),
    );
  });
});

describe("its own JSON", () => {
  it("has comments and trailing commas, and texts that look like either", () => {
    const text = '{"a": "http://x, // no", /* "b": 1, */ "c": [1, 2, /* last */ ], "d": "\\\\", "e": ", }", // end\n}';
    expect(parseLenientJson(text, "c")).toEqual({ a: "http://x, // no", c: [1, 2], d: "\\", e: ", }" });
  });
});

describe("its pairs", () => {
  it("are names or expressions; what a pattern cannot say is named", () => {
    expect(pairPatterns(["BTC/USDT", ".*/BTC", "(BTC|ETH)/(USDT|EUR)", "[A-Z]/USDT", "BTC/USDT:USDT"])).toEqual({
      patterns: ["BTC/USDT", "*/BTC", "BTC/USDT", "BTC/EUR", "ETH/USDT", "ETH/EUR"].filter(
        (one, i, all) => all.indexOf(one) === i,
      ),
      left: ["[A-Z]/USDT", "BTC/USDT:USDT"],
    });
  });
});
