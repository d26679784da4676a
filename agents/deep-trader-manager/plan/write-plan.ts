// Floor 3. The facts of one market → a plan as the manager's model writes it, or none. Nothing of it is believed here: code checks
// it (toolkits/risk/plan-check.ts) before it is a plan.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Fact } from "#schemas/fact.ts";
import type { MarketSymbol, Timeframe, UnixMs } from "#schemas/units.ts";
import { toIso } from "#schemas/units.ts";
import type { ModelChoice } from "../../models/select.ts";
import { askForObject, type TypedAnswer, type TypedSpend } from "../../typed-call.ts";
import { factLines } from "../talk/fact-table.ts";

/** A plan and a reasoning model's thoughts, which providers count as output. */
const MAX_OUTPUT_TOKENS = 1024;

/** Wide on purpose: what is out of bounds is a named fault of the plan, not an answer that cannot be read. */
export const PlanReply = z.object({
  plan: z
    .object({
      enterWhen: z.enum(["at-or-below", "at-or-above"]),
      level: z.number(),
      onlyWhile: z
        .array(
          z.object({
            what: z.enum(["rsi-below", "rsi-above", "price-below", "price-above", "verdict-clear"]),
            value: z.number().nullable(),
          }),
        )
        .max(20),
      stopPrice: z.number(),
      targetPrice: z.number(),
      maxHoldCandles: z.number().nullable(),
      sizeRatio: z.number(),
      expiresInCandles: z.number(),
      cites: z.array(z.string().max(20)).max(40),
      reason: z.string().max(600),
    })
    .nullable(),
});
export type WrittenPlan = NonNullable<z.infer<typeof PlanReply>["plan"]>;

export interface PlanSubject {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly asOfMs: UnixMs;
  readonly facts: readonly Fact[];
}

/** @throws ModelRunError where a replay misses the call, or a recording cannot be used */
export async function writePlan(
  models: readonly ModelChoice[],
  { symbol, timeframe, asOfMs, facts }: PlanSubject,
  spend: TypedSpend,
): Promise<TypedAnswer<z.infer<typeof PlanReply>>> {
  const user = `Market: ${symbol}\nCandles: ${timeframe}\nNewest close: ${toIso(asOfMs)}\n\nFacts:\n${factLines(facts)}`;
  const system = await instructions();
  return askForObject(models, { system, user, reply: PlanReply, maxOutputTokens: MAX_OUTPUT_TOKENS }, spend);
}

let loaded: Promise<string> | undefined;

function instructions(): Promise<string> {
  loaded ??= readFile(new URL("./instructions.md", import.meta.url), "utf8");
  return loaded;
}
