// Floor 2, live execution. What Kraken says and how it is read: its errors, its orders, trades and balances, its names of assets.
// https://docs.kraken.com/api/docs/guides/spot-errors
import { z } from "zod";
import type { DecimalText, Price, Quantity } from "#schemas/money.ts";
import { Side } from "#schemas/order.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import type { AnswerReading, RefusalRow, SaidError } from "../judge.ts";
import type { RefusalCause, VenueOrder } from "../venue-orders.ts";
import { Amount, Id, ownIdOf, plainDecimal, priceOrNull } from "../venue-parts.ts";

const rows = (cause: RefusalCause, ...codes: readonly string[]): readonly RefusalRow[] =>
  codes.map((code) => ({ code, cause }));

const ARGUMENTS = "EGeneral:Invalid arguments";

/**
 * Codes end before a second colon. Not here, since an order may exist all the same: EService:Unavailable, Busy, Timeout and Deadline
 * elapsed; EGeneral:Internal error; "Invalid arguments:cl_ord_id not unique", which is said of an order that works under this very id;
 * "Reduce only" errors, which may follow a part that was filled; and EAPI:Invalid nonce, which is also the answer to a request that was
 * repeated on its way (https://github.com/butor/blackbird/issues/529).
 */
const REFUSALS: readonly RefusalRow[] = [
  ...rows("permission", "EAPI:Invalid key", "EAPI:Invalid signature", "EGeneral:Permission denied"),
  ...rows(
    "permission",
    "EAccount:Invalid permissions",
    "EAuth:Account temporary disabled",
    "EAuth:Account unconfirmed",
  ),
  ...rows("permission", "EOrder:Trading agreement required", "ETrade:User Locked", "EBM:limit exceeded"),
  ...rows("limit", "EAPI:Rate limit exceeded", "EOrder:Rate limit exceeded", "EOrder:Domain rate limit exceeded"),
  ...rows("limit", "EOrder:Orders limit exceeded", "EOrder:Scheduled orders limit exceeded"),
  ...rows("limit", "EAuth:Rate limit exceeded", "EAuth:Too many requests", "EGeneral:Too many requests"),
  ...rows("limit", "EGeneral:Temporary lockout"),
  ...rows("funds", "EOrder:Insufficient funds"),
  ...rows("filter", "EOrder:Order minimum not met", "EOrder:Cost minimum not met", "EOrder:Tick size check failed"),
  { code: "EOrder:Invalid price", text: /only be specified up to/, cause: "filter" },
  ...rows("price-band", "EOrder:Invalid price"),
  ...rows("market-closed", "EService:Market in cancel_only mode", "EService:Market in post_only mode"),
  { code: ARGUMENTS, text: /:volume/, cause: "filter" },
  // Of ours it is some seconds away: for the venue it has passed, or lies too far ahead.
  { code: ARGUMENTS, text: /:deadline/, cause: "clock" },
  { code: ARGUMENTS, text: /^(?!.*(cl_ord|client|unique|duplicate|exist))/i, cause: "other" },
  ...rows("other", "EGeneral:Unknown method", "EQuery:Unknown asset pair", "EQuery:Invalid asset pair"),
];

const Errors = z.object({ error: z.array(z.string()) });
const Accepted = z.object({ result: z.object({ txid: z.array(z.string().min(1)).length(1) }) });

const codeOf = (text: string): string => text.split(":").slice(0, 2).join(":");

const isRefusal = (error: string): boolean =>
  REFUSALS.some(({ code, text }) => code === codeOf(error) && (text === undefined || text.test(error)));

/** No such order works: filled, canceled, or never there. */
export const UNKNOWN_ORDER = "EOrder:Unknown order";

export const READING: AnswerReading = {
  /** All errors come with HTTP 200, in a list. Of several the one that proves nothing counts; W… is a warning. */
  error(json): SaidError | null {
    const said = Errors.safeParse(json).data?.error.filter((text) => !/^W[A-Z]/.test(text)) ?? [];
    const text = said.find((one) => !isRefusal(one)) ?? said[0];
    return text === undefined ? null : { code: codeOf(text), text };
  },
  refusals: REFUSALS,
  notWorking: [UNKNOWN_ORDER],
  accepted(json) {
    const taken = Accepted.safeParse(json).data;
    const [venueOrderId] = taken?.result.txid ?? [];
    return venueOrderId === undefined ? null : { venueOrderId, clientOrderId: null };
  },
};

/** Why the key may not for good; null: it may. */
export function keyRefusal(json: unknown, status: number): string | null {
  const said = READING.error(json);
  if (said === null) return status === 401 ? "HTTP 401" : null;
  return REFUSALS.find(({ code }) => code === said.code)?.cause === "permission" ? said.text : null;
}

/** Epoch seconds with a fraction. */
const Seconds = z.number().transform((seconds) => unixMs(Math.round(seconds * 1000)));

/** A price; null where there is none, or one that is relative to the market: `+2.5%`. */
const PriceOrNull = z
  .string()
  .transform((text) => (/^[+\-#]|%$/.test(text) ? null : priceOrNull(plainDecimal(text) ?? "0")));

export const OrderRow = z.object({
  cl_ord_id: z.string().nullish(),
  status: z.enum(["pending", "open", "closed", "canceled", "expired"]),
  reason: z.string().nullish(),
  opentm: Seconds,
  descr: z.object({
    pair: z.string(),
    type: Side,
    ordertype: z.string(),
    price: PriceOrNull,
    price2: PriceOrNull,
  }),
  vol: Amount,
  vol_exec: Amount,
});
export type OrderRow = z.infer<typeof OrderRow>;

const STATUSES = {
  pending: "working",
  open: "working",
  closed: "filled",
  canceled: "canceled",
  expired: "expired",
} as const;

/** `price` is the trigger of an order that has one, and the limit of any other. */
const HAS_TRIGGER = /^(stop-loss|take-profit|trailing-stop)/;

export function orderOf(symbol: MarketSymbol, venueOrderId: string, row: OrderRow): VenueOrder {
  const { descr } = row;
  const hasTrigger = HAS_TRIGGER.test(descr.ordertype);
  return {
    venueOrderId,
    clientOrderId: ownIdOf(row.cl_ord_id),
    symbol,
    side: descr.type,
    kind: /^(stop-loss|trailing-stop)/.test(descr.ordertype) ? "stop" : "plain",
    quantity: row.vol as Quantity,
    filledQuantity: row.vol_exec as Quantity,
    status: STATUSES[row.status],
    reason: row.reason ?? row.status,
    limitPrice: hasTrigger ? descr.price2 : descr.price,
    triggerPrice: hasTrigger ? descr.price : null,
    createdAtMs: row.opentm,
  };
}

export const TradeRow = z.object({
  ordertxid: Id,
  pair: z.string(),
  time: Seconds,
  type: Side,
  price: Amount.transform((text) => text as Price),
  vol: Amount.transform((text) => text as Quantity),
  /** In quote, by the documentation; what was really taken says the ledger. */
  fee: Amount,
  ledgers: z.array(z.string()).default([]),
});
export type TradeRow = z.infer<typeof TradeRow>;

export const LedgerRow = z.object({ asset: z.string(), fee: Amount });
export type LedgerRow = z.infer<typeof LedgerRow>;

export const BalanceRow = z.object({ balance: Amount, hold_trade: Amount });

export const KeyInfo = z.object({
  iban: z.string().nullish(),
  permissions: z.array(z.string()),
  /** Epoch seconds; 0: never. */
  validUntil: z.coerce.number(),
  ipAllowlist: z.array(z.string()).nullish(),
});

/** Its names of assets where ccxt, and with it our markets, has others. */
export const ASSETS: Readonly<Record<string, string>> = {
  ...{ XBT: "BTC", XXBT: "BTC", XDG: "DOGE", XXDG: "DOGE", XETC: "ETC", XETH: "ETH", XLTC: "LTC", XMLN: "MLN" },
  ...{ XXLM: "XLM", XXMR: "XMR", XXRP: "XRP", XZEC: "ZEC", XREP: "REP", REP: "REPV1", REPV2: "REP" },
  ...{ LUNA: "LUNC", LUNA2: "LUNA", UST: "USTC", FEE: "KFEE", BCHSV: "BSV" },
  ...{ ZAUD: "AUD", ZCAD: "CAD", ZEUR: "EUR", ZGBP: "GBP", ZJPY: "JPY", ZUSD: "USD" },
};

/** `.F`: earns rewards by itself, and is sold and bought with as the asset itself (docs, Get Extended Balance). */
export function currencyOf(asset: string): string {
  const name = asset.endsWith(".F") ? asset.slice(0, -2) : asset;
  return ASSETS[name] ?? name;
}

export const FEE_CREDITS: string = currencyOf("FEE");
export const isZero = (text: DecimalText): boolean => !/[1-9]/.test(text);
