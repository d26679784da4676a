// Bench. The parts of the evaluation, run in order and printed, or written as the document.
import type { ModelChoice } from "#agents/models/select.ts";
import { WORK_WEIGHTS } from "#schemas/work.ts";
import { budgetSection } from "./budgets.ts";
import { chainSection } from "./chains.ts";
import { contextSection } from "./contexts.ts";
import { corruptionSection } from "./corruption.ts";
import { sectionText, writeDocument } from "./document.ts";
import { modelSections } from "./model-made/model-sections.ts";
import { predictabilitySection } from "./predictability.ts";
import { realDeskSection } from "./real-desk.ts";
import { runSeedSessions, type SeedSessions } from "./seed-sessions.ts";
import { shockSection } from "./shock.ts";
import { stalenessSection } from "./staleness.ts";
import type { PartOptions, Section } from "./tables.ts";
import { controlSection, demandSection, levelSection } from "./traffic-sections.ts";

export interface EvaluationRun {
  readonly seeds: readonly number[];
  readonly only: readonly string[] | null;
  readonly json: boolean;
  readonly write: boolean;
  /** A folder of recordings; null: simulated markets only. */
  readonly dataDir: string | null;
  /** Judges and answers in part M; null: scripted models do. */
  readonly model: ModelChoice | null;
  readonly command: string;
  /** Usage errors: prints and leaves. */
  readonly fail: (text: string) => never;
  readonly print: (text: string) => void;
  readonly progress: (text: string) => void;
}

export const PARTS: Readonly<Record<string, (options: PartOptions) => Promise<readonly Section[]>>> = {
  B: async (options) => [await realDeskSection(options)],
  A: async (options) => [await stalenessSection(options)],
  C: async (options) => {
    const seeds: SeedSessions[] = [];
    for (const seed of options.seeds) {
      options.progress(`C sessions: seed ${seed}`);
      seeds.push(await runSeedSessions(seed));
    }
    return [
      demandSection(seeds),
      levelSection(seeds),
      controlSection(seeds),
      predictabilitySection(seeds),
      await budgetSection(options),
      await contextSection(options),
      await shockSection(options),
      await corruptionSection(options),
    ];
  },
  D: async (options) => [chainSection(options)],
  M: modelSections,
};

export async function runEvaluation(run: EvaluationRun): Promise<void> {
  const wanted = run.only ?? Object.keys(PARTS);
  const unknown = wanted.filter((name) => !(name in PARTS));
  if (unknown.length > 0)
    run.fail(`There is no part ${unknown.join(", ")}. Expected: ${Object.keys(PARTS).join(", ")}.`);
  if (run.write && run.only !== null) run.fail("--write writes the whole document; leave --only out.");

  const startedMs = performance.now();
  const sections: Section[] = [];
  for (const name of wanted) {
    const part = PARTS[name];
    if (part === undefined) continue;
    const made = await part(run);
    sections.push(...made);
    if (!run.json && !run.write) for (const section of made) run.print(`${sectionText(section)}\n\n`);
  }
  run.progress(`took ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  if (run.json) {
    run.print(
      `${JSON.stringify({ command: run.command, weights: WORK_WEIGHTS, sections: sections.map(withoutCharts) }, null, 2)}\n`,
    );
  }
  if (run.write) {
    const files = await writeDocument(
      { ...headOf(run), summary: sections.flatMap(({ headlines }) => headlines) },
      sections,
    );
    run.progress(`written: ${files.join(", ")}`);
  }
}

const withoutCharts = ({ charts: _charts, ...section }: Section) => section;

const headOf = ({ command, seeds, dataDir }: EvaluationRun) => ({
  command: dataDir === null ? command : `DEEPTRADER_REAL_DATA=… ${command}`,
  date: new Date().toISOString().slice(0, 10),
  lines: [
    `Made on ${new Date().toISOString().slice(0, 10)} with ${seeds.length} seeds. Intervals in brackets are 95 % percentile bootstrap over seeds (over days for recordings), 2,000 resamples, seeded.`,
    "SIMULATED – invented prices, wherever a table does not say `recorded`. All questions are synthetic traffic: nobody has asked them.",
    `Work units: ${Object.entries(WORK_WEIGHTS)
      .filter(([, weight]) => weight > 0)
      .map(([name, weight]) => `${name} ${weight}`)
      .join(", ")}. A stated scale, not a measurement. The built-in rules call no model, so they count nothing here.`,
  ],
});
