// Debates bought once from a provider, through the unmodified router, and replayed by the live desk and by the backtest.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ModelSetting, selectModels } from "#agents/models/select.ts";
import { ModelRunError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { askedOf, moody } from "#test/agents/debate/scripted.ts";
import { type OpenAiServer, startOpenAiServer } from "#test/support/openai-server.ts";
import { canonicalLines, countKinds } from "../both-ways.ts";
import { backtestWithDebates, debatesIn, liveWithDebates, marketOf, outcomesIn } from "./debate-trial.ts";

const SLOTS = 120;

const modelsWith = (recording: ModelSetting["recording"], modelUrl: string | null) => () =>
  selectModels({
    model: "openai/gpt-5",
    modelUrl,
    env: { OPENAI_API_KEY: "sk-canary-7f3a91" },
    wait: async () => undefined,
    recording,
    fallback: "rules",
  });

describe("recorded debates", () => {
  let dir = "";
  let recorded: readonly JournalEvent[] = [];
  let ledgerTokens = 0;
  let billed: OpenAiServer["billed"] = { input: 0, output: 0 };
  let calls = 0;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "deeptrader-debates-"));
    let moods = 0;
    await using server = await startOpenAiServer(({ system, user }) => {
      moods += 1;
      // One in ten answers cannot be read: that is recorded too.
      const text = moods % 10 === 0 ? "Hard to say." : moody(askedOf(system, user));
      return { text, usage: { input: 1_000 + moods, output: 60 } };
    });
    const models = modelsWith({ mode: "record", dir }, server.url);
    const live = await liveWithDebates({ venue: marketOf(1, SLOTS), models });
    recorded = live.events;
    const work = live.ledger.filter(({ phase }) => phase === "sleep").map((entry) => entry.work);
    ledgerTokens = work.reduce((sum, w) => sum + w.inputTokens + w.outputTokens, 0);
    billed = { ...server.billed };
    calls = server.requests.length;
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it("were asked for, heeded, kept one file a call, and are in the ledger to the token", async () => {
    const counts = countKinds(recorded);
    expect(calls).toBeGreaterThan(50);
    expect(counts.get("refused:second-opinion")).toBeGreaterThan(2);
    expect(await readdir(dir)).toHaveLength(calls);
    expect(ledgerTokens).toBe(billed.input + billed.output);
  });

  it("give the same journal when replayed live and in a backtest, without the server and its key", async () => {
    const models = modelsWith({ mode: "replay", dir }, null);
    const live = await liveWithDebates({ venue: marketOf(1, SLOTS), models });
    const backtest = await backtestWithDebates({ venue: marketOf(1, SLOTS), models });
    for (const events of [live.events, backtest]) {
      expect(canonicalLines(events)).toEqual(canonicalLines(recorded));
      expect(debatesIn(events)).toEqual(debatesIn(recorded));
      expect(outcomesIn(events)).toEqual(outcomesIn(recorded));
    }
  });

  it("that are missing end a replay with the name of the call, live and in a backtest, fallback or not", async () => {
    const [gone] = await readdir(dir);
    await rm(join(dir, gone ?? ""));
    const trial = { venue: marketOf(1, SLOTS), models: modelsWith({ mode: "replay", dir }, null) };
    for (const run of [() => liveWithDebates(trial), () => backtestWithDebates(trial)]) {
      const failed: unknown = await run().then(
        () => null,
        (error: unknown) => error,
      );
      expect(failed).toBeInstanceOf(ModelRunError);
      expect(String(failed)).toContain(`has no call ${gone?.slice(0, 64)}`);
    }
  });
});
