// Floor 2. A DATABASE_URL → the driver's client, with the settings that every connection of Khala needs.
import postgres from "postgres";

const CONNECT_TIMEOUT_S = 5;
const RECONNECT_STEP_S = 0.05;
/**
 * The driver's own goes up to 20 s after a longer absence, and calls wait for it: then a write would neither fail at once
 * while the server is down nor succeed at once when it is back.
 */
const RECONNECT_UP_TO_S = 0.5;

/**
 * @param max how many connections at most; by default the driver's ten
 * @param max_lifetime null: a connection is not replaced by a new one after a while
 */
export const connectPostgres = (
  url: string,
  options: { readonly max?: number; readonly max_lifetime?: null } = {},
): postgres.Sql =>
  postgres(url, {
    ...options,
    connect_timeout: CONNECT_TIMEOUT_S,
    backoff: (failures) => Math.min(RECONNECT_STEP_S * failures, RECONNECT_UP_TO_S),
    onnotice: () => {},
  });
