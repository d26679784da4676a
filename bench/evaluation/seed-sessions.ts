// Bench. Part C, the sessions of one seed: the same streams of questions under every setting of the desk.
import type { EvalMarket } from "./eval-desk.ts";
import { openMarket } from "./eval-desk.ts";
import { type Demand, Oracle, runSession, type Session } from "./session.ts";

export const SESSION_ASSETS = 20;
/** Three hours of 5m. */
export const SESSION_BARS = 36;

export const ZIPF: Demand = { name: "Zipf 1.2, 20 a bar", skew: 1.2, perBar: 20 };
const MILD: Demand = { name: "Zipf 0.8, 20 a bar", skew: 0.8, perBar: 20 };
export const UNIFORM: Demand = { name: "uniform, 20 a bar", skew: 0, perBar: 20 };
export const FEW: Demand = { name: "uniform, 2 a bar", skew: 0, perBar: 2 };
const RARE: Demand = { name: "uniform, 10 a day", skew: 0, perBar: 10 / 288 };
export const SHUFFLED: Demand = { ...ZIPF, name: "Zipf 1.2, favourites reshuffled every bar", reshuffled: true };
export const WIDE: Demand = { name: "two or all markets only, uniform, 20 a bar", skew: 0, perBar: 20, wide: true };

export const LEVELS = [0, 2, 3, 4, 5] as const;
export type Level = (typeof LEVELS)[number];

/** Every demand at level 5; the ones that predictability is judged by also with the sweep alone, Zipf at every level. */
const PLAN: readonly (readonly [Demand, readonly Level[]])[] = [
  [ZIPF, LEVELS],
  [MILD, [5]],
  [UNIFORM, [2, 5]],
  [FEW, [5]],
  [RARE, [5]],
  [SHUFFLED, [2, 5]],
  [WIDE, [2, 3, 4, 5]],
];

export const DEMANDS: readonly Demand[] = PLAN.map(([demand]) => demand);

export interface SeedSessions {
  readonly seed: number;
  readonly market: EvalMarket;
  /** @throws Error where it was not run */
  of(demand: Demand, level: Level): Session;
}

export async function runSeedSessions(seed: number): Promise<SeedSessions> {
  const market = await openMarket(seed, SESSION_ASSETS);
  const sessions = new Map<string, Session>();
  // A desk that never sleeps does not decide either, here, and so holds nothing: its answers have an oracle of their own.
  const oracles = { sleeping: new Oracle(), waking: new Oracle() };
  for (const [demand, levels] of PLAN) {
    for (const level of levels) {
      const sleeps = level > 0;
      const oracle = sleeps ? oracles.sleeping : oracles.waking;
      const parts = { market, demand, bars: SESSION_BARS, oracle, thinking: { level }, sleeps };
      sessions.set(`${demand.name} ${level}`, await runSession(parts));
    }
  }
  return {
    seed,
    market,
    of(demand, level) {
      const session = sessions.get(`${demand.name} ${level}`);
      if (session === undefined) throw new Error(`no session of ${demand.name} at level ${level}`);
      return session;
    },
  };
}
