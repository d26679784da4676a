// Bench. Part M, in order: what a model's judgement bought asleep is worth. With a real model the first seeds only: it is paid for.
import { asleep as asleepRule, awake as awakeRule, scriptedChoice } from "../../support/scripted-model.ts";
import type { EvalModels } from "../eval-desk.ts";
import type { PartOptions, Section } from "../tables.ts";
import { tokenBudgetSection } from "./budget-section.ts";
import { modelContextSection } from "./context-section.ts";
import { freeDaySection } from "./day-section.ts";
import { decisionSection } from "./decision-section.ts";

/** Seeds at most: each has whole days of its own, and they differ little. */
const SEEDS = 5;
/** A day of questions takes longest. */
const DAY_SEEDS = 2;

export async function modelSections(options: PartOptions): Promise<readonly Section[]> {
  const { model } = options;
  const seeds = options.seeds.slice(0, SEEDS);
  const models: EvalModels =
    model === null
      ? {
          asleep: scriptedChoice("scripted/asleep", asleepRule).choice,
          awake: scriptedChoice("scripted/awake", awakeRule).choice,
        }
      : { asleep: model, awake: model };
  return [
    await decisionSection(options, seeds),
    await tokenBudgetSection(options, seeds, models),
    await modelContextSection(options, seeds, models),
    await freeDaySection(options, seeds.slice(0, DAY_SEEDS), models),
  ];
}
