// Floor 6. What went wrong with a call of the Bot API. It is made from the method's name and the server's own words alone: what the
// client library throws carries the address, and with it the token.
import { ProviderError } from "#schemas/errors.ts";

export class TelegramError extends ProviderError {
  /** As the Bot API says it, such as 403; null: no answer came, or none that can be read. */
  readonly status: number | null;
  /** How long it wants to be left alone; null: it does not say so. */
  readonly restMs: number | null;

  constructor(parts: {
    readonly method: string;
    readonly status: number | null;
    readonly what: string;
    readonly restMs?: number | null;
  }) {
    const { method, status, what, restMs = null } = parts;
    super({ was: `Telegram's ${method}: ${what}.`, remedy: remedyOf(status) });
    this.status = status;
    this.restMs = restMs;
  }

  /** True where the same call may go through later. */
  get mayPass(): boolean {
    return this.status === null || this.status === 429 || this.status >= 500;
  }
}

function remedyOf(status: number | null): string {
  if (status === 401 || status === 404) return "Correct DEEPTRADER_TELEGRAM_TOKEN; @BotFather shows it.";
  if (status === 409)
    return "Stop the other program that asks for this bot's messages, or give this desk a bot of its own.";
  if (status === 403) return "That chat has blocked the bot or left; `deeptrader pair remove ID` forgets it.";
  return status === null || status >= 500 ? "It is tried again." : "See https://core.telegram.org/bots/api.";
}
