// Floor 4. The source `strategy`: each strategy by name, its rule in a line, its parameters, bracket and share, and whether it runs.
import { z } from "zod";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";
import { namesPhrase } from "#toolkits/market/nearest-names.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import type { StrategyInfo } from "#toolkits/strategies/strategy.ts";
import { DOCS, docFact } from "./docs.ts";
import { factsOf } from "./make-facts.ts";
import type { SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";
import { termsFacts } from "./terms-facts.ts";

export const strategySource = (open: SourceDesk) =>
  factSource({
    id: "strategy",
    description:
      "The strategies that run here: name, rule, thresholds such as RSI 30 and 70, stop, target, share of equity, paused or ended. How they did is in `statistics`.",
    input: z.object({ id: z.string().max(60).optional().describe("Left out: all of them.") }),
    read: async ({ id }, run) => {
      const { hosts, strategies } = open.desk;
      const ids = hosts.map(({ info }) => info.id);
      if (id !== undefined && !ids.includes(id))
        throw new UnknownNameError({
          was: `There is no strategy ${JSON.stringify(id)} on this desk.`,
          expected: `one of ${namesPhrase(id, ids)}`,
          remedy: "Correct the id, or leave it out.",
        });
      return hosts
        .filter(({ info }) => id === undefined || info.id === id)
        .flatMap((host) => hostFacts(open, host, strategies.get(host.info.id) ?? null, run));
    },
  });

function hostFacts({ desk }: SourceDesk, { info, fault }: StrategyHost, terms: StrategyTerms | null, run: SourceRun) {
  const { language } = run;
  const make = factsOf({ recordId: info.definitionId, strategyId: info.id });
  // The words of a user's file are the user's, and a title says what the author says of it.
  const quoted = info.file !== null;
  const named = { strategy: info.id };
  const state =
    fault !== null
      ? [statement("strategy-ended", language, named), make.text("reason", fault.message, "why it was ended")]
      : [
          statement(
            desk.account.portfolio().paused.has(info.id) ? "strategy-paused" : "strategy-runs",
            language,
            named,
          ),
        ];
  return [
    make.text("name", info.id, "id of the strategy"),
    make.text("name", info.title, "its title", { quoted }),
    ...ruleFacts(info, language),
    ...Object.entries(info.parameters).map(([name, value]) => parameterFact(info, name, value)),
    ...termsFacts(desk, info, terms),
    ...state,
  ];
}

/** Of the strategies that come with the desk; a user's own has its title alone. */
function ruleFacts({ id, file, definitionId }: StrategyInfo, language: SourceRun["language"]): NewFact[] {
  const topic = `rule-${id}`;
  return file === null && topic in DOCS
    ? [{ ...docFact(topic as keyof typeof DOCS, language), recordId: definitionId, strategyId: id, label: "its rule" }]
    : [];
}

const THRESHOLDS: Readonly<Record<string, NewFact["kind"]>> = {
  oversold: "threshold-oversold",
  overbought: "threshold-overbought",
};

/** A shipped strategy's `oversold` is known to be one of RSI; any other number is a threshold by its own name. */
function parameterFact(
  { id, file, definitionId }: StrategyInfo,
  name: string,
  value: string | number | boolean,
): NewFact {
  const make = factsOf({ recordId: definitionId, strategyId: id });
  if (typeof value !== "number")
    return make.text("name", String(value), `parameter ${name}`, { quoted: file !== null });
  const kind = (file === null ? THRESHOLDS[name] : undefined) ?? "threshold";
  return make.index(kind, value, kind === "threshold" ? `parameter ${name}` : `RSI threshold ${name}`);
}
