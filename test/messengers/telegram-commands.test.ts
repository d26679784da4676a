// What a paired chat can ask and do, through grammY's own client.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ANNA, telegramUnderTest } from "./telegram-under-test.ts";

const GROUP = -100_555;

describe("a paired chat", () => {
  it("is shown what the desk's terminal shows, marked as simulated", async () => {
    await using under = await telegramUnderTest();
    const { door, say } = under;
    for (const [line, command] of [
      ["/status", "status"],
      ["/positions@desk_bot", "positions"],
    ] as const) {
      const text = await say(line);
      expect(text).toBe(door.text(command, await door.run(command, { args: [], flags: {} })));
      expect(text).toContain("SIMULATED – invented prices");
    }
  });

  it("gets every message as one plain block, in which no name is markup", async () => {
    await using under = await telegramUnderTest();
    const text = await under.say("/help");
    const [sent] = under.api.sent;
    expect(sent?.payload).not.toHaveProperty("parse_mode");
    expect(sent?.payload["entities"]).toEqual([{ type: "pre", offset: 0, length: text.length }]);
    expect(sent?.payload["link_preview_options"]).toEqual({ is_disabled: true });
    for (const word of ["SIMULATED", "/status", "/profit", "/halt", "/approvals", "/quiet", "UTC"]) {
      expect(text).toContain(word);
    }
  });

  it("is told profit by day, of a week or of what it names, and what is wrong with the name", async () => {
    await using under = await telegramUnderTest();
    expect(await under.say("/profit")).toMatch(/after fees in 0 closed trades since 2024-02-23 12:0\d UTC/);
    expect(await under.say("/profit 30d")).toMatch(/since 2024-01-31/);
    expect(await under.say("/profit soon")).toMatch(/soon/);
  });

  it("asks in its own words, in a conversation of its own", async () => {
    const asked: unknown[] = [];
    await using under = await telegramUnderTest({
      wrapDoor: (door) => ({
        ...door,
        run: (command, input, options) => {
          if (command === "ask") asked.push(input);
          return door.run(command, input, options);
        },
      }),
    });
    expect(await under.say("what do I hold?")).toContain("SIMULATED");
    await under.say("/ask what do I hold?");
    const input = { args: ["what do I hold?"], flags: { conversation: `telegram-${ANNA}` } };
    expect(asked).toEqual([input, input]);
  });

  it.each([
    ["/pause", "pause", "paused"],
    ["/halt the news", "halt", "halted"],
  ])("%s holds at once, and is journaled under the person's name", async (line, action, control) => {
    await using under = await telegramUnderTest();
    expect(await under.say(line)).toMatch(new RegExp(`${control}: `));
    expect(under.desk.account.portfolio().control).toBe(control);
    expect(await under.rows()).toMatchObject([{ action, by: `Anna (Telegram ${ANNA})` }]);
    expect(existsSync(join(under.home, "halt"))).toBe(action === "halt");
  });

  it("resumes after a button only, once, and the halt file is gone", async () => {
    await using under = await telegramUnderTest();
    const { api, answers } = under;
    await under.say("/halt");
    expect(await under.say("/resume all clear")).toMatch(/Resume the whole desk\?/);
    expect(under.desk.account.portfolio().control).toBe("halted");
    const question = api.sent.at(-1);
    api.press(ANNA, "Yes", question);
    expect((await answers(3)).at(-1)).toMatch(/running: /);
    expect(under.desk.account.portfolio().control).toBe("running");
    expect(existsSync(join(under.home, "halt"))).toBe(false);
    expect(api.sent.at(-1)).toMatchObject({ method: "editMessageText", messageId: question?.messageId, buttons: [] });
    await under.say("/pause");
    api.press(ANNA, "Yes", question);
    expect((await answers(5)).at(-1)).toMatch(/This button is old.*Nothing was done/);
    expect(under.desk.account.portfolio().control).toBe("paused");
    expect((await under.rows()).map((row) => row.type === "control" && row.reason)).toEqual([
      "on Telegram",
      "all clear",
      "on Telegram",
    ]);
  });

  it("does nothing on No, and nothing once ten minutes are over", async () => {
    await using under = await telegramUnderTest();
    await under.say("/pause");
    await under.say("/resume");
    under.api.press(ANNA, "No");
    expect((await under.answers(3)).at(-1)).toMatch(/Nothing was done/);
    await under.say("/resume");
    await under.idle();
    under.clock.advance(10 * 60_000);
    // The poll of before is given up, and another begins.
    await under.clock.sleeps(1_000);
    under.clock.advance(1_000);
    under.api.press(ANNA, "Yes");
    expect((await under.answers(5)).at(-1)).toMatch(/This button is old/);
    expect(under.desk.account.portfolio().control).toBe("paused");
  });

  it("is told of a command that there is none of, also of one that objects have", async () => {
    await using under = await telegramUnderTest();
    expect(await under.say("/buy BTC")).toMatch(/There is no command \/buy/);
    expect(await under.say("/constructor")).toMatch(/There is no command \/constructor/);
  });

  it("is not kept waiting for a halt by a question that takes long", async () => {
    const hung = Promise.withResolvers<never>();
    await using under = await telegramUnderTest({
      wrapDoor: (door) => ({
        ...door,
        run: (command, input, options) => (command === "ask" ? hung.promise : door.run(command, input, options)),
      }),
    });
    under.api.write(ANNA, "is the desk healthy?");
    expect(await under.say("/halt")).toMatch(/halted/);
    expect(await under.say("/status")).toMatch(/halt/);
    hung.reject(new Error("the test is over"));
  });

  it("halts although the store takes no journal: by the file", async () => {
    await using under = await telegramUnderTest();
    Object.assign(under.desk.account, { append: () => Promise.reject(new Error("The disk is full.")) });
    expect(await under.say("/halt")).toMatch(/halted: /);
    expect(existsSync(join(under.home, "halt"))).toBe(true);
  });

  it("of many reads lines of a group as talk, and commands of another bot as another bot's", async () => {
    await using under = await telegramUnderTest({ paired: [GROUP, ANNA] });
    const { api } = under;
    for (const line of ["what do I hold?", "/halt@other_bot", "/weather"]) api.write(GROUP, line);
    api.write(GROUP, "/pause@desk_bot");
    expect((await under.answers(1, GROUP))[0]).toMatch(/paused/);
    expect(api.textsTo(GROUP)).toHaveLength(1);
    expect(await under.rows()).toMatchObject([{ action: "pause", by: "Anna (Telegram 77, in Desk crew)" }]);
  });
});
