import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { FactTable } from "#agents/deep-trader-manager/talk/fact-table.ts";
import { computeSource } from "#desk/answering/sources/compute.ts";
import { UsageError } from "#schemas/errors.ts";
import { unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { patience } from "#test/support/desk.ts";

const money = (value: string, over: Partial<NewFact> = {}): NewFact => ({
  kind: "value",
  value,
  unit: "money",
  currency: "USDT",
  label: "value",
  ...over,
});
const price = (value: number, over: Partial<NewFact> = {}): NewFact => ({
  kind: "price",
  value,
  unit: "price",
  currency: "USDT",
  market: "ETH/USDT",
  label: "price",
  asOfMs: 200,
  ...over,
});
const plain = (value: NewFact["value"], over: Partial<NewFact> = {}): NewFact => ({
  kind: "change",
  value,
  unit: "pct",
  label: "change",
  ...over,
});

async function compute(op: string, a: NewFact, b: NewFact) {
  const table = new FactTable();
  const [x, y] = [table.add([a])[0], table.add([b])[0]];
  const source = computeSource();
  const input = source.input.parse({ op, a: x?.id, b: y?.id });
  const run = {
    nowMs: unixMs(0),
    language: "en",
    tally: new WorkTally(),
    question: "",
    conversation: null,
    known: (id: string) => table.get(id),
  } as const;
  const [made] = table.add(await source.read(input, run, patience));
  if (made === undefined) throw new Error("nothing was computed");
  return made;
}

describe("compute", () => {
  it.each<[string, NewFact, NewFact, object]>([
    ["difference", money("0.3"), money("0.1"), { value: "0.2", unit: "money", currency: "USDT", kind: "change" }],
    ["sum", money("0.1"), money("0.2"), { value: "0.3", unit: "money", kind: "value" }],
    ["difference", price(100), price(90, { kind: "stop", asOfMs: 100 }), { value: 10, kind: "distance", asOfMs: 100 }],
    ["difference", price(100), price(90, { market: "BTC/USDT" }), { market: null }],
    ["ratio", price(3), price(2), { value: 1.5, unit: "ratio", currency: null, kind: "statistic" }],
    ["percent_of", money("5"), money("20"), { value: 25, unit: "pct", kind: "statistic" }],
    ["percent_change", price(80), price(100), { value: 25, unit: "pct", kind: "change" }],
    ["percent_change", price(100), price(80), { value: -20 }],
    [
      "difference",
      plain(10, { kind: "time", unit: "time" }),
      plain(4, { kind: "time", unit: "time" }),
      { value: 6, unit: "duration", kind: "duration" },
    ],
    [
      "difference",
      price(3012.4),
      plain(3000, { kind: "operator", unit: "index" }),
      { value: 12.4, unit: "price", currency: "USDT" },
    ],
  ])("%s", async (op, a, b, expected) => expect(await compute(op, a, b)).toMatchObject(expected));

  it("says what it was made from, by id", async () => {
    const made = await compute("percent_of", money("5"), money("20"));
    expect(made).toMatchObject({ label: "f1 (value) in percent of f2 (value)", recordId: "f1 f2" });
  });

  it.each<[string, string, NewFact, NewFact]>([
    ["other units", "sum", money("1"), plain(1)],
    ["other currencies", "sum", money("1"), money("1", { currency: "BTC" })],
    ["a value that is not known", "sum", plain(null), plain(1)],
    ["text", "difference", plain("up", { unit: "text", kind: "trend" }), plain(1)],
    ["a division by zero", "ratio", plain(1), plain(0)],
    ["a change from zero", "percent_change", plain(0), plain(1)],
    ["the sum of two times", "sum", plain(1, { unit: "time", kind: "time" }), plain(2, { unit: "time", kind: "time" })],
    [
      "the ratio of two times",
      "ratio",
      plain(1, { unit: "time", kind: "time" }),
      plain(2, { unit: "time", kind: "time" }),
    ],
  ])("refuses %s in words", async (_, op, a, b) => {
    await expect(compute(op, a, b)).rejects.toThrow(UsageError);
  });

  it("refuses an id that was never given", async () => {
    const run = {
      nowMs: unixMs(0),
      language: "en",
      tally: new WorkTally(),
      question: "",
      conversation: null,
      known: () => null,
    } as const;
    await expect(computeSource().read({ op: "sum", a: "f1", b: "f2" }, run, patience)).rejects.toThrow(/no fact f1/);
  });

  it("adds and takes away amounts without losing a digit", async () => {
    const amount = fc
      .tuple(fc.nat(1_000_000), fc.nat(99_999_999))
      .map(([a, b]) => `${a}.${String(b).padStart(8, "0")}`);
    await fc.assert(
      fc.asyncProperty(amount, amount, async (a, b) => {
        const sum = await compute("sum", money(a), money(b));
        const back = await compute("difference", money(String(sum.value)), money(b));
        expect(Number(back.value)).toBe(Number(a));
      }),
      { numRuns: 50 },
    );
  });
});
