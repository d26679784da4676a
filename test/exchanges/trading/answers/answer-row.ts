// One answer of a venue to a new order, and what it proves.
import type { Placed, RefusalCause } from "#toolkits/execution/live/venue-orders.ts";

export interface AnswerRow {
  readonly status: number;
  /** As it is sent; an object is written as JSON. */
  readonly body: unknown;
  readonly means: Placed["outcome"];
  /** Of a refusal. */
  readonly cause?: RefusalCause;
  /** Where it is documented or was seen, or why it means that. */
  readonly why: string;
}

/** The client id that the rows' orders were sent with. */
export const SENT_ID = "0123456789abcdef0123456789abcdef";

/** Answers that mean the same at every venue: nothing that a proxy, a crash or a web page says proves anything. */
export const ANYWHERE: readonly AnswerRow[] = [
  { status: 200, body: "", means: "unresolved", why: "an empty body" },
  { status: 200, body: "{}", means: "unresolved", why: "an order without id" },
  { status: 200, body: "[]", means: "unresolved", why: "a list in place of an order" },
  { status: 200, body: "null", means: "unresolved", why: "nothing" },
  { status: 200, body: "OK", means: "unresolved", why: "text in place of JSON" },
  { status: 200, body: '{"orderId":12,"clientOrd', means: "unresolved", why: "cut in the middle" },
  { status: 200, body: "<!doctype html><title>Just a moment</title>", means: "unresolved", why: "a web page" },
  { status: 201, body: "<html></html>", means: "unresolved", why: "a web page with another status" },
  { status: 301, body: "", means: "unresolved", why: "moved: whether it went through before is not known" },
  { status: 400, body: "", means: "unresolved", why: "a bad request without a code of the venue" },
  {
    status: 408,
    body: '{"msg":"timeout"}',
    means: "unresolved",
    why: "the gateway gave up on the books, not the books on the order",
  },
  { status: 409, body: "", means: "unresolved", why: "a conflict may be with this very order" },
  { status: 500, body: '{"error":"internal"}', means: "unresolved", why: "5xx: execution unknown" },
  { status: 502, body: "<html>Bad gateway</html>", means: "unresolved", why: "5xx: execution unknown" },
  { status: 503, body: "", means: "unresolved", why: "5xx: execution unknown" },
  { status: 504, body: "", means: "unresolved", why: "5xx: execution unknown" },
  { status: 520, body: "<html>520</html>", means: "unresolved", why: "the proxy had no readable answer of the origin" },
  { status: 401, body: "", means: "refused", cause: "permission", why: "turned away at the door" },
  { status: 403, body: "<html>Forbidden</html>", means: "unresolved", why: "a firewall, of which nothing is known" },
  { status: 404, body: "", means: "unresolved", why: "no such path, says who?" },
  { status: 405, body: "", means: "unresolved", why: "a proxy's word" },
  { status: 413, body: "", means: "unresolved", why: "a proxy's word" },
  { status: 418, body: "", means: "unresolved", why: "a ban without a code" },
  { status: 429, body: "", means: "unresolved", why: "a limit without a code" },
  { status: 418, body: '{"msg":"banned"}', means: "unresolved", why: "the same in JSON, without a code" },
  { status: 429, body: '{"msg":"slow down"}', means: "unresolved", why: "the same in JSON, without a code" },
  { status: 451, body: "{}", means: "refused", cause: "permission", why: "the law keeps it from serving this address" },
];
