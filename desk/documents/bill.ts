// Floor 4. What models were asked in a day, from the ledger, and what that costs at a price. Pure.
import { costUsd, type ModelPrice, priceOf } from "#agents/models/prices.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { add, type DecimalText } from "#schemas/money.ts";
import { DAY_MS } from "#schemas/units.ts";
import type { LedgerEntry } from "#schemas/work.ts";

/** Of one job. */
export interface BillRow {
  readonly job: LedgerEntry["job"];
  /** As the setting names it; models that stand in may cost other prices. */
  readonly model: string;
  readonly modelCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Null: no price is known of the model. */
  readonly price: ModelPrice | null;
  readonly usd: DecimalText | null;
}

export interface Bill {
  /** The 24 hours up to it were counted. */
  readonly toMs: number;
  readonly rows: readonly BillRow[];
  /** Null: of a model that was asked no price is known. */
  readonly usd: DecimalText | null;
}

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
