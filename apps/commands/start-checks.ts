// Floor 6. What would end a start is found before its run is opened: a start that fails never becomes the home's latest run.
import type { DeskConfig } from "#schemas/config.ts";
import { timeframeMs } from "#schemas/units.ts";
import { logSettings } from "../log/open-log.ts";
import { telegramSettings } from "../messengers/telegram-settings.ts";
import { sleepModels } from "../models.ts";
import { parseOutgoingUrl } from "../notify/outgoing.ts";
import { OUTGOING_VARIABLES } from "../notify/signs-of-life.ts";
import { tracesEndpoint } from "../traces/trace-desk.ts";
import { beyondData } from "../venues/replay.ts";
import type { Venue } from "../venues/venue.ts";

/** @throws ConfigError for a model without its key or a wrong URL of alerts; DataFolderError where there is no slot to run */
export async function checkStart(
  config: DeskConfig,
  env: Readonly<Record<string, string | undefined>>,
  venue: Pick<Venue, "beginMs" | "lastSlotMs">,
): Promise<void> {
  for (const name of OUTGOING_VARIABLES) parseOutgoingUrl(name, env[name]);
  telegramSettings(env);
  logSettings(env);
  tracesEndpoint(env);
  const stepMs = timeframeMs(config.timeframe);
  const { beginMs, lastSlotMs } = venue;
  if (lastSlotMs !== null && Math.ceil(beginMs / stepMs) * stepMs > lastSlotMs) throw beyondData(beginMs, lastSlotMs);
  await sleepModels(config, env)?.();
}
