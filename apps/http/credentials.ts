// Floor 6. Who may do what through HTTP: tokens of programs, a cookie for a browser that was let in, and the one-time address that
// lets it in. No secret is kept but the key of the home's own (HOME/desk.key, 0600), so that a browser stays in when the desk
// restarts.
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "#schemas/errors.ts";
import { DAY_MS } from "#schemas/units.ts";
import { writeWhole } from "../home-folder.ts";

/** `read`: looks, and costs nothing; `act`: everything that the terminal may do. */
export type Scope = "read" | "act";

export interface Credentials {
  /** For the commands of other terminals; new at each start. */
  readonly deskToken: string;
  /** Null: not known. */
  scopeOfToken(token: string): Scope | null;
  /** True for a token of the environment: a browser that it lets in stays as long as it stands there. */
  isConfigured(token: string): boolean;
  readonly cookieName: string;
  readonly cookieMaxAgeS: number;
  /** @param by what let the browser in */
  cookieFor(scope: Scope, by: "code" | "token", nowMs: number): string;
  /** Null: not made here, changed, or over. */
  scopeOfCookie(cookie: string, nowMs: number): Scope | null;
  /** A code that lets one browser in, once, with all rights. */
  newCode(nowMs: number): string;
  /** True once for a code that is not over. */
  takeCode(code: string, nowMs: number): boolean;
}

export const TOKEN_VARIABLES = { act: "DEEPTRADER_API_TOKEN", read: "DEEPTRADER_API_READ_TOKEN" } as const;
const LEAST_LETTERS = 24;
const SESSION_MS = 30 * DAY_MS;
const CODE_MS = DAY_MS;
/** Codes that wait to be used; a script that asks for more has no use for the first ones. */
const MOST_CODES = 100;

type Env = Readonly<Record<string, string | undefined>>;

/** @throws ConfigError for a token that could be guessed */
export async function openCredentials(home: string, env: Env): Promise<Credentials> {
  const deskToken = randomBytes(32).toString("hex");
  const configured = [...tokenOf(env, "act"), ...tokenOf(env, "read")];
  const tokens: readonly (readonly [Buffer, Scope])[] = [[digest(deskToken), "act"], ...configured];
  const key = await keyOf(home);
  const sign = (text: string): string => createHmac("sha256", key).update(text).digest("base64url");
  // With another token in the environment, or none, those whom it let in are out.
  const signed = (said: string, scope: Scope, by: string): string => {
    const token = by === "token" ? configured.find(([, of]) => of === scope)?.[0].toString("hex") : "";
    return sign(`${said} ${token ?? "none any more"}`);
  };
  const codes = new Map<string, number>();
  return {
    deskToken,
    scopeOfToken: (token) => {
      const given = digest(token);
      // All are compared, so that the time tells nothing.
      const known = tokens.filter(([expected]) => timingSafeEqual(given, expected));
      return known[0]?.[1] ?? null;
    },
    // Browsers keep cookies by host, not by port: desks of one machine must not take each other's.
    cookieName: `deeptrader_${createHash("sha256").update(key).digest("hex").slice(0, 8)}`,
    cookieMaxAgeS: SESSION_MS / 1000,
    isConfigured: (token) => {
      const given = digest(token);
      return configured.some(([expected]) => timingSafeEqual(given, expected));
    },
    cookieFor: (scope, by, nowMs) => {
      const said = `${scope}.${nowMs + SESSION_MS}.${by}`;
      return `${said}.${signed(said, scope, by)}`;
    },
    scopeOfCookie: (cookie, nowMs) => {
      const [scope = "", untilMs = "", by = "", signature = "", ...more] = cookie.split(".");
      if ((scope !== "read" && scope !== "act") || more.length > 0) return null;
      const isOurs = timingSafeEqual(digest(signed(`${scope}.${untilMs}.${by}`, scope, by)), digest(signature));
      return isOurs && nowMs < Number(untilMs) ? scope : null;
    },
    newCode: (nowMs) => {
      const code = randomBytes(16).toString("hex");
      codes.set(code, nowMs + CODE_MS);
      for (const old of [...codes.keys()].slice(0, -MOST_CODES)) codes.delete(old);
      return code;
    },
    takeCode: (code, nowMs) => {
      const untilMs = codes.get(code) ?? 0;
      codes.delete(code);
      return nowMs < untilMs;
    },
  };
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function tokenOf(env: Env, scope: Scope): readonly (readonly [Buffer, Scope])[] {
  const variable = TOKEN_VARIABLES[scope];
  const token = env[variable]?.trim() ?? "";
  if (token === "") return [];
  if (token.length >= LEAST_LETTERS) return [[digest(token), scope]];
  throw new ConfigError({
    was: `${variable} has ${token.length} letters.`,
    expected: `${LEAST_LETTERS} or more`,
    remedy: "Make one with `openssl rand -hex 32`; its value is a secret and is not printed.",
  });
}

/** Made at the first start. Without it, or with another, every browser has to be let in anew. */
async function keyOf(home: string): Promise<string> {
  const path = join(home, "desk.key");
  const kept = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new ConfigError({
      was: `${path}, the key that keeps browsers in, cannot be read (${error.code}).`,
      expected: "a file of this user",
      remedy: "Correct its rights, or delete it: every browser is then let in anew.",
    });
  });
  if (/^[0-9a-f]{64}$/.test(kept.trim())) return kept.trim();
  const made = randomBytes(32).toString("hex");
  await writeWhole(path, made);
  return made;
}
