import { expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#schemas/units.ts";
import { createSimulatedTime } from "#test/support/simulated-time.ts";
import { SOUND_EVM } from "#test/toolkits/security/goplus-records.ts";
import { baseOf, coins, createPacedSource, openTokenWorld, START_MS } from "./token-world.ts";

it("what a source found and its next answers say nothing of stays a reason not to enter, until it says otherwise", async () => {
  const world = openTokenWorld({ identities: coins(1) });
  const { state } = world.paced;
  const verdict = async () => (await world.report(baseOf(0))).verdict;
  // Required of no token: an answer without it is whole.
  state.record = { ...SOUND_EVM, cannot_sell_all: "1" };
  await world.run(START_MS + 10 * MINUTE_MS);
  expect(await verdict()).toBe("block");

  const { cannot_sell_all: _, ...silent } = { ...SOUND_EVM, cannot_sell_all: "" };
  state.record = silent;
  for (const day of [1, 2]) {
    await world.run(START_MS + day * DAY_MS + HOUR_MS);
    expect(await world.report(baseOf(0))).toMatchObject({
      verdict: "unknown",
      reason: expect.stringMatching(/goplus found: .*says nothing of it/),
    });
  }
  state.isDown = true;
  await world.run(START_MS + 2.9 * DAY_MS);
  expect(await verdict()).toBe("unknown");
  state.isDown = false;
  state.record = { ...SOUND_EVM, cannot_sell_all: "0" };
  world.state.identities = new Map(
    [...coins(1)].map(([base, one]) => [base, { ...one, validUntilMs: (START_MS + 9 * DAY_MS) as never }]),
  );
  await world.run(START_MS + 4 * DAY_MS);
  expect(await verdict()).toBe("clear");
});

it("what one source leaves out and another still finds is what that one finds", async () => {
  const time = createSimulatedTime(START_MS);
  const [one, other] = ["goplus", "sourcify"].map((id) => createPacedSource(time, { id, calls: [] }));
  if (one === undefined || other === undefined) throw new Error("there are two sources");
  const record = { ...SOUND_EVM, transfer_pausable: "1" };
  one.state.record = record;
  other.state.record = record;
  const world = openTokenWorld({ time, identities: coins(1), sources: [one.source, other.source] });
  await world.run(START_MS + 10 * MINUTE_MS);
  expect((await world.report(baseOf(0))).verdict).toBe("caution");
  one.state.record = { ...SOUND_EVM, transfer_pausable: "" };
  await world.run(START_MS + DAY_MS + HOUR_MS);
  expect((await world.report(baseOf(0))).verdict).toBe("caution");
  other.state.record = SOUND_EVM;
  await world.run(START_MS + 2 * DAY_MS + HOUR_MS);
  expect((await world.report(baseOf(0))).verdict).toBe("unknown");
});
