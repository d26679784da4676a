// The one source that does more than read: what the operator wants done, as a model writes it, becomes a proposal of exactly that,
// or a refusal that the model can act on.
import { beforeEach, describe, expect, it } from "vitest";
import { openProposals } from "#desk/acts/propose.ts";
import { proposeSource } from "#desk/answering/sources/propose.ts";
import { WorkTally } from "#schemas/work.ts";
import { patience, type TestDesk } from "#test/support/desk.ts";
import { asked, openTraded } from "./asked-desk.ts";

let test: TestDesk;
beforeEach(async () => {
  test = await openTraded(20);
});

async function propose(wish: object, question = "please do it") {
  const { open } = asked(test);
  const source = proposeSource(open);
  const run = {
    nowMs: test.desk.clock.now(),
    language: "en",
    tally: new WorkTally(),
    question,
    conversation: "me",
    known: () => null,
  } as const;
  const facts = await source.read(source.input.parse(wish) as never, run, patience);
  return { text: facts.map(({ value }) => String(value)).join("\n"), made: openProposals(test.desk) };
}

describe("`propose`", () => {
  it("makes a proposal of what was meant, with each line closed, and does nothing", async () => {
    const before = test.desk.account.portfolio();
    const { text, made } = await propose({ act: "add-rule" }, "remember that I like quiet weekends");
    expect(made).toMatchObject([{ act: { kind: "add-rule", rule: { type: "note" } }, conversation: "me" }]);
    expect(text).toMatch(/not enforced: remember that I like quiet weekends\. Waits for an answer/);
    expect(test.desk.account.portfolio().control).toBe(before.control);
  });

  it("takes a rule as typed, before the words", async () => {
    const rule = { type: "no-hold-over", scope: { kind: "group", name: "memecoins" }, when: { kind: "weekend" } };
    const { made } = await propose({ act: "add-rule", rule }, "no dog coins on Saturdays");
    expect(made[0]?.act).toMatchObject({ rule: { type: "no-hold-over", scope: { name: "memecoins" } } });
  });

  it("says field by field what is wrong with a rule, rather than keep it as a note that nobody enforces", async () => {
    const rule = { type: "no-hold-over", scope: { kind: "group", name: "memecoins" }, over: "weekend" };
    const refused = propose({ act: "add-rule", rule }, "no dog coins on Saturdays");
    await expect(refused).rejects.toThrow(/when: expected weekend, weekdays or hours[\s\S]*leave `rule` out/);
    expect(openProposals(test.desk)).toEqual([]);
  });

  it("reads the operator's words where the typed rule is none", async () => {
    const { made } = await propose({ act: "add-rule", rule: { type: "?" } }, "never hold memecoins over the weekend");
    expect(made[0]?.act).toMatchObject({ rule: { type: "no-hold-over" } });
  });

  it.each([
    [{ act: "close" }, /without asset/],
    [{ act: "tighten", limit: "entryPct" }, /without value/],
    [{ act: "watch", asset: "ETH", watch: "close-below" }, /without value/],
    [{ act: "reduce", asset: "ETH" }, /without percent/],
    [{ act: "close", asset: "NOSUCH" }, /no market of this desk/],
  ])("asks for what is missing: %j", async (wish, message) => {
    await expect(propose(wish)).rejects.toThrow(message);
  });

  it.each([
    [
      { act: "tighten", limit: "maxOpenPositions", value: 12 },
      /^Nothing was proposed: .*loosened in the configuration/,
    ],
    [{ act: "close", asset: "SOL" }, /^Nothing was proposed|Proposal p1:/],
  ])("refuses what loosens, and says where it is done: %j", async (wish, text) => {
    expect((await propose(wish)).text).toMatch(text);
  });
});
