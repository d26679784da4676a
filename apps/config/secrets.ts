// Floor 6. Which values are secret: they are refused in the configuration file, and printed nowhere.
import type { Setting } from "../settings.ts";

/** `//name:password@`; of http also `//token@`. */
const USER_INFO = /\/\/[^/@\s]*:[^/@\s]+@|\bhttps?:\/\/[^/@\s]+@/i;
/** `?password=`, `&api_key=`, `?sslpassword=`, `?token=` */
const QUERY = /[?&]\w*(?:key|token|secret|pass(?:word|wd|phrase)?|auth)=[^&\s]/i;
const THIS_MACHINE = /^https?:\/\/(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::\d+)?(?:[/?#]|$)/i;

/**
 * `always`: whatever it is. `password`: a URL that holds one. `elsewhere`: a URL of another machine, since the path of a webhook or a watcher is its
 * password; one of this machine is none.
 */
export function isSecret({ secret }: Pick<Setting, "secret">, value: unknown): boolean {
  if (secret === undefined || value === null || value === undefined) return false;
  if (secret === "always") return value !== "";
  // What is no text is not known to be harmless.
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (USER_INFO.test(text) || QUERY.test(text)) return true;
  return secret === "elsewhere" && !THIS_MACHINE.test(text.trim());
}

/** Stands where a secret would. */
export const HIDDEN = "***";

/** An unknown name that can only be meant for a key: `apiKey`, `OPENAI_API_KEY`, `models.token`. */
export const namesSecret = (name: string): boolean =>
  /(?:api|access|private|secret)_?key|_key$|^key$|secret|token|pass(?:word|wd|phrase)|credential/i.test(name) &&
  !/tokens$/i.test(name);
