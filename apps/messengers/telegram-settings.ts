// Floor 6. The environment → how a Telegram bot is reached. The token is a secret: it goes into the API client and nowhere else.
import { ConfigError } from "#schemas/errors.ts";
import { parseOutgoingUrl } from "../notify/outgoing.ts";

export interface TelegramSettings {
  readonly token: string;
  /** Of the bot; it is the part of the token before the colon, and no secret. */
  readonly botId: string;
  /** Without a slash at its end. */
  readonly apiRoot: string;
}

const TOKEN = /^(\d{3,20}):[\w-]{20,}$/;
const API_ROOT = "https://api.telegram.org";

/**
 * Null where no token is set.
 * @throws ConfigError naming the variable, never its value
 */
export function telegramSettings(env: Readonly<Record<string, string | undefined>>): TelegramSettings | null {
  const token = env["DEEPTRADER_TELEGRAM_TOKEN"]?.trim() ?? "";
  const root = parseOutgoingUrl("DEEPTRADER_TELEGRAM_URL", env["DEEPTRADER_TELEGRAM_URL"]);
  if (token === "") return null;
  const botId = TOKEN.exec(token)?.[1];
  if (botId !== undefined) return { token, botId, apiRoot: (root?.href ?? API_ROOT).replace(/\/+$/, "") };
  throw new ConfigError({
    was: "DEEPTRADER_TELEGRAM_TOKEN is not the token of a Telegram bot.",
    expected: "digits, a colon and letters, as @BotFather gives it",
    remedy: "Correct or unset it; its value is a secret and is not printed.",
  });
}
