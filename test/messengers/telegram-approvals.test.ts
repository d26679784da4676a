// What is proposed, answered by a button: once, and only what was shown above it.
import { describe, expect, it } from "vitest";
import { proposalPress } from "#apps/messengers/proposal-buttons.ts";
import { proposeAct } from "#desk/acts/propose.ts";
import type { Proposal } from "#schemas/act.ts";
import { patience } from "#test/support/desk.ts";
import { ANNA, type TelegramUnderTest, telegramUnderTest } from "./telegram-under-test.ts";

async function propose({ desk }: TelegramUnderTest, conversation: string | null = null): Promise<Proposal> {
  const asked = { act: { kind: "pause" as const, strategyId: null }, madeBy: "a script", conversation };
  const outcome = await proposeAct(desk, asked, patience);
  if (outcome.status === "refused") throw new Error(outcome.reason);
  return outcome.proposal;
}
const endsOf = async (under: TelegramUnderTest) =>
  (await under.events()).flatMap((event) => (event.type === "proposal-ended" ? [event.end] : []));

describe("approvals", () => {
  it("says where nothing waits", async () => {
    await using under = await telegramUnderTest();
    expect(await under.say("/approvals")).toMatch(/SIMULATED.*Nothing waits for an answer/s);
  });

  it("shows exactly what is proposed; one press does it under the person's name, and takes the buttons away", async () => {
    await using under = await telegramUnderTest();
    const { lines } = await propose(under);
    const text = await under.say("/approvals");
    for (const line of lines) expect(text).toContain(line);
    const shown = under.api.sent.at(-1);
    expect(shown?.buttons.map((button) => button.text)).toEqual(["Approve p1", "Refuse p1"]);
    for (const { callback_data } of shown?.buttons ?? [])
      expect(Buffer.byteLength(callback_data)).toBeLessThanOrEqual(64);
    under.api.press(ANNA, "Approve", shown);
    const [, answer] = await under.answers(2);
    expect(answer).toMatch(/p1 is approved by Anna \(Telegram 77\)/);
    expect(under.api.sent.at(-1)).toMatchObject({
      method: "editMessageText",
      messageId: shown?.messageId,
      buttons: [],
    });
    expect(under.desk.account.portfolio().control).toBe("paused");
    expect(await endsOf(under)).toMatchObject([{ outcome: "approved", by: "Anna (Telegram 77)" }]);
    // Pressed again before the buttons were gone.
    under.api.press(ANNA, "Refuse", shown);
    expect((await under.answers(3))[2]).toMatch(/p1 was approved by Anna \(Telegram 77\) at/);
    expect(await endsOf(under)).toHaveLength(1);
  });

  it("is refused by the other button", async () => {
    await using under = await telegramUnderTest();
    await propose(under);
    await under.say("/approvals");
    under.api.press(ANNA, "Refuse");
    expect((await under.answers(2))[1]).toMatch(/p1 is refused by Anna \(Telegram 77\): refused on Telegram/);
    expect(under.desk.account.portfolio().control).toBe("running");
  });

  it("answers no proposal of today with a button of an earlier run", async () => {
    await using under = await telegramUnderTest();
    await propose(under);
    await under.say("/approvals");
    const shown = under.api.sent.at(-1);
    const old = shown?.buttons.map((button) => ({ ...button, callback_data: `a:p1:${"0".repeat(12)}` })) ?? [];
    under.api.press(ANNA, "Approve", shown === undefined ? undefined : { ...shown, buttons: old });
    expect((await under.answers(2))[1]).toMatch(/belongs to a proposal that is not waiting any more. Nothing was done/);
    expect(await endsOf(under)).toEqual([]);
  });

  it("are shown with their buttons behind the answer whose question proposed them", async () => {
    await using under: TelegramUnderTest = await telegramUnderTest({
      wrapDoor: (door) => ({
        ...door,
        run: async (command, input, options) => {
          if (command !== "ask") return door.run(command, input, options);
          await propose(under, String(input.flags["conversation"]));
          return door.run(command, input, options);
        },
      }),
    });
    await propose(under, "another chat");
    under.api.write(ANNA, "/ask pause the desk");
    const texts = await under.answers(2);
    expect(texts[1]).toMatch(/Proposal p2/);
    expect(texts).toHaveLength(2);
  });

  it("know their own buttons", () => {
    expect(proposalPress("a:p7:0123456789ab")).toEqual({ approves: true, proposalId: "p7", mark: "0123456789ab" });
    for (const data of ["a:p7", "x:p7:0123456789ab", "a:p7:0123456789abc", "y:0123456789abcdef"]) {
      expect(proposalPress(data)).toBeNull();
    }
  });
});
