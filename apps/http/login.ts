// Floor 6. How a browser is let in: by an address with a one-time code, which the terminal prints, or by a token typed in. Either
// gives a cookie that no script reads and no other site sends.
import { type Context, Hono } from "hono";
import { setCookie } from "hono/cookie";
import { API } from "./api-route.ts";
import { createBuckets } from "./buckets.ts";
import type { Credentials, Scope } from "./credentials.ts";
import { addressOf, type HttpEnv, refused, tooMany } from "./guards.ts";

interface LoginOptions {
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
  readonly isEncrypted: boolean;
}

/** The login page itself is the page's; here is what it leads to. */
export function loginRoutes(
  credentials: Credentials,
  { wallMs, monotonicMs, isEncrypted }: LoginOptions,
): Hono<HttpEnv> {
  const wrong = createBuckets({ burst: 20, perSecond: 1 }, monotonicMs);
  const letIn = (context: Context, scope: Scope, by: "code" | "token"): Response => {
    setCookie(context, credentials.cookieName, credentials.cookieFor(scope, by, wallMs()), {
      httpOnly: true,
      sameSite: "Strict",
      path: "/",
      maxAge: credentials.cookieMaxAgeS,
      secure: isEncrypted,
    });
    return context.redirect("/", 303);
  };
  return (
    new Hono<HttpEnv>()
      .get("/login", async (context, next) => {
        const code = context.req.query("code");
        if (code === undefined) return next();
        return credentials.takeCode(code, wallMs())
          ? letIn(context, "act", "code")
          : context.redirect("/login?problem=code", 303);
      })
      .post("/login", async (context) => {
        const { token } = await context.req.parseBody().catch(() => ({ token: "" }));
        const given = typeof token === "string" ? token.trim() : "";
        const scope = credentials.scopeOfToken(given);
        if (scope !== null) return letIn(context, scope, credentials.isConfigured(given) ? "token" : "code");
        const waitS = wrong.take(addressOf(context));
        return waitS > 0 ? tooMany(context, waitS) : context.redirect("/login?problem=token", 303);
      })
      // For `deeptrader page`, which prints the address.
      .post(`${API}/login-code`, (context) =>
        context.get("scope") === "act"
          ? context.json({ code: credentials.newCode(wallMs()) })
          : refused(context, 403, "This token may only read."),
      )
  );
}
