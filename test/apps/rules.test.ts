// `rules` and `watches`: what the operator types, what is journaled, and what holds after a restart.
import { describe, expect, it } from "vitest";
import { statusCommand } from "#apps/commands/status.ts";
import { deskCommandNamed } from "#apps/desk-commands.ts";
import { addOperatorRule, type RuleAnswer, removeOperatorRule } from "#desk/operator-rules/add-rule.ts";
import { carryOver } from "#desk/operator-rules/carry-over.ts";
import { ruleFromWords } from "#desk/operator-rules/rule-words.ts";
import { vocabularyOf } from "#desk/operator-rules/vocabulary.ts";
import type { OperatorRule } from "#schemas/operator-rule.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";

const [list, add, remove] = ["list", "add", "remove"].map((name) => deskCommandNamed(`rules ${name}`)) as [
  ReturnType<typeof deskCommandNamed>,
  ReturnType<typeof deskCommandNamed>,
  ReturnType<typeof deskCommandNamed>,
];
const watchesAdd = deskCommandNamed("watches add");
const watchesList = deskCommandNamed("watches list");
const watchesRemove = deskCommandNamed("watches remove");
const status = statusCommand;

const NEVER: OperatorRule = { type: "no-entries", scope: { kind: "all" }, when: { kind: "always" } };
const made = (rule: OperatorRule, words = "mine") => ({ rule, words, by: "operator" });

describe("rules", () => {
  it("are made of words, say what they cover and what not, and are listed and taken away", async () => {
    const { run, desk, events } = await simulatedDesk({ assets: 50 });
    const { document, text } = await run<RuleAnswer>(add, { by: "Ana" }, ["never hold memecoins", "over the weekend"]);
    expect(document).toMatchObject({
      status: "added",
      simulated: true,
      rule: { ruleId: "r1", by: "Ana", words: "never hold memecoins over the weekend" },
    });
    expect(text).toContain("r1 holds from now on. Nothing in memecoins is held over weekends");
    expect(text).toContain(
      "Of the desk's 50 USDT markets it covers BONK/USDT, DOGE/USDT, PEPE/USDT, SHIB/USDT; no other.",
    );
    expect(text).toMatch(/by this project's list of \d{4}-\d{2}-\d{2}: a token that is not in it is not covered\./);
    const added = (await events()).at(-1);
    expect(added).toMatchObject({ type: "operator-rule", state: "added", ruleId: "r1", by: "Ana", atMs: START_MS });
    expect((await run(list)).text).toContain('r1  "never hold memecoins over the weekend"  Ana, 2024-03-01 12:00 UTC');
    expect((await run(status)).text).toContain('rule       r1 "never hold memecoins over the weekend"');

    const gone = await run<RuleAnswer>(remove, { reason: "enough" }, ["r1"]);
    expect(gone.text).toContain('No longer enforced, r1 "never hold memecoins over the weekend"');
    expect((await events()).at(-1)).toMatchObject({ state: "removed", words: "enough", by: "operator" });
    expect(desk.account.portfolio().rules.size).toBe(0);
    expect((await run(list)).text).toContain("No rules of yours.");
    // Its id is not used again.
    expect((await run<RuleAnswer>(add, {}, ["no entries in DOGE"])).document).toMatchObject({ rule: { ruleId: "r2" } });
  });

  it("keep what they cannot read as a note, and say at every place that it is not enforced", async () => {
    const { run } = await simulatedDesk();
    const { document, text } = await run<RuleAnswer>(add, {}, ["do nothing silly"]);
    expect(document).toMatchObject({ status: "added", rule: { rule: { type: "note", text: "do nothing silly" } } });
    expect(text).toContain("A note, not enforced: do nothing silly");
    expect(text).toContain("The desk reads rules such as");
    expect((await run(list)).text).toContain("A note, not enforced");
    expect((await run(status)).text).toContain('"do nothing silly", a note, not enforced');
  });

  it("that cover no market of the desk say so", async () => {
    const { run } = await simulatedDesk();
    expect((await run(add, {}, ["no entries in WIF"])).text).toContain(
      "It covers none of the desk's 12 USDT markets now. Tokens that it does not name are not covered.",
    );
  });

  it("are taken as JSON, and refused with what is wrong", async () => {
    const { run } = await simulatedDesk();
    const typed = JSON.stringify({ type: "max-positions", scope: { kind: "markets", pattern: "*/USDT" }, count: 2 });
    expect((await run<RuleAnswer>(add, { typed }, ["mine"])).document).toMatchObject({
      rule: { words: "mine", rule: { type: "max-positions", count: 2 } },
    });
    await expect(run(add, { typed: "{" }, ["mine"])).rejects.toThrow(/--typed is no rule/);
    await expect(run(add, { typed: '{"type":"permit"}' }, ["mine"])).rejects.toThrow(/expected a rule with type/);
    await expect(run(add, {}, [" "])).rejects.toThrow(/not one line of 1 to 300/);
    await expect(run(add, {}, ["x".repeat(301)])).rejects.toThrow(/not one line of 1 to 300/);
    await expect(run(add, { by: "a\u0007" }, ["no entries"])).rejects.toThrow(/--by is no name/);
  });

  it("are refused, with the reason, where they cannot hold here or stand already; nothing is journaled", async () => {
    const { run, desk, events } = await simulatedDesk();
    await addOperatorRule(desk, made(NEVER), patience);
    const before = (await events()).length;
    const stake: OperatorRule = {
      type: "max-stake",
      scope: { kind: "all" },
      limit: { amount: "5" as never, currency: "EUR" },
    };
    const of = async (rule: OperatorRule) => addOperatorRule(desk, made(rule), patience);
    expect(await of(NEVER)).toEqual({ status: "refused", reason: "Rule r1 says the same already." });
    expect(await of(stake)).toMatchObject({ reason: "The desk settles in USDT; a stake cannot be limited in EUR." });
    const strategy = { kind: "strategy", strategyId: "nobody" } as const;
    expect(await of({ ...NEVER, scope: strategy })).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(/no strategy "nobody".* one of mean-reversion/),
    });
    expect((await run(remove, {}, ["r7"])).text).toBe(
      'SIMULATED – invented prices\nThere is no rule "r7". Expected one of r1.',
    );
    expect(await events()).toHaveLength(before);
    const full = {
      ...desk.account.portfolio(),
      rules: new Map(Array.from({ length: 50 }, (_, i) => [`r${i}`, {} as never])),
    };
    const crowded = { ...desk, account: { ...desk.account, portfolio: () => full } };
    expect(await addOperatorRule(crowded, made(NEVER), patience)).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(/^There are 50 rules/),
    });
  });

  it("made at the same time get ids of their own; of two alike one is made", async () => {
    const { desk, events } = await simulatedDesk();
    const words = ["no entries in BTC", "no entries in ETH", "no entries in BTC"];
    const answers = await Promise.all(
      words.map((text) => {
        const rule = ruleFromWords(text, vocabularyOf(desk));
        if (rule === null) throw new Error(text);
        return addOperatorRule(desk, made(rule, text), patience);
      }),
    );
    expect(answers.map((answer) => (answer.status === "refused" ? answer.reason : answer.rule.ruleId))).toEqual([
      "r1",
      "r2",
      "Rule r1 says the same already.",
    ]);
    expect((await events()).filter(({ type }) => type === "operator-rule")).toHaveLength(2);
    const twice = { ruleId: "r1", by: "operator", words: "enough" };
    const removed = await Promise.all([
      removeOperatorRule(desk, twice, patience),
      removeOperatorRule(desk, twice, patience),
    ]);
    expect(removed.map((answer) => answer.status)).toEqual(["removed", "refused"]);
  });

  it("are not there where the journal did not take them", async () => {
    const { desk } = await simulatedDesk();
    const failing = { ...desk.account, append: () => Promise.reject(new Error("disk full")) };
    await expect(addOperatorRule({ ...desk, account: failing }, made(NEVER), patience)).rejects.toThrow("disk full");
    expect(desk.account.portfolio().rules.size).toBe(0);
  });

  it("bind the next slot, are named by the refusal, and hold after a restart", async () => {
    const first = await simulatedDesk({ strategies: [eager] });
    await first.run(add, {}, ["no entries"]);
    for (let slot = 0; slot < 6; slot++) await first.runSlot(slot);
    const refusals = (await first.events()).flatMap((e) => (e.type === "refusal" ? [e.refusal] : []));
    const own = refusals.filter(({ rule }) => rule === "operator-rule");
    expect(own.length).toBeGreaterThan(0);
    expect(own[0]?.reason).toBe('your rule r1, "no entries": no entries');
    expect(first.desk.account.portfolio().positions.size).toBe(0);
    const { marketData, markets, security } = first.desk;
    const universe = { topAssets: async () => first.desk.universe.at(first.clock.now(), patience) };
    const venue = { marketData, markets, security, universe };
    const again = await openTestDesk({ venue, startMs: first.clock.now(), store: first.store, strategies: [eager] });
    expect([...again.desk.account.portfolio().rules]).toEqual([...first.desk.account.portfolio().rules]);
  });

  it("hold in a new run of a simulated desk too, those that stand", async () => {
    const first = await simulatedDesk();
    for (const text of ["no entries in BTC", "no entries in ETH", "be careful"]) await first.run(add, {}, [text]);
    await first.run(remove, {}, ["r1"]);
    for (const text of ["BTC closes under 1", "ETH closes under 1", "SOL closes under 1"])
      await first.run(watchesAdd, {}, [text]);
    await first.run(watchesRemove, {}, ["w1"]);
    const { marketData, markets, security } = first.desk;
    const universe = { topAssets: async () => first.desk.universe.at(first.clock.now(), patience) };
    const next = await openTestDesk({
      venue: { marketData, markets, security, universe },
      startMs: START_MS,
      store: first.store,
      runId: "sim-2",
    });
    // The next venue has no SOL.
    const fewer = new Map([...markets].filter(([symbol]) => symbol !== "SOL/USDT"));
    const poorer = { ...next.desk, markets: fewer };
    expect(await carryOver(poorer, first.store, patience)).toEqual({ rules: 2, watches: 1 });
    const watches = next.desk.alerts.watches.standing();
    expect(watches.map(({ watchId, watch }) => [watchId, watch.symbol])).toEqual([["w1", "ETH/USDT"]]);
    const carried = [...next.desk.account.portfolio().rules.values()];
    expect(carried.map(({ ruleId, words }) => [ruleId, words])).toEqual([
      ["r1", "no entries in ETH"],
      ["r2", "be careful"],
    ]);
  });
});

describe("watches", () => {
  it("are set in words, listed and taken away", async () => {
    const { run, desk } = await simulatedDesk();
    const { text } = await run(watchesAdd, {}, ["tell me when", "BTC closes under 1"]);
    expect(text).toContain("w1 waits. Tells you once when BTC/USDT closes under 1 USDT on 5m.");
    expect(text).toContain("1 itself does not count.");
    expect((await run(watchesList)).text).toContain(
      "w1  BTC/USDT closes under 1 USDT on 5m  operator, 2024-03-01 12:00 UTC",
    );
    expect((await run(watchesAdd, {}, ["BTC/USDT closes below 1 on 5m"])).text).toContain(
      "w1 watches the same already.",
    );
    expect((await run(watchesRemove, {}, ["w9"])).text).toContain('No watch "w9" waits. Expected one of w1.');
    expect((await run(watchesRemove, {}, ["w1"])).text).toContain("No longer watched, w1");
    expect(desk.alerts.watches.standing()).toEqual([]);
    expect((await run(watchesList)).text).toContain("Nothing is watched.");
  });

  it.each([
    ["nonsense", /is no watch that the desk reads/],
    ["BTC closes under 3000 EUR", /BTC\/USDT is quoted in USDT, not in EUR; name the market/],
    ["NOPE closes under 3000", /has no market NOPE\/USDT/],
    ["BTC closes under 0", /expected a price above 0/],
    ["BTC RSI over 100", /expected an RSI above 0 and below 100/],
    ["BTC RSI over 70 USDT", /an RSI has no currency/],
  ])("refuse %j and say why", async (words, message) => {
    const { run } = await simulatedDesk();
    await expect(run(watchesAdd, {}, [words])).rejects.toThrow(message);
  });

  it.each([
    ["BTC RSI over 70 on 1h", "The desk works out no RSI on 1h; it reads 5m."],
    ["BTC closes under 3000 on 1m", "The desk looks at 5m closes; it does not see each close on 1m."],
  ])("refuse %j, which the desk cannot see", async (words, reason) => {
    const { run } = await simulatedDesk();
    const { document } = await run(watchesAdd, {}, [words]);
    expect(document).toMatchObject({ status: "refused", reason });
  });
});
