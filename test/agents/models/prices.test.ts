// The table of public prices, against the data that Mastra's tracing ships and the names that its router knows.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { costUsd, priceOf } from "#agents/models/prices.ts";
import table from "../../../agents/models/prices.json" with { type: "json" };

const read = (path: string): string =>
  readFileSync(new URL(`../../../node_modules/@mastra/${path}`, import.meta.url), "utf8");

interface Row {
  readonly p: string;
  readonly m: string;
  readonly s: { readonly d: { readonly u: string; readonly t: readonly { readonly r: Rates }[] } };
}
type Rates = Readonly<Record<"it" | "ot", { readonly c: number } | undefined>>;

const rows = new Map(
  read("observability/dist/metrics/pricing-data.jsonl")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row)
    .map(({ p, m, s }) => [`${p}/${m}`, s.d] as const),
);
const registry = JSON.parse(read("core/dist/provider-registry.json")) as {
  readonly providers: Readonly<Record<string, { readonly models: readonly string[] }>>;
};

describe("prices of models", () => {
  it.each(Object.entries(table.usdPerMillionTokens))("are those of the stated source: %s", (model, [input, output]) => {
    const [provider = "", name = ""] = model.split("/");
    expect(registry.providers[provider]?.models).toContain(name);
    const data = rows.get(`${provider}/${name.replaceAll(".", "-")}`);
    expect(data?.u).toBe("USD");
    const { it: rateIn, ot: rateOut } = data?.t[0]?.r ?? {};
    expect(Number(input)).toBeCloseTo((rateIn?.c ?? Number.NaN) * 1e6, 9);
    expect(Number(output)).toBeCloseTo((rateOut?.c ?? Number.NaN) * 1e6, 9);
  });

  it("name the version that is installed", () => {
    const { version } = JSON.parse(read("observability/package.json")) as { readonly version: string };
    expect(table.source).toContain(`@mastra/observability ${version}`);
  });

  it("are the operator's own where he says so, and none where nobody knows one", () => {
    expect(priceOf("openai/gpt-5", null)).toEqual({ input: "1.25", output: "10", asOf: table.asOf });
    expect(priceOf("custom/m1", "0.5/2")).toEqual({ input: "0.5", output: "2", asOf: null });
    expect(priceOf("custom/m1", null)).toBeNull();
    expect(priceOf("rules", null)).toBeNull();
  });

  it("make a cost to the last digit", () => {
    const price = { input: "1.25", output: "10", asOf: null };
    expect(costUsd({ inputTokens: 10_400, outputTokens: 900 }, price)).toBe("0.022");
    expect(costUsd({ inputTokens: 1, outputTokens: 0 }, price)).toBe("0.00000125");
    expect(costUsd({ inputTokens: 0, outputTokens: 0 }, price)).toBe("0");
  });
});
