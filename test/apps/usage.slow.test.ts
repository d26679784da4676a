import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "#apps/command-words.ts";
import { emptyFolder, failureOf, jsonOf, runCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";

describe("--help", () => {
  it("of the program names every command, the defaults and the exit codes", async () => {
    const { code, stdout, stderr } = await runCli(["--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const { name } of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${name.split(" ")[0]}\\b`, "m"));
    expect(stdout).toMatch(/basis points.*Exit codes: 0 done, 1 failed, 2 used wrongly.*Examples:/s);
  });

  it.each(["start", "memory show"])("of %s states units, defaults and examples", async (name) => {
    const { code, stdout } = await runCli([...name.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/--assets <n> +.*\(default: 50\)/);
    expect(stdout).toMatch(/--speed <n> +market seconds per|--speed <n> +sim and replay: market seconds per second/);
    expect(stdout).toContain("1m, 5m, 15m, 1h, 4h or 1d");
    expect(stdout).toContain(`npx deeptrader ${name}`);
  });
});

describe("used wrongly", () => {
  it.each([
    ["an unknown command", ["analyze", "BTC"], /Unknown command 'analyze'.*analyse/],
    ["an unknown flag", ["sleep", "--once", "--sed", "4"], /Unknown option '--sed'.*--seed.*deeptrader sleep --help/],
    ["a missing argument", ["analyse"], /Missing required argument 'symbol'.*deeptrader analyse --help/],
    ["an argument too many", ["status", "now"], /Too many arguments.*deeptrader status --help/],
    ["an unknown timeframe", ["analyse", "BTC", "--timeframe", "7m"], /--timeframe is "7m".*1m, 5m/],
    ["a percent sign in a number", ["status", "--seed", "5 %"], /--seed is "5 %".*expected a whole number/],
    ["an empty number", ["status", "--assets", ""], /--assets is "".*expected a whole number/],
    ["seconds for milliseconds", ["status", "--as-of", "1516060800"], /--as-of is "1516060800"/],
    ["a day that is not", ["status", "--as-of", "2018-02-31"], /--as-of is "2018-02-31"/],
    ["sleep without --once", ["sleep"], /without --once.*Add --once/],
    ["a purge that is not meant", ["memory", "purge"], /--yes.*Add --yes/],
    ["a limit of nothing", ["journal", "--limit", "0"], /--limit was "0".*whole number from 1/],
  ])("%s ends with 2 and says what is right", async (_, args, what) => {
    await using home = await emptyFolder();
    const { code, name, message, stderr } = await failureOf(args, { home: join(home.dir, "home") });
    expect([code, name]).toEqual([2, "UsageError"]);
    expect(message).toMatch(what);
    // The same sentence for people.
    expect(stderr).toContain(message);
  });

  it("a venue or market that does not exist is looked up, so it ends with 1", async () => {
    const [venue, market] = await Promise.all([
      failureOf(["analyse", "BTC", "--dry", "--venue", "binanse"]),
      failureOf(["analyse", "NOPE", "--dry"]),
    ]);
    expect([venue.code, venue.name]).toEqual([1, "UnknownNameError"]);
    expect(venue.message).toMatch(/"binanse" is no venue.*nearest: binance/);
    expect([market.code, market.name]).toEqual([1, "UnknownNameError"]);
    expect(market.message).toMatch(/no market NOPE\/USDT.*Correct the symbol/);
  });
});

describe("settings", () => {
  it("are refused all at once, each by the name of its variable", async () => {
    const { code, name, message } = await failureOf(["status"], {
      env: { DEEPTRADER_SEED: "5 %", DEEPTRADER_ENTRY_PCT: "50", DEEPTRADER_MODE: "live" },
    });
    expect([code, name]).toEqual([1, "ConfigError"]);
    expect(message).toContain("3 faults");
    for (const variable of ["DEEPTRADER_SEED", "DEEPTRADER_ENTRY_PCT", "DEEPTRADER_MODE"]) {
      expect(message).toContain(variable);
    }
  });

  it("come from .env, are beaten by the environment, and that by a flag", async () => {
    await using folder = await emptyFolder();
    await writeFile(join(folder.dir, ".env"), "DEEPTRADER_AS_OF=2024-03-01T12:00\nDEEPTRADER_TIMEFRAME=1h\n");
    const args = ["analyse", "BTC", "--dry", "--json", "--timeframe", "15m"];
    const cwd = folder.dir;
    const fromFile = jsonOf(await runCli(args, { cwd }));
    const fromEnvironment = jsonOf(await runCli(args, { cwd, env: { DEEPTRADER_AS_OF: "2024-03-01 13:00" } }));
    // A time without a zone is UTC.
    expect(fromFile).toMatchObject({ timeframe: "15m", asOfMs: Date.UTC(2024, 2, 1, 12) });
    expect(fromEnvironment).toMatchObject({ timeframe: "15m", asOfMs: Date.UTC(2024, 2, 1, 13) });
  });

  it("of another zone and in epoch ms mean the same moment", async () => {
    const asOf = (text: string) => runCli(["analyse", "BTC", "--dry", "--json", "--as-of", text]);
    const [zoned, epoch] = await Promise.all([asOf("2024-03-01T14:00+02:00"), asOf(String(Date.UTC(2024, 2, 1, 12)))]);
    expect(zoned.stdout).toBe(epoch.stdout);
    expect(zoned.code).toBe(0);
  });
});

describe("what is printed", () => {
  const dry = ["backtest", "--seed", "3", "--assets", "8", "--cycles", "30", "--as-of", "2024-03-01"];

  it("is plain on a pipe, says that prices are invented, and keeps notes on stderr unless told to be quiet", async () => {
    const [loud, quiet] = await Promise.all([runCli(dry), runCli([...dry, "--quiet"], { env: { NO_COLOR: "1" } })]);
    expect(loud.stdout).toBe(quiet.stdout);
    expect(loud.stdout).not.toContain("\u001b");
    expect(loud.stdout).toContain("SIMULATED – invented prices");
    expect(loud.stdout).toMatch(/example strategy.*buy and hold.*10 bps a side.*5 bps slippage/s);
    expect(loud.stderr).toMatch(/candles in/);
    expect(quiet.stderr).toBe("");
  });

  it("has the fields of a backtest that scripts read, with money as decimal text", async () => {
    const document = jsonOf(await runCli([...dry, "--json"]));
    expect(document).toMatchObject({
      simulated: true,
      equity: expect.stringMatching(/^\d+(\.\d+)?$/),
      decisionsHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      trades: expect.any(Array),
      metrics: { slots: 30, startMs: Date.UTC(2024, 2, 1), feesPaid: expect.any(String) },
    });
  });

  it("of a desk that is asked through a pipe has the answers, before it ends", async () => {
    await using home = await freshHome();
    const input = "what is the RSI of BTC?\nwhat do I hold?\n";
    const args = ["start", "--assets", "5", "--cycles", "1", "--speed", "1000000"];
    const { code, stdout } = await runCli(args, { home: home.dir, input });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /ask> what is the RSI of BTC\?\n.*RSI.*ask> what do I hold\?\n.*No open positions.*Stopped after/s,
    );
  });

  it("of a failing home is one sentence with the way out", async () => {
    await using folder = await emptyFolder();
    const file = join(folder.dir, "file");
    await writeFile(file, "");
    await mkdir(join(folder.dir, "home"));
    const failures = await Promise.all([
      failureOf(["status"], { home: file }),
      failureOf(["halt"], { home: join(file, "below") }),
      failureOf(["start", "--cycles", "1"], { home: file }),
    ]);
    for (const { code, name, message, stderr } of failures) {
      expect([code, name]).toEqual([1, "StoreError"]);
      expect(message).toMatch(/home folder .*file.*--home/);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });

  // /proc takes no new folder, and Node's recursive mkdir never comes back from it.
  it.runIf(process.platform === "linux")("says so where no folder can be made at all", async () => {
    const { code, name } = await failureOf(["status"], { home: "/proc/deeptrader-home" });
    expect([code, name]).toEqual([1, "StoreError"]);
  });
});
