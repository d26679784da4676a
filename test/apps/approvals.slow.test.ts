// Proposals on the command line: made, listed, answered by two processes at once, and known after a kill.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { documentOf, failureOf, jsonOf, type RunningCli, runCli, startCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";

const SLOW = ["--assets", "8", "--speed", "300", "--seed", "5"];

async function running(desk: RunningCli, home: string): Promise<void> {
  await Promise.race([
    desk.ended,
    (async () => {
      while (!existsSync(join(home, "desk.json"))) await delay(50);
    })(),
  ]);
}

it("asks before it acts: one of two approvers does it, and a kill loses no proposal and no block", async () => {
  await using home = await freshHome();
  const at = { home: home.dir };
  const desk = startCli(["start", ...SLOW, "--json"], at);
  try {
    await running(desk, home.dir);
    const made = await documentOf(["pause", "--propose", "--by", "watcher"], at);
    expect(made).toMatchObject({ proposal: { proposalId: "p1", madeBy: "watcher" }, simulated: true });
    expect(await documentOf(["status"], at)).toMatchObject({ control: "running", proposals: ["p1"] });
    const both = await Promise.all(
      ["anna", "ben"].map((by) => runCli(["approvals", "approve", "p1", "--by", by, "--json"], at)),
    );
    expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
    const [first, second] = both.map(jsonOf) as unknown as { end: { by: string }; already: boolean }[];
    expect(first?.end.by).toBe(second?.end.by);
    expect([first?.already, second?.already].sort()).toEqual([false, true]);
    expect(await documentOf(["status"], at)).toMatchObject({ control: "paused", proposals: [] });
    const controls = ((await documentOf(["journal", "--limit", "1000"], at))["events"] as { type: string }[]).filter(
      ({ type }) => type === "control",
    );
    expect(controls).toHaveLength(1);

    expect(await documentOf(["block", "btc", "--reason", "unlock"], at)).toMatchObject({
      done: true,
      act: { what: "btc" },
    });
    await documentOf(["unblock", "BTC", "--propose"], at);
    desk.signal("SIGKILL");
    await desk.ended;
    const looked = await documentOf(["approvals", "--assets", "8", "--seed", "5"], at);
    expect(looked).toMatchObject({
      open: [{ proposalId: "p2", act: { kind: "unblock" } }],
      ended: [{ end: { outcome: "approved" } }],
    });
    const refused = await runCli(
      ["approvals", "refuse", "p2", "--reason", "not yet", "--assets", "8", "--seed", "5"],
      at,
    );
    expect(refused.stdout).toContain("p2 is refused by operator: not yet.");
    const again = await failureOrDocument(["approvals", "approve", "p2", "--assets", "8", "--seed", "5"], at);
    expect(again).toMatchObject({ already: true, end: { outcome: "refused" } });
    const status = await documentOf(["status", "--assets", "8", "--seed", "5"], at);
    expect(status).toMatchObject({ blocked: [{ what: "BTC", reason: "unlock" }] });
    const wrong = await failureOf(["approvals", "approve", "p9", "--assets", "8", "--seed", "5"], at);
    expect([wrong.code, wrong.name]).toEqual([1, "UnknownNameError"]);
  } finally {
    desk.signal("SIGKILL");
    await desk.ended;
  }
});

async function failureOrDocument(args: readonly string[], at: { readonly home: string }) {
  const result = await runCli([...args, "--json"], at);
  expect(result.code).toBe(1);
  return jsonOf(result);
}

it.each([
  [["tighten", "maxOpenPosition", "5"], 2, /no limit "maxOpenPosition".*maxOpenPositions/],
  [["tighten", "maxOpenPositions"], 2, /was given 0 values/],
  [["tighten", "--clear", "maxOpenPositions"], 2, /without --reason/],
  [["tighten", "--clear", "maxOpenPositions", "--reason", "x", "--propose"], 2, /cannot be proposed/],
  [["reduce", "SOL", "150%"], 2, /The part is 150%/],
  [["reduce", "SOL", "lots"], 2, /The amount is "lots"/],
  [["reduce", "SOL", "50%"], 2, /no terminal to ask on/],
  [["tighten", "stop", "SOL"], 2, /needs a market and a value/],
] as const)("%j is refused before a desk is opened", async (args, code, message) => {
  await using home = await freshHome();
  const failure = await failureOf([...args], { home: home.dir });
  expect(failure.code).toBe(code);
  expect(failure.message).toMatch(message);
});
