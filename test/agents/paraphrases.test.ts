// The grammar judged by wordings that were written apart from it: test/fixtures/questions. `dev.json` may be looked at while
// the grammar is worked on; `held-out.json` may not, it is here to judge. Rates by kind are printed.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseQuestion } from "#agents/deep-trader-manager/language/intent.ts";
import { AccountFigure, Period, QuestionKind } from "#schemas/question.ts";
import { MarketSymbol, Timeframe } from "#schemas/units.ts";
import { simulatedAssets } from "#toolkits/market/simulated/assets.ts";

/** What a trader would mean. A slot left out was not said; `kind` null and `declined`: it must not be answered. */
const Wording = z.strictObject({
  text: z.string().min(1),
  kind: QuestionKind.nullable(),
  /** Kinds that serve the asker as well: "is SOL oversold?" may be told the RSI, or what the rules make of it. */
  also: z.array(QuestionKind).default([]),
  figure: AccountFigure.optional(),
  alsoFigures: z.array(AccountFigure).default([]),
  period: Period.optional(),
  declined: z.string().optional(),
  symbol: MarketSymbol.optional(),
  other: MarketSymbol.optional(),
  timeframe: Timeframe.optional(),
  side: z.enum(["buy", "sell"]).optional(),
  negation: z.boolean().optional(),
});
type Wording = z.infer<typeof Wording>;

const load = (name: string): readonly Wording[] =>
  z
    .array(Wording)
    .parse(JSON.parse(readFileSync(new URL(`../fixtures/questions/${name}.json`, import.meta.url), "utf8")));

const symbols = simulatedAssets(1, 50).map((asset) => asset.symbol);
const DEFAULT_TIMEFRAME = "5m";
const context = { symbols, quote: "USDT", defaultTimeframe: DEFAULT_TIMEFRAME } as const;

/** Kinds in which the side, and the "not", change what is answered. */
const SIDED: readonly QuestionKind[] = ["signal", "trigger", "why"];

/** Kinds whose answer is about a stretch of time. */
const DATED: readonly QuestionKind[] = ["account", "fees"];

type Verdict = { readonly is: "right" | "not-answered" } | { readonly is: "wrong"; readonly slots: readonly string[] };

function judge(wording: Wording): Verdict {
  const parsed = parseQuestion(wording.text, context);
  if (!("intent" in parsed)) return { is: wording.kind === null ? "right" : "not-answered" };
  const { intent } = parsed;
  if (wording.kind === null) return { is: "wrong", slots: [`answered as ${intent.kind}`] };
  const pairs: readonly (readonly [slot: string, got: unknown, meant: unknown])[] = [
    ["kind", wording.also.includes(intent.kind) ? wording.kind : intent.kind, wording.kind],
    ...(wording.figure === undefined
      ? []
      : [
          [
            "figure",
            intent.figure && wording.alsoFigures.includes(intent.figure) ? wording.figure : intent.figure,
            wording.figure,
          ] as const,
        ]),
    ...(DATED.includes(wording.kind) ? [["period", intent.period, wording.period] as const] : []),
    ["symbol", intent.symbol, wording.symbol ?? null],
    ["other", intent.other, wording.other ?? null],
    ["timeframe", intent.timeframe, wording.timeframe ?? DEFAULT_TIMEFRAME],
    ...(SIDED.includes(wording.kind) ? [["side", intent.side, wording.side ?? null] as const] : []),
    ...(wording.kind === "why" ? [["negation", intent.negation, wording.negation ?? false] as const] : []),
  ];
  const slots = pairs.filter(([, got, meant]) => got !== meant).map(([slot, got]) => `${slot} ${got}`);
  return slots.length === 0 ? { is: "right" } : { is: "wrong", slots };
}

function judgeAll(name: string) {
  const judged = load(name).map((wording) => ({ wording, verdict: judge(wording) }));
  const rows = [...QuestionKind.options, null].map((kind) => {
    const own = judged.filter(({ wording }) => wording.kind === kind);
    const count = (is: Verdict["is"]) => own.filter(({ verdict }) => verdict.is === is).length;
    return { kind: kind ?? "to be declined", n: own.length, right: count("right"), wrong: count("wrong") };
  });
  const wrong = judged.flatMap(({ wording, verdict }) =>
    verdict.is === "wrong" ? [`${wording.text} -> ${verdict.slots.join(", ")}`] : [],
  );
  return { rows, wrong };
}

const sum = (rows: readonly { readonly n: number; readonly right: number }[], of: "n" | "right") =>
  rows.reduce((total, row) => total + row[of], 0);

describe.each(["dev", "held-out"])("questions written apart from the grammar (%s)", (name) => {
  const { rows, wrong } = judgeAll(name);
  const supported = rows.filter((row) => row.kind !== "to be declined");
  const declined = rows.filter((row) => row.kind === "to be declined");

  it("parses at least 95 % of the supported wordings right", () => {
    const lines = rows.map((row) => `${row.kind.padEnd(16)} ${row.right}/${row.n} right, ${row.wrong} wrong`);
    console.log(`${name}: ${sum(supported, "right")}/${sum(supported, "n")} supported\n${lines.join("\n")}`);
    expect(sum(supported, "right") / sum(supported, "n")).toBeGreaterThanOrEqual(0.95);
  });

  it("never answers another asset, timeframe, side or kind than was meant", () => {
    expect(wrong.filter((line) => !line.includes("answered as"))).toEqual([]);
  });

  it("declines at least 95 % of what it cannot answer", () => {
    expect(sum(declined, "right") / sum(declined, "n")).toBeGreaterThanOrEqual(0.95);
  });
});

describe("questions about the desk's own trades, written before the grammar knew them", () => {
  const { rows, wrong } = judgeAll("held-out-account");

  it("gives no question the answer to another", () => {
    console.log(`held-out-account: ${sum(rows, "right")}/${sum(rows, "n")} right, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
  });
});

describe("the wordings themselves", () => {
  it("name only markets of the simulated venue, and are enough of each kind", () => {
    for (const [name, least] of [
      ["dev", 6],
      ["held-out", 15],
    ] as const) {
      const wordings = [...load(name), ...(name === "held-out" ? load("held-out-account") : [])];
      for (const { symbol, other } of wordings) {
        for (const market of [symbol, other]) if (market !== undefined) expect(symbols).toContain(market);
      }
      for (const kind of QuestionKind.options)
        expect(wordings.filter((wording) => wording.kind === kind).length, kind).toBeGreaterThanOrEqual(least);
    }
    expect(load("held-out").filter((wording) => wording.kind === null).length).toBeGreaterThanOrEqual(100);
  });

  it("share no text between the development and the held-out set", () => {
    const dev = new Set(load("dev").map(({ text }) => text.toLowerCase()));
    expect(load("held-out").filter(({ text }) => dev.has(text.toLowerCase()))).toEqual([]);
  });
});
