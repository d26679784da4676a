// Floor 5. One question -> the manager, with its own tally of work, and a row in the ledger. The agents are built once per
// process, at the first question that Khala cannot answer.

import type { ManagerRunner } from "#agents/deep-trader-manager/agent.ts";
import { answerQuestion } from "#agents/deep-trader-manager/answer.ts";
import { analystDeps } from "#scheduler/desk.ts";
import type { CallOptions } from "#schemas/ports.ts";
import type { Answer } from "#schemas/question.ts";
import { WorkTally } from "#schemas/work.ts";
import { createDeskView } from "./desk-view.ts";
import { modelSetting } from "./models.ts";
import type { OpenDesk } from "./wire.ts";

const managers = new WeakMap<OpenDesk, Promise<ManagerRunner>>();

/** Answers, and records what it took. @throws ModelRunError, and what the source threw */
export async function askDesk(open: OpenDesk, text: string, options: CallOptions): Promise<Answer> {
  const { desk } = open;
  const tally = new WorkTally();
  const nowMs = desk.clock.now();
  const answer = await answerQuestion(
    {
      khala: desk.khala,
      venueId: desk.marketData.venueId,
      venue: desk.marketData.venue,
      simulated: desk.marketData.simulated,
      timeframe: desk.config.timeframe,
      symbols: async () => [...desk.markets.keys()],
      quote: desk.quote,
      manager: () => managerOf(open),
      tally,
      deskView: viewOf(open),
      monotonicMs: desk.monotonicMs,
    },
    { text, nowMs },
    options,
  );
  await desk.ledger.record(
    {
      atMs: nowMs,
      phase: "test-time",
      job: "question",
      paths: { [answer.path]: 1 },
      misses: {},
      made: answer.path === "delegated" ? 1 : 0,
      served: answer.path === "recalled" ? answer.analysisIds.length : 0,
      work: answer.work,
      ageAtUseMs: answer.path === "recalled" && answer.ageMs !== null ? [answer.ageMs] : [],
    },
    options,
  );
  return answer;
}

const viewOf = ({ desk, store }: OpenDesk) =>
  createDeskView(desk, async (options) =>
    (await store.journal(desk.deskId, desk.runId).read({}, options)).map((row) => row.event),
  );

function managerOf(open: OpenDesk): Promise<ManagerRunner> {
  const known = managers.get(open);
  if (known !== undefined) return known;
  const made = buildManager(open);
  managers.set(open, made);
  // A failed construction (a missing key, say) is tried again at the next question.
  made.catch(() => managers.delete(open));
  return made;
}

async function buildManager(open: OpenDesk): Promise<ManagerRunner> {
  const { desk } = open;
  const { createDeepTraderManager, managerRunner } = await import("#agents/deep-trader-manager/agent.ts");
  const { createMarketAnalyst } = await import("#agents/market-analyst/agent.ts");
  const { ANALYST_RULES } = await import("#agents/market-analyst/rules.ts");
  const { MANAGER_RULES } = await import("#agents/deep-trader-manager/rules.ts");
  const { selectModels } = await import("#agents/models/select.ts");
  const choices = await selectModels(modelSetting(desk.config, open.env));
  const managers = await Promise.all(
    choices.map(async (choice) => {
      const marketAnalyst = await createMarketAnalyst({
        model: choice.modelFor(ANALYST_RULES),
        depsFor: (tally) => analystDeps(desk, tally),
      });
      const manager = await createDeepTraderManager({
        model: choice.modelFor(MANAGER_RULES),
        marketAnalyst,
        khala: desk.khala,
        venueId: desk.marketData.venueId,
        deskView: viewOf(open),
      });
      return { model: choice.id, manager };
    }),
  );
  return managerRunner(managers, {
    deadlineMs: desk.config.modelTimeoutMs,
    maxTokens: desk.config.thinking.questionTokens,
    monotonicMs: desk.monotonicMs,
  });
}
