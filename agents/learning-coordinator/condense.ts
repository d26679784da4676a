// Floor 3. Dated lessons, figures over them and the earlier list → a shorter list as a model writes it. What of it stands is decided
// by code.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { ModelChoice } from "../models/select.ts";
import { askForObject, type TypedAnswer, type TypedSpend } from "../typed-call.ts";

/** Twenty lessons and a reasoning model's thoughts. */
const MAX_OUTPUT_TOKENS = 4096;

export const LessonReply = z.object({
  lessons: z
    .array(
      z.object({
        text: z.string().max(600),
        symbol: z.string().max(60).nullable(),
        strategyId: z.string().max(60).nullable(),
        restsOn: z.array(z.string().max(20)).max(200),
      }),
    )
    .max(60),
});
export type WrittenLesson = z.infer<typeof LessonReply>["lessons"][number];

/** @throws ModelRunError where a replay misses the call, or a recording cannot be used */
export async function condense(
  models: readonly ModelChoice[],
  user: string,
  spend: TypedSpend,
): Promise<TypedAnswer<z.infer<typeof LessonReply>>> {
  const system = await instructions();
  return askForObject(models, { system, user, reply: LessonReply, maxOutputTokens: MAX_OUTPUT_TOKENS }, spend);
}

let loaded: Promise<string> | undefined;

function instructions(): Promise<string> {
  loaded ??= readFile(new URL("./condense.md", import.meta.url), "utf8");
  return loaded;
}
