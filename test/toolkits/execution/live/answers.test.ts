// What an answer to a new order proves, row by row: refused only by what is listed, accepted only with an id, all else in doubt.
import { describe, expect, it } from "vitest";
import type { Price, Quantity } from "#schemas/money.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { ANYWHERE, type AnswerRow, SENT_ID } from "#test/exchanges/trading/answers/answer-row.ts";
import type { HttpAnswer } from "#toolkits/execution/live/http-call.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";
import { LIVE_VENUES } from "#toolkits/execution/live/venue-orders.ts";
import type { CreateVenueOrders } from "#toolkits/execution/live/venue-parts.ts";

/** By venue: test/exchanges/trading/answers/VENUE.ts. */
const TABLES = await Promise.all(
  Object.entries(TRIED_VENUES).map(async ([id, { create }]) => {
    const { ANSWERS } = (await import(`../../../exchanges/trading/answers/${id}.ts`)) as {
      readonly ANSWERS: readonly AnswerRow[];
    };
    return { id, create, rows: ANSWERS };
  }),
);

const options = { signal: new AbortController().signal };
const symbol = MarketSymbol.parse("BTC/USDT");
const sentMs = unixMs(1_780_000_000_000);

const answerOf = ({ status, body }: AnswerRow): HttpAnswer => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    // A body that is no JSON.
  }
  return { type: "answer", sentMs, status, body: text, json };
};

const placeWith = (create: CreateVenueOrders, answer: HttpAnswer) =>
  create({
    call: async () => answer,
    names: { idOf: () => "BTCUSDT", symbolOf: () => symbol, tickOf: () => "0.01" },
    now: () => sentMs,
    sandbox: false,
  }).place(
    {
      clientOrderId: SENT_ID,
      symbol,
      side: "buy",
      quantity: "0.01" as Quantity,
      terms: { type: "limit-ioc", limitPrice: "60000" as Price },
    },
    options,
  );

for (const { id, create, rows } of TABLES) {
  describe(`answers of ${id} to a new order`, () => {
    it.each([...ANYWHERE, ...rows])("HTTP $status $body: $means ($why)", async (row) => {
      const placed = await placeWith(create, answerOf(row));
      expect(placed).toMatchObject(
        row.cause === undefined ? { outcome: row.means } : { outcome: row.means, cause: row.cause },
      );
    });

    it("that do not come leave the order in doubt; what was not sent is not", async () => {
      const silent = await placeWith(create, { type: "silence", sentMs, reason: "timed out" });
      expect(silent).toMatchObject({ outcome: "unresolved", untilMs: expect.any(Number) });
      expect(await placeWith(create, { type: "not-sent", reason: "refused" })).toMatchObject({ outcome: "not-sent" });
    });
  });
}

/** What ccxt was measured to take for something else than the venue says: each is a row, with the venue's meaning. */
const MISREAD: Readonly<Record<string, readonly (readonly [text: string, means: AnswerRow["means"]])[]>> = {
  binance: [
    ["-2021", "unresolved"],
    ["-1007", "unresolved"],
    ["-2015", "refused"],
    ["Order would trigger immediately", "refused"],
    ["Duplicate order sent", "unresolved"],
  ],
  kraken: [
    ["EService:Timeout", "unresolved"],
    ["Deadline elapsed", "unresolved"],
    ["post_only mode", "refused"],
    ["cancel_only mode", "refused"],
    ["EOrder:Rate limit", "refused"],
    ["Cost minimum", "refused"],
    ["Tick size", "refused"],
    ["Orders limit", "refused"],
    ["EOrder:Unknown order", "unresolved"],
    ["Invalid nonce", "unresolved"],
    ["txid", "accepted"],
  ],
  okx: [
    ["51149", "unresolved"],
    ["51016", "unresolved"],
    ["50011", "refused"],
    ["timeout", "unresolved"],
  ],
  bybit: [
    ["10000", "unresolved"],
    ["10016", "unresolved"],
    ["170146", "unresolved"],
    ["170141", "unresolved"],
    ["slow down", "unresolved"],
    ["access too frequent", "refused"],
  ],
  coinbase: [
    ["INTERNAL", "unresolved"],
    ['"error":"INSUFFICIENT_FUND"', "refused"],
    ["PREVIEW_INSUFFICIENT_FUND", "refused"],
    ["DUPLICATE_CLIENT_ORDER_ID", "unresolved"],
  ],
};

it.each(TABLES)("$id: what ccxt takes for another thing is listed as what it is", ({ id, rows }) => {
  const texts = rows.map(({ body, means }) => [typeof body === "string" ? body : JSON.stringify(body), means] as const);
  const missing = (MISREAD[id] ?? []).filter(
    ([text, means]) => !texts.some(([body, said]) => body.includes(text) && said === means),
  );
  expect(missing).toEqual([]);
});

it("are listed for every venue, a hundred and fifty and more in all", () => {
  expect(TABLES.map(({ id }) => id).sort()).toEqual([...LIVE_VENUES].sort());
  expect(Math.min(...TABLES.map(({ rows }) => rows.length))).toBeGreaterThanOrEqual(30);
  expect(TABLES.reduce((sum, { rows }) => sum + rows.length, 0)).toBeGreaterThanOrEqual(150);
});
