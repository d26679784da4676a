// Bench. A debate held when the decision is due, as trading agents without sleep hold it: the twelve calls of TradingAgents' default
// (one round of debate, one of risk; graph and defaults of github.com/TauricResearch/TradingAgents), in words of our own, on facts of
// ours. Its analysts also call tools first, and read articles: neither is counted here, so the count is low.
import { DeskRun } from "#agents/desk-run.ts";
import type { ModelChoice } from "#agents/models/select.ts";
import { runModel } from "#agents/run.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { uncheckedWords } from "#schemas/fact.ts";
import { unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";

/** What a role writes is read by those behind it under this name. */
type Part = "facts" | "reports" | "debate" | "plan" | "trade" | "risk";

interface Role {
  readonly name: string;
  readonly reads: readonly Part[];
  readonly writes: Part;
  readonly task: string;
}

const REPORT = "Write a detailed report for a trader, with a table of its main points at the end.";
const ANALYSTS = ["market", "sentiment", "news", "fundamentals"].map(
  (what): Role => ({
    name: `${what} analyst`,
    reads: ["facts"],
    writes: "reports",
    task: `You are the ${what} analyst of a trading firm. ${REPORT}`,
  }),
);
const RISK = ["aggressive", "conservative", "neutral"].map(
  (mood): Role => ({
    name: `${mood} risk analyst`,
    reads: ["reports", "trade", "risk"],
    writes: "risk",
    task: `You are the ${mood} risk analyst. Argue for your view of the trader's proposal and answer the others.`,
  }),
);

/** In the order in which they are asked. */
export const ROLES: readonly Role[] = [
  ...ANALYSTS,
  {
    name: "bull researcher",
    reads: ["reports", "debate"],
    writes: "debate",
    task: "Argue for buying, and answer the bear.",
  },
  {
    name: "bear researcher",
    reads: ["reports", "debate"],
    writes: "debate",
    task: "Argue against buying, and answer the bull.",
  },
  {
    name: "research manager",
    reads: ["debate"],
    writes: "plan",
    task: "Judge the debate and write an investment plan.",
  },
  {
    name: "trader",
    reads: ["plan"],
    writes: "trade",
    task: "Make the plan into a proposal: buy, hold or sell, with entry, stop and size.",
  },
  ...RISK,
  {
    name: "portfolio manager",
    reads: ["plan", "trade", "risk"],
    writes: "trade",
    task: "Decide on the proposal: buy, hold or sell, and why.",
  },
];

export interface RoleTokens {
  readonly role: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Room for a report and for a reasoning model's thoughts. */
const MAX_OUTPUT_TOKENS = 4_096;
const DEADLINE_MS = 300_000;

/** Holds one such debate. @throws Error where a call gives nothing: half a debate has no count */
export async function decideByTwelve(model: ModelChoice, facts: string): Promise<readonly RoleTokens[]> {
  const written: Record<Part, string[]> = { facts: [facts], reports: [], debate: [], plan: [], trade: [], risk: [] };
  const counted: RoleTokens[] = [];
  for (const { name, reads, writes, task } of ROLES) {
    const tally = new WorkTally();
    const user = reads.flatMap((part) => written[part]).join("\n\n");
    const result = await runModel(
      model.modelFor([]),
      { system: task, user, schema: null, maxOutputTokens: MAX_OUTPUT_TOKENS },
      { run: new DeskRun({ nowMs: unixMs(0), tally }), deadlineMs: DEADLINE_MS, ...NEVER_ABORTED },
    );
    if (result.status !== "completed") throw new Error(`${name}: ${result.detail}`);
    written[writes].push(uncheckedWords(result.text));
    const { inputTokens, outputTokens } = tally.total();
    counted.push({ role: name, inputTokens, outputTokens });
  }
  return counted;
}
