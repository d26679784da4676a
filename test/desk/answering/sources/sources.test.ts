// All sources: each says something in a desk that has traded and in one that has not, in facts that hold together.
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { baseFacts } from "#desk/answering/sources/base-facts.ts";
import { DOCS } from "#desk/answering/sources/docs.ts";
import { factSources } from "#desk/answering/sources/sources.ts";
import { statement } from "#desk/answering/sources/statement.ts";
import type { Fact } from "#schemas/fact.ts";
import { ATR_PERIOD, BOLLINGER_PERIOD, OVERBOUGHT_RSI, OVERSOLD_RSI, RSI_PERIOD } from "#schemas/indicator.ts";
import { Language } from "#schemas/language.ts";
import { strategyIds } from "#toolkits/strategies/registry.ts";
import commands from "../../../../apps/command-words.json" with { type: "json" };
import statements from "../../../../desk/answering/sources/statements.json" with { type: "json" };
import { type AskedSources, asked, openIdle, openTraded, START_MS } from "./asked-desk.ts";

/** At least one call of each source. */
const CALLS: Readonly<Record<string, readonly object[]>> = {
  analysis: [{ asset: "BTC" }, { asset: "SOL", timeframe: "1h" }],
  levels: [{}, { asset: "ETH" }],
  market: [{}],
  screen: [{ by: "rsi" }, { by: "atr", order: "highest" }],
  compare: [{ assets: ["BTC", "ETH", "SOL"] }],
  relationships: [{ asset: "SOL" }],
  news: [{}, { asset: "SOL", days: 3 }],
  plans: [{}, { asset: "BTC" }],
  positions: [{}, { asset: "BTC" }],
  brief: [{}, { asset: "BTC" }, { about: "book" }],
  stops: [{}, { asset: "BTC" }],
  stress: [{ pct: -10 }],
  orders: [{}],
  limits: [{}, { asset: "ETH" }],
  trades: [{}, { outcome: "losing", days: 7 }],
  statistics: [{}, { days: 7 }],
  debates: [{}, { asset: "BTC" }],
  journal: [{}, { asset: "SOL", done: "refused" }],
  today: [{}, { hours: 4 }],
  strategy: [{}],
  report: [{}],
  docs: [{ topics: ["rsi", "backtest"] }],
  delegate: [{ asset: "BTC", timeframe: "1h" }],
  compute: [],
};

const SENTENCE = /[.?!]$/;

describe.each([
  ["has traded", () => openTraded(30)],
  ["has done nothing", () => openIdle()],
] as const)("the sources of a desk that %s", (_, opened) => {
  const desks: AskedSources[] = [];
  beforeAll(async () => {
    const test = await opened();
    desks.push(...Language.options.map((language) => asked(test, { language })));
  });

  it.each(Object.keys(CALLS))("%s says something, dated, recorded and bounded", async (id) => {
    for (const desk of desks)
      for (const input of CALLS[id] ?? []) {
        const facts = await desk.read(id, input);
        expect(facts.length).toBeGreaterThan(0);
        expect(facts.length).toBeLessThan(120);
        for (const fact of facts) expectSound(fact, desk.open.desk.clock.now());
      }
  });

  it("have facts that hold of every run", () => {
    for (const [at, desk] of desks.entries()) {
      const nowMs = desk.open.desk.clock.now();
      const language = Language.options[at] ?? "en";
      const facts = desk.table.add(
        baseFacts(desk.open, {
          nowMs,
          language,
          tally: desk.tally,
          question: "",
          conversation: null,
          known: () => null,
        }),
      );
      for (const fact of facts) expectSound(fact, nowMs);
      const times = facts.filter(({ kind }) => kind === "time").map(({ value }) => value);
      expect(times).toEqual([nowMs, nowMs, nowMs + 300_000]);
      expect(facts.map(({ value }) => value)).toContain(statements.simulated[language]);
    }
  });
});

function expectSound(fact: Fact, nowMs: number): void {
  expect(fact.asOfMs ?? 0).toBeLessThanOrEqual(nowMs);
  if (fact.kind !== "statement") expect([fact.label, fact.recordId]).toEqual([fact.label, expect.any(String)]);
  if (fact.unit === "sentence") expect(fact.value).toMatch(SENTENCE);
  if (fact.unit === "money" || fact.unit === "price") expect(fact.currency).not.toBeNull();
  if (fact.kind === "change" || fact.kind === "high" || fact.kind === "low") expect(fact.window).not.toBeNull();
  if (fact.unit === "sentence" || fact.unit === "text") expect(fact.value ?? "").not.toMatch(/[{}]/);
  if (fact.unit === "money") expect(fact.value ?? "0").toMatch(/^-?\d+(\.\d+)?$/);
}

describe("the list of sources", () => {
  it("has each that is called above, with a name and an input that a model's tool can carry", async () => {
    const { open } = asked(await openIdle());
    const sources = factSources(open);
    expect(sources.map(({ id }) => id).toSorted()).toEqual(Object.keys(CALLS).toSorted());
    for (const { id, description, input } of sources) {
      expect(id).toMatch(/^[a-z_]+$/);
      expect(description).toMatch(SENTENCE);
      expect(z.toJSONSchema(input, { io: "input" })).toMatchObject({ type: "object" });
    }
  });

  it("writes nothing", async () => {
    const test = await openTraded(3);
    const before = await test.events();
    const desk = asked(test);
    for (const [id, inputs] of Object.entries(CALLS)) for (const input of inputs) await desk.read(id, input);
    expect(await test.events()).toEqual(before);
  });

  it("counts the records that it reads", async () => {
    const desk = asked(await openTraded(1));
    await desk.read("market");
    expect(desk.tally.total()).toMatchObject({ recordsRead: 12, providerCalls: 0 });
    expect(desk.open.desk.clock.now()).toBe(START_MS);
  });
});

describe("sentences of the desk's own", () => {
  it.each(Language.options)("are whole in %s, with every hole of the English ones", (language) => {
    const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted();
    for (const texts of [...Object.values(statements), ...Object.values(DOCS)]) {
      expect(texts[language]).toMatch(SENTENCE);
      expect(holes(texts[language])).toEqual(holes(texts.en));
      if (language !== "en") expect(texts[language]).not.toBe(texts.en);
    }
    const { value } = statement("not-held", language, { market: "BTC/USDT" });
    expect(value).toContain("BTC/USDT");
  });

  it("define the indicators as they are computed", () => {
    for (const language of Language.options) {
      for (const figure of [RSI_PERIOD, OVERSOLD_RSI, OVERBOUGHT_RSI])
        expect(DOCS.rsi[language]).toContain(`${figure}`);
      expect(DOCS.bollinger[language]).toContain(`${BOLLINGER_PERIOD}`);
      expect(DOCS.atr[language]).toContain(`${ATR_PERIOD}`);
    }
  });

  it("name commands that there are, and a rule for each strategy that comes with the desk", () => {
    const known = JSON.stringify(commands);
    const named = Object.values(DOCS).flatMap((texts) => texts.en.match(/(?<=deeptrader )(?:learn )?[a-z-]+/g) ?? []);
    expect(named.length).toBeGreaterThan(4);
    for (const name of named) expect(known).toContain(`"name":"${name}"`);
    for (const id of strategyIds()) expect(Object.keys(DOCS)).toContain(`rule-${id}`);
  });
});
