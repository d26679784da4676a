// Floor 6. What every request passes before anything looks at it: the name it asked for, where it came from, who sends it, how
// often, and how much. A browser on another site, a name that was pointed here, and a stranger get no further.
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getCookie } from "hono/cookie";
import { secureHeaders } from "hono/secure-headers";
import { isLoopback } from "#schemas/config.ts";
import { createBuckets } from "./buckets.ts";
import type { Credentials, Scope } from "./credentials.ts";

export interface HttpEnv {
  Variables: { scope: Scope; caller: string };
}

type Guard = MiddlewareHandler<HttpEnv>;

/** Most that a request may carry, bytes: a long question is a few thousand. */
const MOST_BYTES = 64 * 1024;

/** Why a request goes no further: a status, and a text for people. */
export const refused = (context: Context, status: 400 | 401 | 403 | 413 | 415 | 421 | 429 | 503, message: string) =>
  context.json({ error: { name: "HttpRefused", message, exitCode: 1 } }, status);

export function tooMany(context: Context, waitS: number) {
  context.header("retry-after", String(waitS));
  return refused(context, 429, `Too many requests. Wait ${waitS} s.`);
}

/** No script, style, picture or frame but the desk's own; nothing is told to others. */
export const headers: Guard = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    connectSrc: ["'self'"],
    imgSrc: ["'self'"],
    fontSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: "DENY",
  referrerPolicy: "no-referrer",
  // Said by the server that has the certificate.
  strictTransportSecurity: false,
});

export const size: Guard = bodyLimit({
  maxSize: MOST_BYTES,
  onError: (context) => refused(context, 413, `The request is larger than ${MOST_BYTES / 1024} kB.`),
});

const ADDRESS = /^(\d{1,3}\.){3}\d{1,3}$|^[0-9a-f:]*:[0-9a-f:.]*$/i;

/** `desk.example.org:7373` → `desk.example.org`, `[::1]:7373` → `::1`. */
const nameOf = (host: string): string => host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");

/**
 * A name of someone else's that was pointed at this machine would have a browser ask the desk in the name of that site: only
 * localhost, addresses and the configured names are answered.
 */
export function hostCheck({ host, names }: { readonly host: string; readonly names: readonly string[] }): Guard {
  const known = new Set(["localhost", host, ...names].map((name) => name.toLowerCase()));
  return async (context, next) => {
    const asked = nameOf(context.req.header("host") ?? "").toLowerCase();
    const isAddress = ADDRESS.test(asked) && (!isLoopback(host) || isLoopback(asked));
    if (isAddress || known.has(asked)) return next();
    return refused(context, 421, "This desk does not answer to that name (DEEPTRADER_HTTP_NAMES lists more).");
  };
}

/** HEAD is GET without its body. */
const isLook = (method: string): boolean => method === "GET" || method === "HEAD";

const bearerOf = (context: Context): string | undefined =>
  /^Bearer (.+)$/i.exec(context.req.header("authorization") ?? "")?.[1];

const isOwnOrigin = (context: Context): boolean => {
  const origin = context.req.header("origin") ?? "";
  return URL.canParse(origin) && new URL(origin).host === context.req.header("host");
};

/** Another site's page gets no answer, and nothing done; a browser that acts says where it comes from. */
export const originCheck: Guard = async (context, next) => {
  const { method } = context.req;
  const site = context.req.header("sec-fetch-site");
  const origin = context.req.header("origin");
  // A link on another site may be followed to the page; nothing else of it is answered.
  const isLink = isLook(method) && context.req.header("sec-fetch-mode") === "navigate";
  const isForeign = origin !== undefined ? !isOwnOrigin(context) : site === "cross-site" || site === "same-site";
  if (isForeign && !isLink) return refused(context, 403, "Requests of another site's pages are not answered.");
  const isBrowser = bearerOf(context) === undefined;
  if (!isLook(method) && isBrowser && origin === undefined)
    return refused(context, 403, "A request that acts has to say where it comes from (Origin), or to carry a token.");
  return next();
};

/** What is let through without a name. */
const OPEN = /^\/(health|login|assets\/[^/]+)$/;

export const addressOf = (context: Context): string => {
  try {
    return getConnInfo(context).remote.address ?? "?";
  } catch {
    return "?";
  }
};

/** Sets `scope` and `caller`; who is not known is shown the way in, or refused. */
export function authentication(
  credentials: Credentials,
  { nowMs, monotonicMs }: { readonly nowMs: () => number; readonly monotonicMs: () => number },
): Guard {
  const strangers = createBuckets({ burst: 20, perSecond: 2 }, monotonicMs);
  return async (context, next) => {
    const bearer = bearerOf(context);
    const cookie = getCookie(context, credentials.cookieName);
    const byToken = bearer === undefined ? null : credentials.scopeOfToken(bearer);
    // A wrong token is not made good by a cookie.
    const scope =
      byToken ?? (bearer === undefined && cookie !== undefined ? credentials.scopeOfCookie(cookie, nowMs()) : null);
    if (scope !== null) {
      context.set("scope", scope);
      // Browsers of one right share a bucket: signing in again gives no new one.
      context.set("caller", bearer ?? `browser ${scope}`);
      return next();
    }
    // The way in stays open, however often another of the same address guesses; login.ts counts wrong tokens.
    if (OPEN.test(context.req.path)) return next();
    if (isPageRequest(context)) return context.redirect("/login", 303);
    const waitS = strangers.take(addressOf(context));
    if (waitS > 0) return tooMany(context, waitS);
    context.header("www-authenticate", "Bearer");
    return refused(context, 401, "No token, or one that is not known. See docs/connect.md.");
  };
}

const isPageRequest = (context: Context): boolean =>
  context.req.method === "GET" &&
  context.req.header("authorization") === undefined &&
  (context.req.header("accept") ?? "").includes("text/html");

/** Of callers who are known: what a page and a script need, and no more. */
export function rate(monotonicMs: () => number): Guard {
  const reads = createBuckets({ burst: 400, perSecond: 100 }, monotonicMs);
  const acts = createBuckets({ burst: 40, perSecond: 10 }, monotonicMs);
  return async (context, next) => {
    // An MCP client reads by POST.
    const isRead = isLook(context.req.method) || context.req.path === "/mcp";
    const waitS = (isRead ? reads : acts).take(context.get("caller") ?? addressOf(context));
    return waitS === 0 ? next() : tooMany(context, waitS);
  };
}

/** Reading is by GET; what a token may only read, it may not POST. */
export const scopeCheck: Guard = async (context, next) => {
  const { method, path } = context.req;
  if (isLook(method) || path === "/login" || context.get("scope") === "act" || path === "/mcp") return next();
  return refused(context, 403, "This token may only read.");
};
