// Floor 2, live execution. Bybit's words: its refusals, the states of an order, the forms of its answers.
// https://bybit-exchange.github.io/docs/v5/error · https://bybit-exchange.github.io/docs/v5/enum
import { z } from "zod";
import { Side } from "#schemas/order.ts";
import type { AnswerReading, RefusalRow } from "../judge.ts";
import type { RefusalCause } from "../venue-orders.ts";
import { Amount, AmountOrNone, Id, Ms } from "../venue-parts.ts";

const coded = (cause: RefusalCause, codes: string): readonly RefusalRow[] =>
  codes.split(" ").map((code): RefusalRow => ({ code, cause }));

/**
 * Codes that can follow a new spot order and say that it was not taken. In doubt, and therefore not here: 10000, 10016, 429, 170001, 170007,
 * 170032, 170146, 170149 and 170234 (timeouts, server errors, load), 170035 ("submitted for processing"), and 10014, 110072 and 170141
 * (a duplicate: then there is an order of this id, ours).
 */
const REFUSALS: readonly RefusalRow[] = [
  // Too many requests from this address: https://bybit-exchange.github.io/docs/v5/rate-limit
  { code: "HTTP 403", text: /too frequent/i, cause: "limit" },
  { code: "-1", text: /request expired/i, cause: "other" },
  ...coded("permission", "-2015 33004 10003 10004 10005 10007 10008 10009 10010 10024 10027 10028 10029 100028"),
  ...coded("permission", "110069 110123 110124 110125 110132 170209 170219 170224 170241 170348 170709 3100197"),
  ...coded("permission", "170215 170220 170223 170226 170230"),
  ...coded("limit", "10006 10018 110009 110020 170005 170222 170810"),
  ...["10001", "110092", "110093"].map(
    (code): RefusalRow => ({ code, text: /expect (rising|fa\w*ing)/i, cause: "would-trigger" }),
  ),
  // Malformed; but no text that may speak of an order that is there.
  { code: "10001", text: /^(?!.*(duplic|repeat|exist|time ?out))/is, cause: "other" },
  ...coded("funds", "110004 110007 110012 110045 110051 110052 110053 170033 170131"),
  ...coded("filter", "110017 110094 170124 170134 170136 170137 170140 170148 170228 170229 170341 170381 170382"),
  ...coded("price-band", "110003 110120 110121 170132 170133 170192 170193 170194 170195 170196 170197 170198"),
  ...coded("price-band", "170199 170200 170203 170204 170371 170372 30208 30209"),
  ...coded("market-closed", "110063 110066 110074 110103 170031 170151 170157 170159 170206 170217"),
  ...coded("clock", "10002"),
  ...coded("other", "10017 170105 170115 170116 170117 170121 170130 170202 170210 170218 170221 170227"),
  // It had another meaning before.
  { code: "170201", text: /restricted/i, cause: "permission" },
  { code: "170201", cause: "other" },
];

const Envelope = z.object({ retCode: Id, retMsg: z.string().optional() });
const Acknowledged = z.object({ retCode: z.literal(0), result: z.object({ orderId: Id, orderLinkId: z.string() }) });

export const READING: AnswerReading = {
  error(json) {
    const said = Envelope.safeParse(json).data;
    return said === undefined || said.retCode === "0" ? null : { code: said.retCode, text: said.retMsg ?? "" };
  },
  refusals: REFUSALS,
  // Done, canceled, or not there. 170212 says that a cancel is under way, which is no end.
  notWorking: ["110001", "110008", "110010", "170139", "170142", "170143", "170190", "170213"],
  accepted(json) {
    const taken = Acknowledged.safeParse(json).data?.result;
    return taken === undefined ? null : { venueOrderId: taken.orderId, clientOrderId: taken.orderLinkId };
  },
};

/** What a key, account or address may not; null: it is no such refusal. HTTP 403 is none: it passes, being a limit by address. */
export const refusal = (json: unknown, status: number): string | null => {
  const said = READING.error(json);
  if (said === null) return status === 401 ? "HTTP 401" : null;
  const cause = REFUSALS.find(({ code }) => code === said.code)?.cause;
  return cause === "permission" ? `${said.code} ${said.text}` : null;
};

/** Where it succeeded. @throws ZodError */
export const resultOf = <T>(json: unknown, schema: z.ZodType<T>): T =>
  z.object({ retCode: z.literal(0), result: schema }).parse(json).result;

export const STATUSES = {
  New: "working",
  PartiallyFilled: "working",
  Untriggered: "working",
  // On its way from Untriggered to New.
  Triggered: "working",
  Filled: "filled",
  Cancelled: "canceled",
  PartiallyFilledCanceled: "canceled",
  // A trigger that was canceled before its price came.
  Deactivated: "canceled",
  Rejected: "rejected",
} as const;

const side = z.string().toLowerCase().pipe(Side);

export const OrderRow = z.object({
  orderId: Id,
  orderLinkId: z.string(),
  symbol: z.string(),
  side,
  orderStatus: z.enum(Object.keys(STATUSES) as (keyof typeof STATUSES)[]),
  orderType: z.string(),
  /** `UNKNOWN` or nothing: it is no trigger. */
  stopOrderType: z.string().optional(),
  marketUnit: z.string().optional(),
  qty: Amount,
  cumExecQty: AmountOrNone,
  price: AmountOrNone,
  triggerPrice: AmountOrNone.optional(),
  /** The last price when it was placed, of spot orders. */
  basePrice: AmountOrNone.optional(),
  cancelType: z.string().optional(),
  rejectReason: z.string().optional(),
  createdTime: Ms,
});
export type OrderRow = z.infer<typeof OrderRow>;

export const TradeRow = z.object({
  execId: Id,
  orderId: Id,
  symbol: z.string(),
  side,
  execQty: Amount,
  execPrice: Amount,
  execFee: AmountOrNone,
  feeCurrency: z.string().min(1),
  execTime: Ms,
});
export type TradeRow = z.infer<typeof TradeRow>;

export const BalanceResult = z.object({
  list: z.array(
    z.object({
      coin: z.array(
        z.object({
          coin: z.string(),
          walletBalance: AmountOrNone,
          locked: AmountOrNone,
          spotBorrow: AmountOrNone.optional(),
        }),
      ),
    }),
  ),
});

export const KeyResult = z.object({
  readOnly: z.number(),
  permissions: z.object({ Spot: z.array(z.string()).optional(), Wallet: z.array(z.string()).optional() }),
  ips: z.array(z.string()).optional(),
  expiredAt: z.string().optional(),
  userID: Id,
});

/** One page of a list. */
export const pageOf = <T>(row: z.ZodType<T>) =>
  z.object({
    list: z.array(row),
    nextPageCursor: z
      .string()
      .nullish()
      .transform((cursor) => cursor ?? ""),
  });
