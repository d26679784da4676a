// Bench. One simulated day of a desk that buys debates asleep → what they took, and which entries met one at the close.

import type { Rule } from "#agents/models/rule-model.ts";
import type { ModelChoice } from "#agents/models/select.ts";
import { judgeAhead } from "#desk/judgement/judge-ahead.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { holdsAt } from "#schemas/debate.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { LedgerEntry } from "#schemas/work.ts";
import { openEvalDesk, openMarket, tick } from "../eval-desk.ts";
import { listening, type Prompted } from "./models.ts";

export const DEBATE_ASSETS = 20;
export const DEBATE_BARS = 288;
/** So many that they never end: what debates take is asked, not what a budget leaves of them. */
const DAY_TOKENS = 100_000_000;

export interface DebateDay {
  readonly debates: number;
  readonly modelCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Closes times markets. */
  readonly decisions: number;
  /** Of them, entries that the rule signalled. */
  readonly entries: number;
  /** Entries that a debate was at hand for. */
  readonly met: number;
  /** Model calls between a close and its orders. */
  readonly callsAtClose: number;
  /** What the first role of each debate was given. */
  readonly facts: readonly string[];
}

export async function debateDay(seed: number, model: ModelChoice): Promise<DebateDay> {
  const prompts: Prompted[] = [];
  const market = await openMarket(seed, DEBATE_ASSETS);
  await using desk = await openEvalDesk({
    market,
    thinking: { debateDayTokens: DAY_TOKENS },
    models: { asleep: listening(model, (prompt) => prompts.push(prompt)), awake: null },
  });
  let callsAtClose = 0;
  for (let bar = 0; bar < DEBATE_BARS; bar++) {
    const slotMs = desk.toBar(bar);
    const before = prompts.length;
    await tick(desk, slotMs);
    callsAtClose += prompts.length - before;
    await judgeAhead(desk.desk, slotMs, NEVER_ABORTED);
  }
  return { ...countsOf(await desk.events(), await desk.entries()), callsAtClose, facts: factsOf(prompts) };
}

function countsOf(events: readonly JournalEvent[], entries: readonly LedgerEntry[]) {
  const debates = events.flatMap((event) => (event.type === "debate" ? [event.debate] : []));
  const signalled = events.flatMap((event) =>
    event.type === "decision" && event.decision.action === "enter" ? [event.decision] : [],
  );
  const spent = entries.filter(({ job }) => job === "debate").map(({ work }) => work);
  const sum = (of: (work: LedgerEntry["work"]) => number): number => spent.reduce((total, work) => total + of(work), 0);
  return {
    debates: debates.length,
    modelCalls: sum(({ modelCalls }) => modelCalls),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    decisions: DEBATE_ASSETS * DEBATE_BARS,
    entries: signalled.length,
    met: signalled.filter(({ symbol, strategyId, asOfMs, price }) =>
      debates.some(
        (debate) => debate.symbol === symbol && debate.strategyId === strategyId && holdsAt(debate, asOfMs, price),
      ),
    ).length,
  };
}

/** Of each debate the text that bull and bear share. */
const factsOf = (prompts: readonly Prompted[]): readonly string[] => [
  ...new Set(prompts.filter(({ system }) => system.startsWith("You are the bull")).map(({ user }) => user)),
];

/** A model that debates: three points a role, a verdict that holds for so many closes. */
export const debater =
  (horizonCandles: number): Rule =>
  ({ system, user }) => {
    const ids = [...user.matchAll(/^(f\d+) = \S+ · (?:close of the newest|RSI|ATR|change over a day)/gm)].map(
      ([, id]) => id,
    );
    const points = ids
      .slice(0, 3)
      .map((id) => `What stands out here and speaks for caution or for courage is {{${id}}}.`);
    const side = { probability: 0.5, points };
    if (!system.startsWith("You judge")) return { text: JSON.stringify(side) };
    const verdict = { verdict: "agree", sizeRatio: 1, horizonCandles, holdsAbove: null, holdsBelow: null };
    return { text: JSON.stringify({ ...side, ...verdict }) };
  };
