// Floor 6. How a browser is let in: by an address with a one-time code, which the terminal prints, or by a token typed in. Either
// gives a cookie that no script reads and no other site sends.
import { type Context, Hono } from "hono";
import { setCookie } from "hono/cookie";
import { API } from "./api-route.ts";
import type { Credentials, Scope } from "./credentials.ts";
import { type HttpEnv, refused } from "./guards.ts";

interface LoginOptions {
  readonly wallMs: () => number;
  readonly isEncrypted: boolean;
}

/** The login page itself is the page's; here is what it leads to. */
export function loginRoutes(credentials: Credentials, { wallMs, isEncrypted }: LoginOptions): Hono<HttpEnv> {
  const letIn = (context: Context, scope: Scope): Response => {
    setCookie(context, credentials.cookieName, credentials.cookieFor(scope, wallMs()), {
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
          ? letIn(context, "act")
          : context.redirect("/login?problem=code", 303);
      })
      .post("/login", async (context) => {
        const { token } = await context.req.parseBody();
        const scope = typeof token === "string" ? credentials.scopeOfToken(token.trim()) : null;
        return scope === null ? context.redirect("/login?problem=token", 303) : letIn(context, scope);
      })
      // For `deeptrader page`, which prints the address.
      .post(`${API}/login-code`, (context) =>
        context.get("scope") === "act"
          ? context.json({ code: credentials.newCode(wallMs()) })
          : refused(context, 403, "This token may only read."),
      )
  );
}
