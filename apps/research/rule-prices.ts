// Floor 6. `rule-prices`: a backtest, and every entry that a rule of the gate refused traded to its end beside it.
import { z } from "zod";
import { formatTime } from "#desk/documents/format.ts";
import { RulePrices } from "#schemas/rule-prices.ts";
import { Count, Timeframe, UnixMs } from "#schemas/units.ts";
import type { Call, Done } from "../own-command.ts";
import { SIMULATED } from "../text/analysis-text.ts";
import { rulePricesText } from "../text/rule-prices-text.ts";
import { strategiesText } from "../text/strategies-text.ts";
import { backtestOf } from "./run-backtest.ts";
import { nameToSave, saveAs } from "./save-result.ts";

export const RulePricesDocument = z.object({
  venue: z.string(),
  simulated: z.boolean(),
  quote: z.string().describe("settlement currency"),
  strategies: z.array(z.string()).readonly(),
  timeframe: Timeframe,
  firstSlotMs: UnixMs,
  lastSlotMs: UnixMs.describe("inclusive"),
  feeBps: z.number().describe("assumed a side, basis points"),
  slippageBps: z.number().describe("assumed a side, basis points"),
  decisions: Count,
  decisionsHash: z.string(),
  rules: z
    .array(z.object({ words: z.string(), text: z.string() }))
    .readonly()
    .describe("the operator's own, as they were read"),
  prices: RulePrices,
});
export type RulePricesDocument = Readonly<z.infer<typeof RulePricesDocument>>;

/** @throws whatever `backtest` throws; UsageError for a --save that is no name */
export async function rulePrices(call: Call): Promise<Done> {
  const name = nameToSave(call.input);
  const d = await backtestOf(call, { rulePrices: true });
  const { metrics: m, rulePrices: prices } = d;
  const document = RulePricesDocument.parse({
    venue: d.venue,
    simulated: d.simulated,
    quote: d.quote,
    strategies: d.strategies,
    timeframe: d.timeframe,
    firstSlotMs: m.startMs,
    lastSlotMs: m.endMs,
    feeBps: m.feeBps,
    slippageBps: m.slippageBps,
    decisions: m.decisions,
    decisionsHash: d.decisionsHash,
    rules: d.rules,
    prices,
  });
  await saveAs(call, { kind: "rule-prices", name, document });
  return { document, text: render(document, call) };
}

function render(d: RulePricesDocument, { io: { style } }: Call): string {
  const range = `${formatTime(d.firstSlotMs)} – ${formatTime(d.lastSlotMs)} UTC, ${d.timeframe}`;
  return [
    style.bold(`${strategiesText(d.strategies)} on ${d.venue}, ${range}`),
    ...(d.simulated ? [style.warn(SIMULATED)] : []),
    ...d.rules.map(({ words, text }) => `rule "${words}": ${text}`),
    `${d.decisions} decisions, ${d.prices.refusals} refused. Costs: ${d.feeBps} bps fee and ${d.slippageBps} bps slippage a side.`,
    "",
    rulePricesText(d.prices, d.quote, style),
  ].join("\n");
}
