// Floor 2. What a ccxt call threw → one of our errors, and whether the same call may go through if made again.
import {
  DeepTraderError,
  ProviderError,
  ProviderRefusedError,
  UnansweredError,
  UnknownNameError,
} from "#schemas/errors.ts";

const MAX_DETAIL_CHARS = 200;
/** Refusals that ccxt reads from the body; those by HTTP status are seen before it. */
const REFUSING_CLASSES = ["AuthenticationError", "RestrictedLocation"];
/** https://docs.ccxt.com/#/README?id=error-handling: everything below OperationFailed is temporary. */
const TEMPORARY_CLASS = "OperationFailed";
const FINAL_CLASS = "BaseError";

/** Names of an error's class and all above it. By name, since an injected client may come from another ccxt copy. */
function classNames(error: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at: unknown = error; typeof at === "object" && at !== null; at = Object.getPrototypeOf(at)) {
    if (at.constructor instanceof Function) names.add(at.constructor.name);
  }
  return names;
}

/** Limits that an exchange tells in a body, such as kraken's `EAPI:Rate limit exceeded`. */
const LIMIT_CLASSES = ["DDoSProtection", "RateLimitExceeded"];

const UNNAMED_CLASSES: ReadonlySet<string> = new Set(["ExchangeError", "TypeError", "SyntaxError"]);

export const isLimit = (error: unknown): boolean => {
  const names = classNames(error);
  return LIMIT_CLASSES.some((name) => names.has(name));
};

/** What ccxt throws for a body in which it knows no code, or could not read one. */
export const isUnnamed = (error: unknown): boolean =>
  error instanceof Error && !(error instanceof DeepTraderError) && UNNAMED_CLASSES.has(error.constructor.name);

/** True where nothing, or nothing readable, came back. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof ProviderError || (!(error instanceof DeepTraderError) && classNames(error).has(TEMPORARY_CLASS));

/** True where the exchange took the request itself for wrong, such as a list with one name that it no longer knows. */
export const isBadRequest = (error: unknown): boolean =>
  error instanceof DeepTraderError && classNames(error.cause).has("BadRequest");

/** One line, capped: the body of an answer is foreign text. */
export const detail = (message: string): string => {
  const line = message.replace(/\s+/g, " ").trim();
  return line.length > MAX_DETAIL_CHARS ? `${line.slice(0, MAX_DETAIL_CHARS)}…` : line;
};

/**
 * `what` names the call for people, for example `candles of BTC/USDT 5m`. `again`: true for what passes by itself: network,
 * overload, maintenance, an answer cut short. Not for what was given up for want of an answer: the market is late, and asked again
 * with the others that are.
 */
export function toFailure(
  cause: unknown,
  exchangeId: string,
  what: string,
): { readonly error: DeepTraderError; readonly again: boolean } {
  if (cause instanceof DeepTraderError) {
    return { error: cause, again: cause.policy === "retry" && !(cause instanceof UnansweredError) };
  }
  const names = classNames(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  const was = `${exchangeId} did not give ${what}: ${detail(message)}.`;
  if (names.has("BadSymbol")) {
    return { error: new UnknownNameError({ was, remedy: "Name a market that the venue lists.", cause }), again: false };
  }
  if (names.has("PermissionDenied")) {
    const remedy = "It forbids this one call: leave the market out, or look at what the key may.";
    return { error: new ProviderError({ was, remedy, cause }), again: false };
  }
  if (REFUSING_CLASSES.some((name) => names.has(name))) {
    const remedy = "It refuses this address or account: choose another --venue.";
    return { error: new ProviderRefusedError({ was, remedy, cause }), again: false };
  }
  if (names.has(TEMPORARY_CLASS)) {
    const remedy = "Check the network and the venue's status page.";
    return names.has("RequestTimeout")
      ? { error: new UnansweredError({ was, remedy, cause }), again: false }
      : { error: new ProviderError({ was, remedy, cause }), again: true };
  }
  // Anything thrown inside ccxt that is not its own error is a body it could not read.
  const remedy = "Check the venue's status page and ccxt's version.";
  return { error: new ProviderError({ was, remedy, cause }), again: !names.has(FINAL_CLASS) };
}
