// What the operator accepts reaches the next start, goes before the defaults and behind the environment, and survives being
// killed in between.
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decideProposal, type LearningDesk, listProposals } from "#apps/commands/learn.ts";
import { learnedFile, readLearned, writeLearned } from "#apps/learned-file.ts";
import { parseOptions } from "#apps/options.ts";
import { ConfigError, UnknownNameError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { type LedgerEntry, NO_WORK } from "#schemas/work.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";

const SETTING = "DEEPTRADER_TEST_TIME_WEIGHT";
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "learn-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A desk whose ledger says that much was made in vain. */
async function wastefulDesk(env: Record<string, string> = {}) {
  const shapes = assortedShapes().slice(0, 1);
  const venue = createSyntheticMarket({ seed: 3, timeframe: "5m", firstSlotMs: FIRST_SLOT_MS, slots: 4, shapes });
  const opened = await openTestDesk({ venue, startMs: FIRST_SLOT_MS });
  const wasted: LedgerEntry = {
    atMs: FIRST_SLOT_MS,
    phase: "sleep",
    job: "thinking",
    paths: {},
    misses: {},
    made: 0,
    served: 0,
    work: NO_WORK,
    ageAtUseMs: [],
    prepared: { answer: 300 },
  };
  await opened.desk.ledger.record(wasted, patience);
  const desk = { ...opened.desk, config: { ...opened.desk.config, home } };
  const open: LearningDesk = { desk, store: opened.store, env };
  return { ...opened, open };
}

const learnings = (events: readonly JournalEvent[]) => events.filter(({ type }) => type === "learning");

describe("learn", () => {
  it("lists a proposal with its diff and evidence, and changes nothing by it", async () => {
    const { open, events } = await wastefulDesk();
    const { proposals } = await listProposals(open, patience);
    expect(proposals).toMatchObject([
      { setting: SETTING, from: "2", to: "1", evidence: { n: 300, figure: 0 }, note: null },
    ]);
    expect(learnings(await events())).toEqual([]);
    expect(await readLearned(home)).toEqual({ accepted: {}, rejected: [] });
  });

  it("journals an acceptance and keeps it, for the operator alone, for the next start", async () => {
    const { open, events } = await wastefulDesk();
    const [proposal] = (await listProposals(open, patience)).proposals;
    const id = proposal?.proposalId ?? "";
    await decideProposal(open, id, "accepted", patience);
    expect(learnings(await events())).toMatchObject([
      { proposalId: id, verdict: "accepted", setting: SETTING, from: "2", to: "1" },
    ]);
    expect((await stat(learnedFile(home))).mode & 0o777).toBe(0o600);
    const { accepted } = await readLearned(home);
    expect(parseOptions({}, {}, { learned: accepted }).config.thinking.testTimeWeight).toBe(1);
    // The desk that runs keeps its setting, and proposes nothing more on the evidence that was used.
    expect(open.desk.config.thinking.testTimeWeight).toBe(2);
    expect((await listProposals(open, patience)).proposals).toEqual([]);
  });

  it("forgets a rejected proposal, and leaves what was accepted before", async () => {
    const { open } = await wastefulDesk();
    await writeLearned(home, { accepted: { DEEPTRADER_SHADOW_EVERY: "10" }, rejected: ["00000000"] });
    const [proposal] = (await listProposals(open, patience)).proposals;
    const id = proposal?.proposalId ?? "";
    await decideProposal(open, id, "rejected", patience);
    expect(await readLearned(home)).toEqual({
      accepted: { DEEPTRADER_SHADOW_EVERY: "10" },
      rejected: ["00000000", id],
    });
    expect((await listProposals(open, patience)).proposals).toEqual([]);
  });

  it("finishes an acceptance that was killed between journal and file, when it is asked again", async () => {
    const { open, events } = await wastefulDesk();
    const [proposal] = (await listProposals(open, patience)).proposals;
    const id = proposal?.proposalId ?? "";
    await decideProposal(open, id, "accepted", patience);
    await rm(learnedFile(home));
    expect(await decideProposal(open, id, "accepted", patience)).toMatchObject({ repeated: true, to: "1" });
    expect((await readLearned(home)).accepted).toEqual({ [SETTING]: "1" });
    expect(learnings(await events())).toHaveLength(1);
    await expect(decideProposal(open, id, "rejected", patience)).rejects.toThrow(UnknownNameError);
  });

  it("refuses an id that nobody proposed, naming those that are", async () => {
    const { open } = await wastefulDesk();
    const [proposal] = (await listProposals(open, patience)).proposals;
    const refused = decideProposal(open, "ffffffff", "accepted", patience);
    await expect(refused).rejects.toThrow(UnknownNameError);
    await expect(refused).rejects.toThrow(proposal?.proposalId);
  });

  it("says where the environment would go before what is accepted", async () => {
    const { open } = await wastefulDesk({ [SETTING]: "2" });
    const [proposal] = (await listProposals(open, patience)).proposals;
    expect(proposal?.note).toContain("set in the environment");
  });
});

describe("learned settings", () => {
  it("go before the default, and behind variable and flag", () => {
    const learned = { DEEPTRADER_SHADOW_EVERY: "7" };
    expect(parseOptions({}, {}, { learned }).config.thinking.shadowEvery).toBe(7);
    expect(parseOptions({}, { DEEPTRADER_SHADOW_EVERY: "9" }, { learned }).config.thinking.shadowEvery).toBe(9);
    expect(parseOptions({}, {}).config.thinking.shadowEvery).toBe(20);
  });

  it("are named with their file where they are wrong", () => {
    expect(() => parseOptions({}, {}, { learned: { DEEPTRADER_SHADOW_EVERY: "often" } })).toThrow(
      /SHADOW_EVERY in HOME\/learned\.json/,
    );
  });

  it.each([
    ["cut off", '{"accepted": {'],
    ["of another form", '{"accepted": [], "rejected": []}'],
    ["with a risk limit", '{"accepted": {"DEEPTRADER_MAX_DRAWDOWN_PCT": "90"}, "rejected": []}'],
    ["with a number where text is expected", '{"accepted": {"DEEPTRADER_SHADOW_EVERY": 7}, "rejected": []}'],
    ["with a member too many", '{"accepted": {}, "rejected": [], "mode": "live"}'],
  ])("are refused by name in a file %s", async (_, text) => {
    await writeFile(learnedFile(home), text);
    const reading = readLearned(home);
    await expect(reading).rejects.toThrow(ConfigError);
    await expect(reading).rejects.toThrow(learnedFile(home));
  });

  it("leave out what is no setting any more", async () => {
    await writeFile(
      learnedFile(home),
      '{"accepted": {"DEEPTRADER_OPINION": "off", "DEEPTRADER_SHADOW_EVERY": "7"}, "rejected": []}',
    );
    expect((await readLearned(home)).accepted).toEqual({ DEEPTRADER_SHADOW_EVERY: "7" });
  });

  it("are written whole", async () => {
    await writeLearned(home, { accepted: { DEEPTRADER_SHADOW_EVERY: "7" }, rejected: [] });
    expect(JSON.parse(await readFile(learnedFile(home), "utf8"))).toEqual({
      accepted: { DEEPTRADER_SHADOW_EVERY: "7" },
      rejected: [],
    });
    expect((await readLearned(join(home, "elsewhere"))).accepted).toEqual({});
  });
});
