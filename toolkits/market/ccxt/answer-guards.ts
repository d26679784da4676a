// Floor 2. A ccxt client → the same client, that no longer hides what an exchange answered. As it comes it reads the body
// of a refusal before its status, takes text for a list of empty rows, and drops rows without a time.
import { ProviderError, ProviderRefusedError } from "#schemas/errors.ts";

/** The overridable steps between an answer and its rows, public in every ccxt exchange. */
export interface CcxtSteps {
  readonly id: string;
  onRestResponse(status: number, statusText: string, url: string, method: string, ...rest: unknown[]): unknown;
  parseOHLCVs(rows: unknown, market?: unknown, timeframe?: unknown, sinceMs?: unknown, limit?: unknown): unknown;
}

/** 401 and 403: refused by account or firewall; 418: banned for ignoring 429; 451: blocked by law. */
const REFUSING_STATUS = new Set([401, 403, 418, 451]);

function checkStatus(exchangeId: string, status: number): void {
  const was = `${exchangeId} answered with HTTP ${status}.`;
  if (status === 418) {
    throw new ProviderRefusedError({
      was,
      remedy: "It banned this address for asking too often: wait for hours, then ask for fewer --assets.",
    });
  }
  if (REFUSING_STATUS.has(status)) {
    throw new ProviderRefusedError({ was, remedy: "It refuses this address: choose another --venue." });
  }
  if (status === 429 || status >= 500)
    throw new ProviderError({ was, remedy: "Check the network and the venue's status page." });
}

/** Other 4xx are left to ccxt, which knows each exchange's error codes. */
export function guardAnswers(client: CcxtSteps): void {
  const onRestResponse = client.onRestResponse.bind(client);
  const parseOHLCVs = client.parseOHLCVs.bind(client);
  client.onRestResponse = (status, ...rest) => {
    checkStatus(client.id, status);
    const text = onRestResponse(status, ...rest);
    if (status < 300 && !/^\s*[{[]/.test(String(text))) {
      throw new ProviderError({
        was: `${client.id} answered with something else than JSON.`,
        remedy: "Check the venue's status page.",
      });
    }
    return text;
  };
  client.parseOHLCVs = (rows, market, timeframe) => {
    if (Array.isArray(rows)) return parseOHLCVs(rows, market, timeframe);
    throw new ProviderError({
      was: `${client.id} answered with something else than a list of candles.`,
      remedy: "Check the venue's status page.",
    });
  };
}
