// What a job says lies on Redis, where others may read it: no address that may hold a key is among it.
import { expect, it } from "vitest";
import { receiptJob } from "#apps/jobs/receipt-job.ts";
import { trialJob } from "#apps/jobs/trial-job.ts";
import { DeskConfig, SourceSettings } from "#schemas/config.ts";
import { unixMs } from "#schemas/units.ts";
import { configOf, slots } from "./bench-place.ts";

const CANARY = "canary-7f3a";
const SECRET_URL = `https://user:${CANARY}@example.org/${CANARY}`;

const config = (): DeskConfig => {
  const plain = configOf("mean-reversion");
  const sources = Object.fromEntries(
    Object.entries(SourceSettings.parse({})).map(([name, value]) =>
      typeof value === "string" && value.startsWith("http") ? [name, SECRET_URL] : [name, value],
    ),
  );
  return DeskConfig.parse({
    ...plain,
    databaseUrl: `postgres://desk:${CANARY}@127.0.0.1/desk`,
    redisUrl: `redis://:${CANARY}@127.0.0.1:6379`,
    sources,
    news: { ...plain.news, feeds: [SECRET_URL] },
    model: "openai/gpt-5",
    modelUrl: SECRET_URL,
    modelFallback: `openai/gpt-5@${SECRET_URL}`,
    sleepModelUrl: SECRET_URL,
  });
};

it("a run of the bench and a receipt are asked for without them", () => {
  const world = { venueId: "sim", definitionIds: [] };
  const jobs = [
    trialJob(config(), world, slots(10, {})),
    receiptJob({ config: config(), world, dayMs: unixMs(0) }, 0, "desk"),
  ];
  expect(JSON.stringify(config())).toContain(CANARY);
  for (const job of jobs) expect(JSON.stringify(job)).not.toContain(CANARY);
});
