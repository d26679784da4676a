// The names that scripts read (the contract of the command line) are in the schemas: more may be added, none renamed.
import { expect, it } from "vitest";
import { deskCommandNamed } from "#apps/desk-commands.ts";
import { documentSchemaOf } from "#apps/document-schema.ts";
import { membersOf } from "#test/support/check-document.ts";

const ANALYSIS = `id venue symbol timeframe asOfMs computedAtMs origin price indicators.rsiWilder indicators.bollinger.upper
  indicators.bollinger.middle indicators.bollinger.lower indicators.bollinger.bandwidth indicators.bollinger.percentB indicators.atr
  indicators.candles indicators.windowStartMs indicators.warmup indicators.flat security.verdict security.checks[].id
  security.checks[].state security.checks[].severity security.checks[].source signal.action signal.strength signal.reasons signals`;

const FIELDS = {
  analyse: ANALYSIS,
  sleep: "slot analysed skipped[].symbol skipped[].reason failed[].symbol failed[].error durationMs repeated",
  ask: `answer path asOfMs ageMs analysisIds intent latencyMs work.providerCalls work.candlesRead work.indicatorEvaluations
    work.modelCalls work.inputTokens work.outputTokens work.delegations`,
  trade: `slot decisions[].symbol decisions[].action decisions[].reason decisions[].analysisId decisions[].path refusals[].symbol
    refusals[].rule refusals[].reason orders[].clientOrderId orders[].symbol orders[].side orders[].quantity orders[].status equity
    repeated`,
  "memory show": "status reason ageMs record",
  "memory list": "records[].symbol records[].timeframe records[].status records[].ageMs",
} as const;

/** `<4>`: the value of a literal, which tells an object from others. */
const withoutKinds = (path: string): string => path.replaceAll(/<[^>]*>/g, "");

it.each(Object.entries(FIELDS))("`%s` has them under their names", (command, fields) => {
  const members = [...membersOf(documentSchemaOf(deskCommandNamed(command)), "").values()];
  const paths = new Set(members.flatMap((own) => [...own.values()]).map((path) => withoutKinds(path).slice(1)));
  expect(fields.split(/\s+/).filter((field) => !paths.has(field))).toEqual([]);
});

it("every document says whether prices are invented", () => {
  const { options } = documentSchemaOf(deskCommandNamed("close")) as unknown as { readonly options: readonly object[] };
  expect(options).toHaveLength(2);
  for (const name of ["status", "close", "facts", "rules add", "tighten"]) {
    const members = [...membersOf(documentSchemaOf(deskCommandNamed(name)), "").values()];
    expect(members.some((own) => [...own.keys()].includes("simulated"))).toBe(true);
  }
});
