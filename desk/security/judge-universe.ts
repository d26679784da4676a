// Floor 4. The universe's contracts, once through, before a sweep that stands alone: what is entered must have been judged.
import { z } from "zod";
import { Count, splitSymbol } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";
import { concernsOf, inspectCounted, type RoundsDesk, refreshCoins } from "./rounds.ts";
import type { RoundOptions } from "./token-book.ts";

/** What came of it. */
export const JudgedUniverse = z.object({
  judged: Count.describe("contracts of the universe and of what is held on which every source has spoken"),
  of: Count,
  problem: z.string().nullable().describe("why the list of coins is not the day's; null: it is"),
});
export type JudgedUniverse = z.infer<typeof JudgedUniverse>;

type UniverseDesk = RoundsDesk & Pick<Desk, "universe" | "tokens">;

/** Takes as long as the sources' limits make it; what was written when it is stopped stays. Null: nobody is asked at this venue. @throws StoreError */
export async function judgeUniverse(desk: UniverseDesk, options: RoundOptions): Promise<JudgedUniverse | null> {
  const { tokens, clock } = desk;
  if (tokens === null) return null;
  const problem = await refreshCoins(desk, tokens, options);
  const { assets } = await desk.universe.at(clock.now(), options);
  const concerns = concernsOf(desk);
  const bases = new Set([...concerns.held, ...assets.map((symbol) => splitSymbol(symbol).base)]);
  const contracts = tokens.contracts(concerns, bases);
  await inspectCounted(desk, tokens, contracts, options);
  const nowMs = clock.now();
  return { judged: contracts.filter((one) => tokens.isJudged(one, nowMs)).length, of: contracts.length, problem };
}
