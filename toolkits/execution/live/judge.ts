// Floor 2, live execution. What came back for an order → accepted, refused, unresolved or not sent. The same rule for every venue: a
// refusal is what its table lists, an acceptance has the venue's id (and our own id, where the venue repeats it); everything else may
// have made an order, and is asked for.
import type { UnixMs } from "#schemas/units.ts";
import { unixMs } from "#schemas/units.ts";
import { detail } from "../../market/ccxt/provider-errors.ts";
import type { HttpAnswer } from "./http-call.ts";
import type { Canceled, MoveAsked, Placed, RefusalCause, VenueOrderFacts } from "./venue-orders.ts";

/** The local clock and the venue's may differ by this much while signed requests are still taken, ms. */
export const CLOCK_SKEW_MS = 1_000;

/** For so long after it was taken an order may be missing from what the venue shows, its trades too, ms. */
export const HIDDEN_MS = 10_000;

/** The venue's error, as its protocol puts it; null: the answer holds none. */
export interface SaidError {
  readonly code: string;
  readonly text: string;
}

/** One line of a venue's table of refusals. */
export interface RefusalRow {
  /** The venue's; or `HTTP 403`, for an answer without one that the venue documents. */
  readonly code: string;
  /** In the text of the error, or in the body; left out: the code is enough. */
  readonly text?: RegExp;
  readonly cause: RefusalCause;
}

export interface AnswerReading {
  /** The error in a body, whatever the status. */
  error(json: unknown): SaidError | null;
  readonly refusals: readonly RefusalRow[];
  /** Codes that say that no such order works, in answers to a cancel. */
  readonly notWorking: readonly RefusalRow["code"][] | ((error: SaidError) => boolean);
  /** Ids of an accepted order; null: the answer holds no order. */
  accepted(json: unknown): { readonly venueOrderId: string; readonly clientOrderId: string | null } | null;
}

/**
 * Statuses that say who asks and not what of: by them a request is turned away before the venue's books see it. What else a proxy says
 * without a code of the venue, limits and firewalls too, proves nothing, unless the venue's own table has it: the order is asked for.
 */
const TURNED_AWAY: Readonly<Record<number, RefusalCause>> = { 401: "permission", 451: "permission" };

export function refusalOf(
  { error, refusals }: Pick<AnswerReading, "error" | "refusals">,
  { status, json, body }: Extract<HttpAnswer, { type: "answer" }>,
): Extract<Placed, { outcome: "refused" }> | null {
  const said = error(json);
  if (said !== null) {
    const row = refusals.find(({ code, text }) => code === said.code && (text === undefined || text.test(said.text)));
    // A code that is not listed proves nothing, whatever the status beside it.
    return row === undefined
      ? null
      : { outcome: "refused", cause: row.cause, code: said.code, reason: detail(said.text) };
  }
  const code = `HTTP ${status}`;
  const own = refusals.find((row) => row.code === code && (row.text === undefined || row.text.test(body)));
  const cause = own?.cause ?? TURNED_AWAY[status];
  return cause === undefined ? null : { outcome: "refused", cause, code, reason: detail(body) || code };
}

export function judgePlaced(
  facts: Pick<VenueOrderFacts, "id" | "acceptanceMs" | "echoesClientId">,
  reading: AnswerReading,
  answer: HttpAnswer,
  sentClientId: string,
): Placed {
  if (answer.type === "not-sent") return { outcome: "not-sent", reason: answer.reason };
  const untilMs: UnixMs = unixMs(answer.sentMs + facts.acceptanceMs + CLOCK_SKEW_MS);
  if (answer.type === "silence") return { outcome: "unresolved", reason: answer.reason, untilMs };
  const refused = refusalOf(reading, answer);
  if (refused !== null) return refused;
  const { status, json, body } = answer;
  const said = reading.error(json);
  const taken = said === null && status >= 200 && status < 300 ? reading.accepted(json) : null;
  if (taken !== null && (!facts.echoesClientId || taken.clientOrderId === sentClientId)) {
    return { outcome: "accepted", venueOrderId: taken.venueOrderId };
  }
  const words =
    said !== null
      ? `${said.code} ${said.text}`
      : taken !== null
        ? `the answer is about another order, ${taken.clientOrderId ?? "without a client id"}`
        : body;
  return {
    outcome: "unresolved",
    reason: `${facts.id} answered HTTP ${status}: ${detail(words) || "nothing"}`,
    untilMs,
  };
}

export function judgeCanceled(
  { id }: Pick<VenueOrderFacts, "id">,
  reading: AnswerReading,
  answer: HttpAnswer,
  isCanceled: (json: unknown) => boolean,
): Canceled {
  if (answer.type === "not-sent") return { outcome: "not-sent", reason: answer.reason };
  if (answer.type === "silence") return { outcome: "unresolved", reason: answer.reason };
  const { status, json, body } = answer;
  const said = reading.error(json);
  const { notWorking } = reading;
  if (said !== null) {
    const isGone = notWorking instanceof Function ? notWorking(said) : notWorking.includes(said.code);
    if (isGone) return { outcome: "not-working", reason: detail(said.text) };
  } else if (status >= 200 && status < 300 && isCanceled(json)) return { outcome: "canceled" };
  const words = said === null ? body : `${said.code} ${said.text}`;
  return { outcome: "unresolved", reason: `${id} answered HTTP ${status}: ${detail(words) || "nothing"}` };
}

/** What a move came to is asked for anyhow, so a refusal need not be proved: any error of the venue's own is one. */
export function judgeMoved(
  { id }: Pick<VenueOrderFacts, "id">,
  reading: Pick<AnswerReading, "error">,
  answer: HttpAnswer,
): MoveAsked {
  if (answer.type === "not-sent") return { outcome: "not-sent", reason: answer.reason };
  if (answer.type === "silence") return { outcome: "unresolved", reason: answer.reason };
  const { status, json, body } = answer;
  const said = reading.error(json);
  if (said !== null) return { outcome: "refused", reason: `${said.code} ${detail(said.text)}` };
  if (json !== null && status >= 200 && status < 300) return { outcome: "asked" };
  return { outcome: "unresolved", reason: `${id} answered HTTP ${status}: ${detail(body) || "nothing"}` };
}
