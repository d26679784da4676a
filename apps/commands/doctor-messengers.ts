// Floor 6. What `doctor` finds of the ways to people: which channels are set, when they are pushed to, and whether Telegram answers.
import { systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { quietHoursText } from "#schemas/quiet-hours.ts";
import { pairedChats } from "../messengers/paired-chats.ts";
import { telegramSettings } from "../messengers/telegram-settings.ts";
import { parseOutgoingUrl } from "../notify/outgoing.ts";
import { OUTGOING_VARIABLES } from "../notify/signs-of-life.ts";
import type { Finding } from "./doctor-venue.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Nothing is sent. @throws ConfigError for a URL that is none */
export function alertsFinding({ notifications, venue }: DeskConfig, env: Env): Finding {
  const set = OUTGOING_VARIABLES.flatMap((name) => {
    const url = parseOutgoingUrl(name, env[name]);
    return url === null ? [] : [`${name} (${url.host})`];
  });
  const { leastSeverity, quietHours } = notifications;
  const quiet = quietHours === null ? "no quiet hours" : `quiet hours ${quietHoursText(quietHours)}`;
  const where = set.length === 0 ? "terminal only: no webhook is set" : set.join(", ");
  const simulated = venue === "sim" && set.length > 0 ? "; a simulated desk sends nothing out" : "";
  return `${where}; from severity ${leastSeverity}, ${quiet}${simulated}`;
}

/** Asks the bot for its name; a desk runs without it. @throws ConfigError for a token that is none */
export async function telegramFinding({ home }: DeskConfig, env: Env, options: CallOptions): Promise<Finding> {
  const settings = telegramSettings(env);
  if (settings === null) return "not used: DEEPTRADER_TELEGRAM_TOKEN is not set";
  const { createTelegramApi } = await import("../messengers/telegram-api.ts");
  const chats = (await pairedChats(home)).length;
  const paired = chats === 0 ? "no chat is paired: `deeptrader pair` gives a code" : `paired chats: ${chats}`;
  try {
    const name = await createTelegramApi(settings, systemClock()).getMe(options);
    const detail = `the bot @${name} answers; ${paired}`;
    return chats === 0 ? { state: "warn", detail } : detail;
  } catch (error) {
    options.signal.throwIfAborted();
    return { state: "warn", detail: `${(error as Error).message} The desk runs without it; ${paired}.` };
  }
}
