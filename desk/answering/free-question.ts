// Floor 4. Free-form questions are remembered as exact ones are: what is asked again is worth answering ahead. Bounded by age, as
// all questions; of a conversation nothing but these words is kept here.
import { z } from "zod";
import { freeTopic } from "#agents/deep-trader-manager/language/free-form.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { FreeForm } from "#schemas/free-form.ts";
import { AnswerPath } from "#schemas/question.ts";
import { KEEP_QUESTIONS_DAYS } from "#schemas/retention.ts";
import { DAY_MS, UnixMs, unixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";

/** Body of a topic of kind `question` that has no intent. */
export const FreeQuestion = z.object({
  free: FreeForm,
  path: AnswerPath,
  atMs: UnixMs,
  /** Topics it was served from. */
  topicIds: z.array(z.string()).default([]),
  /** How many of the same were asked at the same moment before it: a simulated clock stands still. */
  repeat: z.int().nonnegative().default(0),
});
export type FreeQuestion = z.infer<typeof FreeQuestion>;

type FreeDesk = Pick<Desk, "deskId" | "marketData" | "config" | "topics">;

export const freeTopicOf = ({ deskId, marketData, config }: Omit<FreeDesk, "topics">, free: FreeForm): string =>
  freeTopic(free, { deskId, venueId: marketData.venueId, timeframe: config.timeframe });

/** Resolves once it is durable. @throws StoreError */
export async function rememberFree(
  desk: FreeDesk,
  { free, path, atMs, topicIds }: Pick<FreeQuestion, "free" | "path" | "atMs" | "topicIds">,
): Promise<void> {
  const topic = freeTopicOf(desk, free);
  const [last] = await desk.topics.history("question", { topic, nowMs: atMs, limit: 1 }, NEVER_ABORTED);
  const before = FreeQuestion.safeParse(last?.record.body).data;
  const repeat = before?.atMs === atMs ? before.repeat + 1 : 0;
  const body: FreeQuestion = { free, path, atMs, topicIds, repeat };
  const validUntilMs = unixMs(atMs + KEEP_QUESTIONS_DAYS * DAY_MS);
  await desk.topics.remember(
    { kind: "question", topic, body, sources: [], validUntilMs },
    { nowMs: atMs },
    NEVER_ABORTED,
  );
}
