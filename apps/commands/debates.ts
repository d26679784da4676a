// Floor 6. `debates [SYMBOL]`: what bull, bear and judge made of a market asleep, in their words as the fact check shows them, and what
// came of the entry that a debate met. No model is asked.
import { z } from "zod";
import { formatTime } from "#desk/documents/format.ts";
import { plainPrice } from "#desk/documents/plan-text.ts";
import { DEBATE_ROLES } from "#desk/judgement/scores.ts";
import { DebateShown, shownDebate } from "#desk/overviews/shown-judgement.ts";
import { Count, UnixMs } from "#schemas/units.ts";
import { deskCommand } from "../command.ts";
import { wholeNumber } from "./memory.ts";
import { resolveSymbol } from "./symbols.ts";

const limitOf = (flags: Readonly<Record<string, unknown>>): number => wholeNumber(flags["limit"], "--limit", 5);

const DebatesDocument = z.object({
  run: z.string().describe("id of the run"),
  nowMs: UnixMs,
  recent: Count.describe("of the run or the market, shown or not"),
  quarantined: z.boolean().describe("true: none is used or held until that is lifted"),
  debates: z.array(DebateShown).readonly().describe("newest first"),
});
export type DebatesDocument = Readonly<z.infer<typeof DebatesDocument>>;

export const debatesCommand = deskCommand({
  name: "debates",
  document: DebatesDocument,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  check: ({ flags }) => void limitOf(flags),
  execute: async ({ desk }, { args: [typed], flags }) => {
    const nowMs = desk.clock.now();
    const symbol = typed === undefined ? null : resolveSymbol(desk, typed);
    const { recent, settled } = desk.debates;
    const all = recent.filter((debate) => symbol === null || debate.symbol === symbol).toReversed();
    for (const debate of all.slice(0, limitOf(flags))) desk.debateChecks.used(debate);
    const outcomes = new Map(settled.map(({ debate, outcome }) => [debate.debateId, outcome]));
    const shown = all
      .slice(0, limitOf(flags))
      .map((debate) => shownDebate(desk, debate, outcomes.get(debate.debateId) ?? null));
    return { run: desk.runId, nowMs, recent: all.length, quarantined: desk.quarantine.has("debate"), debates: shown };
  },
  render: ({ debates, recent, nowMs, quarantined }, style) => {
    if (recent === 0)
      return "Nothing was debated in this run. Debates are held asleep, with a model and DEEPTRADER_DEBATE_DAY_TOKENS set: docs/agents.md.";
    const lines = debates.flatMap((debate) => {
      const { symbol, strategyId, verdict, sizeRatio, bounds, forAsOfMs, validUntilMs, outcome } = debate;
      const what = verdict === "shrink" ? `shrink to ${sizeRatio} of its size` : verdict;
      const above = bounds.above === null ? "" : ` from ${plainPrice(bounds.above)}`;
      const below = bounds.below === null ? "" : ` up to ${plainPrice(bounds.below)}`;
      const prices = above + below === "" ? "any price" : `prices${above}${below}`;
      const times = `closes ${formatTime(forAsOfMs)} to ${formatTime(validUntilMs)} UTC, ${prices}`;
      const state = validUntilMs < nowMs ? "over" : "holds";
      const came = outcome === null ? "" : `; its entry was ${outcome.met}, and came to: ${outcome.outcome}`;
      return [
        `${style.bold(symbol)} ${strategyId}: ${what} (${times}; ${state}${came})`,
        ...DEBATE_ROLES.flatMap((name) => {
          const role = debate[name];
          if (role === null) return [];
          const likely = role.probability === null ? "gave no probability" : `target before stop ${role.probability}`;
          return [`  ${name}, ${role.author.model}: ${likely}`, ...role.points.map((point) => `    · ${point}`)];
        }),
      ];
    });
    const more =
      recent > debates.length ? [style.dim(`… ${debates.length} of the ${recent} newest; --limit shows more`)] : [];
    const stopped = quarantined ? ["Debates are under quarantine: none is used or held (docs/agents.md)."] : [];
    return [...stopped, ...lines, ...more].join("\n");
  },
});
