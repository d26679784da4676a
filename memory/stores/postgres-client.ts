// Floor 2. A DATABASE_URL → the driver's client, with the settings that every connection of Khala needs.
import postgres from "postgres";
import { AnsweringSockets } from "./answering-sockets.ts";

const CONNECT_TIMEOUT_S = 5;
const RECONNECT_STEP_S = 0.05;
/**
 * The driver's own goes up to 20 s after a longer absence, and calls wait for it: then a write would neither fail at once
 * while the server is down nor succeed at once when it is back.
 */
const RECONNECT_UP_TO_S = 0.5;

/** A statement of a desk takes less than a second, one of a large candle archive a few. */
const ANSWER_WITHIN_MS = 30_000;
/** Thinning a store and giving its room back is many statements, each of which may read whole tables. */
const LONG_ANSWER_WITHIN_MS = 600_000;

export interface PostgresClient {
  readonly sql: postgres.Sql;
  /** As the work ends, which asks this client: it fails where a connection is kept and nothing is answered on it. */
  readonly answered: Answered;
}

/** @param isLong one statement of it may take minutes */
export type Answered = <T>(work: Promise<T>, isLong?: boolean) => Promise<T>;

/**
 * @param max how many connections at most; by default the driver's ten
 * @param max_lifetime null: a connection is not replaced by a new one after a while
 */
export function connectPostgres(
  url: string,
  given: { readonly max?: number; readonly max_lifetime?: null } = {},
): PostgresClient {
  const sockets = new AnsweringSockets();
  const options = {
    ...given,
    connect_timeout: CONNECT_TIMEOUT_S,
    backoff: (failures: number) => Math.min(RECONNECT_STEP_S * failures, RECONNECT_UP_TO_S),
    onnotice: () => {},
    socket: sockets.open,
  };
  return {
    sql: postgres(url, options),
    answered: (work, isLong = false) => sockets.answered(work, isLong ? LONG_ANSWER_WITHIN_MS : ANSWER_WITHIN_MS),
  };
}
