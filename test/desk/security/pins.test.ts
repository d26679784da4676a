import { expect, it } from "vitest";
import { contractText } from "#schemas/chain.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, unixMs } from "#schemas/units.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { createSimulatedTime } from "#test/support/simulated-time.ts";
import { SOUND_EVM } from "#test/toolkits/security/goplus-records.ts";
import { flagCheck } from "#toolkits/security/goplus-fields.ts";
import { flagRule } from "#toolkits/security/rubric.ts";
import { reportOfChecks } from "#toolkits/token-sources/answers.ts";
import { baseOf, coins, contractOf, createPacedSource, openTokenWorld, START_MS } from "./token-world.ts";

const FIRST = "0x00000000000000000000000000000000000c0de1";
const SECOND = "0x00000000000000000000000000000000000c0de2";

/** One proxy, whose code a registry names and has verified. */
function openProxyWorld() {
  const [time, store] = [createSimulatedTime(START_MS), createMemoryStore()];
  const code = { implementation: FIRST, isDown: false };
  const goplus = createPacedSource(time, { calls: [] });
  goplus.state.record = { ...SOUND_EVM, is_proxy: "1" };
  const registry: TokenSource = {
    id: "sourcify",
    serves: (chain) => chain === "1",
    async report(contract, { nowMs }) {
      const context = { source: "sourcify", trusted: false };
      const checks = [
        flagCheck(context, flagRule("is_proxy"), true),
        flagCheck(context, flagRule("implementation_verified"), true),
      ];
      return reportOfChecks({ source: "sourcify", contract, nowMs }, checks, code.implementation);
    },
  };
  const open = () => openTokenWorld({ time, store, identities: coins(1), sources: [goplus.source, registry] });
  return { open, code, goplus: goplus.state };
}

it("a proxy's code is pinned once all its sources have spoken; other code later is unknown, after a restart as well", async () => {
  const { open, code } = openProxyWorld();
  const world = open();
  await world.run(START_MS + 10 * MINUTE_MS);
  expect(await world.report(baseOf(0))).toMatchObject({ verdict: "caution", implementation: FIRST });

  code.implementation = SECOND;
  await world.run(START_MS + DAY_MS + HOUR_MS);
  const report = await world.report(baseOf(0));
  expect(report.verdict).toBe("unknown");
  expect(report.reason).toContain(`its calls went to ${FIRST} when it was inspected and go to ${SECOND} now`);

  const again = open();
  await again.run(START_MS + 2 * DAY_MS);
  expect((await again.report(baseOf(0))).verdict).toBe("unknown");
});

it("the code that another desk on the store inspected first counts, although this one was opened before that", async () => {
  const { open, code } = openProxyWorld();
  const [late, first] = [open(), open()];
  await late.tokens.open({ signal: new AbortController().signal });
  await first.run(START_MS + 10 * MINUTE_MS);
  expect(await first.report(baseOf(0))).toMatchObject({ verdict: "caution", implementation: FIRST });
  code.implementation = SECOND;
  await late.run(START_MS + DAY_MS + HOUR_MS);
  expect((await late.report(baseOf(0))).reason).toContain(`its calls went to ${FIRST} when it was inspected`);
});

it("nothing is pinned while a source that serves the chain is silent, nor where one finds something critical", async () => {
  const { open, goplus } = openProxyWorld();
  goplus.isDown = true;
  const world = open();
  await world.run(START_MS + HOUR_MS);
  expect((await world.report(baseOf(0))).verdict).toBe("unknown");
  expect(await world.store.snapshots.list("implementation", ALL, { signal: new AbortController().signal })).toEqual([]);

  goplus.isDown = false;
  goplus.record = { ...SOUND_EVM, is_proxy: "1", is_honeypot: "1" };
  await world.run(START_MS + DAY_MS);
  expect((await world.report(baseOf(0))).verdict).toBe("block");
  expect(await world.store.snapshots.list("implementation", ALL, { signal: new AbortController().signal })).toEqual([]);
});

const ALL = { scope: null, fromMs: START_MS, nowMs: START_MS + 10 * DAY_MS, limit: 10 } as never;

it("a pin that this version cannot read is an error with a remedy: without it other code would be taken for the first", async () => {
  const { open } = openProxyWorld();
  const world = open();
  const { signal } = new AbortController();
  const scope = contractText(contractOf(0));
  await world.store.snapshots.put("implementation", [{ scope, seenAtMs: unixMs(START_MS), body: { chain: 1 } }], {
    signal,
  });
  await expect(world.tokens.open({ signal })).rejects.toThrow(RecordVersionError);
  await expect(world.tokens.open({ signal })).rejects.toThrow(scope);
});
