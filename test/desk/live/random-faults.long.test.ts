// A desk and an exchange at which anything goes wrong at any request: answers that do not come, are cut, say something else or come after
// the fact, orders taken late, hidden, refused, prices that jump, a desk that is killed. Once all is quiet: no order twice, nothing sold that
// was not held, the account the exchange's to the last digit, and what is held covered.
import { describe, expect, it } from "vitest";
import type { Fault } from "#test/exchanges/faults.ts";
import { REFUSALS } from "#test/exchanges/trading/trading-account.ts";
import { count } from "#test/support/count.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";
import { Rig } from "./rig.ts";

/** mulberry32, for stories that can be told again by their seed. */
function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const FAULTS: readonly Fault[] = [
  { kind: "answered-otherwise", status: 502, text: "<html>" },
  { kind: "answered-otherwise", status: 200, text: "" },
  { kind: "answered-otherwise", status: 200, text: "{" },
  { kind: "status", status: 503, body: "" },
  { kind: "status", status: 500, body: "{}" },
  { kind: "reset" },
  { kind: "truncated" },
];
const VENUES = Object.keys(TRIED_VENUES);
const KINDS = ["place", "cancel", "order", "open-orders", "trades"] as const;

async function tell(venueId: string, seed: number): Promise<void> {
  const random = drawn(seed);
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const rig = await Rig.open(venueId, { stopPct: 5, targetPct: 4 });
  const { trader } = rig;
  const { account, faults } = trader;
  try {
    for (let step = 0; step < 12; step += 1) {
      if (random() < 0.5) faults.add({ fault: one(FAULTS), at: [one(KINDS)], times: 1 + Math.floor(random() * 2) });
      if (random() < 0.2) account.nextRefusals.push(one(REFUSALS.filter((why) => why !== "duplicate-id")));
      if (random() < 0.3) account.nextShares.push(0.3 + random() * 0.4);
      account.hideMs = random() < 0.2 ? 4_000 : 0;
      account.tradesLateMs = random() < 0.2 ? 2_000 : 0;
      if (random() < 0.4) account.setPrice(trader.symbol, rig.price(String(0.95 + random() * 0.1)));
      if (rig.position === undefined && random() < 0.7) await rig.enter();
      else if (rig.holds && !rig.isLeaving && random() < 0.2) await rig.exit();
      if (random() < 0.25) await rig.begin();
      if (random() < 0.25) await rig.dieAfterRequests(1 + Math.floor(random() * 6));
      await rig.pass(1 + Math.floor(random() * 12));
    }
    faults.clear();
    account.nextRefusals.length = 0;
    account.nextShares.length = 0;
    account.hideMs = 0;
    account.tradesLateMs = 0;
    await rig.pass(80 + Math.ceil(trader.orders.facts.acceptanceMs / 1000));
    expect(rig.disagreements()).toEqual([]);
    expect(rig.gaps).toEqual([]);
    const { position } = rig;
    if (position === undefined || position.dust) expect(rig.resting()).toBe("0");
    else expect(Number(position.quantity) - Number(rig.resting())).toBeLessThan(Number(rig.market.stepSize));
  } finally {
    await rig.close();
  }
}

describe("a desk at an exchange where anything may go wrong", () => {
  const seeds = count(300, 15);
  it(`sends nothing twice and covers what it holds, over ${seeds} stories`, async () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      try {
        await tell(VENUES[seed % VENUES.length] ?? "", seed);
      } catch (error) {
        throw new Error(`story ${seed} at ${VENUES[seed % VENUES.length]}: ${(error as Error).message}`, {
          cause: error,
        });
      }
    }
  });
});
