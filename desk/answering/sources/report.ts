// Floor 4. The source `report`: what memory did today: answers by the way they came, work spared, model tokens spent and their limit.
// Read from the ledger (law 13).
import { z } from "zod";
import { factSource } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { startOfDay } from "#schemas/units.ts";
import { reportOf } from "../../documents/report.ts";
import { factsOf } from "./make-facts.ts";
import type { SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";

/** Served from memory, without work of its own. */
const FROM_MEMORY = ["recalled", "pre-answered", "distilled"] as const;

export const reportSource = (open: SourceDesk) =>
  factSource({
    id: "report",
    description:
      "What sleep time has saved today (UTC): how questions and decisions were served, the share from memory, work spared, model tokens spent and their limits.",
    input: z.object({}),
    read: async (_, { nowMs, language }, options) => {
      const { desk } = open;
      const sinceMs = startOfDay(nowMs);
      const entries = (await desk.ledger.entries({ sinceMs }, options)).filter(({ atMs }) => atMs <= nowMs);
      const { paths, savedUnits, budgetToday, made, wasteAtLeast } = reportOf(entries, {
        nowMs,
        thinking: desk.config.thinking,
      });
      const make = factsOf({ asOfMs: nowMs, recordId: "ledger", window: "1d" });
      const limit = factsOf({ recordId: "config" });
      const all = Object.values(paths).reduce((sum, count) => sum + count, 0);
      const served = FROM_MEMORY.reduce((sum, path) => sum + (paths[path] ?? 0), 0);
      const asked =
        all === 0
          ? [statement("nothing-asked-today", language)]
          : [
              make.count("count", all, "questions and decisions served today"),
              ...Object.entries(paths).map(([path, count]) => make.count("count", count, `of them ${path}`)),
              make.pct("statistic", (served / all) * 100, "share served from memory"),
              make.count("count", savedUnits, "work units that memory spared"),
            ];
      return [
        ...asked,
        make.count("count", made.sleep, "analyses made by sleep"),
        make.count("count", wasteAtLeast, "of them never used, at least"),
        make.count("count", budgetToday.questionTokensSpent, "model tokens spent on questions today"),
        limit.count(
          "limit",
          budgetToday.questionTokens,
          "model tokens for questions a day (DEEPTRADER_QUESTION_DAY_TOKENS)",
        ),
        make.count("count", budgetToday.tokensSpent, "model tokens spent on thinking ahead today"),
        limit.count("limit", budgetToday.tokens, "model tokens for thinking ahead a day"),
      ];
    },
  });
