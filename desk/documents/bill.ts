// Floor 4. What models were asked in a day, from the ledger, and what that costs at a price. Pure.
import { z } from "zod";
import { costUsd, priceOf } from "#agents/models/prices.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { add, Decimal } from "#schemas/money.ts";
import { Count, DAY_MS } from "#schemas/units.ts";
import { LedgerEntry } from "#schemas/work.ts";

const BillRow = z.object({
  job: LedgerEntry.shape.job,
  model: z.string().describe("as the setting names it; models that stand in may cost other prices"),
  modelCalls: Count,
  inputTokens: Count,
  outputTokens: Count,
  price: z
    .object({
      input: Decimal.describe("USD per million tokens"),
      output: Decimal.describe("USD per million tokens"),
      asOf: z.string().nullable().describe("day of the table that it is from, ISO 8601; null: the operator says so"),
    })
    .readonly()
    .nullable()
    .describe("null: no price is known of the model"),
  usd: Decimal.nullable().describe("USD; null: no price is known of the model"),
});
export type BillRow = Readonly<z.infer<typeof BillRow>>;

export const Bill = z.object({
  toMs: z.number().describe("the 24 hours up to it were counted; UTC epoch ms"),
  rows: z.array(BillRow.readonly()).readonly().describe("of one job each"),
  usd: Decimal.nullable().describe("USD; null: of a model that was asked no price is known"),
});
export type Bill = Readonly<z.infer<typeof Bill>>;

type Models = Pick<DeskConfig, "model" | "sleepModel" | "modelPrice">;

/** @param toMs the desk's time */
export function billOf(entries: readonly LedgerEntry[], toMs: number, models: Models): Bill {
  const day = entries.filter(({ atMs }) => atMs > toMs - DAY_MS && atMs <= toMs);
  const rows = [...Map.groupBy(day, ({ job, phase }) => `${job} ${phase}`).values()].flatMap((of) => rowOf(of, models));
  const costs = rows.map(({ usd }) => usd);
  const usd = costs.reduce((sum, cost) => (sum === null || cost === null ? null : add(sum, cost)), "0");
  return { toMs, rows, usd };
}

function rowOf(entries: readonly LedgerEntry[], { model, sleepModel, modelPrice }: Models): readonly BillRow[] {
  const sum = (of: "modelCalls" | "inputTokens" | "outputTokens") => entries.reduce((n, { work }) => n + work[of], 0);
  const counted = {
    modelCalls: sum("modelCalls"),
    inputTokens: sum("inputTokens"),
    outputTokens: sum("outputTokens"),
  };
  const [first] = entries;
  if (first === undefined || counted.modelCalls === 0) return [];
  const asked = first.phase === "sleep" ? (sleepModel ?? model) : model;
  // The operator's price is of the model of questions.
  const price = priceOf(asked, asked === model ? modelPrice : null);
  return [{ job: first.job, model: asked, ...counted, price, usd: price === null ? null : costUsd(counted, price) }];
}
