// When a waiting process may take an account, by its own clock and what it sees of the row, whatever the owner does.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ACTS_FOR_MS,
  GIVEN_BACK,
  type Holder,
  judgeHolder,
  RENEW_EVERY_MS,
  SILENT_FOR_MS,
  type Watch,
} from "#memory/stores/account-claim.ts";
import { HeldSince } from "#memory/stores/held-since.ts";
import { thisProcess } from "#memory/stores/process-identity.ts";
import { unixMs } from "#schemas/units.ts";

const LIVING = thisProcess("start");
const DEAD = { ...LIVING, pid: 2 ** 22 + 1 };
const ELSEWHERE = { ...DEAD, host: "another-host" };
const holderOf = (renewedAtMs: number, process = LIVING): Holder => ({ fence: 7, renewedAtMs, process });
const look = (holder: Holder | null, atMs: number, { locked = false, tookMs = 0 } = {}) =>
  ({ holder, locked, askedMs: atMs, answeredMs: atMs + tookMs }) as const;
/** What came of a row that stands still, looked at from 0 on every 300 ms. */
const stillUntil = (untilMs: number, holder: Holder) => {
  let watch: Watch | null = null;
  for (let atMs = 0; atMs <= untilMs; atMs += 300) {
    const claim = judgeHolder(watch, look(holder, atMs));
    if (claim.type === "take") return atMs;
    ({ watch } = claim);
  }
  return null;
};

describe("an account that has an owner", () => {
  it("is taken once its row has stood still for 8 s by the clock of who waits, and not before", () => {
    expect(stillUntil(SILENT_FOR_MS - 300, holderOf(1_000))).toBeNull();
    expect(stillUntil(60_000, holderOf(1_000))).toBe(Math.ceil(SILENT_FOR_MS / 300) * 300);
  });

  it("is not taken for the age that another clock gives its row", () => {
    expect(judgeHolder(null, look(holderOf(1), 1e9)).type).toBe("wait");
  });

  it("has its whole time again with each renewal, the one at the last moment too", () => {
    const first = holderOf(1_000);
    const watch = { holder: first, sinceMs: 0 };
    const claim = judgeHolder(watch, look(holderOf(1_001), SILENT_FOR_MS));
    expect(claim).toMatchObject({ type: "alive", watch: { sinceMs: SILENT_FOR_MS } });
  });

  it("has its whole time again after a look that hung: the store was away from the owner, too", () => {
    const watch = { holder: holderOf(1), sinceMs: 0 };
    expect(judgeHolder(watch, look(holderOf(1), 30_000, { tookMs: 2_001 }))).toMatchObject({
      type: "wait",
      watch: { sinceMs: 32_001 },
    });
  });

  it("is taken at once where it was given back, or where the lock is free and its process has ended on this host", () => {
    expect(judgeHolder(null, look(holderOf(GIVEN_BACK), 0))).toMatchObject({ why: "given-back" });
    expect(judgeHolder(null, look(holderOf(1, DEAD), 0, { locked: true }))).toMatchObject({ why: "dead" });
    expect(judgeHolder(null, look(null, 0, { locked: true }))).toMatchObject({ why: "free" });
  });

  it("is waited for where only the lock is free: a broken connection is no death", () => {
    for (const process of [LIVING, ELSEWHERE])
      expect(judgeHolder(null, look(holderOf(1, process), 0, { locked: true })).type).toBe("wait");
  });

  it("is waited for where a process cannot be seen and its connection stands: it may be in another container", () => {
    expect(judgeHolder(null, look(holderOf(1, DEAD), 0)).type).toBe("wait");
  });
});

describe("what an owner may send", () => {
  const clocks = () => {
    const at = { wallMs: 5_000, monotonicMs: 100 };
    const held = new HeldSince({ now: () => unixMs(at.wallMs), monotonicMs: () => at.monotonicMs });
    return { at, held };
  };

  it("is nothing before the account was taken and after it was given back", () => {
    const { held } = clocks();
    expect(held.leftMs()).toBe(Number.NEGATIVE_INFINITY);
    held.confirm(held.moment());
    expect(held.leftMs()).toBe(ACTS_FOR_MS);
    held.end();
    expect(held.leftMs()).toBe(Number.NEGATIVE_INFINITY);
  });

  it("ends by whichever clock has gone further: one stands still while the machine sleeps, one is set back", () => {
    for (const [wallMs, monotonicMs] of [
      [ACTS_FOR_MS, 0],
      [-3_600_000, ACTS_FOR_MS],
    ] as const) {
      const { at, held } = clocks();
      held.confirm(held.moment());
      at.wallMs += wallMs;
      at.monotonicMs += monotonicMs;
      expect(held.leftMs()).toBeLessThanOrEqual(0);
    }
  });

  it("ends before anybody can have taken the account, however renewals, their answers and looks fall", () => {
    const gap = fc.record({ afterMs: fc.nat(12_000), answerMs: fc.nat(4_000), reachesMs: fc.nat(4_000) });
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1, maxLength: 12 }), fc.nat(299), (gaps, phaseMs) => {
        // One time for both; each renewal reaches the store while it is asked for, or not at all.
        let t = 0;
        const renewals = gaps.map(({ afterMs, answerMs, reachesMs }) => {
          t += afterMs;
          const asked = t;
          t += answerMs;
          return { asked, written: asked + Math.min(reachesMs, answerMs), answered: t };
        });
        const rowAt = (ms: number) => renewals.findLastIndex(({ written }) => written <= ms) + 1;
        let watch: Watch | null = null;
        let takenMs: number | null = null;
        for (let atMs = phaseMs; takenMs === null; atMs += 300) {
          const claim = judgeHolder(watch, look(holderOf(1 + rowAt(atMs), ELSEWHERE), atMs));
          if (claim.type === "take") takenMs = atMs;
          else ({ watch } = claim);
        }
        const now = { ms: 0 };
        const held = new HeldSince({ now: () => unixMs(now.ms), monotonicMs: () => now.ms });
        held.confirm(held.moment());
        for (const { asked, written, answered } of renewals) {
          // What comes later finds the fence raised.
          if (written > takenMs || answered > takenMs) continue;
          now.ms = asked;
          const moment = held.moment();
          now.ms = answered;
          held.confirm(moment);
        }
        now.ms = takenMs;
        expect(held.leftMs()).toBeLessThanOrEqual(ACTS_FOR_MS - SILENT_FOR_MS);
      }),
    );
  });

  it("leaves room for a renewal that fails, and for what was sent last to arrive", () => {
    expect(ACTS_FOR_MS).toBeGreaterThan(2 * RENEW_EVERY_MS);
    expect(SILENT_FOR_MS - ACTS_FOR_MS).toBeGreaterThanOrEqual(3_000);
  });
});
