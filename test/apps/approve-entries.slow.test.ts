// Entries that wait, through the command line and the door of a running desk.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { documentOf, startCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";

const ALWAYS = `import { defineStrategy, rsi } from "deeptrader";
export default defineStrategy({ id: "always", indicators: { rsi: rsi(14) }, enter: () => true });`;

type Approvals = { open: { proposalId: string; act: { kind: string } }[] };

it("an entry is ordered once a person has approved it on the command line, and not before", async () => {
  await using home = await freshHome();
  const file = join(home.dir, "always.ts");
  await writeFile(file, ALWAYS);
  const at = { home: home.dir, env: { DEEPTRADER_APPROVE: "entries" } };
  const desk = startCli(
    ["start", "--assets", "6", "--seed", "5", "--speed", "1", "--timeframe", "5m", "--strategy", file, "--json"],
    at,
  );
  try {
    for (let tries = 0; !existsSync(join(home.dir, "desk.json")) && tries < 600; tries += 1) await delay(50);
    let open: Approvals["open"] = [];
    // The next slot is five minutes away: time enough on a busy machine.
    for (let tries = 0; open.length === 0 && tries < 200; tries += 1) {
      await delay(100);
      ({ open } = (await documentOf(["approvals"], at)) as unknown as Approvals);
    }
    expect(open.map(({ act }) => act.kind)).toEqual(["enter", "enter"]);
    const orders = async () =>
      ((await documentOf(["journal", "--limit", "1000"], at))["events"] as { type: string }[]).filter(
        ({ type }) => type === "order-list",
      );
    expect(await orders()).toEqual([]);
    const [first] = open;
    const said = await documentOf(["approvals", "approve", first?.proposalId ?? "", "--by", "anna"], at);
    expect(said).toMatchObject({ already: false, end: { outcome: "approved", by: "anna" }, report: { done: true } });
    expect(await orders()).toHaveLength(1);
  } finally {
    desk.signal("SIGKILL");
    await desk.ended;
  }
});
