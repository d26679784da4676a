// Floor 3. The manager without a provider: delegate once; where that is refused, read Khala; then say what came of it.
import type { Rule } from "../models/rule-model.ts";

/** Mastra offers a sub-agent as a tool under this name. */
export const ANALYST_TOOL = "agent-marketAnalyst";

const MARKET = /^Market: (.+)$/m;

const delegateOnce: Rule = ({ user, toolResults }) => {
  if (toolResults.length > 0) return null;
  const market = MARKET.exec(user)?.[1];
  if (market === undefined) return { text: "The question names no market." };
  return { call: [{ tool: ANALYST_TOOL, input: { prompt: `Analyse ${market}.` } }] };
};

const recallWhenRefused: Rule = ({ toolResults }) => {
  const last = toolResults.at(-1);
  const refused = last?.tool === ANALYST_TOOL && textOf(last.output).includes("[Delegation Rejected]");
  return refused ? { call: [{ tool: "recall", input: {} }] } : null;
};

const summarise: Rule = ({ toolResults }) => ({ text: textOf(toolResults.at(-1)?.output) || "Nothing came of it." });

export const MANAGER_RULES: readonly Rule[] = [delegateOnce, recallWhenRefused, summarise];

const textOf = (output: unknown): string =>
  typeof output === "string" ? output : output === undefined ? "" : JSON.stringify(output);
