// Floor 4. A brief as it is shown: words that stood up to the facts, figures put in by code, and why it does not stand, if it does not.
import { type Brief, type BriefScope, type BriefVoidReason, briefName } from "#schemas/brief.ts";
import type { Fact } from "#schemas/fact.ts";
import type { Desk } from "../desk.ts";
import { expiresAtMs } from "./brief-freshness.ts";
import { showBrief } from "./brief-shown.ts";
import type { BriefRecall } from "./brief-store.ts";

export interface BriefDocument {
  /** `BTC/USDT`, `all markets`, `the book`. */
  readonly subject: string;
  readonly scope: BriefScope;
  readonly status: BriefRecall["status"];
  readonly reason: BriefVoidReason | null;
  readonly brief: null | {
    readonly id: string;
    readonly text: string | null;
    readonly bull: readonly string[];
    readonly bear: readonly string[];
    readonly wouldChange: string | null;
    readonly openQuestions: readonly string[];
    /** Of each market that it depends on: the prices within which it stands. */
    readonly bounds: Brief["conditions"]["markets"];
    readonly horizonCandles: number;
    readonly expiresAtMs: number;
    readonly author: Brief["author"];
    readonly asOfMs: number;
    readonly madeAtMs: number;
    /** From the data time. */
    readonly ageMs: number;
    readonly facts: readonly Fact[];
  };
}

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
