// Floor 4. A brief as it is shown: words that stood up to the facts, figures put in by code, and why it does not stand, if it does not.
import { z } from "zod";
import { BRIEF_VOID_REASONS, Brief, BriefScope, briefName } from "#schemas/brief.ts";
import { Fact } from "#schemas/fact.ts";
import type { Desk } from "../desk.ts";
import { expiresAtMs } from "./brief-freshness.ts";
import { showBrief } from "./brief-shown.ts";
import type { BriefRecall } from "./brief-store.ts";

export const BriefDocument = z.object({
  subject: z.string().describe("`BTC/USDT`, `all markets`, `the book`"),
  scope: BriefScope,
  status: z.enum(["fresh", "stale", "missing"]),
  reason: z
    .enum(BRIEF_VOID_REASONS)
    .nullable()
    .describe("why it does not stand any more; null: it does, or is missing"),
  brief: z
    .object({
      id: z.string(),
      text: z.string().nullable().describe("as far as it stands up to its facts; null: nothing of it does"),
      bull: z.array(z.string()).readonly().describe("points for, likewise"),
      bear: z.array(z.string()).readonly().describe("points against, likewise"),
      wouldChange: z.string().nullable().describe("what would change the view; null: nothing of it stands"),
      openQuestions: z.array(z.string()).readonly(),
      bounds: Brief.shape.conditions.shape.markets.describe(
        "of each market that it depends on: the prices within which it stands",
      ),
      horizonCandles: Brief.shape.horizonCandles.describe("how long it stands at most, in candles of its timeframe"),
      expiresAtMs: z.number().describe("UTC epoch ms"),
      author: Brief.shape.author,
      asOfMs: z.number().describe("data time: the oldest of what it cites; UTC epoch ms"),
      madeAtMs: z.number().describe("UTC epoch ms"),
      ageMs: z.number().describe("from the data time, ms"),
      facts: z.array(Fact).readonly(),
    })
    .readonly()
    .nullable(),
});
export type BriefDocument = Readonly<z.infer<typeof BriefDocument>>;

export function briefDocument(
  desk: Pick<Desk, "marketData" | "markets">,
  scope: BriefScope,
  recall: BriefRecall,
): BriefDocument {
  const subject = briefName(scope);
  if (recall.status === "missing") return { subject, scope, status: "missing", reason: null, brief: null };
  const { id, brief, ageMs } = recall;
  const { conditions, horizonCandles, author, asOfMs, madeAtMs, facts } = brief;
  return {
    subject,
    scope,
    status: recall.status,
    reason: recall.status === "stale" ? recall.reason : null,
    brief: {
      id,
      ...showBrief(desk, brief),
      bounds: conditions.markets,
      horizonCandles,
      expiresAtMs: expiresAtMs(brief),
      author,
      asOfMs,
      madeAtMs,
      ageMs,
      facts,
    },
  };
}
