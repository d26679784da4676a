// Floor 6. What `doctor` says of money: what a day of models costs at the counts of the last one, and at most.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type ModelPrice, priceOf } from "#agents/models/prices.ts";
import { type Bill, billOf } from "#desk/documents/bill.ts";
import { formatFee, formatTime } from "#desk/documents/format.ts";
import type { ReportDocument } from "#desk/documents/report.ts";
import { type DeskConfig, SLEEP_BUDGETS } from "#schemas/config.ts";
import { divide, maxOf, multiply } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DeskId } from "#schemas/units.ts";
import { askRunningDesk, findRunningDesk } from "../desk-client.ts";
import { storeSpecOf } from "../store-spec.ts";
import { billText, pricesText } from "../text/bill-text.ts";
import type { Finding } from "./doctor-venue.ts";

type Models = Pick<DeskConfig, "model" | "sleepModel" | "modelPrice" | "thinking">;

/** Of the desk that runs on the home, else of its store; a home that is not there yet is not made. @throws as opening a store */
export async function checkBill(config: DeskConfig, options: CallOptions): Promise<Finding> {
  return limitsOf(config).length === 0 ? NOTHING : billFinding(await countedBill(config, options), config);
}

const NOTHING = "nothing is spent: no model is configured (DEEPTRADER_MODEL, docs/agents.md)";

async function countedBill(config: DeskConfig, options: CallOptions): Promise<Bill | null> {
  const running = await findRunningDesk(config.home, options.signal);
  if (running !== null) {
    const report = await askRunningDesk(running, { name: "report", reads: true }, { args: [], flags: {} }, options);
    return (report as ReportDocument).bill;
  }
  const { databaseUrl, home } = config;
  // The embedded store's folder.
  if (databaseUrl === null && !existsSync(join(home, "khala"))) return null;
  const { openStore } = await import("#memory/stores/open.ts");
  const store = await openStore(storeSpecOf(config, "doctor"), options);
  try {
    const entries = await store.ledger(DeskId.parse(config.deskId)).entries({}, options);
    // A simulated desk's day ends where it stands, not now.
    return billOf(
      entries,
      entries.reduce((newest, { atMs }) => Math.max(newest, atMs), 0),
      config,
    );
  } finally {
    await store.close();
  }
}

/** @param bill null: there is no home yet */
export function billFinding(bill: Bill | null, config: Models): Finding {
  const limits = limitsOf(config);
  const counted =
    bill === null || bill.rows.length === 0
      ? "no model was asked yet"
      : `in the 24 h up to ${formatTime(bill.toMs)} UTC ${billText(bill)}`;
  const detail = [counted, limits.map(limitText).join(", "), ...pricesText(limits)].join("; ");
  return limits.some(({ price }) => price === null) ? { state: "warn", detail } : detail;
}

interface Limit {
  readonly what: string;
  readonly model: string;
  readonly tokens: number;
  readonly per: "day" | "week";
  readonly price: ModelPrice | null;
}

/** What may be spent; nothing where no model is configured. */
function limitsOf({ model, sleepModel, modelPrice, thinking }: Models): readonly Limit[] {
  const asleep = sleepModel ?? model;
  const { dayQuestionTokens: tokens } = thinking;
  const questions = { what: "questions", model, tokens, per: "day", price: priceOf(model, modelPrice) } as const;
  const price = priceOf(asleep, asleep === model ? modelPrice : null);
  const judgement = SLEEP_BUDGETS.map(({ what, per, budget }) => ({
    what,
    model: asleep,
    tokens: thinking[budget],
    per,
    price,
  }));
  return [...(model === "rules" ? [] : [questions]), ...judgement.filter(({ tokens }) => tokens > 0)];
}

/** As if all of the tokens were of the dearer kind. */
function limitText({ what, tokens, per, price }: Limit): string {
  const most = price === null ? null : divide(multiply(String(tokens), maxOf(price.input, price.output)), "1000000");
  return `${what} take at most ${tokens.toLocaleString("en-US")} tokens a ${per}${most === null ? "" : `, up to ${formatFee(most)} USD`}`;
}
