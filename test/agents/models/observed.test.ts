// Calls of models as whoever looks on sees them: through the unmodified router and a local server.
import { expect, it } from "vitest";
import { type ModelSetting, selectModels } from "#agents/models/select.ts";
import { startOpenAiServer } from "#test/support/openai-server.ts";
import { type CallEnd, createObservers, type SeenCall } from "#toolkits/ports/observed.ts";
import { diligent, QUESTION } from "../diligent.ts";
import { createTalkDesk } from "../talk-fixture.ts";

it("are told at the end of their answer, with tries again and the class of what went wrong", async () => {
  await using bad = await startOpenAiServer(() => ({ status: 500, message: "sk-canary" }));
  await using good = await startOpenAiServer(diligent);
  const observers = createObservers();
  const seen: [SeenCall, CallEnd][] = [];
  observers.add({ called: (call) => (end) => seen.push([call, end]), recorded: () => {} });
  const setting: ModelSetting = {
    model: "custom/m1",
    modelUrl: bad.url,
    env: {},
    wait: async () => undefined,
    recording: null,
    observers,
  };
  const choices = await selectModels({ ...setting, fallback: `custom/m2@${good.url}` });
  const outcome = await createTalkDesk({ choices }).ask(QUESTION);
  expect(outcome).toMatchObject({ status: "answered", model: "custom/m2", work: { modelCalls: 5 } });
  expect(seen.map(([{ port, verb }, { error, retries }]) => [port, verb, error instanceof Error, retries])).toEqual([
    ["model", "custom/m1", true, 2],
    ["model", "custom/m2", false, 0],
    ["model", "custom/m2", false, 0],
  ]);
});
