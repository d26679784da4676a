// Floor 5. `report`: hits, misses, work and waste, all read from the ledger.
import { type LedgerSummary, summarise } from "#memory/ledger-summary.ts";
import type { Work } from "#schemas/work.ts";
import { deskCommand } from "../command.ts";
import { formatAge } from "../text/format.ts";
import { table } from "../text/table.ts";

interface ReportDocument extends LedgerSummary {
  readonly desk: string;
  readonly model: string;
}

export const reportCommand = deskCommand<ReportDocument>({
  name: "report",
  run: "latest",
  exclusive: false,
  execute: async ({ desk }, _input, options) => ({
    desk: desk.deskId,
    model: desk.config.model,
    ...summarise(await desk.ledger.entries({}, options)),
  }),
  render: (r, style) => {
    if (r.entries === 0) return "The ledger is empty. Start the desk, or ask it something.";
    const phases: readonly (readonly [string, Work])[] = [
      ["sleep", r.workByPhase.sleep],
      ["test time", r.workByPhase["test-time"]],
    ];
    const answered = Object.values(r.paths).reduce((sum, count) => sum + count, 0);
    return [
      style.bold(`desk ${r.desk}: ${answered.toLocaleString("en-US")} analyses asked for, by decisions and questions`),
      table(Object.entries(r.paths), [
        { title: "answered by", value: ([path]) => path },
        { title: "times", value: ([, count]) => count.toLocaleString("en-US"), align: "right" },
        { title: "share", value: ([, count]) => `${((count / answered) * 100).toFixed(1)} %`, align: "right" },
      ]),
      ...(Object.keys(r.misses).length === 0
        ? []
        : [
            table(Object.entries(r.misses), [
              { title: "not fresh because", value: ([reason]) => reason },
              { title: "times", value: ([, count]) => count.toLocaleString("en-US"), align: "right" },
            ]),
          ]),
      ...(r.ageAtUseMs === null
        ? []
        : [
            `age at use  min ${formatAge(r.ageAtUseMs.min)}, median ${formatAge(r.ageAtUseMs.median)}, max ${formatAge(r.ageAtUseMs.max)}`,
          ]),
      table(phases, [
        { title: "work", value: ([phase]) => phase },
        { title: "provider calls", value: ([, w]) => w.providerCalls.toLocaleString("en-US"), align: "right" },
        { title: "candles", value: ([, w]) => w.candlesRead.toLocaleString("en-US"), align: "right" },
        { title: "evaluations", value: ([, w]) => w.indicatorEvaluations.toLocaleString("en-US"), align: "right" },
        { title: "model calls", value: ([, w]) => w.modelCalls.toLocaleString("en-US"), align: "right" },
        { title: "tokens", value: ([, w]) => (w.inputTokens + w.outputTokens).toLocaleString("en-US"), align: "right" },
      ]),
      `made at sleep ${r.made.sleep.toLocaleString("en-US")}, at test time ${r.made["test-time"].toLocaleString("en-US")}; served from memory ${r.served.toLocaleString("en-US")}; unused at least ${r.wasteAtLeast.toLocaleString("en-US")}`,
    ].join("\n");
  },
});
