import { describe, expect, it } from "vitest";
import { contractText } from "#schemas/chain.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#schemas/units.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { createSimulatedTime } from "#test/support/simulated-time.ts";
import { SOUND_EVM } from "#test/toolkits/security/goplus-records.ts";
import {
  baseOf,
  coins,
  contractOf,
  createPacedSource,
  isInSlot,
  openTokenWorld,
  type SourceCall,
  START_MS,
} from "./token-world.ts";

/** Calls in the busiest 60 s. */
function busiestMinute(calls: readonly SourceCall[]): number {
  return Math.max(
    ...calls.map(({ atMs }) => calls.filter((other) => other.atMs >= atMs && other.atMs < atMs + MINUTE_MS).length),
  );
}

describe("2,000 listings under 20 calls a minute", () => {
  it("are judged within a day, most valuable first, with no call between a close and its decisions", async () => {
    const identities = coins(2_000, 1_500);
    const held = [baseOf(1_999), baseOf(1_200)];
    const near = [baseOf(900), baseOf(1_700)];
    const world = openTokenWorld({ identities, held, near });
    await world.run(START_MS + 3 * HOUR_MS);
    const firsts = [...new Map(world.calls.toReversed().map((call) => [call.contract, call])).values()].sort(
      (a, b) => a.atMs - b.atMs,
    );
    const order = [1_200, 1_999, 900, 1_700, ...Array.from({ length: 2_000 }, (_, n) => n)].map((n) =>
      contractText(contractOf(n)),
    );
    expect(firsts.map(({ contract }) => contract)).toEqual([...new Set(order)]);
    expect(busiestMinute(world.calls)).toBeLessThanOrEqual(20);
    expect(world.calls.filter(isInSlot)).toEqual([]);
    expect(world.bookCalls.filter(isInSlot)).toEqual([]);
    expect(world.bookCalls.length).toBeGreaterThan(100);
    expect(world.tokens.progress()).toEqual({ judged: 2_000, of: 2_000, minutesLeft: null });
    const minutes = ((firsts.at(-1)?.atMs ?? 0) - START_MS) / MINUTE_MS;
    console.info(`${firsts.length} listings judged in ${minutes.toFixed(0)} min by ${world.calls.length} calls`);
    expect(world.calls).toHaveLength(2_000);
    expect(await world.report(baseOf(1_999))).toMatchObject({ verdict: "clear" });
    // Law 13: what was asked stands in the ledger.
    expect(world.entries.reduce((sum, { work }) => sum + work.providerCalls, 0)).toBe(world.calls.length);
    expect(new Set(world.entries.map(({ job }) => job))).toEqual(new Set(["security"]));
  });

  it("say how far they are, and what stands before one that was not looked at", async () => {
    const world = openTokenWorld({ identities: coins(2_000) });
    expect(await world.report(baseOf(1_500))).toMatchObject({
      verdict: "unknown",
      reason: expect.stringMatching(/^Not judged yet/),
    });
    await world.run(START_MS + 30 * MINUTE_MS);
    const { judged = 0, of, minutesLeft } = world.tokens.progress() ?? {};
    expect(of).toBe(2_000);
    expect(judged).toBe(world.calls.length);
    // The rest takes as long as it did so far.
    expect(minutesLeft).toBeGreaterThan(70);
    expect(minutesLeft).toBeLessThan(130);
    const { reason } = await world.report(baseOf(1_500));
    const before = Number(/(\d+,?\d+) contracts/.exec(reason)?.[1]?.replace(",", ""));
    expect(before).toBe(1_500 - judged);
  });
});

it("an operator's question beside the rounds leaves their progress as it is", async () => {
  const world = openTokenWorld({ identities: coins(300) });
  await world.run(START_MS + 6 * MINUTE_MS);
  const before = world.tokens.progress();
  expect(before).toMatchObject({ of: 300 });
  const { signal } = new AbortController();
  const told: string[] = [];
  const asked = world.tokens.ask(contractOf(299), {
    signal,
    onProgress: (done, of) => void told.push(`${done}/${of}`),
  });
  await world.time.passTo(START_MS + 7 * MINUTE_MS);
  expect(await asked).toMatchObject({ answered: 1 });
  expect(told).toEqual(["0/1", "1/1"]);
  expect(world.tokens.progress()).toMatchObject({ of: 300 });
  expect(await world.report(baseOf(299))).toMatchObject({ verdict: "clear" });
});

it("a restart goes on where the desk before it ended, and repeats no question", async () => {
  const store = createMemoryStore();
  const time = createSimulatedTime(START_MS);
  const identities = coins(300);
  const before = openTokenWorld({ store, time, identities });
  await before.run(START_MS + 9 * MINUTE_MS);
  expect(before.calls.length).toBeGreaterThan(100);
  const after = openTokenWorld({ store, time, identities });
  await after.run(START_MS + HOUR_MS);
  const asked = [...before.calls, ...after.calls].map(({ contract }) => contract);
  expect(asked).toHaveLength(300);
  expect(new Set(asked).size).toBe(300);
  expect(await after.report(baseOf(3))).toMatchObject({ verdict: "clear" });
});

it("two desks on one store ask for each contract once", async () => {
  const store = createMemoryStore();
  const time = createSimulatedTime(START_MS);
  const identities = coins(200);
  const calls: SourceCall[] = [];
  const desks = [0, 1].map(() => {
    const { source } = createPacedSource(time, { calls });
    return openTokenWorld({ store, time, identities, sources: [source] });
  });
  await Promise.all(desks.map((desk) => desk.run(START_MS + HOUR_MS)));
  expect(calls).toHaveLength(200);
  for (const desk of desks) {
    expect(await desk.report(baseOf(150))).toMatchObject({ verdict: "clear" });
    expect(desk.tokens.progress()).toMatchObject({ judged: 200, of: 200 });
  }
});

describe("a source that is down for 24 h", () => {
  it("has its last good report hold until its time is over; then the verdict is unknown, and it is asked again with patience", async () => {
    const world = openTokenWorld({ identities: coins(5) });
    await world.run(START_MS + 5 * MINUTE_MS);
    expect(await world.report(baseOf(0))).toMatchObject({ verdict: "clear" });
    world.paced.state.isDown = true;
    const answered = world.calls.length;
    await world.run(START_MS + 23 * HOUR_MS);
    expect(await world.report(baseOf(0))).toMatchObject({ verdict: "clear" });
    await world.run(START_MS + DAY_MS + 10 * MINUTE_MS);
    expect(await world.report(baseOf(0))).toMatchObject({
      verdict: "unknown",
      reason: expect.stringContaining("did not answer"),
    });
    // Asked from the last quarter of the reports' time on, about four times an hour.
    expect(world.calls.length - answered).toBeLessThan(60);
    world.paced.state.isDown = false;
    await world.run(START_MS + DAY_MS + HOUR_MS);
    expect(await world.report(baseOf(0))).toMatchObject({ verdict: "clear" });
  });

  it("does not hold up the others, nor does a contract that it cannot answer hold up the next", async () => {
    const time = createSimulatedTime(START_MS);
    const calls: SourceCall[] = [];
    const down = createPacedSource(time, { id: "down", calls });
    down.state.isDown = true;
    const up = createPacedSource(time, { id: "up", calls });
    const third = contractText(contractOf(2));
    const broken = {
      ...up.source,
      report: async (...args: Parameters<typeof up.source.report>) => {
        if (contractText(args[0]) === third) await down.source.report(...args);
        return up.source.report(...args);
      },
    };
    const world = openTokenWorld({ time, identities: coins(20), sources: [down.source, broken] });
    await world.run(START_MS + 10 * MINUTE_MS);
    const answered = new Set(calls.filter(({ source }) => source === "up").map(({ contract }) => contract));
    expect(answered.size).toBe(19);
    expect(answered.has(third)).toBe(false);
  });
});

it("renews a report before its time is over, so that it never runs out", async () => {
  const world = openTokenWorld({ identities: coins(20) });
  await world.run(START_MS + 5 * MINUTE_MS);
  for (let hour = 1; hour <= 48; hour++) {
    await world.run(START_MS + hour * HOUR_MS);
    expect(await world.report(baseOf(7))).toMatchObject({ verdict: "clear" });
  }
  // A day's report is renewed after three quarters of it.
  expect(world.calls.filter(({ contract }) => contract === contractText(contractOf(7)))).toHaveLength(3);
});

it("gives the very same report while nothing has changed, and asks nobody for it", async () => {
  const world = openTokenWorld({ identities: coins(10) });
  await world.run(START_MS + 5 * MINUTE_MS);
  const asked = world.calls.length;
  const first = await world.report(baseOf(2));
  for (let each = 0; each < 1_000; each++) expect(await world.report(baseOf(2))).toBe(first);
  expect(Object.isFrozen(first)).toBe(true);
  expect(world.calls).toHaveLength(asked);
});

it("looks up the coins once between two slots, and says once that they are not the day's", async () => {
  const world = openTokenWorld({ identities: coins(3) });
  world.state.problems.push("the ranking is of yesterday.");
  await world.run(START_MS + 20 * MINUTE_MS);
  expect(world.state.refreshes).toBe(4);
  expect(world.notes).toEqual(["the ranking is of yesterday."]);
});

describe("the code behind a proxy", () => {
  const CODE = ["0x000000000000000000000000000000000000aaaa", "0x000000000000000000000000000000000000bbbb"] as const;

  /** The chain, beside GoPlus: where the calls go, and that the source there is verified. */
  function createChain(time: ReturnType<typeof createSimulatedTime>) {
    const state = { code: CODE[0] as string };
    const source: TokenSource = {
      id: "sourcify",
      serves: () => true,
      report: async (contract) => {
        const observedAtMs = time.clock.now();
        const said = { severity: "medium", source: "sourcify", evidence: "as it says" } as const;
        return {
          verdict: "unknown",
          reason: "a part",
          ...contract,
          checks: [
            { id: "is_proxy", state: "fail", ...said },
            { id: "implementation_verified", state: "pass", ...said },
          ],
          implementation: state.code,
          observedAtMs,
          validUntilMs: observedAtMs + HOUR_MS,
        };
      },
    };
    return { source, state };
  }

  it("is pinned at the first look, over a restart; another one later is not known until it is inspected", async () => {
    const time = createSimulatedTime(START_MS);
    const store = createMemoryStore();
    const calls: SourceCall[] = [];
    const goplus = createPacedSource(time, { calls });
    goplus.state.record = { ...SOUND_EVM, is_proxy: "1" };
    const chain = createChain(time);
    const parts = { time, store, identities: coins(1), sources: [goplus.source, chain.source] };
    const before = openTokenWorld(parts);
    await before.run(START_MS + 5 * MINUTE_MS);
    const pinned = await before.report(baseOf(0));
    expect(pinned.checks).toContainEqual(
      expect.objectContaining({ id: "implementation", state: "pass", source: "inspection" }),
    );
    expect(pinned.verdict).not.toBe("unknown");
    chain.state.code = CODE[1];
    const after = openTokenWorld(parts);
    await after.tokens.open({ signal: new AbortController().signal });
    await after.run(START_MS + 2 * HOUR_MS);
    const changed = await after.report(baseOf(0));
    expect(changed).toMatchObject({ verdict: "unknown" });
    const { evidence } = changed.checks.find(({ id }) => id === "implementation") ?? {};
    expect(evidence).toContain(CODE[0]);
    expect(evidence).toContain(CODE[1]);
  });
});
