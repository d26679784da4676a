// `trades` and `close` from the command line, on the run that `start` left.
import { describe, expect, it } from "vitest";
import { documentOf, failureOf, runCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { seededFolder, TWO_COINS } from "./market-files.ts";

describe("the account from the command line", () => {
  it("gives its trades as CSV, and closes what is held once --yes is given", async () => {
    await using folder = await seededFolder(TWO_COINS);
    await using home = await freshHome();
    const settings = { home: home.dir };
    const market = ["--venue", "replay", "--data", folder.dir, "--timeframe", "5m"];
    const started = await documentOf(["start", "--cycles", "60", ...market], settings);
    const csv = await runCli(["trades", "--csv", ...market], settings);
    const lines = csv.stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^symbol,strategy,quantity,entry_time/);
    expect(lines).toHaveLength(1);

    expect(started["openPositions"]).toBeGreaterThan(0);
    const positions = (await documentOf(["positions", ...market], settings))["positions"] as { symbol: string }[];
    const symbol = positions[0]?.symbol ?? "";
    const unasked = await failureOf(["close", symbol, ...market], settings);
    expect(unasked).toMatchObject({ code: 2, name: "UsageError" });
    expect(unasked.message).toContain("--yes");
    const closed = await documentOf(["close", symbol, "--yes", "--reason", "news", ...market], settings);
    const order = { strategyId: "mean-reversion", side: "sell", status: "accepted" };
    expect(closed["positions"]).toMatchObject([{ strategyId: "mean-reversion", refusal: null, order }]);
  });
});
