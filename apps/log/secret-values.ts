// Floor 6, log. The environment → every value in it that is secret, in each form in which it could come up in a text: redaction by
// the name of a field does not see a key inside an error's message.
import { isSecret, namesSecret } from "../config/secrets.ts";
import { SETTINGS } from "../settings.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Shorter ones would be found inside other words; where they stand in a URL the URL's part around them is known as well. */
const LEAST_LETTERS = 4;
/** Of a variable that only sounds like a key: `ALLOW_EMPTY_PASSWORD=yes`, `TOKENIZERS=false`. */
const LEAST_BY_NAME = 6;

/** Longest first, so that no part of one is left over where another was replaced. */
export function secretValues(env: Env, more: readonly string[] = []): readonly string[] {
  const settings = SETTINGS.flatMap((setting) => {
    const value = env[setting.env]?.trim() ?? "";
    if (setting.secret === undefined || value === "" || !isSecret(setting, value)) return [];
    return setting.secret === "always"
      ? [value, ...valuesWithin(value)]
      : [value, ...partsOfUrls(value, setting.secret === "elsewhere")];
  });
  const byName = Object.entries(env).flatMap(([name, value = ""]) =>
    namesSecretValue(name) && value.trim().length >= LEAST_BY_NAME ? [value.trim(), ...partsOfUrls(value, false)] : [],
  );
  const plain = [...settings, ...byName, ...more];
  const all = new Set(plain.flatMap(formsOf));
  return [...all].filter((value) => value.length >= LEAST_LETTERS).sort((a, b) => b.length - a.length);
}

/** A field or variable whose value is not shown, whatever it is. */
export const namesSecretValue = (name: string): boolean => namesSecret(name) || /authorization|cookie/i.test(name);

/** As it is, in a URL, and in JSON: the lines of a private key stand in one there. */
function formsOf(value: string): readonly string[] {
  const plain = value.replaceAll("\\n", "\n");
  return [value, plain, encodeURIComponent(value), decoded(value), JSON.stringify(plain).slice(1, -1)];
}

/** Of `name=value,name=value` and `KEY:SECRET` what stands behind each sign, and of `Bearer TOKEN` the token: it is sent alone. */
const valuesWithin = (text: string): readonly string[] =>
  [...text.matchAll(/[=:]\s*([^,=:]+)/g)]
    .flatMap(([, value = ""]) => [value.trim(), value.trim().split(/\s+/).at(-1) ?? ""])
    .filter((value) => value.length >= LEAST_BY_NAME);

/** Passwords, keys in the query, and what a basic-auth header makes of them; of a webhook its path too. */
function partsOfUrls(text: string, isPathSecret: boolean): readonly string[] {
  const users = [...text.matchAll(/\/\/([^/@\s]*)@/g)].flatMap(([, user = ""]) => {
    const [name = "", password] = user.split(/:(.*)/s);
    return [password ?? name, `${user}@`, Buffer.from(decoded(user)).toString("base64")];
  });
  const queries = [...text.matchAll(/[?&]\w*(?:key|token|secret|pass\w*|auth)=([^&\s]+)/gi)].map(
    ([, value = ""]) => value,
  );
  const url = isPathSecret ? URL.parse(text) : null;
  const paths = url === null ? [] : [`${url.pathname}${url.search}`, ...longParts(url.pathname)];
  return [...users, ...queries, ...paths].filter((part) => part.length > 1);
}

/** `services` and `hooks` are no secret by themselves; the long parts of a webhook's path are. */
const longParts = (path: string): readonly string[] =>
  path.split("/").filter((part) => part.length >= 8 && part !== "services");

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
